from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.julia import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

INSTALLED = "root/.julia/packages/Mast/a1b2C/Project.toml"


@pytest.mark.parametrize(("name", "version"), [("Manifest.toml", 1), ("JuliaManifest.toml", 2)])
def test_a_manifest_as_julia_documents_it(name: str, version: int) -> None:
    found = packages(CATALOGUER, f"app/{name}", fixture(f"Manifest.v{version}.toml"))
    assert {one: package.depends for one, package in found.items()} == {
        "julia/Mast@2.1.0": ("Dates", "Rope@1.4.2+0"),
        "julia/Rope@1.4.2+0": (),
    }
    assert [package.uuid for package in found.values()] == [
        "11111111-1111-1111-1111-111111111111",
        "22222222-2222-2222-2222-222222222222",
    ]


def test_two_packages_of_one_name() -> None:
    data = (
        b'manifest_format = "2.0"\n[[deps.A]]\nversion = "1.0.0"\n[[deps.A]]\nversion = "2.0.0"\ndeps = {A = "1111"}\n'
    )
    found = packages(CATALOGUER, "app/Manifest.toml", data)
    assert {one: package.depends for one, package in found.items()} == {"julia/A@1.0.0": (), "julia/A@2.0.0": ("A",)}


def test_an_installed_package() -> None:
    assert facts(CATALOGUER, INSTALLED, fixture("Project.toml")) == [
        Package(
            "julia", "Mast", "2.1.0", path=INSTALLED, depends=("Rope",), uuid="11111111-1111-1111-1111-111111111111"
        )
    ]


def test_what_is_no_uuid_is_not_kept() -> None:
    (package,) = facts(CATALOGUER, INSTALLED, fixture("Project.toml").replace(b"11111111-", b"1-"))
    assert isinstance(package, Package)
    assert (package.name, package.uuid) == ("Mast", "")


@pytest.mark.parametrize("path", ["app/packages/web/src/Project.toml", "app/packages/Other/a1b2C/Project.toml"])
def test_a_project_file_in_other_folders_is_none(path: str) -> None:
    assert facts(CATALOGUER, path, fixture("Project.toml")) == []


def test_an_installed_package_without_a_version_is_hidden() -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, INSTALLED, b'name = "Mast"\nuuid = "1"\n')


@pytest.mark.parametrize("data", [b"a", b"a = 1", b"[[a]]\nversion = 1", b"\xff"])
def test_what_julia_does_not_write_is_a_problem(data: bytes) -> None:
    assert problem(CATALOGUER, "app/Manifest.toml", data).startswith("no manifest of Julia")


def test_a_project_that_needs_nothing_names_nothing() -> None:
    assert facts(CATALOGUER, "app/Manifest.toml", b'manifest_format = "2.0"\n[deps]\n') == []
    assert facts(CATALOGUER, "app/Manifest.toml", b"# This file is machine-generated\n") == []
    assert problem(CATALOGUER, "app/Manifest.toml", b" \n").startswith("no manifest of Julia")
