"""rpm databases of every backend: the fixtures, the real ones of go-rpmdb against go-rpmdb itself, and hostile ones."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.rpm_databases import fixture, header, ndb
from pratique.catalog import _rpm_header as tags
from pratique.catalog.rpm import CATALOGUER, parse, source_of
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem

PATH = "var/lib/rpm/Packages"
ANCHOR = Package(
    type="rpm",
    name="anchor",
    version="2:4.2-7.el9",
    arch="x86_64",
    source_name="anchor",
    source_version="2:4.2-7.el9",
    licences=("MIT and BSD",),
    vendor="Port Authority",
    module="harbour:9:9020020230101:deadbeef",
    path=PATH,
)
CHAIN = Package(
    type="rpm",
    name="chain",
    version="0:1.0-7.el9",
    arch="noarch",
    source_name="anchor",
    source_version="4.2-7.el9",
    licences=("MIT",),
    vendor="Port Authority",
    module="harbour:9:9020020230101:deadbeef",
    path=PATH,
)
LINKS = Owns(
    "chain",
    ("usr/share/chain", "usr/share/chain/link1", "usr/share/chain/link2", "usr/share/chain/link3"),
)
FACTS = [ANCHOR, Owns("anchor", ("usr/bin/anchor",)), CHAIN, LINKS]
MINIMAL: dict[int, str | int | list[str] | list[int]] = {tags.NAME: "a", tags.VERSION: "1", tags.RELEASE: "2"}


def facts(data: bytes, path: str = PATH) -> list[Fact]:
    return list(parse(memory_file(path, data)))


def in_order(found: list[Fact]) -> list[Fact]:
    return sorted(found, key=repr)


@pytest.mark.parametrize("name", ["rpmdb.sqlite", "Packages.little-endian", "Packages.big-endian", "Packages.in-page"])
def test_every_backend_says_the_same(name: str) -> None:
    assert in_order(facts(fixture(name))) == in_order(list(FACTS))


def test_ndb_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "rpmdb.sqlite").write_bytes(fixture("rpmdb.sqlite"))
    with sqlite3.connect(tmp_path / "rpmdb.sqlite") as database:
        blobs = [row[0] for row in database.execute("SELECT blob FROM Packages ORDER BY hnum")]
    assert facts(ndb(blobs)) == FACTS


def test_what_a_package_needs() -> None:
    pilot = {tags.NAME: "pilot", tags.VERSION: "1", tags.PROVIDENAME: ["pilot", "libpilot.so.1()(64bit)", "/bin/sh"]}
    needs = ["libpilot.so.1()(64bit)", "rpmlib(CompressedFileNames)", "/bin/sh", "a", "mole"]
    blobs = [header({**MINIMAL, tags.PROVIDENAME: ["a"], tags.REQUIRENAME: needs}), header(dict(pilot))]
    found = {fact.name: fact.depends for fact in facts(ndb(blobs)) if isinstance(fact, Package)}
    assert found == {"a": ("pilot",), "pilot": ()}


def test_more_needs_than_memory() -> None:
    many = {**MINIMAL, tags.REQUIRENAME: ["x"] * (DEFAULT.owned_paths // 2 + 1)}
    first, second, problem = facts(ndb([header(many), header({**many, tags.NAME: "b"})]))
    assert isinstance(first, Package)
    assert isinstance(second, Package)
    assert isinstance(problem, Problem)
    assert "limits.owned_paths" in problem.what


def test_as_rpm_reads_it(tmp_path: Path) -> None:
    if shutil.which("rpm") is None:
        pytest.skip("no rpm")
    (tmp_path / "rpmdb.sqlite").write_bytes(fixture("rpmdb.sqlite"))
    form = "%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{VENDOR}\t%{LICENSE}\t%{MODULARITYLABEL}\n"
    options = ["--define", "_db_backend sqlite", "--dbpath", str(tmp_path)]
    text = subprocess.run(["rpm", *options, "-qa", "--qf", form], capture_output=True, text=True, check=True).stdout
    rows = {tuple(line.removesuffix("\n").split("\t")) for line in text.splitlines()}
    found = [fact for fact in facts(fixture("rpmdb.sqlite")) if isinstance(fact, Package)]
    assert {(p.name, p.version, p.arch, p.vendor, p.licences[0], p.module) for p in found} == {
        row for row in rows if row[0] != "gpg-pubkey"
    }


@pytest.mark.parametrize(
    ("file_name", "source"),
    [
        ("bash-5.1.8-6.el9.src.rpm", ("bash", "5.1.8-6.el9")),
        ("a-b-c-1.0_x-0.1.nosrc.rpm", ("a-b-c", "1.0_x-0.1")),
        ("(none)", ("", "")),
        ("", ("", "")),
    ],
)
def test_source_of(file_name: str, source: tuple[str, str]) -> None:
    assert source_of(file_name) == source


def test_a_source_of_another_version_has_no_epoch() -> None:
    blob = header({**MINIMAL, tags.EPOCH: 4, tags.SOURCERPM: "perl-5.36-2.src.rpm"})
    (found,) = facts(ndb([blob]))
    assert isinstance(found, Package)
    assert (found.version, found.source_name, found.source_version) == ("4:1-2", "perl", "5.36-2")


def test_names_of_files_as_rpm_3_stored_them() -> None:
    _, owns = facts(ndb([header({**MINIMAL, tags.OLDFILENAMES: ["/bin/a", "/etc/ä"]})]))
    assert owns == Owns("a", ("bin/a", "etc/ä"))


def test_no_release_and_no_packages() -> None:
    (found,) = facts(ndb([header({tags.NAME: "a", tags.VERSION: "1"})]))
    assert isinstance(found, Package)
    assert found.version == "1"
    assert facts(ndb([])) == []


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\0" * 8,
        header({tags.NAME: "a"}),
        header({tags.VERSION: "1"}),
        header(MINIMAL)[:-3],
        header({**MINIMAL, tags.EPOCH: 1})[:-2],
        header({**MINIMAL, tags.NAME: 7}),
        header({**MINIMAL, tags.EPOCH: "no number"}),
        header({**MINIMAL, tags.BASENAMES: ["x"]}),
        header({**MINIMAL, tags.BASENAMES: ["x"], tags.DIRNAMES: ["/"], tags.DIRINDEXES: [1]}),
    ],
)
def test_a_broken_header_blocks_and_hides_no_other(broken: bytes) -> None:
    *found, problem = facts(ndb([broken, header({tags.NAME: "b", tags.VERSION: "1"})]))
    assert "b" in [fact.name for fact in found if isinstance(fact, Package)]
    assert isinstance(problem, Problem)
    assert problem.blocking
    if not any(isinstance(fact, Package) and fact.name == "a" for fact in found):
        with pytest.raises(Unreadable, match=PATH):
            facts(ndb([broken]))


def test_paths_that_would_fill_the_memory() -> None:
    folder = "/" + "x" * (DEFAULT.owned_path // 1000)
    many: list[int] = [0] * 1001
    blob = header({**MINIMAL, tags.BASENAMES: ["y"] * 1001, tags.DIRNAMES: [folder], tags.DIRINDEXES: many})
    package, problem = facts(ndb([blob]))
    assert isinstance(package, Package)
    assert isinstance(problem, Problem)
    assert "limits.owned_path" in problem.what


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 4096, b"RpmP", b"SQLite format 3\0", fixture("Packages.big-endian")[:72]]
)
def test_what_is_no_database(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(data)


def test_a_log_that_is_not_empty_blocks() -> None:
    assert facts(b"", "var/lib/rpm/rpmdb.sqlite-wal") == []
    (problem,) = facts(b"7\x7f\x06\x82", "usr/lib/sysimage/rpm/rpmdb.sqlite-wal")
    assert isinstance(problem, Problem)
    assert problem.blocking
    assert "usr/lib/sysimage/rpm/rpmdb.sqlite-wal" in CATALOGUER.claim.paths


NAMES = st.sampled_from(["rpmdb.sqlite", "Packages.little-endian", "Packages.big-endian", "Packages.in-page"])


@settings(max_examples=60)
@given(NAMES, st.floats(0, 1))
def test_truncated_databases_never_look_whole(name: str, share: float) -> None:
    whole = fixture(name)
    cut = whole[: int(share * (len(whole) - 1))]
    try:
        found = facts(cut)
    except Unreadable:
        return
    missing = [fact for fact in FACTS if fact not in found]
    assert not missing or any(isinstance(fact, Problem) and fact.blocking for fact in found)


@settings(max_examples=150, deadline=None)
@given(NAMES, st.lists(st.tuples(st.integers(0), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6))
def test_damaged_databases(name: str, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(fixture(name))
    for at, damage in damages:
        at %= len(data)
        data[at : at + len(damage)] = damage
    survives(CATALOGUER, PATH, bytes(data))


@given(st.sampled_from([b"", b"RpmP", b"SQLite format 3\0", b"\0" * 12 + b"\x61\x15\x06\0"]), st.binary(max_size=300))
def test_any_bytes(magic: bytes, data: bytes) -> None:
    survives(CATALOGUER, PATH, magic + data)


def test_corpus(shared: Path) -> None:
    folder = shared / "corpus/rpm"
    found = facts((folder / "Packages").read_bytes())
    assert [type(fact) for fact in found] == [Package, Owns]
    found = facts((folder / "Packages.db").read_bytes())
    versions = {fact.name: fact.version for fact in found if isinstance(fact, Package)}
    assert versions["system-user-root"] == "20190513-3.3.1"


MODULE = "github.com/knqyf263/go-rpmdb@v0.1.1"
GO_MOD = """\
module list
go 1.21
require (
	github.com/glebarez/go-sqlite v1.20.3
	github.com/knqyf263/go-rpmdb v0.1.1
)
"""
MAIN = """\
package main

