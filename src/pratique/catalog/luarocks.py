"""LuaRocks' files in, the rocks that they name out: a rockspec, a tree's manifest, a lock file. Nothing is executed.

https://github.com/luarocks/luarocks/blob/main/docs/rockspec_format.md and .../file_locations.md: an installed rock has
its rockspec in ``rocks-LUA/NAME/VERSION/``, whose folders say name and version even where the file computes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._brackets import LUA, Node, Text, inside, members, read, text
from pratique.catalog._lock import Left, declared, once
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_TREES = tuple(f"lib/luarocks/rocks{lua}" for lua in ("", "-5.1", "-5.2", "-5.3", "-5.4", "-5.5"))
_INSTALLED = re.compile(r"(?:^|/)rocks(?:-5\.\d)?/([^/]+)/([^/]+)/\1-\2\.rockspec$")
_FILE_NAME = re.compile(r"(?:^|/)([^/]+)-([^/-]+-\d+)\.rockspec$")
_LICENCE_LENGTH = 256


def parse(file: File) -> Iterable[Fact]:
    """The rocks. A rockspec that is not installed describes what lies there: it is declared. Raises ``Unreadable`` for
    a damaged manifest."""
    if file.path.endswith(".rockspec"):
        installed = _INSTALLED.search(file.path)
        return _rock(file, installed) if installed else declared(file, _source)
    if file.path.endswith("luarocks.lock"):
        return declared(file, _locked)
    return once(_tree(read(file.read(), LUA), file.path))


def _rock(file: File, installed: re.Match[str]) -> Iterator[Fact]:
    try:
        said = dict(members(read(file.read(), LUA), "="))
    except LimitExceeded:
        raise
    except Unreadable:
        said = {}  # Lua that holds more than literals: the folders tell enough
    yield _package(installed[1], installed[2], said, file.path, is_declared=False)


def _source(data: bytes, path: str) -> Iterator[Fact]:
    said = dict(members(read(data, LUA), "="))
    named = _FILE_NAME.search(path)
    name, version = said.get("package"), said.get("version")
    if isinstance(name, Text) and isinstance(version, Text) and not Left().out(name.value, version.value):
        yield _package(name.value, version.value, said, path, is_declared=True)
    elif named:
        yield _package(named[1], named[2], said, path, is_declared=True)
    else:
        raise Unreadable("rockspec whose package and version are no literals")


def _package(name: str, version: str, said: dict[str, Node], path: str, *, is_declared: bool) -> Package:
    described = dict(members(inside(said.get("description")), "="))
    licence = text(described.get("license"))[:_LICENCE_LENGTH]
    needs = (node.value for node in inside(said.get("dependencies")) if isinstance(node, Text))
    names = (need.split()[0] for need in needs if need.strip())
    return Package(
        "luarocks",
        name.lower(),
        version.lower(),
        licences=(licence,) if licence else (),
        path=path,
        depends=tuple(dict.fromkeys(need for need in names if need != "lua" and need.isprintable())),
        declared=is_declared,
    )


def _tree(nodes: tuple[Node, ...], path: str) -> Iterator[Fact]:
    """``repository = { NAME = { ["VERSION"] = { { arch = "installed" } } } }``."""
    said = dict(members(nodes, "="))
    if "repository" not in said:
        raise Unreadable("manifest of LuaRocks without a repository")
    left = Left()
    for name, versions in members(inside(said["repository"]), "="):
        for version, builds in members(inside(versions), "="):
            arches = [text(dict(members(inside(build), "=")).get("arch")) for build in inside(builds)]
            if "installed" in arches and not left.out(name, version):
                yield Package("luarocks", name.lower(), version.lower(), path=path)
    yield from left.told(path)


def _locked(data: bytes, path: str) -> Iterator[Fact]:
    """``return { dependencies = { NAME = "VERSION" } }``, and the same for building and for tests."""
    nodes = read(data, LUA)
    if text(nodes[0] if nodes else None) != "return":
        raise Unreadable("no lock file of LuaRocks: it returns nothing")
    left = Left()
    for kind, listed in members(inside(nodes[-1]) if nodes else (), "="):
        scope = {"build_dependencies": "build", "test_dependencies": "test"}.get(kind, "")
        for name, version in members(inside(listed), "="):
            if name != "lua" and not left.out(name, text(version)):
                version_text = text(version).lower()
                yield Package("luarocks", name.lower(), version_text, path=path, declared=True, scope=scope)
    yield from left.told(path)


CATALOGUER = Cataloguer(
    "luarocks",
    2,
    Claim(names=("luarocks.lock",), suffixes=(".rockspec",), below=tuple((tree, 0, "manifest") for tree in _TREES)),
    parse,
)
