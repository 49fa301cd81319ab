"""The lock file of Elixir's Mix in, the packages of Hex that it names out (https://hexdocs.pm/mix/Mix.Tasks.Deps.html).

It is a map of Elixir's: ``"jason": {:hex, :jason, "1.4.1", "<hash>", [:mix], [], "hexpm", "<hash>"}``, where the first
hash is of what the archive holds, the last one of the archive (https://github.com/hexpm/specifications/, "Package
tarball").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from pratique.catalog._brackets import ELIXIR, Group, Node, inside, read, text
from pratique.catalog._lock import Left, declared, hexadecimal
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_ARCHIVE = 7  # where the archive's hash stands


def parse(file: File) -> Iterable[Fact]:
    """The declared packages; what comes from Git or a folder has no version and is counted in a problem."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    nodes = read(data, ELIXIR)
    if not nodes or not isinstance(nodes[-1], Group):
        raise Unreadable("no lock file of Mix: it holds no map")
    left = Left()
    packages = [(key, inside(node)) for key, node in _entries(inside(nodes[-1]))]
    versions = {key: text(parts[2]) for key, parts in packages if _is_of_hex(parts)}
    for key, parts in packages:
        if not _is_of_hex(parts):
            left.out(key, "")
            continue
        name, version = _atom(parts[1]).lower(), text(parts[2])
        if left.out(name, version):
            continue
        hashes = hexadecimal("sha256", text(parts[_ARCHIVE])) if len(parts) > _ARCHIVE else ()
        depends = tuple(_needs(parts, versions))
        yield Package(
            "hex", name, version, _organisation(parts), path=path, depends=depends, hashes=hashes, declared=True
        )
    yield from left.told(path)


def _entries(items: tuple[Node, ...]) -> Iterator[tuple[str, Node]]:
    """``"key": value``."""
    for number, node in enumerate(items[2:], 2):
        if isinstance(node, Group) and text(items[number - 1]) == ":":
            yield text(items[number - 2]), node


def _is_of_hex(parts: tuple[Node, ...]) -> bool:
    return len(parts) > 2 and _atom(parts[0]) == "hex"


def _atom(node: Node) -> str:
    return text(node).removeprefix(":")


def _organisation(parts: tuple[Node, ...]) -> str:
    """``"hexpm:acme"`` is the repository of an organisation."""
    repository = text(parts[6]) if len(parts) > 6 else ""
    return repository.partition(":")[2].lower()


def _needs(parts: tuple[Node, ...], versions: dict[str, str]) -> Iterator[str]:
    """``{:decimal, "~> 2.0", [hex: :decimal, optional: false]}``; an optional one is needed if it is there."""
    for node in inside(parts[5]) if len(parts) > 5 else ():
        need = inside(node)
        name = _atom(need[0]) if need else ""
        options = inside(need[-1]) if need else ()
        optional = any(text(one) == "optional:" and text(other) == "true" for one, other in pairwise(options))
        if name in versions:
            yield f"{name}@{versions[name]}"
        elif name and not optional:
            yield name


CATALOGUER = Cataloguer("mix-lock", 1, Claim(names=("mix.lock",)), parse)
