"""opam's files in, the OCaml packages that they describe or fix out (https://opam.ocaml.org/doc/Manual.html).

``.opam-switch/packages/NAME.VERSION/opam`` says that a switch has the package installed; ``NAME.opam.locked`` fixes the
versions of what a project needs (``opam lock``); ``NAME.opam`` and ``opam`` describe what lies there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._brackets import OPAM, Group, Node, Text, Word, inside, read, text
from pratique.catalog._lock import Left, declared
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_INSTALLED = re.compile(r"(?:^|/)\.opam-switch/packages/([^/.]+)\.([^/]+)/opam$")
_LICENCE_LENGTH = 256
_SCOPES = (("with-test", "test"), ("with-doc", "dev"), ("with-dev-setup", "dev"), ("build", "build"))
_EQUALS, _DEPENDS = Word("="), "depends:"
_VERSION_FIELD, _HEAD = b"opam-version:", 4096


def parse(file: File) -> Iterable[Fact]:
    """The packages. The folders of a switch say name and version, whatever the file in them says."""
    installed = _INSTALLED.search(file.path)
    if installed:
        return _installed(file, installed[1], installed[2])
    if file.path.endswith("/opam") and _VERSION_FIELD not in file.read()[:_HEAD]:
        return ()  # opam itself, and what else is called so
    return declared(file, _locked if file.path.endswith(".locked") else _described)


def _installed(file: File, name: str, version: str) -> Iterator[Fact]:
    try:
        fields = _fields(read(file.read(), OPAM))
    except LimitExceeded:
        raise
    except Unreadable:
        fields = {}
    if Left().out(name, version):
        raise Unreadable(f"folder of opam's that names no package: {name[:256]!r} {version[:256]!r}")
    yield _package(name, version, fields, file.path, is_declared=False)


def _described(data: bytes, path: str) -> Iterator[Fact]:
    """A file without a version, as most are that lie with their source, is no package."""
    fields = _fields(read(data, OPAM))
    name = text(fields.get("name:")) or path.rpartition("/")[2].removesuffix("opam").removesuffix(".")
    version = text(fields.get("version:"))
    if version and not Left().out(name, version):
        yield _package(name, version, fields, path, is_declared=True)


def _package(name: str, version: str, fields: dict[str, Node], path: str, *, is_declared: bool) -> Package:
    licence = fields.get("license:")
    licences = [text(one)[:_LICENCE_LENGTH] for one in (inside(licence)[:32] or (licence,)) if text(one)]
    depends = tuple(need for need, filtered in _needs(fields) if not _scope(filtered))
    return Package(
        "opam",
        name,
        version,
        licences=tuple(licences),
        path=path,
        depends=depends,
        declared=is_declared,
    )


def _fields(nodes: tuple[Node, ...]) -> dict[str, Node]:
    """By name with its colon, the value that follows it; of two fields with one name the first."""
    found = dict[str, Node]()
    for number, node in enumerate(nodes[:-1]):
        if isinstance(node, Word) and node.value.endswith(":"):
            found.setdefault(node.value, nodes[number + 1])
    return found


def _needs(fields: dict[str, Node]) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Packages with what stands in braces behind them; alternatives in parentheses are left out."""
    items = inside(fields.get(_DEPENDS))
    for number, node in enumerate(items):
        if isinstance(node, Text):
            following = items[number + 1] if number + 1 < len(items) else None
            yield node.value, inside(following) if isinstance(following, Group) and following.bracket == "{" else ()


def _scope(filtered: tuple[Node, ...]) -> str:
    words = {node.value for node in filtered if isinstance(node, Word)}
    return next((scope for word, scope in _SCOPES if word in words), "")


def _locked(data: bytes, path: str) -> Iterator[Fact]:
    """``depends: [ "base" {= "v0.16.3"} … ]``."""
    fields = _fields(read(data, OPAM))
    if _DEPENDS not in fields:
        raise Unreadable("lock file of opam that needs nothing")
    left = Left()
    for name, filtered in _needs(fields):
        version = next((text(filtered[at + 1]) for at, node in enumerate(filtered[:-1]) if node == _EQUALS), "")
        if not left.out(name, version):
            yield Package("opam", name, version, path=path, declared=True, scope=_scope(filtered))
    yield from left.told(path)


CATALOGUER = Cataloguer(
    "opam",
    2,
    Claim(names=("opam",), suffixes=(".opam", ".opam.locked")),
    parse,
)
