"""The description of a pack of SWI-Prolog in, the pack out: https://www.swi-prolog.org/pldoc/man?section=packs.

``pack.pl`` holds facts (``name(func).``, ``version('0.4.2').``); they are found as text, and never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._lock import Left
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_NAME = "pack.pl"
_INSTALLED = re.compile(r"(?:^|/)(?:swi-prolog|swipl|swi-pl)/(?:lib/)?pack/[^/]+/pack\.pl$")
_FACT = re.compile(r"^[ \t]*(name|version|author|packager)\(\s*(?:'([^'\n]{1,200})'|([a-z]\w{0,200}))", re.MULTILINE)
_VERSION = re.compile(r"\d[\w.]*")


def parse(file: File) -> Iterable[Fact]:
    """The pack; installed where the file lies in SWI-Prolog's folder of packs. Raises ``Unreadable`` there, if it tells
    no name or version, and ``LimitExceeded``."""
    if file.size > DEFAULT.stanza:
        raise LimitExceeded(f"{_NAME} of {file.size} bytes; limits.stanza is {DEFAULT.stanza}")
    said = dict[str, str]()
    for field, quoted, plain in _FACT.findall(file.read().decode("utf-8", "replace")):
        said.setdefault(field, quoted or plain)
    is_installed = _INSTALLED.search(file.path) is not None
    name, version = said.get("name", ""), said.get("version", "")
    if Left().out(name, version) or not _VERSION.fullmatch(version):
        if is_installed:
            raise Unreadable(f"pack of SWI-Prolog without name or version: {name!r} {version!r}")
        return ()
    vendor = said.get("author", said.get("packager", ""))
    return (Package("swiplpack", name, version, vendor=vendor, path=file.path, declared=not is_installed),)


CATALOGUER = Cataloguer("swipl-pack", 1, Claim(names=(_NAME,)), parse)
