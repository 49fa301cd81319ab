"""dpkg's status files: those that dpkg wrote, against dpkg-query, and hostile ones."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.dpkg import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package, Problem

STATUS = "var/lib/dpkg/status"
FIXTURE = Path(__file__).parent / "dpkg" / "status"
FORMAT = (
    "${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t"
    "${source:Version}\t${Architecture}\t${Maintainer}\n"
)


def packages(data: bytes, path: str = STATUS) -> list[Package]:
    found = list(parse(memory_file(path, data)))
    assert all(isinstance(fact, Package) for fact in found)
    return [fact for fact in found if isinstance(fact, Package)]


def by_dpkg_query(admindir: Path) -> set[tuple[str, ...]]:
    if shutil.which("dpkg-query") is None:
        pytest.skip("no dpkg-query")
    command = ["dpkg-query", f"--admindir={admindir}", "-W", "-f", FORMAT]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [tuple(line.split("\t")) for line in text.splitlines()]
    return {row[1:] for row in rows if row[0] not in ("not-installed", "config-files")}


def rows(found: list[Package]) -> set[tuple[str, ...]]:
    return {
        (p.name, p.version, p.source_name or p.name, p.source_version or p.version, p.arch, p.vendor) for p in found
    }


def test_what_dpkg_wrote() -> None:
    harbour = Package(
        type="deb",
        name="harbour",
        version="1:2.4-1+deb12u1",
        arch="amd64",
        source_name="harbour-src",
        source_version="1:2.4-1",
        vendor="Port Authority <port@example.org>",
        path=STATUS,
    )
    found = packages(FIXTURE.read_bytes())
    assert harbour in found
    assert {(p.name, p.version, p.source_name, p.source_version) for p in found} == {
        ("cargo-hold", "7-1", "", ""),  # unpacked
        ("harbour", "1:2.4-1+deb12u1", "harbour-src", "1:2.4-1"),
        ("pilot", "0.9~rc1-3", "pilotage", ""),  # held
        ("wreck", "3.0-2", "", ""),  # half-configured
    }  # and not quarantine, of which only the configuration is there


def test_as_dpkg_query_reads_it(tmp_path: Path) -> None:
    shutil.copy(FIXTURE, tmp_path / "status")
    assert rows(packages(FIXTURE.read_bytes())) == by_dpkg_query(tmp_path)


def test_this_machine_as_dpkg_query_reads_it() -> None:
    admindir = Path("/var/lib/dpkg")
    if not (admindir / "status").is_file():
        pytest.skip("this machine has no dpkg database")
    assert rows(packages((admindir / "status").read_bytes())) == by_dpkg_query(admindir)


@pytest.mark.parametrize(
    ("state", "there"),
    [
        ("install ok installed", True),
        ("deinstall ok installed", True),
        ("hold ok installed", True),
        ("install reinstreq half-installed", True),
        ("install ok unpacked", True),
        ("install ok half-configured", True),
        ("install ok triggers-awaited", True),
        ("install ok triggers-pending", True),
        ("deinstall ok config-files", False),
        ("purge ok not-installed", False),
    ],
)
def test_states(state: str, there: bool) -> None:
    assert bool(packages(f"Package: a\nStatus: {state}\nVersion: 1\n\n".encode())) is there


def test_names_of_fields_in_any_case_and_folded_values() -> None:
    text = b"PACKAGE: a\nversion : 1-1\nDescription: x\n Version: 2\n\tSource: y\nSOURCE:  b  (2)\n"
    assert rows(packages(text)) == {("a", "1-1", "b", "2", "", "")}


def test_what_a_package_needs() -> None:
    text = (
        b"Package: a\nVersion: 1\nDepends: libc6 (>= 2.34), b | c:any\nPre-Depends: dpkg (>= 1.17), libc6\nBreaks: d\n"
    )
    assert [p.depends for p in packages(text)] == [("dpkg", "libc6", "b", "c")]
    text = b"Package: a\nVersion: 1\nDepends: b\n\nPackage: b\nVersion: 1\n"
    assert [p.depends for p in packages(text)] == [("b",), ()]


def test_distroless_stanza_without_status() -> None:
    found = packages(b"Package: tzdata\nVersion: 2024a-0+deb12u1\nArchitecture: all", "var/lib/dpkg/status.d/tzdata")
    assert [(p.name, p.path) for p in found] == [("tzdata", "var/lib/dpkg/status.d/tzdata")]
    for kind in ("md5sums", "preinst", "postrm", "triggers"):
        assert list(parse(memory_file(f"var/lib/dpkg/status.d/tzdata.{kind}", b"#!/bin/sh\nset -e\n"))) == []
    with pytest.raises(Unreadable):
        list(parse(memory_file("var/lib/dpkg/status.d/python3.11", b"#!/bin/sh\nset -e\n")))


@pytest.mark.parametrize(
    "stanza",
    [
        "Package: b",
        "Version: 1",
        "Package:\nVersion: 1",
        "Package: b\nStatus: install ok sunk\nVersion: 1",
        "Package: b\nVersion: 1\nVersion: 2",
        "\0\0\0",
    ],
)
def test_a_broken_stanza_is_told_and_hides_no_other(stanza: str) -> None:
    first, problem = parse(memory_file(STATUS, f"{stanza}\n\nPackage: a\nVersion: 1\n".encode()))
    assert isinstance(first, Package)
    assert first.name == "a"
    assert isinstance(problem, Problem)
    assert problem.blocking
    assert repr(stanza[:20])[1:-1] in problem.what


@pytest.mark.parametrize("data", [b"\x7fELF\0\0", b"Pakij: apt\n", b"Package:\n", b" \n", b"\xff\xfe"])
def test_a_file_without_any_package_in_it_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match=STATUS):
        list(parse(memory_file(STATUS, data)))


def test_empty_file() -> None:
    assert list(parse(memory_file(STATUS, b""))) == []


def test_truncated_file_blocks() -> None:
    *found, last = parse(memory_file(STATUS, FIXTURE.read_bytes()[:-30]))
    assert [type(fact) for fact in found] == [Package] * 4
    assert isinstance(last, Problem)
    assert last.blocking


def test_bytes_that_are_no_utf8() -> None:
    (found,) = packages(b"Package: a\nVersion: 1\nMaintainer: Zo\xeb\n")
    assert found.vendor == "Zo\ufffd"


@given(st.binary(max_size=200) | st.text("Package: Version\n \tStatus", max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, STATUS, data)


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[a-z0-9][a-z0-9+.-]+", fullmatch=True),
            st.from_regex(r"[0-9][A-Za-z0-9.+~-]*", fullmatch=True),
        ),
        unique=True,
        max_size=8,
    )
)
def test_all_stanzas_are_found(wanted: list[tuple[str, str]]) -> None:
    text = "".join(
        f"Package: {name}\nDescription: x\n .\n  Package: no\nVersion: {version}\n\n" for name, version in wanted
    )
    assert [(p.name, p.version) for p in packages(text.encode())] == wanted


@pytest.mark.parametrize(
    ("data", "bound"),
    [(b"a\n\n" * DEFAULT.damages, "parts cannot be read"), (b"a" * (DEFAULT.stanza + 1), r"limits\.stanza")],
)
def test_bounds(data: bytes, bound: str) -> None:
    facts = parse(memory_file(STATUS, b"Package: a\nVersion: 1\n\n" + data + b"\n\nPackage: b\nVersion: 1\n"))
    assert isinstance(next(facts), Package)  # what was read before stands
    with pytest.raises(LimitExceeded, match=bound):
        next(facts)


def test_corpus(shared: Path) -> None:
    found = packages((shared / "corpus/dpkg/status").read_bytes())
    assert ("postgresql-client-11", "11.22-0+deb10u2", "postgresql-11") in {
        (p.name, p.version, p.source_name) for p in found
    }
    folder = shared / "corpus/dpkg/status.d"
    deinstalled = packages((folder / "deinstall").read_bytes(), "var/lib/dpkg/status.d/x")
    assert [p.name for p in deinstalled] == ["linux-image-6.14.0-1012-aws"]
