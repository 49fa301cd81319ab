"""One OSV record's bytes in, its row and what it states of each package out, to a spool.

https://ossf.github.io/osv-schema/. What a record repeats for many packages is read once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import msgspec

from pratique import version
from pratique.model import FixState
from pratique.vuln.bulletin import Scope, Symbols
from pratique.vuln.ecosystem import Ecosystem, split
from pratique.vuln.feed._osv_ranges import Bound, bounds
from pratique.vuln.feed._osv_record import (
    Affected,
    Import,
    Record,
    Specific,
    Versions,
    decode,
    imports,
    mends,
    statuses,
    versions,
)
from pratique.vuln.feed._severity import level_of, rate
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Of, Spool
from pratique.vuln.identity import own_cves
from pratique.vuln.packing import alike
from pratique.vuln.rows import RecordRow, identifiers, instant
from pratique.vuln.statements import Keyer, Line, Top, Word, say

FEED = "osv"
"""What the rows of these records bear as their feed."""

_SUMMARY = 200  # characters of a title
_VERSIONS = 1 << 17
_REMEMBERED = 1 << 14
_REMEMBER = 4096  # bytes: longer ranges and lists are not often repeated
# They write the CVEs that an erratum mends into ``related``, which means no more than "see also" elsewhere; Mageia did
# so until OSV had ``upstream``.
_RELATED_IS_UPSTREAM = ("AlmaLinux", "Mageia", "Rocky Linux")
_ARCHITECTURE = re.compile(r"[?&]arch=([\w.-]{1,64})", re.ASCII)
_MODULAR = b".module"
_STREAM = re.compile(r"(?<![\w:])([A-Za-z][\w.-]*:[\w.-]+)(?![\w:])")

_Words = tuple[bytes, bytes]
"""What is said of versions with a fix, and of those without."""

_NOTHING = Affected()
_WORDLESS: _Words = (b"", b"")


@functools.lru_cache(maxsize=1)
def keyer(scheme: str, longest: int) -> Keyer:
    """Makes keys of texts up to so many characters; a process remembers many, for the records of a feed share them."""

    make = version.key.__wrapped__  # what it remembers would be remembered twice

    @functools.lru_cache(maxsize=_VERSIONS)
    def key(text: str) -> bytes:
        if len(text) > longest:
            raise ValueError(f"{text[:40]!r}… is longer than feed_text, {longest}")
        return make(scheme, text)

    return key


class _Saying(msgspec.Struct, frozen=True, gc=False):
    """What is said of some packages: as the spool takes it, the texts that are no versions, and how many ranges and
    listed versions there are."""

    alike: bytes
    unknown: tuple[str, ...]
    size: int


class _Sayings:
    """Reads ranges and listed versions; a process remembers many, for the records of a feed share them."""

    def __init__(self, scheme: str, longest: int) -> None:
        self._key = keyer(scheme, longest)
        after = functools.partial(version.after, scheme)
        self._after = functools.lru_cache(_VERSIONS)(after) if version.has_local(scheme) else None
        self._known: dict[bytes, _Saying] = {}

    def read(self, affected: Affected, words: _Words) -> _Saying:
        """What it says with these words. Raises ``ValueError`` for what are no ranges or versions."""
        # The parts end by themselves, and none begins with a comma. Of a Raw bytes() takes three times as long.
        text = b",".join((affected.ranges, affected.versions, *words))
        return self._known.get(text) or self._read(text, versions(affected), words)

    def _read(self, text: bytes, affected: Versions, words: _Words) -> _Saying:
        found = bounds(affected, self._key, self._after)
        lines = [_line(bound, words[0] if bound.fixed else words[1]) for bound in found.bounds]
        size = len(affected.ranges or ()) + len(affected.versions or ())
        saying = _Saying(alike(lines, found.why[:200], self._key), found.unknown, size)
        if len(text) <= _REMEMBER:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = saying
        return saying


_sayings = functools.lru_cache(maxsize=1)(_Sayings)


class Reader:
    """Reads records of one ecosystem into a spool, which counts those that cannot be read."""

    def __init__(self, ecosystem: Ecosystem, settings: Settings, spool: Spool) -> None:
        self._ecosystem = ecosystem
        self._settings = settings
        self._spool = spool
        self._longest = settings.limits.feed_text
        self._sayings = _sayings(ecosystem.scheme, self._longest)
        self._spell = None if ecosystem.spell is str else ecosystem.spell
        self._words = _WORDS.get(ecosystem.name)
        self._parted = self._words is _of_component
        self._releases: dict[str, str | None] = {}

    def add(self, name: str, data: bytes, origin: int) -> None:
        """One member's record; ``origin`` is its place among all."""
        try:
            record = decode(data)
            if len(record.id) > self._settings.limits.feed_text:
                raise ValueError(f"an id longer than feed_text, {self._settings.limits.feed_text}")
            if not record.id.startswith(self._settings.skip):
                self._record(record, origin)
        except ValueError as error:
            self._spool.unreadable(f"{name!r}: {error}")

    def _record(self, record: Record, origin: int) -> None:
        """All of it or, where a part is malformed, nothing."""
        of, told, size, unknown, examples = self._stated(record)
        if size > self._settings.limits.feed_bounds:
            raise ValueError(f"{size} ranges and versions, feed_bounds is {self._settings.limits.feed_bounds}")
        self._spool.record(origin, self._row(record, told, unknown))
        for example in examples:
            self._spool.example(f"{record.id}: {example[:80]!r} is no version")
        self._spool.state(origin, of)

    def _stated(self, record: Record) -> tuple[Of, list[Affected], int, int, list[str]]:
        """What it states of packages, by release, its packages without those of which it says what it says of the one
        before, how many ranges and versions it names, how many of its texts are no version, and examples."""
        of: Of = {}
        told: list[Affected] = []  # list[Affected]() takes ten times as long
        examples: list[str] = []
        names, numbers = of.get("", ([], []))
        release: str | None = None
        found: _Saying | None = None
        ecosystem, last, number, size, unknown = "", _NOTHING, 0, 0, 0
        longest, parted, spell = self._longest, self._parted, self._spell
        for affected in record.affected or ():
            same = affected.ranges == last.ranges and affected.versions == last.versions
            same = same and affected.ecosystem_specific == last.ecosystem_specific
            same = same and not (parted and _architecture(affected) != _architecture(last))
            if not same or affected.database_specific != last.database_specific or affected.severity != last.severity:
                last, found = affected, None
                told.append(affected)
            package = affected.package
            if package is None:
                continue
            if package.ecosystem != ecosystem:
                ecosystem = package.ecosystem
                release = self._release(ecosystem)
                if release is not None:
                    names, numbers = of[release] if release in of else of.setdefault(release, ([], []))
            if release is None:  # another ecosystem's
                continue
            if found is None:
                found = self._sayings.read(affected, self._words(affected, record) if self._words else _WORDLESS)
                number = self._spool.number(found.alike)
                examples += found.unknown[:1]
            if len(package.name) <= longest:
                names.append(spell(package.name) if spell else package.name)
                numbers.append(number)
                size += found.size
                unknown += len(found.unknown)
        return of, told, size, unknown, examples

    def _release(self, ecosystem: str) -> str | None:
        """The release that it names; None for another ecosystem's."""
        try:
            return self._releases[ecosystem]
        except KeyError:
            of, release = split(ecosystem)
            found = release if of == self._ecosystem.name else None
            if len(self._releases) < _REMEMBERED:
                self._releases[ecosystem] = found
            return found

    def _row(self, record: Record, told: Sequence[Affected], unknown: int) -> RecordRow:
        rated = rate(record, told)
        upstream = [*(record.upstream or ())]
        if self._ecosystem.name in _RELATED_IS_UPSTREAM:
            upstream += record.related or ()
        return (
            record.id,
            FEED,
            identifiers(record.aliases or (), self._longest),
            identifiers(upstream, self._longest),
            instant(record.published),
            instant(record.modified),
            instant(record.withdrawn) or ("unknown" if record.withdrawn else ""),
            rated.level.value,
            rated.score,
            rated.vector,
            (record.summary or "")[:_SUMMARY] if self._settings.prose else "",
            unknown,
        )


