"""Models in the safetensors format: one that its own library wrote, and hostile ones."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.safetensors import CATALOGUER
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Package

PATH = "models/harbour-00001-of-00002.safetensors"
FIXTURE = (Path(__file__).parent / "safetensors" / "harbour.safetensors").read_bytes()


def model(header: object, length: int = -1) -> bytes:
    data = json.dumps(header).encode()
    return struct.pack("<Q", len(data) if length < 0 else length) + data + bytes(64)


def test_as_the_library_wrote_it() -> None:
    assert packages(CATALOGUER, FIXTURE, PATH) == [
        Package("generic", "Harbour Tiny", "", licences=("Apache-2.0",), path=PATH)
    ]


def test_a_name_is_the_file_s_where_no_title_is_told() -> None:
    tensor = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    for header in ({"t": tensor}, {"__metadata__": {"format": "pt"}, "t": tensor}, {"__metadata__": None}):
        (one,) = packages(CATALOGUER, model(header), PATH)
        assert (one.name, one.version) == ("harbour", "")
    (one,) = packages(
        CATALOGUER, model({"__metadata__": {"modelspec.title": "\x1b[2J", "modelspec.version": "2"}}), PATH
    )
    assert (one.name, one.version) == ("harbour", "2")


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 7, model([]), model({}, 1 << 60), model({"__metadata__": {"a": 1}}), FIXTURE[:40]]
)
def test_what_is_no_model_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, struct.pack("<Q", 200_000) + b'{"a":' + b"[" * 200_000)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, struct.pack("<Q", 17 << 20) + bytes(18 << 20), PATH)


@settings(max_examples=80, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
