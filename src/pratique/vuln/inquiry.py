"""One package's question and its feed's shard in, the statements that hold for it out, and why the others do not.

A statement holds when it is of this build (``bulletin.Scope``), no rank before it has spoken of the vulnerability
(``streams.Stream``), the version lies in its range, it does not call that version unaffected, and the program, where it
tells, is of a system that it names and holds one of the functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

import msgspec

from pratique import version
from pratique.model import FixState
from pratique.vuln.answer import Above, Affects
from pratique.vuln.bulletin import Scope
from pratique.vuln.identity import identity, stated_cves
from pratique.vuln.place import Build, Name, Question
from pratique.vuln.reach import Functions
from pratique.vuln.shard import Shard
from pratique.vuln.streams import Stream

UNLINKED = "the program holds none of the functions that it names"


class Place(msgspec.Struct, frozen=True):
    """Where a statement stands: under which release and which of the package's names."""

    release: str
    name: Name


class Found(msgspec.Struct, frozen=True):
    """A statement that holds; ``symbols`` are those of its functions that the program has."""

    affects: Affects
    place: Place
    symbols: tuple[str, ...] = ()


class Considered(msgspec.Struct, frozen=True):
    """A statement of the package, and why it does not hold, "" where it does."""

    affects: Affects
    place: Place
    why: str = ""
    symbols: tuple[str, ...] = ()


class _Tier(msgspec.Struct, frozen=True):
    """What is asked at once: a rank under one name; ``modules`` True for the statements on modules, False for the
    others, None for both."""

    rank: tuple[str, ...]
    name: Name
    modules: bool | None = None

    def has(self, affects: Affects) -> bool:
        """Whether the statement is one of the tier's."""
        return self.modules is None or self.modules is bool(affects.scope.module)


def _tiers(stream: Stream, question: Question) -> Iterator[_Tier]:
    """Every rank under the first name before any under the second; of a modular package what names modules first."""
    parts: tuple[bool | None, ...] = (True, False) if question.build.modular and question.build.module else (None,)
    for name in question.names:
        for rank in stream.ranks:
            for modules in parts:
                yield _Tier(rank, name, modules)