import (
	"encoding/json"
	"os"

	_ "github.com/glebarez/go-sqlite"
	rpmdb "github.com/knqyf263/go-rpmdb/pkg"
)

func main() {
	db, err := rpmdb.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	list, err := db.ListPackages()
	if err != nil {
		panic(err)
	}
	for _, p := range list {
		files, _ := p.InstalledFileNames()
		version := p.Version + "-" + p.Release
		row := []any{p.Name, version, p.Epoch, p.Arch, p.Vendor, p.License, p.Modularitylabel, files}
		json.NewEncoder(os.Stdout).Encode(row)
	}
}
"""


@pytest.fixture(scope="module")
def go_rpmdb(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The program that lists a database by go-rpmdb, and the module's databases: from Go's module cache, off line."""
    if shutil.which("go") is None:
        pytest.skip("no go")
    environment = {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod", "GONOSUMDB": "*", "GOSUMDB": "off"}
    folder = tmp_path_factory.mktemp("list")
    (folder / "go.mod").write_text(GO_MOD)
    (folder / "main.go").write_text(MAIN)

    def go(*arguments: str) -> str:
        done = subprocess.run(["go", *arguments], cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"the module {MODULE} is not in the cache: {done.stderr[:200]}")
        return done.stdout

    module = json.loads(go("mod", "download", "-json", MODULE))["Dir"]
    go("build", "-o", "list", ".")
    return folder / "list", Path(module) / "pkg/testdata"


@pytest.mark.real
def test_as_go_rpmdb_reads_real_databases(go_rpmdb: tuple[Path, Path]) -> None:
    program, folder = go_rpmdb
    databases = sorted(folder.glob("*/*"))
    assert len(databases) >= 16
    for database in databases:
        text = subprocess.run([program, database], capture_output=True, text=True, check=True).stdout
        rows = [row for row in map(json.loads, text.splitlines()) if row[0] != "gpg-pubkey"]
        found = facts(database.read_bytes())
        packages = [fact for fact in found if isinstance(fact, Package)]
        owns = {fact for fact in found if isinstance(fact, Owns)}
        assert sorted((p.name, p.version, p.arch, p.vendor, "".join(p.licences), p.module) for p in packages) == sorted(
            (name, f"{epoch}:{version}" if epoch is not None else version, *rest)
            for name, version, epoch, *rest, _ in rows
        ), database
        assert owns == {Owns(row[0], tuple(path.lstrip("/") for path in row[-1])) for row in rows if row[-1]}, database
        assert len(packages) + len([fact for fact in found if isinstance(fact, Owns)]) == len(found), database
