from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.cocoapods import CATALOGUER

PATH = "app/Podfile.lock"


def test_what_cocoapods_wrote() -> None:
    found = packages(CATALOGUER, PATH, fixture("Podfile.lock"))
    assert {name: package.depends for name, package in found.items()} == {
        "cocoapods/Keel@0.3.1": (),
        "cocoapods/Local@1.0.0": (),
        "cocoapods/QuayMast@2.1.0-rc.1": ("QuayRope@1.4.2",),
        "cocoapods/QuayRope@1.4.2": (),
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"a", b"PODS: {}", b"PODS:\n  - Mast\nCOCOAPODS: 1", b"PODS: [", b"PODS:\n- &a x\n- [*a]\n- *b", b"\xff"],
)
def test_what_cocoapods_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)
