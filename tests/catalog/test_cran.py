from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages
from pratique.catalog.cran import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "usr/lib/R/site-library/mast/DESCRIPTION"
BUILT = b"Built: R 4.2.2; ; 2024-01-01 00:00:00 UTC; unix\n"


def test_a_package_that_r_installed() -> None:
    assert facts(CATALOGUER, PATH, fixture("mast.DESCRIPTION")) == [
        Package(
            "cran",
            "mast",
            "2.1-0",
            licences=("GPL (>= 2)",),
            path=PATH,
            depends=("methods", "rope", "utils"),
        )
    ]


@pytest.mark.parametrize("field", [b"biocViews: Infrastructure\n", b"Repository: Bioconductor 3.16\n"])
def test_a_package_of_bioconductor_says_so(field: bytes) -> None:
    assert set(packages(CATALOGUER, PATH, b"Package: a\nVersion: 0.44.0\n" + field + BUILT)) == {
        "bioconductor/a@0.44.0"
    }


@pytest.mark.parametrize(
    "data", [b"", b"Package: mast\nVersion: 2.1\n", b"A letter of mine\n", b"\xff\xfe", b" Built: x\n"]
)
def test_what_is_not_installed_is_no_package(data: bytes) -> None:
    assert facts(CATALOGUER, "src/mast/DESCRIPTION", data) == []
    for library in ("usr/lib/R/library", "usr/local/lib/R/site-library", "home/a/R/x86_64-pc-linux-gnu-library/4.2"):
        with pytest.raises(Unreadable):
            facts(CATALOGUER, f"{library}/mast/DESCRIPTION", data)


@pytest.mark.parametrize(
    "data", [b"", b"Package: a\n", b"Version: 1\n", b"Package: ../a\nVersion: 1\n", b"Package: a\nVersion: \n"]
)
def test_an_installed_package_without_a_name_or_a_version_is_hidden(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, PATH, data + BUILT)


def test_a_package_of_r_s_own_needs_no_installation() -> None:
    data = b"Package: translations\nVersion: 4.2.2\nPriority: base\n"
    assert set(packages(CATALOGUER, PATH, data)) == {"cran/translations@4.2.2"}
