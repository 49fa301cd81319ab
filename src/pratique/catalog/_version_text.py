"""A file and a text of a classifier in, the version that stands there out, found in bounded pieces of the file."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from pratique.catalog._classifier import Text
from pratique.catalog._executable import Executable
from pratique.catalog._regions import Region
from pratique.limits import DEFAULT, MIB

_PIECE = MIB
_MOST_MARKS = 10_000  # a file with more of them than this was made so
_TEXTS = b".rodata"  # where compilers put texts in an ELF file; others have them in several places


def find_version(stream: BinaryIO, size: int, program: Executable | None, text: Text, names: Mapping[str, str]) -> str:
    """The version, "" where the text is not there. ``names`` are the groups of the file's name."""
    mark = _filled(text.mark, names)
    pattern = _compiled(_filled(text.pattern, {name: re.escape(value) for name, value in names.items()}))
    for region in _regions(program, size):
        versions = dict.fromkeys(found["version"] for found in _search(stream, region, mark, pattern, text))
        version = next(iter(versions), b"")
        if text.alone and version:
            version = _alone(stream, size, version)
        if version:
            return version.decode("ascii", "replace") if len(versions) == 1 else ""
    return ""


def holds(stream: BinaryIO, size: int, text: bytes) -> bool:
    """Whether the text stands anywhere in the file."""
    pattern = _compiled(re.escape(text))
    return any(True for _ in _search(stream, Region(0, 0, size), text, pattern, Text(text, b"", 0)))


def _regions(program: Executable | None, size: int) -> Iterable[Region]:
    """Where to look: at texts, then at variables, then everywhere unless the file is large."""
    texts = program.section(_TEXTS) if program is not None else None
    if program is None or texts is None:
        yield Region(0, 0, size)
        return
    yield texts
    yield from program.data()
    if size <= DEFAULT.in_memory:
        yield Region(0, 0, size)


def _search(
    stream: BinaryIO, region: Region, mark: bytes, pattern: re.Pattern[bytes], text: Text
) -> Iterator[re.Match[bytes]]:
    """The first match around a mark, or all of them."""
    reach, marks = text.reach, 0
    for data, low, end, high in _pieces(stream, region, reach, len(mark)):
        at = data.find(mark, low, end)
        while at >= 0:
            stop = min(at + len(mark) + reach, high)
            found = pattern.match(data, at, stop) if text.only else pattern.search(data, max(low, at - reach), stop)
            if found is not None:
                yield found
            marks += 1
            if marks == _MOST_MARKS or (found is not None and not text.only):
                return
            at = data.find(mark, at + 1, end)


def _pieces(stream: BinaryIO, region: Region, reach: int, length: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Bytes; where in them the region begins, marks of ``length`` end, and the region ends. A mark nearer to the end of
    a piece than ``reach`` is one of the next piece. What is in memory is one, uncopied."""
    if isinstance(stream, io.BytesIO):
        data = stream.getvalue()
        end = min(region.offset + region.size, len(data))
        yield data, region.offset, end, end
        return
    stream.seek(region.offset)
    keep = reach + length + reach
    data, left = b"", region.size
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)
        data = data[-keep:] + piece
        yield data, 0, len(data) - reach if left > 0 else len(data), len(data)


def _alone(stream: BinaryIO, size: int, text: bytes) -> bytes:
    """The longest beginning of a version that stands between zero bytes somewhere."""
    for end in range(len(text), text.rindex(b".") + 1, -1):
        if holds(stream, size, b"\0" + text[:end] + b"\0"):
            return text[:end]
    return b""


def _filled(text: bytes, names: Mapping[str, str]) -> bytes:
    for name, value in names.items():
        text = text.replace(b"{%s}" % name.encode(), value.encode())
    return text


@functools.lru_cache(maxsize=512)
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)
