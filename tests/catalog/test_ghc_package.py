from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages
from pratique.catalog.ghc_package import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "usr/lib/ghc/package.conf.d/mast-core-2.1.0.conf"


def test_a_package_that_cabal_registered() -> None:
    assert facts(CATALOGUER, PATH, fixture("mast.conf")) == [
        Package(
            "hackage",
            "quay-mast",
            "2.1.0",
            licences=("BSD-3-Clause",),
            path=PATH,
            depends=("base@4.15.1.0", "text@1.2.5.0"),
        )
    ]


def test_a_library_within_a_package_is_that_package() -> None:
    data = b"name: z-mast-z-inner\nversion: 2.1.0\npackage-name: mast\ndepends: mast-2.1.0-abc base-4.18\n"
    assert packages(CATALOGUER, PATH, data)["hackage/mast@2.1.0"].depends == ("base@4.18",)


@pytest.mark.parametrize(
    "data", [b"", b"name: a\n", b"version: 1\n", b"  name: a\n  version: 1\n", b"\xff", b"name: a\nversion: 1 2"]
)
def test_a_file_that_names_nothing_hides_a_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, PATH, data)
