"""Python versions against lines and the library ``packaging``."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from pratique import version as versions
from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("pypi")


def test_generated_as_packaging_says() -> None:
    pairs = texts.generated(texts.pypi, 15_000)
    order.check_native("pypi", pairs, oracle.pypi(pairs))


def test_what_packaging_refuses_is_refused() -> None:
    pairs = texts.generated(texts.pypi, 5_000, seed=2)
    refused = [pair for pair, answer in zip(pairs, oracle.pypi(pairs), strict=True) if answer == "!"]
    assert len(refused) > 20
    assert all(order.relation("pypi", *pair) == "!" for pair in refused)


public = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(("", "1!")),
    st.lists(st.integers(0, 3).map(str), min_size=1, max_size=3).map(".".join),
    st.sampled_from(("", "a1", "rc2")),
    st.sampled_from(("", ".post0", ".post1")),
    st.sampled_from(("", ".dev0", ".dev3")),
)
local = st.sampled_from(("", "+cu121", "+cpu", "+0", "+1.2", "+1", "+300", "+z.z", "+a.1.b"))


@settings(max_examples=500)
@given(public, public, local)
def test_local_versions_count_as_the_one_without_as_packaging_says(border: str, text: str, part: str) -> None:
    for asked in (text + part, border + part):
        at, least, beyond = versions.key("pypi", asked), versions.key("pypi", border), versions.after("pypi", border)
        assert (at < beyond) == SpecifierSet(f"<={border}").contains(asked, prereleases=True)
        assert (least <= at < beyond) == SpecifierSet(f"=={border}").contains(asked, prereleases=True)


@settings(max_examples=300)
@given(public, local.filter(bool), public, local)
def test_a_local_version_is_itself_only(border: str, own: str, text: str, part: str) -> None:
    least, beyond = versions.key("pypi", border + own), versions.after("pypi", border + own)
    for asked in (text + part, border + part):
        at = versions.key("pypi", asked)
        assert (least <= at < beyond) == SpecifierSet(f"=={border}{own}").contains(asked, prereleases=True)


def test_what_counts_as_it_needs_no_more_room() -> None:
    with pytest.raises(ValueError, match="no pypi version"):
        versions.after("pypi", "one")
    for text in ("1+" + "a." * 500 + "a", "1." * 500 + "1"):
        assert len(versions.after("pypi", text)) == len(versions.key("pypi", text))


def test_real_as_packaging_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "PyPI", 12_000)
    order.check_native("pypi", pairs, oracle.pypi(pairs))
