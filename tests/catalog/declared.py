"""What the tests of cataloguers of lock files and manifests have in common."""

from __future__ import annotations

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer

WITHIN = ("usr/lib/python3/site-packages/rich/", "app/node_modules/a/", "root/go/pkg/mod/a@v1/", "src/vendor/a/")
"""Folders of installed or vendored packages."""

NONSENSE = (
    b"\xff\xfe\xff\xff",
    b"\x00" * 64,
    b"[" * 100_000,
    b"{" * 100_000,
    b"a = " + b"[" * 100_000,
    b'{"a":' * 100_000,
    b"- " * 100_000,
    b"<a>" * 100_000,
    b"\xef\xbb\xbf",
)
"""Bytes that are no document of any format."""


def facts(cataloguer: Cataloguer, data: str | bytes, path: str) -> list[Fact]:
    """All that the cataloguer yields."""
    return list(cataloguer.parse(memory_file(path, data if isinstance(data, bytes) else data.encode())))


def packages(cataloguer: Cataloguer, data: str | bytes, path: str) -> list[Package]:
    """The packages; nothing else may be there."""
    found = [fact for fact in facts(cataloguer, data, path) if isinstance(fact, Package)]
    assert all(fact.path == path for fact in found)
    assert len(found) == len(facts(cataloguer, data, path))
    return found


def told(cataloguer: Cataloguer, data: str | bytes, path: str) -> dict[str, tuple[str, str]]:
    """Version and scope of each package, which must be declared, by namespace and name."""
    found = packages(cataloguer, data, path)
    assert all(package.declared for package in found)
    return {f"{one.namespace}/{one.name}".lstrip("/"): (one.version, one.scope) for one in found}


def problems(cataloguer: Cataloguer, data: str | bytes, path: str) -> list[str]:
    """What the problems say; none of them may block."""
    found = [fact for fact in facts(cataloguer, data, path) if isinstance(fact, Problem)]
    assert not any(fact.blocking for fact in found)
    return [fact.what for fact in found]


def is_refused(cataloguer: Cataloguer, path: str, *more: bytes) -> None:
    """No package comes of nonsense, and no other error either."""
    for data in (*NONSENSE, *more):
        assert not [fact for fact in survives(cataloguer, path, data) if isinstance(fact, Package)]


def raises_unreadable(cataloguer: Cataloguer, data: bytes, path: str) -> bool:
    """Whether the cataloguer says that the file cannot be read."""
    try:
        facts(cataloguer, data, path)
    except Unreadable:
        return True
    return False
