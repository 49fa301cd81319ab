from __future__ import annotations

import pytest

from pratique.catalog._npm_names import is_version, split, without_peers


@pytest.mark.parametrize("text", ["1.0.0", "v1.0.0", "1.0.0-rc.1", "1.0.0+5", "1.0.0-a-b.0+c", "0.0.0"])
def test_a_version_is_one(text: str) -> None:
    assert is_version(text)
    assert without_peers(f"{text}(react@18.2.0)") == text
    assert without_peers(f"{text}_react@18.2.0") == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "^1.0.0", "latest", "file:a", "1.0.0 ", "1.0.0_b@1.0.0", "1.0." + "0" * 300]
)
def test_a_range_a_tag_or_a_place_is_none(text: str) -> None:
    assert not is_version(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a@1", ("a", "1")), ("@s/a@1", ("@s/a", "1")), ("a", ("a", "")), ("@s/a", ("@s/a", "")), ("a@b@c", ("a", "b@c"))],
)
def test_a_name_ends_at_its_second_at(text: str, parts: tuple[str, str]) -> None:
    assert split(text) == parts
