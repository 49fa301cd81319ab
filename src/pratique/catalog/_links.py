"""The links of a layer in; which file each of them is, out.

A tar stores a file once and then names it (POSIX ustar, typeflag 1); in a layer the name may also be a lower layer's.
"""

from __future__ import annotations

import posixpath

import msgspec

from pratique.catalog._hashes import number, numbers
from pratique.catalog._index import Claimants
from pratique.limits import Limits
from pratique.model import Channel, Distro, Fact, Functions, Package, Problem


class Links:
    """What is known of a layer's hard links. ``waiting`` are those that cannot be answered before the layer's end: the
    link, the file, and who claims the link; ``lower`` those that turned out to name a lower layer's file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._origins = dict[str, str]()
        self._claimants = dict[str, Claimants]()
        self._count = 0
        self.waiting = list[tuple[str, str, Claimants]]()
        self.lower = dict[str, str]()

    def __len__(self) -> int:
        """How many links there were, those past the bound included."""
        return self._count

    def add(self, path: str, target: str) -> str | None:
        """The file that a link names, through links before it; None past ``limits.hard_links``."""
        self._count += 1
        if self._count > self._limits.hard_links:
            return None
        origin = self._origins[path] = self._origins.get(target, target)
        return origin

    def wait(self, path: str, origin: str, claimants: Claimants) -> None:
        """Leaves a link for the end of the layer."""
        self.waiting.append((path, origin, claimants))

    def parsed(self, path: str, claimants: Claimants) -> None:
        """A file was read by these cataloguers."""
        self._claimants[path] = claimants

    def claimants(self, path: str) -> Claimants:
        """Those who read the file; none if nobody did."""
        return self._claimants.get(path, 0)

    def held(self, plain: bytearray) -> set[str]:
        """Those of the waiting links' files that the layer holds, whose paths' hashes are ``plain``."""
        wanted = {number(origin): origin for _, origin, _ in self.waiting}
        return {wanted[found] for found in numbers(plain) if found in wanted} if wanted else set()


def renamed(fact: Fact, old: str, new: str) -> Fact:
    """What a file says, said of another name of it."""
    if isinstance(fact, Package | Distro | Channel | Functions):
        told = fact.path == old or fact.path.startswith(f"{old}!/")
        return msgspec.structs.replace(fact, path=new + fact.path[len(old) :]) if told else fact
    if isinstance(fact, Problem) and fact.where == old:
        return msgspec.structs.replace(fact, where=new)
    return fact


def resolved(path: str, target: str) -> str:
    """Where a symbolic link at ``path`` points, or a name in a file there: by names alone, "" for the root and
    what is above it."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(path), target)).lstrip("/")
