"""Packs of SWI-Prolog, in the form that its manual gives (https://www.swi-prolog.org/pldoc/man?section=packs)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.swipl_pack import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Package

PATH = "usr/lib/swi-prolog/pack/harbour/pack.pl"
TEXT = b"""\
% name(commented).
name(harbour).
version('0.4.2').
title('Berths for ships').
author( 'Port Authority', 'port@example.org' ).
packager('Somebody Else', 'else@example.org').
requires(function_expansion).
"""


def test_an_installed_pack() -> None:
    assert list(parse(memory_file(PATH, TEXT))) == [
        Package("swiplpack", "harbour", "0.4.2", vendor="Port Authority", path=PATH)
    ]


def test_a_pack_s_source_declares_it() -> None:
    (found,) = parse(memory_file("src/pack.pl", TEXT.replace(b"name(harbour)", b"name('harbour-fleet')")))
    assert found == Package(
        "swiplpack", "harbour-fleet", "0.4.2", vendor="Port Authority", path="src/pack.pl", declared=True
    )


@pytest.mark.parametrize("data", [b"", b"name(X).", b"name(a).\nversion(1).", b"name(a).\nversion('next').", b"\xff"])
def test_without_a_name_or_a_version(data: bytes) -> None:
    assert list(parse(memory_file("src/pack.pl", data))) == []
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


def test_bounds() -> None:
    with pytest.raises(LimitExceeded):
        list(parse(memory_file(PATH, b" " * (DEFAULT.stanza + 1))))
    assert survives(CATALOGUER, PATH, b"name(" * 200_000 + b" " * 1_000_000) == []


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
