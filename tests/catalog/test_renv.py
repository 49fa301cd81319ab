from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.renv import CATALOGUER

PATH = "app/renv.lock"


def test_what_renv_wrote() -> None:
    found = packages(CATALOGUER, PATH, fixture("renv.lock"))
    assert {name: package.depends for name, package in found.items()} == {
        "bioconductor/BiocMast@0.44.0": ("mast@2.1-0",),
        "cran/mast@2.1-0": ("methods", "rope@1.4.2", "utils"),
        "cran/renv@1.2.4.9000": (),
        "cran/rope@1.4.2": ("methods",),
    }
    assert found["cran/mast@2.1-0"].licences == ("GPL (>= 2)",)


def test_before_renv_1_1_needs_had_a_list_of_their_own() -> None:
    data = b"""{"Packages": {"mast": {"Package": "mast", "Version": "2.1-0", "Requirements": ["R", "rope"]},
      "rope": {"Version": "1.4.2", "Imports": "methods"}}}"""
    found = packages(CATALOGUER, PATH, data)
    assert [one.depends for one in found.values()] == [("rope@1.4.2",), ("methods",)]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"Packages": []}', b'{"Packages": {"a": 1}}', b"\xff"])
def test_what_renv_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("no lock file of renv")


def test_what_has_no_version_is_counted() -> None:
    assert problem(CATALOGUER, PATH, b'{"Packages": {"a": {}}}').startswith("names a package")
