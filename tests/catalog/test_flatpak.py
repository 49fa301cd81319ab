"""What flatpak deploys, as flatpak wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.flatpak import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package

FIXTURES = Path(__file__).parent / "flatpak"
APP = f"var/lib/flatpak/app/org.example.Harbour/x86_64/stable/{'d6' * 32}/deploy"
RUNTIME = f"var/lib/flatpak/runtime/org.example.Platform/x86_64/23.08/{'4c' * 32}/deploy"
DEPLOY = (FIXTURES / "app.deploy").read_bytes()


def test_application() -> None:
    assert list(parse(memory_file(APP, DEPLOY))) == [
        Package(
            type="flatpak",
            name="org.example.Harbour",
            version="2.4.1",
            arch="x86_64",
            licences=("MIT",),
            path=APP,
            depends=("org.example.Platform@23.08",),
        )
    ]


def test_runtime_has_its_branch_for_a_version() -> None:
    (found,) = parse(memory_file(RUNTIME, (FIXTURES / "runtime.deploy").read_bytes()))
    assert found == Package("flatpak", "org.example.Platform", "23.08", arch="x86_64", path=RUNTIME)


@pytest.mark.parametrize("data", [b"", b"\0" * 100, DEPLOY[:100]])
def test_no_deployment(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(APP, data)))


def test_too_long() -> None:
    with pytest.raises(LimitExceeded):
        list(parse(memory_file(APP, DEPLOY + bytes(DEFAULT.stanza))))


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find(APP)
    assert index.find(RUNTIME)
    assert index.find(f"root/.local/share/{APP.removeprefix('var/lib/')}")
    assert not index.find("usr/bin/deploy")


@given(mutated(DEPLOY))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, APP, data)
