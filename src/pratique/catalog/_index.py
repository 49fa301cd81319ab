"""A path in, the cataloguers that claim it out: a few dict look-ups, however many cataloguers there are.

What a claim may say stands in ``plugins.Claim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pratique.catalog._hashes import ancestors
from pratique.plugins import Cataloguer, Claim, Format

Claimants = int  # a set of cataloguers: bit i stands for the i-th
_REMEMBERED = 1 << 16
_NOTHING: dict[str, Claimants] = {}


class Index:
    """One index for all claims. A set of claimants is a number, so that joining sets costs nothing."""

    def __init__(self, cataloguers: Sequence[Cataloguer]) -> None:
        self._cataloguers = tuple(cataloguers)
        self._paths = dict[str, Claimants]()
        self._last = set[str]()  # the base names of paths
        self._names = dict[str, Claimants]()
        self._suffixes = dict[str, Claimants]()
        self._longer = dict[str, list[tuple[str, bool, Claimants]]]()  # by the last suffix: parts, ends if True
        self._folders = dict[str, dict[str, Claimants]]()
        self._below = dict[str, list[tuple[str, int, str, Claimants]]]()  # by the last part of the folder
        self._levels = 0  # of folders, from a file upwards, that such a claim can be about
        self._folder, self._here = "", dict[str, Claimants]()  # the last folder that was asked for
        self._heads = list[int]()
        self._sufficing = dict[Claimants, int]()
        self._sets = dict[Claimants, tuple[Cataloguer, ...]]()
        self.children = dict[str, Claimants]()  # by the folder that they lie in
        self.formats = dict[Format, Claimants]()  # of executables
        self.executables: Claimants = 0  # of any format
        self.databases = set[str]()  # the exact paths of those that block,
        self.above = set[str]()  # and the folders above them
        for number, cataloguer in enumerate(self._cataloguers):
            claim = cataloguer.claim
            self._add(claim, 1 << number)
            if cataloguer.blocking:
                self.databases.update(claim.paths)
                for path in (*claim.paths, *(f"{folder}/" for folder, _ in claim.folders)):
                    self.above.update(ancestors(path))
        self._here = self.claimed_in("")
        longer = [part if ends else last for last, some in self._longer.items() for part, ends, _ in some]
        self.endings = _endings((*self._last, *self._names, *self._suffixes, *longer))

    def _add(self, claim: Claim, bit: Claimants) -> None:
        _add(self._paths, claim.paths, bit)
        self._last.update(path.rpartition("/")[2] for path in claim.paths)
        _add(self._names, claim.names, bit)
        _add(self._suffixes, (suffix for suffix in claim.suffixes if suffix.count(".") == 1), bit)
        for suffix in claim.suffixes:
            if suffix.count(".") > 1:
                self._longer.setdefault(suffix[suffix.rindex(".") :], []).append((suffix, True, bit))
        for part, suffix in claim.parts:
            self._longer.setdefault(suffix, []).append((part, False, bit))
        for folder, ending in claim.folders:
            _add(self._folders.setdefault(folder, {}), (ending,), bit)
        for folder, depth, ending in claim.below:
            self._below.setdefault(folder.rpartition("/")[2], []).append((f"/{folder}", depth, ending, bit))
            self._levels = max(self._levels, depth + 1)
        _add(self.children, claim.children, bit)
        self._heads.append(claim.head)
        for kind in claim.executables:
            self.formats[kind] = self.formats.get(kind, 0) | bit
            self.executables |= bit

    def find(self, path: str) -> Claimants:
        """Who claims the path by its name."""
        folder, _, name = path.rpartition("/")
        found = self._by_name(name)
        if name in self._last:
            found |= self._paths.get(path, 0)
        if folder != self._folder:
            self._folder, self._here = folder, self.claimed_in(folder)
        for ending, bits in self._here.items():
            if name.endswith(ending):
                found |= bits
        return found

    def _by_name(self, name: str) -> Claimants:
        """Who claims a file of that base name wherever it lies."""
        found = self._names.get(name, 0)
        if "." in name:
            last = name[name.rindex(".") :].lower()
            found |= self._suffixes.get(last, 0)
            if last in self._longer:
                lower = name.lower()
                for part, ends, bit in self._longer[last]:
                    if lower.endswith(part) if ends else part in lower:
                        found |= bit
        return found

    def may_claim(self, name: str) -> bool:
        """Whether a file of that base name is claimed wherever it lies, or by its whole path in some places."""
        return name in self._last or self._by_name(name) != 0

    def claimed_in(self, folder: str) -> dict[str, Claimants]:
        """The endings that are claimed of names in a folder because they are there."""
        found = self._folders.get(folder, _NOTHING)
        if self._below.keys().isdisjoint(folder.rsplit("/", self._levels)):
            return found
        above = folder
        for depth in range(self._levels):
            place, _, last = above.rpartition("/")
            for tail, levels, ending, bit in self._below.get(last, ()):
                if levels == depth and f"/{above}".endswith(tail):
                    found = dict(found)
                    _add(found, (ending,), bit)
            above = place
        return found

    def head(self, claimants: Claimants) -> int:
        """The bytes at a file's beginning that suffice for all of them, 0 for all bytes."""
        if claimants not in self._sufficing:
            heads = [head for number, head in enumerate(self._heads) if claimants >> number & 1]
            self._sufficing[claimants] = max(heads) if heads and all(heads) else 0
        return self._sufficing[claimants]

    def cataloguers(self, claimants: Claimants) -> Iterable[Cataloguer]:
        """The cataloguers of a set, in the order that they were given."""
        if claimants not in self._sets:
            some = tuple(one for number, one in enumerate(self._cataloguers) if claimants >> number & 1)
            self._sets[claimants] = some
        return self._sets[claimants]

    def blocking(self, claimants: Claimants) -> bool:
        """Whether what one of them cannot read hides whole packages of the distribution."""
        return any(one.blocking for one in self.cataloguers(claimants))


class Asked(dict[bytes, bool]):
    """Whether files of a base name may be claimed outside of the folders of ``claimed_in``; remembered, for the names
    of files repeat."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __missing__(self, name: bytes) -> bool:
        found = self._index.may_claim(name.decode())
        if len(self) < _REMEMBERED:
            self[name] = found
        return found


def _endings(claimed: Sequence[str]) -> frozenset[bytes]:
    """The last bytes of what is claimed, in lower case and all of one length: who has none of them at the end of its
    name is claimed by nobody but for its folder."""
    names = [name.lower().encode() for name in claimed]
    length = min(map(len, names), default=0)
    return frozenset(name[-length:] for name in names)


def _add(index: dict[str, Claimants], keys: Iterable[str], bit: Claimants) -> None:
    for key in keys:
        index[key] = index.get(key, 0) | bit