def _in_modules(affected: Affected, record: Record) -> _Words:
    """The module and stream, which the title alone names; which builds are of it, the release of a fix tells."""
    return _of_module(record.summary or "") if _MODULAR in bytes(affected.ranges) else _WORDLESS


def _of_imports(affected: Affected, record: Record) -> _Words:
    """The vulnerable symbols."""
    said = affected.ecosystem_specific
    if type(said) is not Specific:
        return _WORDLESS
    word = say(Word(scope=Scope(symbols=tuple(_symbols(each) for each in imports(said)))))
    return word, word


def _urgent(affected: Affected, record: Record) -> _Words:
    """The urgency."""
    said = affected.ecosystem_specific
    return _urgency(said.urgency) if type(said) is Specific and isinstance(said.urgency, str) else _WORDLESS


def _of_notice(affected: Affected, record: Record) -> _Words:
    """Which CVEs an entry of a notice is about, or the urgency."""
    said = affected.database_specific
    word = _of_some(said, record) if type(said) is Specific else b""
    return (word, word) if word else _urgent(affected, record)


def _of_component(affected: Affected, record: Record) -> _Words:
    """The architecture, for Chainguard publishes a record for each, and how far it is with what it has not mended."""
    name, said = _architecture(affected), affected.ecosystem_specific
    scope = Scope(arches=(name,)) if name else Scope()
    states = {_STATES.get(each) for each in statuses(said)} if type(said) is Specific else set()
    state = states.pop() if len(states) == 1 else None
    return say(Word(scope=scope)), say(Word(state, scope))


