from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.deno_lock import CATALOGUER

PATH = "app/deno.lock"


def test_what_deno_writes() -> None:
    found = packages(CATALOGUER, PATH, fixture("deno.v5.lock"))
    assert set(found) == {
        "npm/@port/crane@3.0.0-rc.1",
        "npm/buoy@0.1.0",
        "npm/harbour@1.2.0",
        "npm/knot@1.0.0",
        "npm/pilot@1.0.1",
        "npm/pilot@2.0.0",
        "npm/tide@1.0.0",
    }
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    assert found["npm/@port/crane@3.0.0-rc.1"].depends == ("harbour@1.2.0", "pilot@2.0.0")
    assert [one[:12] for one in found["npm/pilot@1.0.1"].hashes] == ["sha512:c5368"]


def test_version_2() -> None:
    found = packages(CATALOGUER, PATH, fixture("deno.v2.lock"))
    assert set(found) == {"npm/harbour@1.2.0", "npm/pilot@1.0.1"}
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1",)


def test_version_3_and_packages_of_jsr() -> None:
    found = packages(CATALOGUER, PATH, fixture("deno.v3.lock"))
    assert set(found) == {"npm/harbour@1.2.0", "jsr/@quay/mast@2.1.0", "jsr/@quay/rope@1.4.2"}
    assert found["jsr/@quay/mast@2.1.0"].depends == ("@quay/rope@^1.0.0",)
    assert found["jsr/@quay/rope@1.4.2"].hashes[0].startswith("sha256:3e23e8")


def test_packages_of_jsr_stand_beside_since_version_4() -> None:
    data = b'{"version": "4", "jsr": {"@quay/mast@2.1.0": {"integrity": "x"}}, "npm": {"a@1.0.0_b@2.0.0": {}}}'
    assert set(packages(CATALOGUER, PATH, data)) == {"jsr/@quay/mast@2.1.0", "npm/a@1.0.0"}


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"version": 5}', b'{"version": "5", "npm": []}', b'{"version": "3", "packages": 1}']
)
def test_what_deno_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("no lock file of Deno")


@pytest.mark.parametrize("key", ["", "a", "a@", "@", "a@main"])
def test_a_key_without_a_version_is_counted(key: str) -> None:
    assert problem(CATALOGUER, PATH, f'{{"version": "5", "npm": {{"{key}": {{}}}}}}'.encode()).startswith(
        "names a package"
    )
