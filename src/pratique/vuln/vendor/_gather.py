"""What a document says of each build of each package in, as few statements as say the same out.

Vendors name a product for each package, architecture, repository and minor release, so that one fix stands hundreds of
times in a document. Here architectures come together, and what contradicts itself is settled:

- An unfixed state yields to a fix of the same package in the same stream: it is of an older minor release.
- Of several unfixed states the one that is most open holds: it is of the newest minor release.
- Of several versions that mend a package in one release each is the first of its line of builds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from pratique import version
from pratique.errors import LimitExceeded
from pratique.limits import Limits
from pratique.model import FixState, Level
from pratique.vuln.bulletin import Scope, Statement

SOURCE = "src"
"""The architecture of a source package: a statement that has it in its scope is about all packages built from it."""

_OPEN = (
    FixState.NOT_AFFECTED,
    FixState.UNDER_INVESTIGATION,
    FixState.END_OF_LIFE,
    FixState.WILL_NOT_FIX,
    FixState.DEFERRED,
    FixState.AFFECTED,
)
_LINE = re.compile(r"\.el\d+(?:_\d+)*")  # .el9, .el9_4 and module+el8.10.0: the minor release it was built for
_MODULAR = re.compile(r"\+el\d+(?:\.\d+)*")
_ARCHES = 50  # more than these tell nothing: no vendor builds for as many
_NUMBER = re.compile(r"(.*-)(\d+)")

Line = tuple[str, str]  # introduced, fixed
Subject = tuple[str, str, bool]
"""A package's name, its module ("" for none), and whether it is a source package."""


class _Told(msgspec.Struct):
    """What is told of a subject in one way: for which architectures ("" for all), when, and how bad it is."""

    arches: set[str]
    date: str = ""
    level: Level = Level.UNKNOWN


