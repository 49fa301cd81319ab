"""A package file of opkg that lies in the image in, the package that it would install out:
https://git.yoctoproject.org/opkg/tree/libopkg/pkg_extract.c (as dpkg's, or within a tar instead of an ar).

Nothing shows that it was installed: the package is ``declared``. Of ``data.tar`` nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._members import AR, ar_members, tar_files
from pratique.catalog._packed import head
from pratique.catalog.deb_file import package_in
from pratique.limits import DEFAULT
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_HEAD = 16 << 20  # bytes: the control file may come behind the files


def parse(file: File) -> Iterator[Fact]:
    """One ``Package``. Raises ``Unreadable`` for what is no such file."""
    with file.open() as stream:
        data = stream.read(_HEAD)
        stream.seek(0)
        tar = not data.startswith(AR)
        members = tar_files(head(data, DEFAULT.text)) if tar else ar_members(stream, file.size)
        yield package_in(members, file.path, "opkg")


CATALOGUER = Cataloguer("ipk-file", 1, Claim(suffixes=(".ipk",), head=_HEAD), parse)
