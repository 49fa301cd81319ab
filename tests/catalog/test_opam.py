from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.opam import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.model import Package

SWITCH = "home/opam/.opam/4.14/.opam-switch/packages"
MAST = f"{SWITCH}/mast.2.1.0/opam"


def test_a_package_of_a_switch() -> None:
    assert facts(CATALOGUER, MAST, fixture("mast.opam")) == [
        Package("opam", "mast", "2.1.0", licences=("MIT", "ISC"), path=MAST, depends=("rope",))
    ]


@pytest.mark.parametrize("data", [b"", b"depends: [", b'name: "other"\nversion: "9"\n', b"\xff"])
def test_its_folder_says_name_and_version(data: bytes) -> None:
    path = f"{SWITCH}/base-bytes.v0.16~rc1+ocaml/opam"
    assert facts(CATALOGUER, path, data) == [Package("opam", "base-bytes", "v0.16~rc1+ocaml", path=path)]


def test_an_opam_file_elsewhere_is_none() -> None:
    assert facts(CATALOGUER, "x/.opam-switch/packages/a/opam", b"") == []


def test_a_lock_file() -> None:
    found = packages(CATALOGUER, "app/ship.opam.locked", fixture("ship.opam.locked"))
    assert {name: package.scope for name, package in found.items()} == {
        "opam/mast@2.1.0": "",
        "opam/rope@1.4~rc1": "test",
    }


def test_filters_say_what_a_package_is_for() -> None:
    data = b'depends: [ "a" {build & = "1"} "b" {= "2" & with-doc} "c" {>= "3"} "d" ("e" {= "1"} | "f") ] # x'
    told, *found = facts(CATALOGUER, "app/x.opam.locked", data)
    assert [(fact.name, fact.scope) for fact in found if isinstance(fact, Package)] == [("a", "build"), ("b", "dev")]
    assert "names 2 packages without" in getattr(told, "what", "")


def test_what_lies_with_its_source_is_declared_where_it_has_a_version() -> None:
    assert facts(CATALOGUER, "src/mast.opam", fixture("mast.opam")) == []
    found = packages(CATALOGUER, "src/mast.opam", b'version: "2.1.0"\nlicense: "MIT"\n' + fixture("mast.opam"))
    assert (found["opam/mast@2.1.0"].declared, found["opam/mast@2.1.0"].licences) == (True, ("MIT",))


@pytest.mark.parametrize("data", [b"", b"depends: [", b'name: "a"', b"\xff"])
def test_what_opam_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, "app/ship.opam.locked", data)


def test_deep_nesting_is_past_a_bound() -> None:
    for path in (MAST, "app/a.opam", "app/a.opam.locked"):
        with pytest.raises(LimitExceeded):
            facts(CATALOGUER, path, b"[" * 10_000)


def test_a_file_without_a_name_of_its_own() -> None:
    data = b'opam-version: "2.0"\nname: "mast"\nversion: "2.1.0"\n'
    assert set(packages(CATALOGUER, "src/opam", data)) == {"opam/mast@2.1.0"}
    assert facts(CATALOGUER, "src/opam", b'opam-version: "2.0"\nversion: "2.1.0"\n') == []
    assert facts(CATALOGUER, "usr/bin/opam", b"\x7fELF\x02\xff" * 100) == []