class Inquiry:
    """A shard, asked for package after package; ``programs`` are the functions of Go programs by path."""

    def __init__(self, shard: Shard, programs: Mapping[str, Functions]) -> None:
        self._shard = shard
        self._programs = programs

    def found(self, question: Question) -> list[Found]:
        """The statements that hold, in the order in which they are asked."""
        found = []
        for stream in question.streams:
            tiers = list(_tiers(stream, question))
            decided: set[str] = set()
            counted = 0  # what the tiers before have spoken of: read only where it is asked for
            for number, tier in enumerate(tiers):
                holding = self._holding(tier, question)
                if holding and number > counted and not question.build.plain:
                    for before in tiers[counted:number]:
                        decided |= self._spoken_by(before, question.build)
                    counted = number
                if decided:
                    holding = [
                        msgspec.structs.replace(each, affects=_undecided(each.affects, decided))
                        for each in holding
                        if not identity(each.affects) <= decided
                    ]
                found += holding
        return found

    def considered(self, question: Question) -> Iterator[Considered]:
        """Every statement of the package in the releases that are asked, in the order in which they are asked."""
        for stream in question.streams:
            decided = set[str]()
            for tier in _tiers(stream, question):
                spoken: set[str] = set()
                for place, affects in self._statements(tier):
                    names = identity(affects)
                    why = _another_build(affects, tier.name, question.build)
                    if not why:
                        spoken |= names
                        why = "a stream before it speaks of the vulnerability" if names <= decided else ""
                    yield self._weighed(_undecided(affects, decided), place, question, why)
                decided |= spoken if not question.build.plain else set()

    def above(self, found: Sequence[Found], build: Build) -> list[Above]:
        """The ranges of the records found that end above the version, where they stand: a fix must lie outside."""
        records: dict[Place, set[str]] = {}
        for each in found:
            records.setdefault(each.place, set()).add(each.affects.advisory.id)
        ends = []
        for place, ids in records.items():
            simple = not build.plain and not _modular(place.name.version)
            if simple and all(each.affects.scope == Scope() for each in found):
                ends += self._shard.above(place.release, place.name.text, place.name.key, ids)
            else:
                ends += [
                    Above(each.advisory.id, each.low, each.high, each.fixed)
                    for each in self._shard.statements(place.release, place.name.text)
                    if each.advisory.id in ids
                    and each.high > place.name.key
                    and each.state is not FixState.NOT_AFFECTED
                    if not _another_build(each, place.name, build)
                ]
        return ends

    def spoken(self, question: Question) -> frozenset[str]:
        """All names of vulnerabilities of which the feed says anything for the package."""
        tiers = (tier for stream in question.streams for tier in _tiers(stream, question))
        return frozenset(name for tier in tiers for name in self._spoken_by(tier, question.build))

    def _holding(self, tier: _Tier, question: Question) -> list[Found]:
        """The statements of a tier that hold, whatever those before it say."""
        found = []
        for release in tier.rank:
            for affects in self._shard.affecting(release, tier.name.text, tier.name.key):
                if not tier.has(affects) or _another_build(affects, tier.name, question.build):
                    continue
                place = Place(release, tier.name)
                if not self._is_mended(affects, place, question):
                    linked = self._linked(affects.scope, question)
                    if linked != ():
                        found.append(Found(affects, place, linked or ()))
        return found

    def _statements(self, tier: _Tier) -> Iterator[tuple[Place, Affects]]:
        for release in tier.rank:
            for affects in self._shard.statements(release, tier.name.text):
                if tier.has(affects):
                    yield Place(release, tier.name), affects

    def _spoken_by(self, tier: _Tier, build: Build) -> set[str]:
        """All names of vulnerabilities of which a tier says anything for this build."""
        return {
            spoken
            for _, affects in self._statements(tier)
            if not _another_build(affects, tier.name, build)
            for spoken in identity(affects)
        }

    def _weighed(self, affects: Affects, place: Place, question: Question, why: str) -> Considered:
        if why:
            return Considered(affects, place, why)
        if not affects.low <= place.name.key < affects.high:
            return Considered(affects, place, f"version {place.name.version} is not in its range")
        if affects.state is FixState.NOT_AFFECTED:
            return Considered(affects, place, "it calls the package not affected")
        if self._is_mended(affects, place, question):
            return Considered(affects, place, f"it names {_plain(affects.fixed)} as a fix too")
        linked = self._linked(affects.scope, question)
        if linked == ():
            return Considered(affects, place, self._unlinked(affects.scope, question))
        return Considered(affects, place, symbols=linked or ())

    def _is_mended(self, affects: Affects, place: Place, question: Question) -> bool:
        """Whether the record names a lower build of the same version as a fix too: AlmaLinux lists the builds that mend
        with and without its mark, and either does (https://errata.almalinux.org/8/ALSA-2021-4399.html)."""
        plain = _plain(affects.fixed)
        if plain == affects.fixed or place.name.key < version.key(question.scheme, plain):
            return False
        beside = self._shard.statements(place.release, place.name.text)
        return any(each.advisory.id == affects.advisory.id and each.fixed == plain for each in beside)

    def _linked(self, scope: Scope, question: Question) -> tuple[str, ...] | None:
        """The functions that the program holds, () for none of them; None where it or the record does not tell."""
        program = self._programs.get(question.build.path) if scope.symbols and question.build.path else None
        return None if program is None else program.linked(scope.symbols)

    def _unlinked(self, scope: Scope, question: Question) -> str:
        """Why the program holds none of the functions."""
        if self._programs[question.build.path].meant(scope.symbols):
            return UNLINKED
        systems = dict.fromkeys(name for each in scope.symbols for name in (*each.goos, *each.goarch))
        return f"it is of programs for {', '.join(systems)}"


def _undecided(affects: Affects, decided: Set[str]) -> Affects:
    """An erratum's statement, as one on those of its vulnerabilities that no tier before has spoken of."""
    named = stated_cves(affects)
    left = named - decided
    if not left or len(left) == len(named):
        return affects
    return msgspec.structs.replace(affects, scope=msgspec.structs.replace(affects.scope, cves=tuple(sorted(left))))


def _plain(fixed: str) -> str:
    """The fix without AlmaLinux's mark: ``3.6.8-41.el8`` of ``3.6.8-41.el8.alma``."""
    return fixed.partition(".alma")[0]


_EVERY = frozenset(("", "all", "noarch", "src"))  # a build for every architecture, or all that a source is built into


def _another_build(affects: Affects, name: Name, build: Build) -> str:
    """Why the statement is not of this build, "" where it is."""
    scope = affects.scope
    if scope.flavour != build.flavour and (scope.flavour or not build.plain):
        return f"it is of {scope.flavour or 'plain'} builds"
    if scope.arches and _EVERY.isdisjoint((build.arch, *scope.arches)) and build.arch not in scope.arches:
        return f"it is of {', '.join(scope.arches)}"
    if scope.module:
        meant = _is_module(build.module, scope.module) if build.module else _modular(name.version)
        return "" if meant else f"it is of the module {scope.module}"
    if build.modular and build.module and affects.fixed:  # a state without a module is of modular packages too
        return "it is of the package outside of modules"
    fixed = affects.fixed or affects.later
    if fixed and _modular(fixed) != _modular(name.version) and not build.modular:
        return "it is of a modular build" if _modular(fixed) else "it is of the build outside of modules"
    return ""


def _is_module(label: str, module: str) -> bool:
    """Whether an rpm's label (``nodejs:12:8030020201124152102:229f0a1c:x86_64``) is of the module (``nodejs:12``)."""
    return label == module or label.startswith(f"{module}:")


def _modular(version: str) -> bool:
    """Whether a build was made in a module, as its release tells: ``….module+el8.5.0+…``, ``….module_el8.3.0+…``."""
    return ".module" in version
