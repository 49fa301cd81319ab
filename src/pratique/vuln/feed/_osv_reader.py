"""One OSV record's bytes in, its row and what it states of each package out, to a spool.

https://ossf.github.io/osv-schema/. What a record repeats for many packages is read once.
"""

from __future__ import annotations

import functools
import re

import msgspec

from pratique import version
from pratique.model import FixState
from pratique.vuln.bulletin import Scope, Symbols
from pratique.vuln.ecosystem import Ecosystem, split
from pratique.vuln.feed._osv_ranges import Bound, bounds
from pratique.vuln.feed._osv_record import Affected, Record, decode, imports, versions, words
from pratique.vuln.feed._severity import level_of, rate
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Spool
from pratique.vuln.rows import RecordRow, identifiers, instant
from pratique.vuln.statements import Keyer, Line, Silent, Top, Word, say

FEED = "osv"
"""What the rows of these records bear as their feed."""

_SUMMARY = 200  # characters of a title
_VERSIONS = 1 << 17
_REMEMBERED = 1 << 16
_REMEMBER = 2048  # bytes: longer ranges and lists are not often repeated
# AlmaLinux writes the CVEs that an erratum mends into ``related``, which means no more than "see also" elsewhere.
_RELATED_IS_UPSTREAM = ("AlmaLinux", "Rocky Linux")
# Their records name a module and its stream in the title only; which builds are of it, the release of a fix tells.
_IN_MODULES = ("AlmaLinux", "Rocky Linux")
_MODULAR = b".module"
_STREAM = re.compile(r"(?<![\w:])([A-Za-z][\w.-]*:[\w.-]+)(?![\w:])")
_URGENT = ("Debian", "Ubuntu")  # whose word is for a package in a release

_ENCODE = msgspec.msgpack.Encoder().encode


@functools.lru_cache(maxsize=1)
def keyer(scheme: str) -> Keyer:
    """Makes keys of the scheme; a process remembers many, for the records of a feed share versions."""
    return functools.lru_cache(maxsize=_VERSIONS)(functools.partial(version.key, scheme))


class _Read(msgspec.Struct, frozen=True):
    """The versions of one package as they were read: ``size`` counts ranges and listed versions."""

    bounds: tuple[Bound, ...]
    unknown: tuple[str, ...]
    why: str
    size: int


