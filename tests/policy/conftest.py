"""The image, the database and the settings that the ways round the KEV floor are tried with."""

from __future__ import annotations

from pathlib import Path

import pytest

from images import build, layer, oci_layout
from policy.floor import database, wheel
from pratique.api import Settings
from vuln.feeds import NOW


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("image") / "app"
    return str(oci_layout(folder, build(layer(wheel()), created_by=("COPY . /",))))


@pytest.fixture
def plain(tmp_path: Path, known: Path) -> Settings:
    """A policy of its own, for the working directory may hold one."""
    (tmp_path / "pratique.yaml").write_text("version: 1\n")
    return Settings(now=NOW, database=known, policy=tmp_path / "pratique.yaml")
