"""The RECORD of an installed Python distribution in, those of its files that can be programs or libraries out.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file: lines of CSV whose
first field is a path, absolute or relative to the folder that holds the ``.dist-info``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._links import resolved
from pratique.model import Fact, Owns
from pratique.plugins import Cataloguer, Claim, File

_FOLDER = ".dist-info"
# A line's path if it ends as shared libraries and programs do, or its file has no ending at all.
_PROGRAM = re.compile(
    rb'^"?([^",\n]*(?:\.so[0-9.]*|\.dylib|\.pyd|\.dll|\.exe|/[^./",\n]+|^[^./",\n]+))"?,', re.MULTILINE
)


def parse(file: File) -> Iterator[Fact]:
    """``Owns`` of type ``pypi``; nothing for a file of that name elsewhere, or where there is no such path. Raises
    ``LimitExceeded``."""
    folder = file.path.rpartition("/")[0]
    label = folder.rpartition("/")[2]
    if not label.endswith(_FOLDER):
        return
    some = _PROGRAM.findall(_others(file.read()))
    paths = {resolved(folder, found.decode("utf-8", "backslashreplace")) for found in some}
    paths.discard("")
    if paths:
        yield Owns(label.removesuffix(_FOLDER).partition("-")[0], tuple(sorted(paths)), "pypi")


def _others(data: bytes) -> bytes:
    """The lines without those of sources, which are most: the pattern takes twice as long over all of them."""
    lines = data.split(b"\n")
    return b"\n".join([line for line in lines if b".py,sha256=" not in line and b".pyc,," not in line])


CATALOGUER = Cataloguer("python-record", 1, Claim(names=("RECORD",)), parse)
