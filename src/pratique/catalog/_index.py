"""A path in, the cataloguers that claim it out: a few dict look-ups, however many cataloguers there are.

What a claim may say stands in ``plugins.Claim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pratique.catalog._hashes import ancestors
from pratique.plugins import Cataloguer

Claimants = int  # a set of cataloguers: bit i stands for the i-th


class Index:
    """One index for all claims. A set of claimants is a number, so that joining sets costs nothing."""

    def __init__(self, cataloguers: Sequence[Cataloguer]) -> None:
        self._cataloguers = tuple(cataloguers)
        self._paths = dict[str, Claimants]()
        self._last = set[str]()  # the base names of paths
        self._names = dict[str, Claimants]()
        self._suffixes = dict[str, Claimants]()
        self.folders = dict[str, dict[str, Claimants]]()
        self.executables: Claimants = 0
        self.databases = set[str]()  # the exact paths of those that block,
        self.above = set[str]()  # and the folders above them
        for number, cataloguer in enumerate(self._cataloguers):
            claim, bit = cataloguer.claim, 1 << number
            _add(self._paths, claim.paths, bit)
            self._last.update(path.rpartition("/")[2] for path in claim.paths)
            _add(self._names, claim.names, bit)
            _add(self._suffixes, claim.suffixes, bit)
            for folder, suffix in claim.folders:
                _add(self.folders.setdefault(folder, {}), (suffix,), bit)
            if claim.executables:
                self.executables |= bit
            if cataloguer.blocking:
                self.databases.update(claim.paths)
                for path in (*claim.paths, *(f"{folder}/" for folder, _ in claim.folders)):
                    self.above.update(ancestors(path))
        self.endings = _endings((*self._last, *self._names, *self._suffixes))

    def find(self, path: str) -> Claimants:
        """Who claims the path by its name."""
        folder, _, name = path.rpartition("/")
        found = self._names.get(name, 0)
        if name in self._last:
            found |= self._paths.get(path, 0)
        if "." in name:
            found |= self._suffixes.get(name[name.rindex(".") :].lower(), 0)
        if folder in self.folders:
            for suffix, bits in self.folders[folder].items():
                if name.endswith(suffix):
                    found |= bits
        return found

    def cataloguers(self, claimants: Claimants) -> Iterable[Cataloguer]:
        """The cataloguers of a set, in the order that they were given."""
        return (one for number, one in enumerate(self._cataloguers) if claimants >> number & 1)

    def blocking(self, claimants: Claimants) -> bool:
        """Whether what one of them cannot read hides whole packages of the distribution."""
        return any(one.blocking for one in self.cataloguers(claimants))


def _endings(claimed: Sequence[str]) -> frozenset[bytes]:
    """The last bytes of what is claimed, in lower case and all of one length: who has none of them at the end of its
    name is claimed by nobody but for its folder."""
    names = [name.lower().encode() for name in claimed]
    length = min(map(len, names), default=0)
    return frozenset(name[-length:] for name in names)


def _add(index: dict[str, Claimants], keys: Iterable[str], bit: Claimants) -> None:
    for key in keys:
        index[key] = index.get(key, 0) | bit
