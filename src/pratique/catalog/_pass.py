"""The entries of a layer and the cataloguers in; what the layer says, as ``LayerFacts``, out, in one pass.

Whiteouts and opaque folders: OCI image-spec, https://github.com/opencontainers/image-spec/blob/main/layer.md.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from pratique.catalog import _owns
from pratique.catalog._file import Entry, ReadFile, read_file
from pratique.catalog._hashes import name_hash, name_hashes, path_hash
from pratique.catalog._index import Asked, Claimants, Index
from pratique.catalog._links import Links, renamed, resolved
from pratique.catalog._magic import ENOUGH, FIRST, format_of
from pratique.catalog._places import Places, moved
from pratique.errors import DigestMismatch, LimitExceeded, PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.model import Fact, Kind, LayerFacts, Problem
from pratique.plugins import Cataloguer

_FILE, _FOLDER, _HARDLINK = Kind.FILE, Kind.FOLDER, Kind.HARDLINK
_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_RESERVED = ".wh..wh."  # aufs's own
_EMPTY = b"\0"  # what begins as nothing that is looked for


class Skim(Protocol):
    """What need not be handed out as an entry, as ``image`` has it: files in one of ``folders``, which are read if the
    folder's value is true, if they have one of ``endings`` and are ``wanted``, or if they begin with one of ``starts``;
    and folders in one of ``folders`` that are none of ``marked``."""

    folders: dict[bytes, bool]
    marked: frozenset[bytes]
    endings: frozenset[bytes]
    wanted: dict[bytes, bool]
    starts: frozenset[int]
    most: int

    def pass_folder(self, name: bytes) -> None:
        """A folder was passed over."""
        ...

    def pass_files(self, names: list[bytes]) -> None:
        """Files were passed over."""
        ...

    def read_file(self, name: bytes, mode: int, body: bytes) -> None:
        """A file of at most ``most`` bytes."""
        ...


Wanted = dict[str, list[tuple[str, Claimants]]]  # a file, and the hard links to it with those who claim them


class Entries(Protocol):
    """A layer being read, as ``image`` does it: iterate, then ask ``finish``."""

    problems: list[Problem]

    def __iter__(self) -> Iterator[Entry]:
        """The entries, in order. Raises ``Unreadable`` where the layer breaks off."""
        ...

    def skimmed(self, skim: Skim) -> Iterator[Entry]:
        """The same, but ``skim`` may be told of files and folders that it does not want, before any that come after."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the blob read so far."""
        ...

    def finish(self) -> str:
        """The digest over the blob. Raises ``DigestMismatch`` if it is not the one that it should have."""
        ...


Opener = Callable[[], AbstractContextManager[Entries]]


def read_layer(opener: Opener, cataloguers: Sequence[Cataloguer], limits: Limits) -> LayerFacts:
    """What one layer says. A layer that breaks off or passes a bound yields what was read of it and a blocking problem.

    ``opener`` gives the layer's entries from the start; it is called again for hard links to files that nobody claimed
    under their own names. Raises ``DigestMismatch`` (nothing may be used then) and what the source raises.
    """
    gathering = _Gathering(Index(cataloguers), limits)
    with opener() as entries:
        try:
            for entry in entries.skimmed(gathering):
                gathering.take(entry)
        except Unreadable as error:
            gathering.problems.append(Problem("", str(error), blocking=True, hint=error.hint))
        digest = entries.finish()
        size = entries.size
        gathering.problems.extend(entries.problems)
    again = gathering.settle_links()
    if again:
        _read_again(opener, gathering, again, digest)
    return gathering.facts(digest, size)


def _read_again(opener: Opener, gathering: _Gathering, wanted: Wanted, digest: str) -> None:
    """The second reading. It must see the same bytes: a source can hand out others."""
    with opener() as entries:
        try:
            gathering.read_again(entries, wanted)
        except Unreadable as error:  # the first reading broke off there too, or the digests differ now
            gathering.problems.append(Problem("", str(error), blocking=True))
        if entries.finish() != digest:
            raise DigestMismatch(f"the layer's bytes changed between two readings; the digest was {digest}")


