"""Terraform's lock file: one that it wrote, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, told
from catalog.hostile import survives
from catalog.lock_files import fixture
from catalog.mutated import mutated
from pratique.catalog.terraform_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "infra/.terraform.lock.hcl"
TEXT = fixture("terraform.lock.hcl")


def test_providers() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "tf.quay.example/fleet/mast": ("0.1.0-beta2", ""),
        "quay/rope": ("1.4.2", ""),  # of the registry: purl names it without a host
    }


@pytest.mark.parametrize(
    "data",
    [
        TEXT[:-3],
        b'provider "a/b" {\n version = "1.0.0"\n}',
        b'provider "h/a/b" {\n}',
        b'provider "h/a/b" {\n version = "${x}"\n}',
        b"\xff",
        b"",
        TEXT + b"words\n",
    ],
)
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    assert facts(CATALOGUER, b"# nothing\n  // is\n\n", PATH) == []
    is_refused(CATALOGUER, PATH, b'provider "a/b/c" {\n' * 50_000, b"x" * (17 << 20))


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
