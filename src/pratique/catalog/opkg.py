"""A file of opkg's database in, the packages of OpenWrt and of Yocto that are there and their files out:
https://openwrt.org/docs/guide-user/additional-software/opkg, https://git.yoctoproject.org/opkg/tree/libopkg
(pkg_parse.c: fields; opkg_conf.c: ``lib/opkg/status``, ``lib/opkg/info``).

``status`` tells what is installed, ``info/NAME.control`` its licence and source, ``info/NAME.list`` its files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._damage import Damage
from pratique.catalog._relations import names
from pratique.catalog._stanzas import stanzas
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_FIELD = re.compile(
    r"^(Package|Status|Version|SourceName|Architecture|Maintainer|Depends|License)[ \t]*:([^\n]*)", re.MULTILINE
)
_ABSENT = frozenset(("not-installed", "config-files"))


def parse(file: File) -> Iterator[Fact]:
    """Packages that are there, or one ``Owns``. Stanzas without name or version are a ``Problem``; a file in which no
    stanza makes sense raises ``Unreadable``."""
    if file.size > DEFAULT.file_list:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.file_list is {DEFAULT.file_list}")
    text = file.read().decode("utf-8", "replace")
    if file.path.endswith(".list"):
        yield from _owned(file.path, text)
        return
    packages, damage = 0, Damage()
    for stanza in stanzas(text):
        fields = {name: value.strip() for name, value in _FIELD.findall(stanza)}
        if fields.get("Status", "").rpartition(" ")[2] in _ABSENT:
            continue
        if not fields.get("Package") or not fields.get("Version"):
            damage.add(f"no Package or no Version: {stanza[:80]!r}")
            continue
        packages += 1
        yield _package(fields, file.path)
    if damage.count and not packages:
        raise Unreadable(f"no package in {file.path!r}: {damage.first}")
    if damage.count:
        yield Problem(
            file.path, f"{damage.count} stanzas of {file.path!r} are no package: {damage.first}", blocking=True
        )


def _package(fields: dict[str, str], path: str) -> Package:
    licence = fields.get("License", "")
    return Package(
        type="opkg",
        name=fields["Package"],
        version=fields["Version"],
        arch=fields.get("Architecture", ""),
        source_name=fields.get("SourceName", ""),
        licences=(licence,) if licence else (),
        vendor=fields.get("Maintainer", ""),
        path=path,
        depends=names(fields.get("Depends", "")),
    )


def _owned(path: str, text: str) -> Iterator[Fact]:
    """A path a line; Yocto's opkg writes mode and link behind it, parted by tabs."""
    paths = tuple([line.partition("\t")[0].lstrip("/") for line in text.split("\n") if line.startswith("/")])
    if paths:
        yield Owns(path.rpartition("/")[2].removesuffix(".list"), paths, "opkg")


CATALOGUER = Cataloguer(
    "opkg",
    1,
    Claim(below=(("lib/opkg", 0, "status"), ("lib/opkg/info", 0, ".control"), ("lib/opkg/info", 0, ".list"))),
    parse,
    blocking=True,
)