class _Gathering:
    """What has been found in a layer so far."""

    def __init__(self, index: Index, limits: Limits) -> None:
        self._index = index
        self._find = index.find
        self._limits = limits
        self._facts = dict[str, tuple[Fact, ...]]()
        self._links = Links(limits)
        self._places = Places(limits)
        self._removed = set[str]()
        self._opaque = set[str]()
        self._plain = bytearray()
        self._folders = bytearray()
        self._entries = 0
        self._count = 0
        self._full = False  # of executables
        self._executables = set[str]()
        self._kept = set[bytes]()  # the paths that are, or were, in _facts or _executables
        self.folders = dict[bytes, bool]()  # where names are paths; whether somebody claims what lies there for that
        self.marked = frozenset(path.encode() for path in index.databases)
        self.endings = index.endings
        self.wanted: dict[bytes, bool] = Asked(index)
        self.starts = FIRST
        self.most = min(limits.in_memory, limits.file)
        self.problems = list[Problem]()

    def pass_folder(self, name: bytes) -> None:
        """A folder as any other."""
        self._entries += 1
        self._folders += name_hash(name)
        path = name.decode()
        self._places.add_folder(path)
        self._know(path)
        if name in self._kept:
            self._forget(path)

    def pass_files(self, names: list[bytes]) -> None:
        """Files that nobody claims, and that are no executables."""
        self._entries += len(names)
        self._plain += name_hashes(names)
        if not self._kept.isdisjoint(names):
            for name in self._kept.intersection(names):
                self._forget(name.decode())

    def read_file(self, name: bytes, mode: int, body: bytes) -> None:
        """A file that may be claimed, or an executable."""
        path = name.decode()
        self._entries += 1
        self._plain += name_hash(name)
        if name in self._kept:
            self._forget(path)
        claimants = named = self._find(path)
        if len(body) > 4 and body[0] in FIRST and (kind := format_of(body[:ENOUGH])):
            self._note(path)
            claimants |= self._index.formats.get(kind, 0)
        if claimants:
            self._gather(ReadFile(path, mode, len(body), self._limits, body, None), claimants, named)

    def _forget(self, path: str) -> None:
        """The later of two entries of one name holds."""
        self._facts.pop(path, None)
        self._executables.discard(path)

    def _know(self, folder: str | None) -> None:
        if folder and folder not in self._index.children:
            self.folders[folder.encode()] = bool(self._index.claimed_in(folder))

    def take(self, entry: Entry) -> None:
        """One more entry. Raises ``Unreadable`` where the layer breaks off."""
        path, kind = entry.path, entry.kind
        self._entries += 1
        if path.rpartition("/")[0] != self._places.folder:
            path = self._places.enter(path)
            self._know(self._places.folder)
            if path != entry.path:
                entry = moved(entry, path)
        if _WHITEOUT in path and self._whiteout(path):
            return
        if path in self._facts or path in self._executables:
            self._forget(path)
        if kind is _FOLDER:
            self._places.add_folder(path)
            self._folders += path_hash(path)
            if path in self._index.databases:
                self._keep(path, (Problem(path, "is a folder, where a file should be", blocking=True),), 0)
            elif claimants := self._index.children.get(path.rpartition("/")[0], 0):
                self._keep(path, self._parse(ReadFile(path, entry.mode, 0, self._limits, b"", None), claimants), 0)
            return
        self._plain += path_hash(path)
        claimants = self._find(path)
        if kind is _FILE:
            try:
                start = entry.body.peek(ENOUGH) if entry.size > 4 else _EMPTY
                if start[0] in FIRST and (program := format_of(start)):
                    self._note(path)
                    self._file(entry, claimants | self._index.formats.get(program, 0), claimants)
                elif claimants:
                    self._file(entry, claimants, claimants)
            except PratiqueError as error:
                past = bool(claimants) and isinstance(error, LimitExceeded)
                problem = Problem(path, str(error), self._index.blocking(claimants) or past, hint=error.hint)
                self._keep(path, (problem,), claimants)
        elif kind is _HARDLINK:
            self._link(path, entry.target, claimants)
        else:
            self._other(entry, claimants)

    def _other(self, entry: Entry, claimants: Claimants) -> None:
        """A symbolic link, a device or a FIFO where a file is looked for, or a link above a package database: what lies
        behind it would not be seen. A link to where it is looked for as well hides nothing."""
        path, index = entry.path, self._index
        if entry.kind is Kind.SYMLINK:
            self._places.add_link(path, entry.target)
        blocking, above = index.blocking(claimants), path in index.above
        link = entry.kind is Kind.SYMLINK
        if not (blocking or above or (link and claimants)):
            return
        if link:
            target = resolved(path, entry.target)
            if target in index.above if above and not blocking else self._find(target) & claimants:
                return
            what = f"is a symbolic link to {entry.target!r}, where nothing is looked for"
        else:
            what = "is no regular file, so it cannot be read"
        noted = not (blocking or above)
        self._keep(path, (Problem(path, what, blocking=not noted, hides=noted),), 0)

    def _whiteout(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if not name.startswith(_WHITEOUT):
            return False
        if name == _OPAQUE:
            self._opaque.add(folder)
        elif not name.startswith(_RESERVED) and name[4:] not in ("", ".", ".."):
            self._removed.add(f"{folder}/{name[4:]}" if folder else name[4:])
        return True

    def _file(self, entry: Entry, claimants: Claimants, named: Claimants) -> None:
        """Reads a file for all its claimants; ``named`` are those who claim it by its name. Raises what reading it
        raises."""
        if not claimants:
            return
        file = read_file(entry, self._limits, self._index.head(claimants))
        try:
            self._gather(file, claimants, named)
        finally:
            file.close()

    def _gather(self, file: ReadFile, claimants: Claimants, named: Claimants) -> None:
        found = self._parse(file, claimants)
        if found or named:
            self._keep(file.path, found, claimants)

    def _note(self, path: str) -> None:
        """An executable."""
        most = self._limits.facts_per_layer
        if len(self._executables) < most:
            self._executables.add(path)
            self._kept.add(path.encode())
        elif not self._full:
            self._full = True
            what = f"more executables than limits.facts_per_layer = {most}; whose the next ones are is not told"
            self.problems.append(Problem(path, what))

    def _keep(self, path: str, found: tuple[Fact, ...], claimants: Claimants) -> None:
        most = self._limits.facts_per_layer
        count = self._count + max(len(found), 1)  # a file that yields nothing takes room too
        if count <= most:
            self._facts[path] = found
            self._kept.add(path.encode())
            self._links.parsed(path, claimants)
        elif self._count <= most:
            what = f"more facts than limits.facts_per_layer = {most}; those of this file and the next ones are left out"
            self.problems.append(Problem(path, what, blocking=True))
        self._count = count

    def _parse(self, file: ReadFile, claimants: Claimants) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for cataloguer in self._index.cataloguers(claimants):
            found += _facts_of(cataloguer, file, self._limits)
        return tuple(found)

    def _link(self, path: str, target: str, claimants: Claimants) -> None:
        origin = self._links.add(path, target)
        if origin is None:
            if len(self._links) == self._limits.hard_links + 1:
                what = f"more hard links than limits.hard_links = {self._limits.hard_links}; the rest is left out"
                self.problems.append(Problem(path, what, blocking=True))
            return
        if origin in self._executables:
            self._note(path)
        parsed = self._links.claimants(origin)
        claimants |= parsed & self._index.executables
        if parsed and claimants == parsed and origin in self._facts:
            self._keep(path, tuple([renamed(fact, origin, path) for fact in self._facts[origin]]), claimants)
        else:
            self._links.wait(path, origin, claimants)

    def settle_links(self) -> Wanted:
        """Sorts the links that wait: those to a lower layer, and those to files of this one that must be read again."""
        again = Wanted()
        held = self._links.held(self._plain)
        for path, target, claimants in self._links.waiting:
            if path in self._facts:
                continue
            if target not in held:
                self._links.lower[path] = target
                if claimants:
                    self._lose(
                        path, f"is a hard link to {target!r}, which no layer holds as a file that was read", claimants
                    )
            elif claimants:
                again.setdefault(target, []).append((path, claimants))
        return again

    def read_again(self, entries: Iterable[Entry], wanted: Wanted) -> None:
        """Reads the files that hard links name. Raises ``Unreadable`` where the layer breaks off."""
        for entry in entries:
            if entry.kind is Kind.FILE and entry.path in wanted:
                links = wanted.pop(entry.path)
                everyone = functools.reduce(operator.or_, (claimants for _, claimants in links))
                file = read_file(entry, self._limits, self._index.head(everyone))
                for path, claimants in links:
                    self._keep(path, self._parse(file.named(path), claimants), claimants)
                file.close()
                if not wanted:
                    return
        for target, links in wanted.items():
            for path, claimants in links:
                self._lose(path, f"is a hard link to {target!r}, which is no file", claimants)

    def _lose(self, path: str, what: str, claimants: Claimants) -> None:
        self._keep(path, (Problem(path, what, blocking=self._index.blocking(claimants)),), 0)

    def facts(self, digest: str, size: int) -> LayerFacts:
        """All of it; what is told by name is sorted."""
        return LayerFacts(
            digest=digest,
            facts=_owns.reduced(dict(sorted(self._facts.items())), self._executables),
            links=dict(sorted(self._links.lower.items())),
            removed=tuple(sorted(self._removed)),
            opaque=tuple(sorted(self._opaque)),
            plain=bytes(self._plain),
            folders=bytes(self._folders),
            executables=tuple(sorted(self._executables)),
            entries=self._entries,
            size=size,
            implied=tuple(sorted(self._places.implied)),
            problems=(*self.problems, *self._places.problems),
        )


def _facts_of(cataloguer: Cataloguer, file: ReadFile, limits: Limits) -> list[Fact]:
    """What one cataloguer says of a file; what it cannot read, and what it breaks on, as a ``Problem``. That blocks
    where we stopped by a bound or a defect of our own: who uses the file would go on (``docs/adr/0008``)."""
    found: list[Fact] = []
    most = limits.facts_per_file
    what = hint = ""
    blocking = cataloguer.blocking
    try:
        for fact in cataloguer.parse(file):
            if len(found) == most:
                raise LimitExceeded(f"more facts than limits.facts_per_file = {most}; the rest is left out")
            found.append(fact)
    except PratiqueError as error:
        what, hint = str(error), error.hint
        blocking = blocking or (isinstance(error, LimitExceeded) and not cataloguer.claim.executables)
    except Exception as error:  # a parser must not take the scan with it, whatever a hostile file does to it
        what, hint = f"unexpected {type(error).__name__}: {error}", "a defect of Pratique: please report it"
        blocking = True
    if what:
        hides = not cataloguer.blocking  # a database that cannot be read hides more than one
        found.append(Problem(file.path, f"{cataloguer.name}: {what}", blocking=blocking, hint=hint, hides=hides))
    return found
