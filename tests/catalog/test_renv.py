from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.renv import CATALOGUER

PATH = "app/renv.lock"


def test_a_lock_file_as_renv_documents_it() -> None:
    found = packages(CATALOGUER, PATH, fixture("renv.lock"))
    assert {name: package.depends for name, package in found.items()} == {
        "bioconductor/BiocMast@0.44.0": ("mast@2.1-0", "methods"),
        "cran/mast@2.1-0": (),
    }


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"Packages": []}', b'{"Packages": {"a": 1}}', b"\xff"])
def test_what_renv_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("no lock file of renv")


def test_what_has_no_version_is_counted() -> None:
    assert problem(CATALOGUER, PATH, b'{"Packages": {"a": {}}}').startswith("names a package")
