"""The list of installed packages that Composer 2 has PHP read in, the packages out; the PHP in it is not executed.

``vendor/composer/installed.php`` is an array of literals (https://getcomposer.org/doc/07-runtime.md#installed-versions).
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.catalog._brackets import PHP, Node, inside, members, read, text
from pratique.catalog._lock import Left, once
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_OPENS = b"<?php return "


def parse(file: File) -> Iterable[Fact]:
    """The packages but the project itself. Raises ``Unreadable`` for what Composer does not write."""
    data = file.read()
    if not data.startswith(_OPENS):
        raise Unreadable("list of Composer's packages that returns no array")
    nodes = read(data[len(_OPENS) :], PHP)
    said = dict(members(inside(nodes[1] if text(nodes[0]) == "array" else nodes[0]), "=>")) if len(nodes) > 1 else {}
    if "versions" not in said:
        raise Unreadable("list of Composer's packages without versions")
    return once(_packages(said, file.path))


def _packages(said: dict[str, Node], path: str) -> Iterable[Fact]:
    left = Left()
    root = text(dict(members(inside(said.get("root")), "=>")).get("name"))
    for key, node in members(inside(said["versions"]), "=>"):
        about = dict(members(inside(node), "=>"))
        if key == root or "pretty_version" not in about:
            continue  # what others replace or provide is not there itself
        vendor, _, name = key.lower().rpartition("/")
        version = text(about["pretty_version"])
        if not left.out(name, version):
            yield Package("composer", name, version, vendor, path=path)
    yield from left.told(path)


CATALOGUER = Cataloguer("composer-php", 1, Claim(below=(("composer", 0, "installed.php"),)), parse)
