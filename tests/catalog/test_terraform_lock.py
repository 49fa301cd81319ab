"""Terraform's lock file, by https://developer.hashicorp.com/terraform/language/files/dependency-lock."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.terraform_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "infra/.terraform.lock.hcl"
TEXT = b"""# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "terraform.example.org/hashicorp/aws" {
  version     = "5.31.0"
  constraints = ">= 4.0.0, ~> 5.0"
  hashes = [
    "h1:ltxyuBWIy9cq0kIKDJH1jeWJy/y7XJLjS4QrsQK4plA=",
    "zh:0cdb9c2083bf0902442384f7309367791e4640581652dda456f2d6d7abf0de8d",
  ]
}

provider "registry.example.org/fleet/mast" {
  version = "0.1.0-beta2"
}
"""


def test_providers() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "terraform.example.org/hashicorp/aws": ("5.31.0", ""),
        "fleet/mast": ("0.1.0-beta2", ""),  # of the registry: purl names it without a host
    }


@pytest.mark.parametrize(
    "data",
    [
        TEXT[:-3],
        b'provider "a/b" {\n version = "1.0.0"\n}',
        b'provider "h/a/b" {\n}',
        b'provider "h/a/b" {\n version = "${x}"\n}',
        b"\xff",
    ],
)
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    assert facts(CATALOGUER, b"", PATH) == []
    is_refused(CATALOGUER, PATH, b'provider "a/b/c" {\n' * 50_000, b"x" * (17 << 20))


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
