"""Conan's files: those that Conan 2 and 1 wrote, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages, problems, raises_unreadable
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.conan import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "app/conan.lock"
HERE = Path(__file__).parent / "conan"
LOCK, INFO = (HERE / "conan.lock").read_bytes(), (HERE / "conaninfo.txt").read_bytes()
FIRST, FIRST_INFO = (HERE / "conan.v1.lock").read_bytes(), (HERE / "conaninfo.v1.txt").read_bytes()


def told(data: bytes, path: str) -> list[tuple[str, str, bool, str]]:
    return [(one.name, one.version, one.declared, one.scope) for one in packages(CATALOGUER, data, path)]


def test_as_conan_2_locked_it() -> None:
    assert told(LOCK, PATH) == [
        ("zlibx", "1.2.13", True, ""),
        ("fmtx", "9.1.0", True, ""),
        ("zlibx", "1.2.13", True, "build"),
    ]


def test_a_graph_of_conan_1() -> None:
    assert told(FIRST, PATH) == [
        ("fmt", "7.1.3", True, ""),
        ("zlib", "1.2.11", True, ""),
        ("cmake", "3.20.0", True, "build"),
    ]
    assert packages(CATALOGUER, FIRST, PATH)[0].depends == ("zlib@1.2.11",)


def test_what_is_installed_in_the_cache_of_conan_1() -> None:
    path = f"root/.conan/data/fmt/7.1.3/_/_/package/{'80138d4b' * 5}/conaninfo.txt"
    assert told(FIRST_INFO, path) == [("fmt", "7.1.3", False, ""), ("zlib", "1.2.11", True, "")]
    assert packages(CATALOGUER, FIRST_INFO, path)[0].depends == ("zlib@1.2.11",)


def test_conan_2_tells_no_whole_version_there() -> None:
    assert facts(CATALOGUER, INFO, "root/.conan2/p/b/fmtx7792f5c1ecb85/p/conaninfo.txt") == []


@pytest.mark.parametrize("data", [b"", b"[]", b'{"requires": 1}', LOCK[:-9], b"\xff"])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


@pytest.mark.parametrize(
    ("version", "needs"), [("0.1", '{"zlib/1.2.11#5f49": "b"}'), ("0.3", '["b"]'), ("0.0", '{"zlib/1.2.11#5f49": "b"}')]
)
def test_forms_before_0_4(version: str, needs: str) -> None:
    """As Conan 1.17 to 1.24 wrote them (https://github.com/conan-io/conan, conans/model/graph_lock.py)."""
    text = (
        f'{{"version": "{version}", "graph_lock": {{"nodes": {{"a": {{"pref": "ship/1.0:2ce0", "requires": {needs}}}, '
        '"b": {"pref": "zlib/1.2.11#5f49:1972#5884"}, "c": {"pref": null, "path": "conanfile.py"}}}}'
    )
    found = packages(CATALOGUER, text, PATH)
    assert [(one.name, one.version, one.depends) for one in found] == [
        ("ship", "1.0", ("zlib@1.2.11",)),
        ("zlib", "1.2.11", ()),
    ]


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)
    is_refused(CATALOGUER, "app/conaninfo.txt", b"[requires]\n" * 100_000)
    assert len(problems(CATALOGUER, b'{"version": "0.5", "requires": ["x", "../a/1"]}', PATH)) == 2


@settings(max_examples=60, deadline=None)
@given(mutated(LOCK), mutated(FIRST), mutated(FIRST_INFO))
def test_any_bytes(lock: bytes, first: bytes, info: bytes) -> None:
    survives(CATALOGUER, PATH, lock)
    survives(CATALOGUER, PATH, first)
    survives(CATALOGUER, "x/conaninfo.txt", info)


FILE = b"""[requires]
zlib/1.2.13  # packed
# fmt/9.0.0
fmt/[>=9 <10]
harbour/2.4@port/stable#4524fcdd
[tool_requires]
cmake/3.27.1
[test_requires]
gtest/1.14.0
[generators]
CMakeDeps
[options]
zlib/1.2.13:shared=True
"""


def test_what_a_consumer_asks_for() -> None:
    *found, problem = facts(CATALOGUER, FILE, "app/conanfile.txt")
    assert [(one.name, one.version, one.scope) for one in found if isinstance(one, Package) and one.declared] == [
        ("zlib", "1.2.13", ""),
        ("harbour", "2.4", ""),
        ("cmake", "3.27.1", "build"),
        ("gtest", "1.14.0", "test"),
    ]
    assert "'fmt/[>=9 <10]'" in getattr(problem, "what", "")
    assert facts(CATALOGUER, FILE, "root/.conan/data/fmt/7.1.3/_/_/source/conanfile.txt") == []
    assert raises_unreadable(CATALOGUER, b"\xff", "app/conanfile.txt")


@settings(max_examples=60, deadline=None)
@given(mutated(FILE))
def test_any_bytes_of_a_consumer_s(data: bytes) -> None:
    survives(CATALOGUER, "app/conanfile.txt", data)
