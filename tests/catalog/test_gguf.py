"""Models in the GGUF format: those that its own library wrote, all of its types, and hostile ones."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.gguf import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "models/harbour.q4.gguf"
HERE = Path(__file__).parent / "gguf"
HARBOUR, PLAIN = (HERE / "harbour.gguf").read_bytes(), (HERE / "plain.gguf").read_bytes()


def text(value: str, order: str = "<", length: str = "Q") -> bytes:
    data = value.encode()
    return struct.pack(order + length, len(data)) + data


def model(*pairs: bytes, order: str = "<", version: int = 3, count: int = -1) -> bytes:
    length = "I" if version == 1 else "Q"
    keys = len(pairs) if count < 0 else count
    return b"GGUF" + struct.pack(f"{order}I2{length}", version, 0, keys) + b"".join(pairs)


def pair(key: str, kind: int, value: bytes, order: str = "<", length: str = "Q") -> bytes:
    return text(key, order, length) + struct.pack(f"{order}I", kind) + value


def test_as_the_library_wrote_them() -> None:
    assert packages(CATALOGUER, HARBOUR, PATH) == [
        Package(
            "huggingface",
            "tiny",
            "",
            namespace="harbour",
            arch="llama",
            vendor="Harbour",
            licences=("apache-2.0",),
            path=PATH,
        )
    ]
    assert packages(CATALOGUER, PLAIN, PATH) == [
        Package("generic", "Plain", "v0.3", arch="llama", licences=("MIT",), path=PATH)
    ]


@pytest.mark.parametrize(("order", "version"), [("<", 1), ("<", 2), ("<", 3), (">", 3)])
def test_versions_and_byte_orders(order: str, version: int) -> None:
    length = "I" if version == 1 else "Q"
    others = [
        pair(f"general.x{kind}", kind, bytes(size), order, length) for kind, size in ((0, 1), (5, 4), (7, 1), (12, 8))
    ]
    listed = struct.pack(f"{order}I{length}", 8, 2) + text("a", order, length) * 2
    nested = struct.pack(f"{order}I{length}", 9, 1) + struct.pack(f"{order}I{length}", 4, 1) + bytes(4)
    pairs = [*others, pair("general.tags", 9, listed, order, length), pair("general.nest", 9, nested, order, length)]
    pairs += [pair("general.name", 8, text("Deep", order, length), order, length)]
    (one,) = packages(CATALOGUER, model(*pairs, order=order, version=version), PATH)
    assert one.name == "Deep"


def test_a_name_is_the_file_s_where_none_is_told() -> None:
    (one,) = packages(CATALOGUER, model(pair("general.name", 8, text("\x1b[2J"))), PATH)
    assert (one.name, one.version) == ("harbour.q4", "")


def test_nothing_is_read_past_the_vocabulary() -> None:
    tokens = pair("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, 1 << 40))
    (one,) = packages(CATALOGUER, model(pair("general.name", 8, text("Big")), tokens, count=30), PATH)
    assert one.name == "Big"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"GGML" + bytes(100),
        model(version=9),
        model(count=5),
        model(pair("a", 99, b"")),
        model(pair("general.name", 8, struct.pack("<Q", 1 << 40))),
        model(pair("general.x", 9, struct.pack("<IQ", 0, 1 << 40))),
        model(pair("general.x", 9, struct.pack("<IQ", 9, 1) * 100)),
        HARBOUR[:100],
    ],
)
def test_what_is_no_model_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)


@settings(max_examples=80, deadline=None)
@given(mutated(HARBOUR))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
