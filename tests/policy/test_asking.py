"""What a policy asks for, and texts that tell its comparisons apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.expr import compile
from pratique.policy.asking import ANOTHER, asked, holds_for, texts
from pratique.policy.schema import Policy, load
from pratique.policy.subject import ENVIRONMENT

FIELD = "target.env"


def policy(*conditions: str) -> Policy:
    rules = "".join(f"  - {{name: r{at}, when: '{when}', action: warn}}\n" for at, when in enumerate(conditions))
    return load(f"gate:\n{rules}", "p.yaml")


def test_what_is_asked_for() -> None:
    found = asked(policy('target.env == "a" && finding.kev', "finding.kev", "has(image.name)"), {FIELD, "image.name"})
    assert found.parts.keys() == {FIELD, "image.name"}
    assert [each.text for each in found.conditions] == ['target.env == "a" && finding.kev', "has(image.name)"]
    assert not asked(policy("finding.kev"), {FIELD}).parts


def test_parents_and_scopes_are_asked() -> None:
    scope = load("scopes: [{name: s, when: 'target.env == \"a\"', on_unknown: warn}]", "p.yaml")
    child = Policy(gate=(), extends="p.yaml", parent=scope)
    assert asked(child, {FIELD}).parts.keys() == {FIELD}


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ('target.env == "a"', {"a"}),
        ('"a" != target.env', {"a"}),
        ('target.env in ["a", "b"]', {"a", "b"}),
        ("has(target.env)", set()),
        ("target.env == null", set()),
        ('target.env.startsWith("a")', {"a"}),
        ('target.env.startsWith("a") && target.env.endsWith("b")', {"a", "b", "ab"}),
        ('target.env.contains("a")', {"a"}),
        ('target.env.matches("^(a|b.)c{2}$")', {"acc", "bacc"}),
        ('target.env.matches("[^a]?")', {""}),
    ],
)
def test_texts_that_tell_comparisons_apart(when: str, found: set[str]) -> None:
    known = texts(asked(policy(when), {FIELD}).parts[FIELD])
    assert known is not None
    assert set(known) == (found | {ANOTHER}) - {""}


@pytest.mark.parametrize("when", ["size(target.env) > 3", 'target.env + "a" == "ba"', "target.env == target.namespace"])
def test_what_asks_for_more_is_not_tried(when: str) -> None:
    assert texts(asked(policy(when), {FIELD}).parts[FIELD]) is None


COMPARISON = st.sampled_from(
    [
        'target.env == "ab"',
        'target.env != "b"',
        'target.env in ["a", "c"]',
        'target.env.startsWith("a")',
        'target.env.startsWith("ab")',
        'target.env.endsWith("b")',
        'target.env.contains("c")',
        'target.env.matches("^a+b?$")',
        "has(target.env)",
    ]
)


@given(COMPARISON, st.text("abc", min_size=1, max_size=4))
def test_what_a_text_says_one_of_the_tried_says_too(when: str, text: str) -> None:
    parts = asked(policy(when), {FIELD}).parts[FIELD]
    known = texts(parts)
    assert known is not None
    says = [
        compile(when, ENVIRONMENT)(tuple(each if path == FIELD else None for path in ENVIRONMENT.fields))
        for each in known
    ]
    assert holds_for(parts[0], FIELD, text) in says
