"""The headers of plain files and folders with nothing special to them in; their names out, many at a time.

Most of a layer's files are of that kind: short ASCII names in folders that are known, contents that nobody asks for. An
entry for each of them costs four times what reading its header does. POSIX ustar:
https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html.
"""

from __future__ import annotations

from struct import Struct
from typing import Protocol

from isal.isal_zlib import adler32

from pratique.image.header import Checksums
from pratique.image.stream import BLOCK, Stream

_FILE, _FOLDER, _DOT = b"05."
_MOST = 4096
# name, size's digits and end, checksum, typeflag, first byte of the prefix
_COMMON = Struct("100s 24x 11s B 12x 8s B 188x B").unpack_from


class Skim(Protocol):
    """What may be passed over, and who is told of it. A file may if its folder is one of ``folders``, the last bytes of
    its name in lower case, as many as each of ``endings`` has, are none of those, and its content does not begin with
    one of ``starts`` (four bytes or fewer are no matter). A folder may if the folder above it is one of ``folders``
    and it is none of ``marked``. Names are normalised; after their last slash they are ASCII and begin with no dot."""

    folders: set[bytes]
    marked: frozenset[bytes]
    endings: frozenset[bytes]
    starts: frozenset[int]

    def pass_folder(self, name: bytes) -> None:
        """A folder was passed over; ``folders`` may have changed after that."""
        ...

    def pass_files(self, names: list[bytes]) -> None:
        """Files were passed over."""
        ...


def pass_over(stream: Stream, sums: Checksums, skim: Skim, most: int) -> int:
    """Tells ``skim`` of the next headers, at most so many, up to one that it wants handed out or that is not plain;
    there the stream stands then. The count. Raises what the stream and the checksums raise."""
    files = list[bytes]()
    try:
        return _pass_over(stream, sums, skim, files, min(most, _MOST))
    finally:
        skim.pass_files(files)


def _pass_over(stream: Stream, sums: Checksums, skim: Skim, files: list[bytes], most: int) -> int:
    """No calls in here that can be done without: they are what an entry costs."""
    folders, marked, endings, starts = skim.folders, skim.marked, skim.endings, skim.starts
    tail = -min(map(len, endings), default=1)
    count = 0
    buffer, at = stream.window()
    while count < most:
        if at + BLOCK >= len(buffer):
            buffer, at = stream.reach(at)
            if at + BLOCK >= len(buffer):
                break
        field, digits, end, checksum, flag, prefix = _COMMON(buffer, at)
        if prefix or sums[checksum] != adler32(buffer[at : at + BLOCK]) & 0xFFFF:
            break
        name = field.partition(b"\0")[0]
        if flag == _FOLDER and name[-1:] == b"/":
            name = name[:-1]
        folder, _, base = name.rpartition(b"/")
        if folder not in folders or not base or base[0] == _DOT or not base.isascii():
            break
        if flag == _FILE:
            if end or not digits.isdigit() or base[tail:].lower() in endings:
                break
            try:
                size = int(digits, 8)
            except ValueError:  # an 8 or a 9
                break
            if buffer[at + BLOCK] in starts and size > 4:
                break
            files.append(name)
            at += size + -size % BLOCK
        elif flag == _FOLDER and name not in marked:
            skim.pass_folder(name)
        else:
            break
        at += BLOCK
        count += 1
    stream.move(buffer, at)
    return count