class Gathered:
    """Takes facts, gives statements. Raises ``LimitExceeded`` past ``csaf_statements``."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.csaf_statements
        self._count = 0
        # By release first: a document names few releases, and hundreds of thousands of builds.
        self._fixes: dict[str, dict[tuple[Subject, str], _Told]] = {}
        self._states: dict[str, dict[tuple[Subject, FixState], _Told]] = {}

    def fix(self, release: str, subject: Subject, fixed: str, arch: str, date: str, level: Level) -> None:
        """A version that mends the package."""
        builds = self._fixes.get(release)
        if builds is None:
            builds = self._fixes[release] = {}
        told = builds.get((subject, fixed))
        if told is None:
            told = builds[subject, fixed] = self._told(date, level)
        told.arches.add(arch)
        if date and (not told.date or date < told.date):
            told.date = date
        if level is not told.level:
            told.level = max(level, told.level, key=_rank)

    def state(self, release: str, subject: Subject, state: FixState, arch: str, level: Level) -> None:
        """A state of all versions of the package."""
        states = self._states.setdefault(release, {})
        told = states.get((subject, state))
        if told is None:
            told = states[subject, state] = self._told("", level)
        told.arches.add(arch)
        if level is not told.level:
            told.level = max(level, told.level, key=_rank)

    def statements(self, stream: Callable[[str], str]) -> tuple[Statement, ...]:
        """All of it, sorted. ``stream`` of a release is the same for all releases that get the same fixes."""
        found: list[Statement] = []
        mended: set[tuple[str, str, str]] = set()
        for release, builds in self._fixes.items():
            served = stream(release)
            for subject, versions in _grouped(builds).items():
                mended.add((served, subject[0], subject[1]))
                found += _fixed(release, subject, versions)
        for release, told in self._states.items():
            served, own = stream(release), {subject for subject, _ in self._fixes.get(release, ())}
            for subject, states in _grouped(told).items():
                state = max(states, key=_OPEN.index)
                if state is FixState.NOT_AFFECTED:
                    yields = subject in own
                else:
                    yields = (served, subject[0], subject[1]) in mended
                if not yields:
                    found.append(_state(release, subject, state, states[state]))
        return tuple(sorted(found, key=_order))

    def _told(self, date: str, level: Level) -> _Told:
        self._count += 1
        if self._count > self._most:
            raise LimitExceeded(f"it makes more statements than csaf_statements, {self._most}")
        return _Told(set(), date, level)


_T = TypeVar("_T")


def _grouped(told: dict[tuple[Subject, _T], _Told]) -> dict[Subject, dict[_T, _Told]]:
    found: dict[Subject, dict[_T, _Told]] = {}
    for (subject, way), each in told.items():
        found.setdefault(subject, {})[way] = each
    return found


def _rank(level: Level) -> int:
    return level.rank


def _order(each: Statement) -> tuple[str, str, str, tuple[str, ...], str, str, str]:
    return (
        each.release,
        each.name,
        each.scope.module,
        each.scope.arches,
        each.introduced,
        each.fixed,
        each.state.value,
    )


def _state(release: str, subject: Subject, state: FixState, told: _Told) -> Statement:
    scope = Scope(_arches(subject, told.arches), subject[1])
    return Statement(release, subject[0], state=state, scope=scope, level=told.level)


def _fixed(release: str, subject: Subject, versions: dict[str, _Told]) -> Iterator[Statement]:
    lines = _lines(versions)
    for each, arches in lines.items():
        for introduced, fixed in each:
            told = versions[fixed]
            yield Statement(
                release,
                subject[0],
                introduced=introduced,
                fixed=fixed,
                state=FixState.FIXED,
                scope=Scope(_arches(subject, arches), subject[1]),
                date=told.date,
                level=told.level,
            )


def _lines(versions: dict[str, _Told]) -> dict[tuple[Line, ...], set[str]]:
    """What is left affected, and for which architectures."""
    if len(versions) == 1:
        (fixed, told), *_ = versions.items()
        return {(("", fixed),): told.arches}
    arches = {arch for told in versions.values() for arch in told.arches}
    if len(arches) > _ARCHES:
        return {tuple(first_fixes(versions)): {""}}
    lines: dict[tuple[Line, ...], set[str]] = {}
    for arch in arches:
        own = [fixed for fixed, told in versions.items() if not told.arches.isdisjoint((arch, ""))]
        lines.setdefault(tuple(first_fixes(own)), set()).add(arch)
    return lines


def _arches(subject: Subject, arches: set[str]) -> tuple[str, ...]:
    if subject[2]:
        return (SOURCE,)
    return () if "" in arches else tuple(sorted(arches))


def first_fixes(versions: Iterable[str]) -> list[Line]:
    """Of versions that mend one package in one release, the ranges that they leave affected.

    Builds for one minor release are a line; what its last version mends again was not mended before. A line begins
    where the line before it cannot come: security updates of 5.14.0-362.8.1.el9_3 are 5.14.0-362.18.1.el9_3, and
    5.14.0-427.13.1.el9_4 is a later line. So a patched build of the older line and an unpatched one of the newer are
    told apart. Versions that cannot be compared are each a line of their own.
    """
    texts = sorted(set(versions))
    try:
        keys = {text: version.key("rpm", text) for text in texts}
    except ValueError:
        return [("", text) for text in texts]
    last: dict[str, str] = {}
    for text in sorted(texts, key=keys.__getitem__):
        last[_line(text)] = text
    found: list[Line] = []
    before = ""
    for text in sorted(last.values(), key=keys.__getitem__):
        introduced = _beginning(text, before) if before else ""
        if not introduced or version.key("rpm", introduced) < keys[text]:
            found.append((introduced, text))
            before = text
    return found


def _line(text: str) -> str:
    found = _LINE.search(text) or _MODULAR.search(text)
    return found[0][1:] if found else ""


def _beginning(text: str, before: str) -> str:
    """The least version of the line of ``text`` that is above all of the line of ``before``."""
    old, new = _NUMBER.match(before), _NUMBER.match(text)
    if old is None or new is None:
        return before
    if old[0] != new[0]:
        return f"{old[1]}{int(old[2]) + 1}"
    dist = _LINE.search(text) or _MODULAR.search(text)
    return text[: dist.end()] if dist else before
