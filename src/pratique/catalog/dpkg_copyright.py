"""The copyright file of a Debian package in, its licences out:
https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ where it has paragraphs of that form, else by the
texts in ``/usr/share/common-licenses`` that it refers to (https://www.debian.org/doc/debian-policy/ch-docs.html#copyright-information).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Fact, Licence
from pratique.plugins import Cataloguer, Claim, File

_PLACE = re.compile(r"usr/share/doc/([^/]+)/copyright")
_COMMON = re.compile(rb"/usr/share/common-licenses/([A-Za-z0-9][A-Za-z0-9.+-]*)")
_MOST = 1000  # licences of one package


def parse(file: File) -> Iterator[Fact]:
    """One ``Licence``, with the names as they stand there; nothing where none is named or the file lies elsewhere."""
    place = _PLACE.fullmatch(file.path)
    if place is None:
        return
    if file.size > DEFAULT.stanza:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.stanza is {DEFAULT.stanza}")
    text = file.read()
    names = dict.fromkeys(_of_files(text)) or dict.fromkeys(name.rstrip(b".") for name in _COMMON.findall(text))
    if names:
        yield Licence("deb", place[1], tuple([name.decode("utf-8", "replace") for name in list(names)[:_MOST]]))


def _of_files(text: bytes) -> Iterator[bytes]:
    """The short names in the paragraphs that begin with ``Files``: what other paragraphs say is their texts."""
    at = text.find(b"\nLicense:")
    while at >= 0:
        blank = text.rfind(b"\n\n", 0, at + 1)
        end = text.find(b"\n", at + 9)
        if text.startswith(b"Files:", blank + 2 if blank >= 0 else 0):
            name = text[at + 9 : end if end >= 0 else len(text)].strip()
            if name:
                yield name
        at = text.find(b"\nLicense:", at + 9)


CATALOGUER = Cataloguer("dpkg-copyright", 1, Claim(names=("copyright",)), parse)
