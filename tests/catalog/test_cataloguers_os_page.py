"""docs/cataloguers-os.md against the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.catalog import (
    apk,
    bitnami,
    chisel,
    conda,
    deb_file,
    dpkg,
    dpkg_copyright,
    dpkg_owns,
    elf_notes,
    flatpak,
    go_binary,
    homebrew,
    ipk_file,
    kernel,
    kernel_module,
    nested_roots,
    nix,
    opkg,
    os_release,
    pacman,
    pkginfo,
    portage,
    rpm,
    rpm_file,
    rpm_manifest,
    rust_binary,
    snap,
)
from pratique.plugins import Cataloguer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cataloguers-os.md").read_text()
OWN = (apk, chisel, conda, dpkg, dpkg_owns, homebrew, opkg, pacman, portage, rpm)
DATABASES = (*OWN, bitnami, nested_roots, rpm_manifest)
FILES = (deb_file, dpkg_copyright, flatpak, ipk_file, kernel, kernel_module, nix, pkginfo, rpm_file, snap)
PROGRAMS = (elf_notes, go_binary, rust_binary)
CATALOGUERS = [module.CATALOGUER for module in (*DATABASES, *FILES, *PROGRAMS, os_release)]


@pytest.mark.parametrize("cataloguer", CATALOGUERS, ids=lambda one: one.name)
def test_every_claim_is_told(cataloguer: Cataloguer) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{cataloguer.name}` |")]
    claim = cataloguer.claim
    for name in (*claim.names, *claim.children, *(folder for folder, _, _ in claim.below)):
        assert f"`{name}" in row or f"{name}/" in row or f"{name.rpartition('/')[2]}/" in row, name
    for ending in (*claim.suffixes, *(ending for _, _, ending in claim.below)):
        assert f"{ending}`" in row, ending
    for path in cataloguer.claim.paths:
        folder, _, name = path.rpartition("/")
        assert f"`{path}`" in PAGE or (f"`{folder}`" in PAGE and f"`{name}" in PAGE), path
    for folder, suffix in cataloguer.claim.folders:
        told = (f"`{folder}/*{suffix}`", f"`{folder}/os-release*`", f"`{folder}`")
        assert any(one in PAGE for one in told), folder


def test_the_order_of_precedence_is_told() -> None:
    section = PAGE.split("## Which distribution it is")[1].split("##")[0]
    positions = [section.index(f"`{place}`") for place in os_release.PLACES]
    assert positions == sorted(positions)
