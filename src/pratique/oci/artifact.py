"""A place in (``[oci:[//]]REFERENCE``, ``oci-archive:FILE``, ``oci:FOLDER``), the artifact's manifest and blobs out.

OCI image specification, image-layout.md; the names of places are those of containers-transports(5):
https://github.com/containers/image/blob/main/docs/containers-transports.5.md
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Protocol

from pratique.errors import NotFound, Unreadable
from pratique.limits import Limits
from pratique.oci import tarindex
from pratique.oci.documents import Descriptor
from pratique.oci.files import Archive, Files, Folder, Member, open_range
from pratique.oci.layout import Layout
from pratique.oci.options import Options
from pratique.oci.reference import parse

FILE, FOLDER, REGISTRY = "oci-archive:", "oci:", "oci://"


class Source(Protocol):
    """An artifact's manifest and blobs, in a registry or in a layout."""

    def stated(self) -> str:
        """The manifest's digest as far as it is known without reading it, "" where it is not."""
        ...

    def root(self) -> Descriptor:
        """The manifest's descriptor; the manifest itself is verified when it is read."""
        ...

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """A blob or manifest, verified. Raises ``Unreadable``, ``LimitExceeded``, ``NotFound``, ``NetworkError``."""
        ...

    def resume(self, descriptor: Descriptor, position: int) -> io.BufferedReader:
        """A blob's bytes from there on, not verified; there may be more behind them."""
        ...


class LayoutSource:
    """The artifact of a certain type in an OCI layout, a folder or a tar file."""

    def __init__(self, files: Files, where: str, artifact_type: str, limits: Limits) -> None:
        self._files, self._layout = files, Layout(files, where)
        index = self._layout.index(limits)
        found = [each for each in index.manifests if each.artifact_type == artifact_type]
        found = found or list(index.manifests)  # older tools leave the type out when they copy
        if len(found) != 1:
            raise NotFound(f"{where!r} holds {len(found)} artifacts, where one is looked for")
        self._root = found[0]

    def stated(self) -> str:
        """As ``Source`` says."""
        return self._root.digest

    def root(self) -> Descriptor:
        """As ``Source`` says."""
        return self._root

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """As ``Source`` says."""
        return self._layout.read(descriptor, limit)

    def resume(self, descriptor: Descriptor, position: int) -> io.BufferedReader:
        """As ``Source`` says."""
        member = self.member(descriptor.digest)
        stream = Path(member.path).open("rb")  # noqa: SIM115 - who asked for it closes it
        stream.seek(member.offset + position)
        return stream

    def member(self, digest: str) -> Member:
        """Where the blob lies on disk. Raises ``Unreadable`` where there is none."""
        found = self._files.find("blobs/" + digest.replace(":", "/"))
        if found is None:
            raise Unreadable(f"the blob {digest} is missing")
        return found


def is_file(place: str) -> bool:
    """Whether the place is a layout on disk; what follows ``oci:`` may be a reference too."""
    path = place.removeprefix(FOLDER)
    return place.startswith(FILE) or (
        place.startswith(FOLDER)
        and not place.startswith(REGISTRY)
        and (path.startswith(("/", "./", "../")) or (path != "" and Path(path).exists()))
    )


def bare(place: str) -> str:
    """A place in a registry as a reference is written."""
    return place.removeprefix(FOLDER).removeprefix("//")


def open_layout(place: str, artifact_type: str, limits: Limits) -> LayoutSource:
    """The artifact in a layout. Raises ``NotFound``, ``Unreadable``, ``LimitExceeded``."""
    text = place.removeprefix(FILE).removeprefix(FOLDER)
    path = Path(text)
    if path.is_dir():
        return LayoutSource(Folder(path), text, artifact_type, limits)
    if not path.exists():
        raise NotFound(f"{text!r}: there is no such file or folder")
    size = path.stat().st_size
    with contextlib.closing(open_range(text, 0, size)) as stream:
        members = tarindex.index(stream, text, size, limits)
    return LayoutSource(Archive(members, limits), text, artifact_type, limits)


def source(place: str, artifact_type: str, options: Options, limits: Limits) -> Source:
    """The artifact at a place. Raises ``UsageError`` for what is none, ``NotFound``, ``Unreadable``."""
    if is_file(place):
        return open_layout(place, artifact_type, limits)
    from pratique.oci.registry import Repository  # what the network takes to import, a file does not pay
    from pratique.oci.session import Session

    reference = parse(bare(place))
    return Repository(Session(options, limits), reference, limits)
