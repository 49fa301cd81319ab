"""A ``Layer`` in; its entries, and at their end the digest over the bytes that were read, out.

OCI image-spec: https://github.com/opencontainers/image-spec/blob/main/layer.md and descriptor.md, "Verification".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import BinaryIO

from pratique.errors import DigestMismatch, Unreadable
from pratique.image.decompress import Blob
from pratique.image.entry import Entry
from pratique.image.folder import read_folder
from pratique.image.skim import Skim
from pratique.image.tar import read_tar
from pratique.limits import Limits
from pratique.model import Layer, Problem

Told = Callable[[int], None]


def _silent(read: int) -> None:
    pass


class LayerReader:
    """Reads one layer once: iterate, then ask ``finish()``. Use it as a context manager: it closes the layer's stream.

    ``told`` is called now and then with the bytes of the blob that have been read. ``problems`` are what a folder could
    not list.
    """

    def __init__(self, layer: Layer, limits: Limits, told: Told = _silent) -> None:
        self._layer = layer
        self._limits = limits
        self._told = told
        self._stream: BinaryIO | None = None
        self._blob: Blob | None = None
        # Where nothing but the config tells which layer this is, the uncompressed bytes are hashed too.
        self._inflated = hashlib.sha256() if layer.diff_id and not layer.digest else None
        self._whole = False
        self.problems = list[Problem]()

    def __enter__(self) -> LayerReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def __iter__(self) -> Iterator[Entry]:
        """The entries. Raises ``Unreadable`` and its like for a blob that is corrupt, breaks off or passes a bound;
        ``finish()`` can be asked after that too."""
        return self._entries(None)

    def skimmed(self, skim: Skim) -> Iterator[Entry]:
        """The entries but those that ``skim`` is told of, as ``read_tar`` has it; a folder's are all handed out."""
        return self._entries(skim)

    def _entries(self, skim: Skim | None) -> Iterator[Entry]:
        if self._layer.folder:
            yield from read_folder(self._layer.folder, self._limits, self.problems.append)
            return
        chunks = self._chunks()
        yield from read_tar(chunks, self._limits, skim)
        for _ in chunks:  # what follows the end of the tar is read for the checksums' sake
            pass
        self._whole = True

    def _chunks(self) -> Iterator[bytes]:
        if self._layer.open is None:
            raise Unreadable(f"layer {self._layer.index} has neither a blob nor a folder")
        self._stream = self._layer.open()
        blob = self._blob = Blob(self._stream, self._limits)
        for chunk in blob.chunks():
            if self._inflated is not None and blob.compression:
                self._inflated.update(chunk)
            yield chunk
            self._told(blob.size)

    @property
    def size(self) -> int:
        """Bytes of the blob read so far; 0 for a folder."""
        return self._blob.size if self._blob else 0

    def finish(self) -> str:
        """The digest over the blob, "" for a folder. Raises ``DigestMismatch`` when it is not the layer's: then nothing
        that the entries said may be used."""
        layer, blob = self._layer, self._blob
        if layer.folder or blob is None:
            return ""
        digest = blob.drain()
        if layer.digest and digest != layer.digest:
            raise DigestMismatch(f"the layer's bytes have the digest {digest}, not {layer.digest!r}")
        plain = digest if not blob.compression else self._inflated_digest()
        if layer.diff_id and plain and plain != layer.diff_id:
            raise DigestMismatch(f"the layer's tar has the digest {plain}, but the config says {layer.diff_id!r}")
        return digest

    def _inflated_digest(self) -> str:
        """The digest over all that came out of the blob, "" where it was not asked for, or not all was read."""
        return f"sha256:{self._inflated.hexdigest()}" if self._inflated is not None and self._whole else ""
