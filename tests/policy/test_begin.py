"""A first policy is one, means what its parent means, and what is shown in its comments can be used."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.policies import Parents
from pratique.policy import review
from pratique.policy.begin import begun
from pratique.policy.schema import PRESETS, Policy, Source, load

TODAY = date(2026, 11, 22)
PARENT = "gate: [{name: all, when: 'true', action: fail}]\n"


def made(text: str) -> Policy:
    return load(text, "p.yaml", parents=Parents())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_first_policy_is_its_preset(preset: str) -> None:
    found = made(begun(preset, "ann@example.org", TODAY))
    assert found.parent is not None
    assert found.parent.name == preset
    assert (found.gate, found.suppress, found.max_suppression_days) == ((), (), 90)


@pytest.mark.parametrize("owner", ["", "ann@example.org"])
def test_check_has_nothing_to_say_of_it(owner: str) -> None:
    assert review.review(begun("guideline", owner, TODAY), "p.yaml", TODAY, parents=Parents())[1] == ()


def test_the_owner_is_told() -> None:
    assert "# ann@example.org\n" in begun("default", "ann@example.org", TODAY)


def test_what_stands_in_its_comments_is_policy() -> None:
    text = begun("default", "", TODAY)
    lines = [re.sub("^# ", "", line) for line in text.splitlines() if re.match("# (gate:|scopes:| )", line)]
    found = made("\n".join(["extends: default", *lines]))
    assert [rule.name for rule in found.rules()] == ["production/high-fixable", "likely-fixable"]


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=80).filter(str.isprintable)


@given(TEXTS, TEXTS)
def test_whatever_is_answered_it_is_one_policy(place: str, owner: str) -> None:
    extends = "./" + "".join(place.split())
    text = begun(extends, owner, TODAY)
    found = load(text, "p.yaml", parents=lambda _: Source(PARENT, "org.yaml", identity="org.yaml"))
    assert found.extends
    assert found.gate == ()
    assert found.max_suppression_days == 90
