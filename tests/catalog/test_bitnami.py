"""Bitnami's list of components, in the form that its images have (https://github.com/bitnami/containers)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.bitnami import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package, Problem

PATH = "opt/bitnami/.bitnami_components.json"
TEXT = b"""{
    "redis": {"arch": "amd64", "distro": "debian-11", "type": "NAMI", "version": "7.0.5-0"},
    "wait-for-port": {"arch": "amd64", "distro": "debian-11", "type": "NAMI", "version": "1.0.3-151"},
    "without": {"arch": "amd64"}
}"""


def test_components() -> None:
    problem, *found = sorted(parse(memory_file(PATH, TEXT)), key=lambda one: isinstance(one, Package))
    assert found == [
        Package("bitnami", "redis", "7.0.5-0", arch="amd64", path=PATH, stated=True),
        Package("bitnami", "wait-for-port", "1.0.3-151", arch="amd64", path=PATH, stated=True),
    ]
    assert isinstance(problem, Problem)
    assert "'without'" in problem.what


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a": "1"}', b'{"a": {"version": 1}}', b"{" * 100_000, b"\xff"])
def test_what_is_no_list(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