# https://github.com/wolfi-dev/advisories/blob/main/docs/event_types.md
_STATES = {
    "detection": FixState.UNDER_INVESTIGATION,
    "fix_not_planned": FixState.WILL_NOT_FIX,
    "pending_upstream_fix": FixState.DEFERRED,
}


def _architecture(affected: Affected) -> str:
    """What the package URL says of it, "" for nothing."""
    found = _ARCHITECTURE.search(affected.package.purl) if affected.package and affected.package.purl else None
    return found[1] if found else ""


_WORDS: dict[str, Callable[[Affected, Record], _Words]] = {
    "AlmaLinux": _in_modules,
    "Chainguard": _of_component,
    "Debian": _urgent,
    "Go": _of_imports,
    "Rocky Linux": _in_modules,
    "Ubuntu": _of_notice,
    "Wolfi": _of_component,
}
"""Who say more of a package in a release."""


def _symbols(said: Import) -> Symbols:
    return Symbols(said.path, tuple(said.symbols or ()), tuple(said.goos or ()), tuple(said.goarch or ()))


def _of_some(said: Specific, record: Record) -> bytes:
    """That an entry is about some of the record's CVEs only; b"" where it is about all."""
    all_ = own_cves(record.id, " ".join(record.aliases or ()), " ".join(record.upstream or ())) if said.cves_map else ()
    some = mends(said).intersection(all_)
    return say(Word(scope=Scope(cves=tuple(sorted(some))))) if some and len(some) < len(all_) else b""


def _line(bound: Bound, word: bytes) -> Line:
    if bound.last:
        return False, bound.introduced, _LAST, bound.last, word
    if bound.limit:
        return False, bound.introduced, _LIMIT, bound.limit, word
    return False, bound.introduced, _FIXED, bound.fixed, word


_FIXED, _LAST, _LIMIT = (top.value for top in (Top.FIXED, Top.LAST, Top.LIMIT))  # an enumeration's attributes take long


@functools.lru_cache(maxsize=256)
def _urgency(text: str) -> _Words:
    """Debian's tracker says there that a release has ended, too."""
    level = level_of(text)
    state = FixState.END_OF_LIFE if text == "end-of-life" else None
    return say(Word(level=level)), say(Word(state=state, level=level))


@functools.lru_cache(maxsize=256)
def _of_module(title: str) -> _Words:
    """The one module and stream that a title names (``nodejs:18``), the fix's; "" where it names none, or several."""
    found = set(_STREAM.findall(title))
    return say(Word(scope=Scope(module=found.pop() if len(found) == 1 else ""))), b""