class Reader:
    """Reads records of one ecosystem into a spool, which counts those that cannot be read."""

    def __init__(self, ecosystem: Ecosystem, settings: Settings, spool: Spool) -> None:
        self._ecosystem = ecosystem
        self._settings = settings
        self._spool = spool
        self._key = keyer(ecosystem.scheme)
        self._releases: dict[str, str | None] = {}
        self._known: dict[bytes, _Read] = {}

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
        stated: dict[str, list[tuple[str, bytes]]] = {}
        silent: list[tuple[str, str, Silent]] = []
        same: dict[tuple[bytes, bytes, bytes, bytes], tuple[_Read, bytes]] = {}
        size = unknown = 0
        longest, spell = self._settings.limits.feed_text, self._ecosystem.spell
        for affected in record.affected or ():
            package = affected.package
            release = self._release(package.ecosystem) if package else None
            if package is None or release is None or len(package.name) > longest:
                continue
            name = package.name if spell is str else spell(package.name)
            alike = (bytes(affected.ranges), bytes(affected.versions), *self._words(affected, record))
            found = same.get(alike)
            if found is None:
                found = same[alike] = self._lines(origin, record.id, *alike)
            read, lines = found
            size += read.size
            unknown += len(read.unknown)
            if read.bounds:
                stated.setdefault(release, []).append((name, lines))
            if read.why:
                silent.append((release, name, Silent(record.id, read.why[:200])))
        if size > self._settings.limits.feed_bounds:
            raise ValueError(f"{size} ranges and versions, feed_bounds is {self._settings.limits.feed_bounds}")
        self._spool.record(origin, self._row(record, unknown))
        for release, lines_of in stated.items():
            self._spool.lines(release, lines_of)
        for of, name, one in silent:
            self._spool.silent(origin, of, name, one)
        for read, _ in same.values():
            if read.unknown:
                self._spool.example(f"{record.id}: {read.unknown[0][:80]!r} is no version")
                break

    def _release(self, ecosystem: str) -> str | None:
        """The release that it names, None for another ecosystem's."""
        known = self._releases.get(ecosystem, "-")
        if known == "-":
            of, release = split(ecosystem)
            known = release if of == self._ecosystem.name else None
            if len(self._releases) < _REMEMBERED:
                self._releases[ecosystem] = known
        return known

    def _lines(
        self, origin: int, id_: str, ranges: bytes, listed: bytes, mended: bytes, open_: bytes
    ) -> tuple[_Read, bytes]:
        read = self._read(ranges, listed)
        lines = [(origin, _line(id_, bound, mended if bound.fixed else open_)) for bound in read.bounds]
        return read, _ENCODE(lines)

    def _read(self, ranges: bytes, listed: bytes) -> _Read:
        text = ranges + b"\0" + listed
        known = self._known.get(text)
        if known is None:
            affected = versions(ranges, listed)
            found = bounds(affected, self._version)
            size = len(affected.ranges or ()) + len(affected.versions or ())
            known = _Read(found.bounds, found.unknown, found.why, size)
            if len(text) <= _REMEMBER:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[text] = known
        return known

    def _version(self, text: str) -> bytes:
        if len(text) > self._settings.limits.feed_text:
            raise ValueError(f"{text[:40]!r}… is longer than feed_text, {self._settings.limits.feed_text}")
        return self._key(text)

    def _words(self, affected: Affected, record: Record) -> tuple[bytes, bytes]:
        """What it says of versions with a fix, and of those without."""
        if self._ecosystem.name in _IN_MODULES and _MODULAR in bytes(affected.ranges):
            return say(Word(scope=Scope(module=_module(record.summary or "")))), b""
        if self._ecosystem.name == "Go":
            found = tuple(
                Symbols(each.path, tuple(each.symbols or ())) for each in imports(affected.ecosystem_specific)
            )
            word = say(Word(scope=Scope(symbols=found)))
            return word, word
        if self._ecosystem.name in _URGENT:
            return _urgency(words(affected.ecosystem_specific).urgency or "")
        return b"", b""

    def _row(self, record: Record, unknown: int) -> RecordRow:
        rated = rate(record)
        upstream = [*(record.upstream or ())]
        if self._ecosystem.name in _RELATED_IS_UPSTREAM:
            upstream += record.related or ()
        return (
            record.id,
            FEED,
            identifiers(record.aliases or (), self._settings.limits.feed_text),
            identifiers(upstream, self._settings.limits.feed_text),
            instant(record.published),
            instant(record.modified),
            instant(record.withdrawn) or ("unknown" if record.withdrawn else ""),
            rated.level.value,
            rated.score,
            rated.vector,
            (record.summary or "")[:_SUMMARY] if self._settings.prose else "",
            unknown,
        )


def _line(id_: str, bound: Bound, word: bytes) -> Line:
    if bound.fixed:
        return id_, False, bound.introduced, Top.FIXED.value, bound.fixed, word
    if bound.limit:
        return id_, False, bound.introduced, Top.LIMIT.value, bound.limit, word
    return id_, False, bound.introduced, Top.LAST.value, bound.last, word


@functools.lru_cache(maxsize=256)
def _urgency(text: str) -> tuple[bytes, bytes]:
    """Debian's tracker says there that a release has ended, too."""
    level = level_of(text)
    state = FixState.END_OF_LIFE if text == "end-of-life" else None
    return say(Word(level=level)), say(Word(state=state, level=level))


def _module(title: str) -> str:
    """The one module and stream that a title names (``nodejs:18``), "" where it names none, or several."""
    found = set(_STREAM.findall(title))
    return found.pop() if len(found) == 1 else ""
