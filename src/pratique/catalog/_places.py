"""The paths of a layer's entries in, in order; where an engine puts each of them, out.

Within a layer engines follow a link that came before in the same tar. Below a link of a lower layer they differ, for
nothing says it (OCI image-spec, https://github.com/opencontainers/image-spec/blob/main/layer.md): those with an overlay
unpack into an empty folder, so that a folder takes the link's place; those with one tree follow the link.
``docs/adr/0007-links-between-layers.md`` holds what each of them did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from pratique.catalog._file import Body, Entry
from pratique.catalog._hashes import ancestors, number, numbers
from pratique.limits import Limits
from pratique.model import Kind, LayerFacts, Problem

_EXAMPLES = 3


class _Moved(msgspec.Struct, frozen=True):
    """An entry that is put elsewhere than its name says."""

    path: str
    kind: Kind
    mode: int
    size: int
    target: str
    body: Body


def moved(entry: Entry, path: str) -> Entry:
    """The entry under another path."""
    return _Moved(path, entry.kind, entry.mode, entry.size, entry.target, entry.body)


class Places:
    """The folders and symbolic links of a layer so far. ``folder`` is one whose entries are where they say; for an
    entry of any other one ``enter`` must be asked. ``implied`` are folders that hold entries and were not named first.
    """

    def __init__(self, limits: Limits) -> None:
        self.folder: str | None = ""
        self.implied = list[str]()
        self.problems = list[Problem]()
        self._limits = limits
        self._folders = {""}
        self._links = dict[str, str]()
        self._left = limits.symlink_steps
        self._lost = False

    def enter(self, path: str) -> str:
        """Where the entry of this path is put."""
        folder, _, name = path.rpartition("/")
        if folder in self._folders or self._lost:
            self.folder = folder
            return path
        place = self._resolved(folder)
        if place == folder:
            self.folder = folder
            return path
        self.folder = None  # the next entry of the same folder is elsewhere too
        return f"{place}/{name}" if place else name

    def add_folder(self, path: str) -> None:
        """An entry that is a folder: it takes the place of a link."""
        self._links.pop(path, None)
        self._folders.add(path)
        self._bound(path)

    def add_link(self, path: str, target: str) -> None:
        """An entry that is a symbolic link."""
        if path in self._folders:
            self._lose(path, "is a symbolic link in the place of a folder that this layer has filled")
        self._links[path] = target
        self.folder = None
        self._bound(path)

    def _resolved(self, folder: str) -> str:
        """The folder with the links of this layer followed, as the kernel does below a root of its own."""
        place, hops = "", 0
        parts = folder.split("/")[::-1]
        while parts:
            part = parts.pop()
            if part in ("", "."):
                continue
            if part == "..":
                place = place.rpartition("/")[0]
                continue
            step = f"{place}/{part}" if place else part
            if step not in self._links:
                place = step
                self._imply(step)
                continue
            target = self._links[step]
            more = target.split("/")[::-1]
            hops += 1
            self._left -= len(more) + len(parts)
            if hops > self._limits.symlink_hops or self._left < 0:
                self._lose(folder, "lies below more symbolic links than limits.symlink_hops or symlink_steps")
                return folder
            if target.startswith("/"):
                place = ""
            parts += more
        return place

    def _imply(self, folder: str) -> None:
        if folder not in self._folders:
            self._folders.add(folder)
            self.implied.append(folder)
            self._bound(folder)

    def _bound(self, path: str) -> None:
        if len(self._folders) + len(self._links) > self._limits.folders:
            self._lose(path, f"more folders and symbolic links than limits.folders = {self._limits.folders}")

    def _lose(self, path: str, what: str) -> None:
        """From here on we do not know where entries are put."""
        if not self._lost:
            self._lost = True
            self.problems.append(
                Problem(path, f"{what}; where the entries after it belong is not known", blocking=True)
            )


def astray(layers: Sequence[LayerFacts | None]) -> Iterator[Problem]:
    """A problem for each layer that has entries below what a lower layer has as a link or a file, and does not name the
    folder that it should be: engines differ on where they go."""
    for index, layer in enumerate(layers):
        found = sorted(_below_no_folder(layer.implied, layers[:index])) if layer and layer.implied else []
        if found:
            names = ", ".join(map(repr, found[:_EXAMPLES]))
            more = f" and {len(found) - _EXAMPLES} more" if len(found) > _EXAMPLES else ""
            what = (
                f"has entries below {names}{more}, which a lower layer has as a link or a file: some engines put them"
                " where the link leads, others put a folder in its place"
            )
            hint = "build the layer again so that it names the folders it writes to"
            yield Problem(found[0], what, blocking=True, layer=index, hint=hint)


def _below_no_folder(folders: Sequence[str], lower: Sequence[LayerFacts | None]) -> Iterator[str]:
    """Those of the folders that are something else in the layers below: the uppermost one that speaks of it decides."""
    asked = {number(folder): folder for folder in folders}
    for layer in reversed(lower):
        if layer is None or not asked:
            continue
        for found in numbers(layer.plain):
            if found in asked:
                yield asked.pop(found)
        for found in numbers(layer.folders):
            asked.pop(found, None)
        gone = {*layer.removed, *layer.opaque}
        if gone:
            asked = {key: path for key, path in asked.items() if not _gone(path, layer, gone)}


def _gone(path: str, layer: LayerFacts, gone: set[str]) -> bool:
    """Whether the layer takes the path away, or a folder above it, or all that is in one."""
    return "" in gone or path in layer.removed or not gone.isdisjoint(ancestors(path))
