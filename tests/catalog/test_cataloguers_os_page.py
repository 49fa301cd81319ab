"""docs/cataloguers-os.md against the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique.catalog import apk, dpkg, dpkg_owns, go_binary, os_release, rpm, rpm_manifest, rust_binary
from pratique.plugins import Cataloguer

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cataloguers-os.md").read_text()
CATALOGUERS = [module.CATALOGUER for module in (apk, dpkg, dpkg_owns, go_binary, rpm, rpm_manifest, rust_binary)]


@pytest.mark.parametrize("cataloguer", [*CATALOGUERS, os_release.CATALOGUER], ids=lambda one: one.name)
def test_every_claim_is_told(cataloguer: Cataloguer) -> None:
    assert f"| `{cataloguer.name}` |" in PAGE
    for path in cataloguer.claim.paths:
        folder, _, name = path.rpartition("/")
        assert f"`{path}`" in PAGE or (f"`{folder}`" in PAGE and f"`{name}" in PAGE), path
    for folder, suffix in cataloguer.claim.folders:
        assert f"`{folder}/*{suffix}`" in PAGE or f"`{folder}/os-release*`" in PAGE


def test_the_order_of_precedence_is_told() -> None:
    section = PAGE.split("## Which distribution it is")[1].split("##")[0]
    positions = [section.index(f"`{place}`") for place in os_release.PLACES]
    assert positions == sorted(positions)
