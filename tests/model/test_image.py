from __future__ import annotations

import pytest

from pratique.model import Base, Platform


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (Platform(), "linux/amd64"),
        (Platform("linux", "arm", "v7"), "linux/arm/v7"),
        (Platform("windows", ""), "windows"),
        (Platform("", "", ""), ""),
    ],
)
def test_a_platform_is_written_with_the_parts_that_it_has(platform: Platform, text: str) -> None:
    assert str(platform) == text


@pytest.mark.parametrize(("layer", "whose"), [(-1, ""), (0, "base"), (1, "base"), (2, "own")])
def test_the_lowest_layers_are_the_bases(layer: int, whose: str) -> None:
    assert Base("debian:12", "", 2, "known").origin(layer) == whose


@pytest.mark.parametrize("layer", [-1, 0, 1])
def test_no_layer_is_anybodys_where_nobody_tells_how_many_are_the_bases(layer: int) -> None:
    assert Base("debian:12", "", 0, "annotation").origin(layer) == ""
