"""A published file in, its bytes out, inflated as its first bytes say (RFC 1952, bzip2, xz), within the limits.

What every reader of this folder needs of its files: their bytes, and whether anything could be read of them at all.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from isal import igzip

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.vuln.bulletin import Bulletin, Unread

CHUNK = 1 << 18  # bytes
_MAGIC = 6


def chunks(path: Path, limits: Limits) -> Iterator[bytes]:
    """The bytes of a file, inflated. Raises ``Unreadable`` for one that cannot be read or ends early and
    ``LimitExceeded`` past ``feed_file``, after what came before."""
    left = limits.feed_file
    try:
        with _open(path) as file:
            while chunk := file.read(min(CHUNK, left + 1)):
                if len(chunk) > left:
                    raise LimitExceeded(f"it holds more than feed_file, {limits.feed_file} bytes")
                left -= len(chunk)
                yield chunk
    except (EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise Unreadable(f"it is damaged: {error}") from error
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror or error}") from error


def whole(path: Path, limits: Limits) -> bytearray:
    """All bytes of a file, held once. Raises as ``chunks``."""
    gathered = bytearray()
    for chunk in chunks(path, limits):
        gathered += chunk
    return gathered


def files(folder: Path, *suffixes: str) -> tuple[Path, ...]:
    """The regular files directly in a folder whose names end so, sorted; none where there is no folder."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if path.name.endswith(suffixes) and path.is_file()))


def demand(found: Iterable[Bulletin | Unread], what: str) -> Iterator[Bulletin | Unread]:
    """All that was found. Raises ``Unreadable`` at the end where not one record was among it."""
    first: Unread | None = None
    records = False
    for each in found:
        if isinstance(each, Unread):
            first = first or each
        else:
            records = True
        yield each
    if not records:
        why = f"{first.where}: {first.why}" if first else "it holds no record"
        raise Unreadable(f"nothing of {what} could be read: {why}")


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        magic = file.read(_MAGIC)
    if magic.startswith(b"\x1f\x8b"):
        opened: IO[bytes] = igzip.open(path, "rb")  # type: ignore[no-untyped-call]
        return opened
    if magic.startswith(b"BZh"):
        return bz2.open(path, "rb")
    if magic.startswith(b"\xfd7zXZ\0"):
        return lzma.open(path, "rb")
    return path.open("rb")
