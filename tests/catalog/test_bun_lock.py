from __future__ import annotations

import pytest

from catalog.lock_files import fixture, packages, problem
from pratique.catalog.bun_lock import CATALOGUER

PATH = "app/bun.lock"


def test_what_bun_writes() -> None:
    found = packages(CATALOGUER, PATH, fixture("bun.lock"))
    assert {name: package.scope for name, package in found.items()} == {
        "npm/@port/crane@3.0.0-rc.1": "",
        "npm/buoy@0.1.0": "dev",
        "npm/harbour@1.2.0": "",
        "npm/knot@1.0.0": "dev",
        "npm/pilot@1.0.1": "",
        "npm/pilot@2.0.0": "",
        "npm/tide@1.0.0": "",
    }
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    assert found["npm/@port/crane@3.0.0-rc.1"].depends == ("pilot@2.0.0",)
    assert [one[:12] for one in found["npm/pilot@1.0.1"].hashes] == ["sha512:c5368"]


def test_workspaces_and_links_are_no_packages_and_what_comes_from_git_has_no_version() -> None:
    data = b"""{"lockfileVersion": 1, "workspaces": {"": {"name": "q"}}, "packages": {
      "w": ["w@workspace:packages/w"], // a comment
      "r": ["r@root:", {"bin": "x"}],
      "l": ["l@link:../l", {}],
      "g": ["g@github:x/g#1234567", {}, "x-g-1234567"],
      "a,]": ["a@1.0.0", "", {"dependencies": {},}, "sha512-//,]=",], /* , } */
    },}"""
    assert problem(CATALOGUER, PATH, data.replace(b'"a@1.0.0"', b'"w@workspace:x"')).startswith("names a package")
    data = data.replace(b'"g@github:x/g#1234567"', b'"w@workspace:x"')
    assert set(packages(CATALOGUER, PATH, data)) == {"npm/a@1.0.0"}


def test_a_workspace_s_own_copy_is_looked_for_first() -> None:
    data = b"""{"lockfileVersion": 1, "workspaces": {"": {"name": "q"},
      "packages/w": {"name": "w", "dependencies": {"a": "1"}}},
      "packages": {
      "a": ["a@2.0.0", "", {}, ""], "w/a": ["a@1.0.0", "", {}, ""], "w": ["w@workspace:packages/w"]}}"""
    found = packages(CATALOGUER, PATH, data)
    assert {name: package.scope for name, package in found.items()} == {"npm/a@2.0.0": "dev", "npm/a@1.0.0": ""}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"packages": {"a": "a@1.0.0"}}', b'{"packages": {"a": [}}', b"\xff"])
def test_what_bun_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("no lock file of bun")


@pytest.mark.parametrize("parts", ["[]", "[1]", '[{"a": 1}]', '[""]', '["@"]', '["a@"]'])
def test_parts_of_another_shape_are_counted(parts: str) -> None:
    problem(CATALOGUER, PATH, f'{{"packages": {{"a": {parts}}}}}'.encode())
