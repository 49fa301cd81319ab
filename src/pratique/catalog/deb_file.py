"""A package file of dpkg or opkg that lies in the image in, the package that it would install out:
https://manpages.debian.org/deb (``debian-binary``, ``control.tar``, ``data.tar``),
https://git.yoctoproject.org/opkg/tree/libopkg/pkg_extract.c (the same within a tar instead of an ar).

Nothing shows that it was installed: the package is ``declared``. Of ``data.tar`` nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._members import AR, ar_members, tar_files
from pratique.catalog._packed import head
from pratique.catalog.dpkg import package_of
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_HEAD = 16 << 20  # bytes: the control file comes before the files, but in an .ipk
_NEAR = 8 << 10  # bytes of control.tar that mostly hold it: measured, a quarter faster than twice as many
_KINDS = {"deb": "deb", "udeb": "deb", "ipk": "opkg"}


def parse(file: File) -> Iterator[Fact]:
    """One ``Package``. Raises ``Unreadable`` for what is no such file."""
    with file.open() as stream:
        if stream.read(len(AR)) == AR:
            stream.seek(0)
            text = _control(ar_members(stream))
        else:
            stream.seek(0)
            text = _control(tar_files(head(stream.read(_HEAD), DEFAULT.text)))
    found = package_of(text, file.path)
    if not isinstance(found, Package):
        raise Unreadable(f"the control file of {file.path!r} is of no package: {found}")
    kind = _KINDS.get(file.path.rpartition(".")[2].lower(), "deb")
    yield msgspec.structs.replace(found, type=kind, declared=True)


def _control(members: Iterable[tuple[str, bytes]]) -> str:
    for name, data in members:
        if name.startswith("control.tar"):
            for most in (_NEAR, DEFAULT.text):  # lists of checksums behind it may be long
                for inner, text in tar_files(head(data, most)):
                    if inner == "control":
                        return text.decode("utf-8", "replace").rstrip("\n")
    raise Unreadable("no control file in it")


CATALOGUER = Cataloguer("deb-file", 1, Claim(suffixes=(".deb", ".udeb", ".ipk"), head=_HEAD), parse)
