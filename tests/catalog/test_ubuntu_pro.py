"""Ubuntu Pro's status, in the shape of `pro status --format json`
(https://documentation.ubuntu.com/pro-client/en/latest/explanations/status_columns/)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.ubuntu_pro import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Channel

PATH = "var/lib/ubuntu-advantage/status.json"
STATUS = {
    "_schema_version": "0.1",
    "attached": True,
    "services": [
        {"name": "livepatch", "available": "yes", "entitled": "yes", "status": "n/a"},
        {"name": "esm-infra", "available": "yes", "entitled": "yes", "status": "enabled", "status_details": ""},
        {"name": "esm-apps", "available": "yes", "entitled": "yes", "status": "disabled"},
        {"name": "fips-updates", "available": "yes", "entitled": "yes", "status": "enabled"},
    ],
}


def services(status: object) -> list[Channel]:
    return [fact for fact in parse(memory_file(PATH, json.dumps(status).encode())) if isinstance(fact, Channel)]


def test_what_is_enabled() -> None:
    assert services(STATUS) == [
        Channel("ubuntu-pro", "esm-infra", PATH),
        Channel("ubuntu-pro", "fips-updates", PATH),
    ]


def test_not_attached() -> None:
    assert services({**STATUS, "attached": False}) == []
    assert services({}) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"attached": "yes"}',
        b"[" * 100_000,
        b"\xff",
        b'{"attached": true, "services": [{"name": "\xff"}]}',
    ],
)
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no status of Ubuntu Pro"):
        list(parse(memory_file(PATH, data)))


@given(st.binary(max_size=200))
def test_hostile(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
