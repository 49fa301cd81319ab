"""The headers of plain files and folders with nothing special to them in; their names out, many at a time, and the
contents of those that somebody wants.

Most of a layer's files are of that kind: short ASCII names in folders that are known, contents that nobody asks for. An
entry for each of them costs four times what reading its header does. POSIX ustar:
https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html.
"""

from __future__ import annotations

from struct import Struct
from typing import Protocol

from isal.isal_zlib import adler32

from pratique.image.header import Checksums, Modes
from pratique.image.stream import BLOCK, Stream

_FILE, _FOLDER, _DOT = b"05."
_SPECIAL = frozenset((b".", b"..", b".wh."))  # the first four bytes
_MOST = 4096
_OCTAL = b"01234567"
# name, size's digits and end, checksum, typeflag, first byte of the prefix
_COMMON = Struct("100s 24x 11s B 12x 8s B 188x B").unpack_from


class Skim(Protocol):
    """What need not be handed out, and who is told of it: files and folders of plain names in one of ``folders``. Names
    are normalised; after their last slash they are ASCII and neither special nor whiteouts.

    A file is wanted if its folder's value is true; if the last bytes of its name in lower case, as many as each of
    ``endings`` has, are one of those and ``wanted`` is true of the name; or if its content begins with one of
    ``starts`` (four bytes or fewer are no matter). It is read, if it has at most ``most`` bytes and all of them are
    there, else handed out. A folder is handed out if it is one of ``marked``."""

    folders: dict[bytes, bool]
    marked: frozenset[bytes]
    endings: frozenset[bytes]
    wanted: dict[bytes, bool]
    starts: frozenset[int]
    most: int

    def pass_folder(self, name: bytes) -> None:
        """A folder was passed over; ``folders`` may have changed after that."""
        ...

    def pass_files(self, names: list[bytes]) -> None:
        """Files were passed over."""
        ...

    def read_file(self, name: bytes, mode: int, body: bytes) -> None:
        """A file that is wanted. All that came before it has been told."""
        ...


def pass_over(stream: Stream, sums: Checksums, modes: Modes, skim: Skim, most: int) -> int:
    """Tells ``skim`` of the next headers, at most so many, up to one that must be handed out or that is not plain;
    there the stream stands then. The count. Raises what the stream, the checksums and the modes raise."""
    files: list[bytes] = []
    try:
        return _pass_over(stream, sums, modes, skim, files, min(most, _MOST))
    finally:
        skim.pass_files(files)


def _pass_over(stream: Stream, sums: Checksums, modes: Modes, skim: Skim, files: list[bytes], most: int) -> int:
    """No calls in here that can be done without: they are what an entry costs."""
    folders, marked, endings, wanted, starts = skim.folders, skim.marked, skim.endings, skim.wanted, skim.starts
    tail = -min(map(len, endings), default=1)
    (buffer, at), count = stream.window(), 0
    while count < most:
        if at + BLOCK >= len(buffer):
            buffer, at = stream.reach(at)
        body = at + BLOCK
        if body >= len(buffer):
            break
        field, digits, end, checksum, flag, prefix = _COMMON(buffer, at)
        if prefix or sums[checksum] != adler32(buffer[at:body]) & 0xFFFF:
            break
        name = field.partition(b"\0")[0]
        if flag == _FOLDER and name[-1:] == b"/":
            name = name[:-1]
        folder, _, base = name.rpartition(b"/")
        everything = folders.get(folder)
        if everything is None or not base or not base.isascii() or (base[0] == _DOT and base[:4] in _SPECIAL):
            break
        if flag == _FILE:
            if end or digits.strip(_OCTAL):
                break
            size = int(digits, 8)
            if everything or (base[tail:].lower() in endings and wanted[base]) or (buffer[body] in starts and size > 4):
                if size > skim.most or body + size > len(buffer):
                    break
                _hand_out(skim, files, name, modes[buffer[at + 100 : at + 108]], buffer[body : body + size])
            else:
                files.append(name)
            at = body + size + -size % BLOCK
        elif flag == _FOLDER and name not in marked:
            skim.pass_folder(name)
            at = body
        else:
            break
        count += 1
    stream.move(buffer, at)
    return count


def _hand_out(skim: Skim, files: list[bytes], name: bytes, mode: int, body: bytes) -> None:
    """A file that is wanted, after those that were passed over before it."""
    skim.pass_files(files)
    files.clear()
    skim.read_file(name, mode, body)
