"""The fixtures of all formats: each cataloguer has one, is asked for its files, and says something of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from catalog.file_fixtures import Fixture, fixtures
from catalog.memory_file import memory_file
from pratique import plugins
from pratique.catalog._index import Index
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, File

PARITY = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
PAGE = PARITY.read_text()
DOCUMENTED = PARITY.with_name("fixtures.md").read_text()
FOLDERS = ("nix",)  # cataloguers of folders: a file in one is the fixture

# Damages of which nothing need be told: by fixture and damage, and why
QUIET = (
    (
        r"(go|rust)-binary|elf-notes|graalvm-native|dotnet-assembly",
        ".*",
        "asked for by content or folder, not by name",
    ),
    (
        r"(nested-)?(apk|dpkg.*|distroless|rpm-manifest)|opkg",
        "empty",
        "the match asks what a system has no packages of",
    ),
    (r"apk-file|java-in-zip|jdk-release|setup-py", ".*", "other files are called so: only content tells"),
    (r"sbom-bom.json", ".*", "other files are called so: only content tells"),
    (r"wordpress-plugin", ".*", "most files of a plugin have no header"),
    (r"gem-source|opam-source", ".*", "sources seldom tell a version"),
    (r"bitnami|vcpkg-manifest|conda-environment", "object", "what has nothing to say"),
    (r"composer-installed|rebar-lock|mix-lock", "list|object", "what has nothing to say"),
    (r"npm", "object", "a marker"),
    (r"conan-(file|info)|cpan-perllocal|requirements|vcpkg|julia-project", "empty", "what has nothing to say"),
)

# Formats of which nothing tells where a file ends, nor what it lists
ENDLESS = r"cabal-freeze|conda-(environment|lock)|dpkg|github-actions|pdm-lock|requirements|sbom-.*\.spdx|setup-py"


def cataloguer(fixture: Fixture) -> Cataloguer:
    found: Cataloguer = import_module(f"pratique.catalog.{fixture.cataloguer}").CATALOGUER
    return found


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda one: one.name)
def test_its_files_are_claimed_and_read(fixture: Fixture) -> None:
    assert f"| `{fixture.name}` |" in PAGE, "write the table anew: benchmarks/parity_files.py"
    if fixture.cataloguer in FOLDERS:
        return
    one = cataloguer(fixture)
    index = Index([one])
    for path, data in fixture.files.items():
        assert one.claim.executables or index.find(path), path
        assert list(one.parse(memory_file(path, data)))


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda one: one.name)
def test_a_file_that_was_cut_between_two_lines_is_told(fixture: Fixture) -> None:
    """Where most of its packages are left: of fewer nothing may need those that are gone."""
    parse = cataloguer(fixture).parse
    for path, data in fixture.files.items():
        lines = data.splitlines(keepends=True)
        many = len(names(parse, path, data))
        if re.fullmatch(ENDLESS, fixture.name) or b"\0" in data or many < 2:
            continue
        for end in range(len(lines)):
            left = names(parse, path, b"".join(lines[:end]))
            assert not many / 2 < len(left) < many, (path, end)


def names(parse: Callable[[File], Iterable[Fact]], path: str, data: bytes) -> set[str]:
    """The packages that a file lists and that is all of it, as far as it tells."""
    try:
        facts = list(parse(memory_file(path, data)))
    except Unreadable:
        return set()
    if any(isinstance(fact, Problem) for fact in facts):
        return set()
    return {f"{fact.namespace}/{fact.name}@{fact.version}" for fact in facts if isinstance(fact, Package)}


def damages(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a file becomes by accidents: each by its name."""
    yield "empty", b""
    yield "empty", b" \n" * 50
    yield "words", b"this is no such file at all\nnor is this line\n"
    yield "zeros", bytes(4096)
    yield "page", b"<!DOCTYPE html><html><head><title>404 Not Found</title></head><body>nothing</body></html>\n"
    yield "object", b"{}"
    yield "list", b"[]"
    yield "null", b"null"
    yield "pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    yield "encoding", data.decode("latin-1").encode("utf-16")
    yield "encoding", data.decode("latin-1").encode("utf-16-be")


def named(found: list[Fact]) -> set[tuple[str, str]]:
    """What is told of packages: of many, their folders tell it too."""
    return {(fact.name, fact.version) for fact in found if isinstance(fact, Package)}


def facts(fixture: Fixture, path: str, data: bytes) -> list[Fact]:
    try:
        return list(cataloguer(fixture).parse(memory_file(path, data)))
    except Unreadable as error:
        return [Problem(path, str(error))]


@pytest.mark.parametrize("fixture", fixtures(), ids=lambda one: one.name)
def test_no_damage_is_passed_over_in_silence(fixture: Fixture) -> None:
    quiet = [re.compile(damage) for name, damage, _ in QUIET if re.fullmatch(name, fixture.name)]
    for path, data in fixture.files.items():
        found = named(facts(fixture, path, data))
        for kind, damaged in damages(data):
            left = facts(fixture, path, damaged)
            told = any(isinstance(fact, Problem) for fact in left)
            assert told or named(left) == found or any(one.fullmatch(kind) for one in quiet), (path, kind, left)


def test_every_cataloguer_has_one_but_those_of_real_programs_and_of_licences() -> None:
    there = {fixture.cataloguer for fixture in fixtures()}
    assert set(plugins.load("pratique.catalog", "CATALOGUER")) - there == {"binary", "dpkg_copyright", "dpkg_owns"}


def test_those_that_follow_a_document_name_it() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|([^|]+)\|", DOCUMENTED, re.MULTILINE)
    names = [name for row, _ in rows for name in re.findall("`([^`]+)`", row)]
    assert len(rows) == 19
    assert len(names) == len(set(names))
    assert set(names) <= {fixture.name for fixture in fixtures()}
    assert all("(https://" in document for _, document in rows)


def test_each_has_a_row_and_a_reason_for_every_difference() -> None:
    rows = PAGE.split("|---|---|---|---|\n")[1].splitlines()
    assert len(rows) == len(fixtures())
    assert "unexplained" not in "".join(rows)
