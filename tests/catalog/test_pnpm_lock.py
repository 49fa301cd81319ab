from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.pnpm_lock import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Package, Problem

PATH = "app/pnpm-lock.yaml"


@pytest.mark.parametrize("version", ["5.4", "6.0", "9.0"])
def test_what_pnpm_writes(version: str) -> None:
    found = packages(CATALOGUER, PATH, fixture(f"pnpm-lock.{version}.yaml"))
    assert {name: package.scope for name, package in found.items()} == {
        "npm/@port/crane@3.0.0-rc.1": "",
        "npm/buoy@0.1.0": "dev",
        "npm/harbour@1.2.0": "",
        "npm/knot@1.0.0": "dev",
        "npm/pilot@1.0.1": "",
        "npm/pilot@2.0.0": "",
        "npm/tide@1.0.0": "optional",
    }
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    assert found["npm/@port/crane@3.0.0-rc.1"].depends == ("harbour@1.2.0", "pilot@2.0.0")
    assert [one[:12] for one in found["npm/pilot@1.0.1"].hashes] == ["sha512:c5368"]


def lock(key: str, *members: str) -> bytes:
    lines = "".join(f"    {member}\n" for member in ("resolution: {integrity: x}", *members))
    return f"lockfileVersion: 5.4\n\npackages:\n\n  {key}:\n{lines}".encode()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("/a/1.0.0", "npm/a@1.0.0"),
        ("/@s/a/1.0.0-rc.1", "npm/@s/a@1.0.0-rc.1"),
        ("/a/1.0.0_b@2.0.0+c@3.0.0", "npm/a@1.0.0"),
        ("/@s/a/1.0.0_6eb2a9f1", "npm/@s/a@1.0.0"),
        ("registry.example.org/a/1.0.0", "npm/a@1.0.0"),
        ("registry.example.org/@s/a/1.0.0", "npm/@s/a@1.0.0"),
        ("/a@1.0.0", "npm/a@1.0.0"),
        ("/@s/a@1.0.0(b@2.0.0)(@t/c@3.0.0)", "npm/@s/a@1.0.0"),
        ("a@1.0.0", "npm/a@1.0.0"),
        ("'@s/a@1.0.0(@t/b@2.0.0(c@1.0.0))'", "npm/@s/a@1.0.0"),
        ("a@1.0.0(patch_hash=abc)", "npm/a@1.0.0"),
        ("a@1.0.0+build.5", "npm/a@1.0.0+build.5"),
    ],
)
def test_a_key_names_the_package(key: str, name: str) -> None:
    assert set(packages(CATALOGUER, PATH, lock(key))) == {name}


@pytest.mark.parametrize(
    ("key", "members", "name"),
    [
        ("github.com/x/a/1234567", ("name: a", "version: 1.0.0"), "npm/a@1.0.0"),
        ("'@codeload.github.com/x/a/tar.gz/1234567'", ("name: '@s/a'", "version: 1.0.0"), "npm/@s/a@1.0.0"),
        ("file:lib.tgz", ("name: a", "version: 1.0.0"), "npm/a@1.0.0"),
    ],
)
def test_what_comes_from_elsewhere_says_its_name_beside(key: str, members: tuple[str, ...], name: str) -> None:
    assert set(packages(CATALOGUER, PATH, lock(key, *members))) == {name}


@pytest.mark.parametrize("key", ["file:lib", "a@file:lib", "a@https://example.org/a.tgz", "link:../a"])
def test_what_has_no_version_is_counted(key: str) -> None:
    assert problem(CATALOGUER, PATH, lock(key)).startswith("names a package without")


def test_several_documents_are_one_lock_file() -> None:
    data = b"---\n" + lock("/a/1.0.0") + b"\n---\n" + lock("/b/2.0.0")
    assert set(packages(CATALOGUER, PATH, data)) == {"npm/a@1.0.0", "npm/b@2.0.0"}


def test_what_a_workspace_needs_to_run_is_not_for_development_only() -> None:
    data = b"""\
lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      a:
        specifier: ^1
        version: 1.0.0

  packages/web:
    dependencies:
      b:
        specifier: workspace:*
        version: link:../b
      c:
        specifier: ^1
        version: 1.0.0(a@1.0.0)

packages:

  a@1.0.0:
    resolution: {integrity: x}

  c@1.0.0:
    resolution: {integrity: x}

snapshots:

  a@1.0.0: {}

  c@1.0.0(a@1.0.0):
    dependencies:
      a: 1.0.0
"""
    assert [package.scope for package in packages(CATALOGUER, PATH, data).values()] == ["", ""]


@pytest.mark.parametrize(
    "data", [b"packages: {}\n", b"- a\n", b"a\n", b"lockfileVersion: &v 9\n", b"lockfileVersion: 9\npackages: {a: [}\n"]
)
def test_what_pnpm_does_not_write_is_not_read(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)


def test_a_project_that_needs_nothing_names_nothing() -> None:
    assert facts(CATALOGUER, PATH, b"lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n") == []


def test_what_comes_from_elsewhere_has_the_name_before_its_address() -> None:
    key = "mast@https://codeload.quay.example/quay/mast/tar.gz/02fa893d619d3da85411acc8fd4e2eea0e95a9d9"
    data = (
        f"lockfileVersion: '9.0'\n\npackages:\n\n  {key}:\n    resolution: {{tarball: x}}\n    version: 6.0.1\n\n"
        f"  '@port/rope@file:../rope':\n    resolution: {{directory: ../rope}}\n\n"
        f"snapshots:\n\n  {key}: {{}}\n\n  '@port/rope@file:../rope': {{}}\n"
    ).encode()
    found = facts(CATALOGUER, PATH, data)
    assert [(one.name, one.version) for one in found if isinstance(one, Package)] == [("mast", "6.0.1")]
    assert [one.what for one in found if isinstance(one, Problem)] == [
        "names a package without a version that can be compared: '@port/rope' ''"
    ]


def test_a_file_that_is_cut_short_is_told() -> None:
    assert problem(CATALOGUER, PATH, b"").startswith("no lock file of pnpm")
    whole = fixture("pnpm-lock.9.0.yaml")
    found = facts(CATALOGUER, PATH, whole[: whole.index(b"snapshots:")])
    assert [fact.what for fact in found if isinstance(fact, Problem)] == [
        "lock file of pnpm that describes packages without a snapshot: it is cut short"
    ]


def test_a_file_past_the_bound_is_told() -> None:
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, PATH, b"\n" * (DEFAULT.file_list + 1))
