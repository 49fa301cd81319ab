"""What is left of a policy's word beside its parents': days, problems, licences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Package
from pratique.policy.inherit import Answers, answers, lets_silence
from pratique.policy.licences import breaches
from pratique.policy.schema import Policy, Response, Source, load

BLOCK, WARN, IGNORE = Response.BLOCK, Response.WARN, Response.IGNORE
ORDER = [IGNORE, WARN, BLOCK]


def line(*texts: str) -> Policy:
    """The last of policies of which each extends the one before it."""
    whole = [text if not number else f"extends: p{number - 1}.yaml\n{text}" for number, text in enumerate(texts)]
    return load(whole[-1], "last.yaml", parents=lambda one: Source(whole[int(one.place[1:-5])], one.place))


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("version: 1",), 14),
        (("max_feed_age_days: 30", "version: 1"), 30),
        (("max_feed_age_days: 30", "max_feed_age_days: 60"), 30),
        (("max_feed_age_days: 30", "max_feed_age_days: 20"), 20),
        (("loosen: {max_feed_age_days: 40}", "version: 1"), 14),
        (("loosen: {max_feed_age_days: 40}", "max_feed_age_days: 60"), 40),
        (("loosen: {max_feed_age_days: 40}", "max_feed_age_days: 30", "max_feed_age_days: 35"), 30),
        (("loosen: {max_feed_age_days: 40}", "loosen: {max_feed_age_days: 60}", "max_feed_age_days: 60"), 40),
        (("version: 1", "loosen: {max_feed_age_days: 60}", "max_feed_age_days: 60"), 14),
    ],
)
def test_how_old_a_feed_may_be(texts: tuple[str, ...], days: int) -> None:
    assert line(*texts).max_feed_age_days == days


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("version: 1",), 90),
        (("max_suppression_days: 30", "version: 1"), 30),
        (("max_suppression_days: 120", "version: 1"), 90),
        (("max_suppression_days: 120", "max_suppression_days: 365"), 120),
        (("max_suppression_days: 30\nloosen: {max_suppression_days: 60}", "version: 1"), 60),
        (("max_suppression_days: 30\nloosen: {max_suppression_days: 60}", "max_suppression_days: 40"), 40),
        (("loosen: {max_suppression_days: 20}", "max_suppression_days: 40"), 20),
        (("loosen: {max_suppression_days: 365}", "version: 1", "max_suppression_days: 365"), 90),
    ],
)
def test_how_far_ahead_a_suppression_may_end(texts: tuple[str, ...], days: int) -> None:
    assert line(*texts).max_suppression_days == days


def asked(*texts: str) -> Answers:
    """With all scopes holding."""
    policies = tuple(reversed(tuple(line(*texts).line())))
    return answers(policies, [policy.scopes for policy in policies])


def scoped(*words: str) -> str:
    scopes = [f"{{name: s{place}, when: 'true', on_unknown: {word}}}" for place, word in enumerate(words)]
    return f"scopes: [{', '.join(scopes)}]\n"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("version: 1",), (BLOCK, IGNORE)),
        (("on_unknown: warn",), (WARN, IGNORE)),
        (("on_unknown: warn", "version: 1"), (WARN, IGNORE)),
        (("on_unknown: warn", "on_unknown: {noted: warn}"), (WARN, WARN)),
        (("on_unknown: {noted: block}", "on_unknown: {noted: warn}"), (BLOCK, BLOCK)),
        ((scoped("{noted: warn}", "{noted: block}") + "on_unknown: {noted: ignore}",), (BLOCK, BLOCK)),
        ((scoped("ignore", "warn"),), (WARN, IGNORE)),
        ((scoped("{noted: ignore}") + "on_unknown: {noted: block}",), (BLOCK, IGNORE)),
        (("version: 1", scoped("ignore")), (BLOCK, IGNORE)),
        (("loosen: {on_unknown: true}", scoped("ignore")), (IGNORE, IGNORE)),
        (("loosen: {on_unknown: true}", "version: 1", scoped("ignore")), (BLOCK, IGNORE)),
        (("version: 1", "loosen: {on_unknown: true}", scoped("ignore")), (BLOCK, IGNORE)),
        (("loosen: {on_unknown: true}", "loosen: {on_unknown: true}", scoped("ignore")), (IGNORE, IGNORE)),
    ],
)
def test_what_problems_do(texts: tuple[str, ...], found: tuple[Response, Response]) -> None:
    assert asked(*texts) == Answers(*found)


WORD = st.sampled_from(["block", "warn", "ignore"])


@given(WORD, WORD, WORD, WORD)
def test_problems_are_never_milder_than_a_parent_says_that_lets_nothing(a: str, b: str, c: str, d: str) -> None:
    top = f"on_unknown: {{blocking: {a}, noted: {b}}}"
    above, found = asked(top), asked(top, f"on_unknown: {{blocking: {c}, noted: {d}}}")
    for field in ("blocking", "noted"):
        assert ORDER.index(getattr(found, field)) >= ORDER.index(getattr(above, field))


LICENCE = st.sampled_from(["MIT", "ISC", "Apache-2.0", "AGPL-3.0-only", "GPL-2.0-only"])
NAMES = st.lists(LICENCE, max_size=2, unique=True).map(lambda names: f"[{', '.join(names)}]")
STATED = st.one_of(LICENCE, st.tuples(LICENCE, st.sampled_from(["OR", "AND"]), LICENCE).map(" ".join), st.just("x y z"))


def refused(policy: Policy, *licences: str) -> set[str]:
    return {each.id for each in breaches((Package("deb", "a", "1", licences=licences),), policy.licences)}


@given(NAMES, NAMES, NAMES, NAMES, st.booleans(), STATED)
def test_a_licence_is_refused_by_either(a: str, b: str, c: str, d: str, unknown: bool, licence: str) -> None:
    top = f"licences: {{deny: {a}, allow: {b}, unknown: {str(unknown).lower()}}}"
    child = f"licences: {{deny: {c}, allow: {d}}}"
    both = refused(line(top, child), licence)
    for each in (top, child):
        alone = refused(line(each), licence)
        assert bool(both) >= bool(alone)
    assert refused(line(f"{top}\nloosen: {{licences: true}}", child), licence) == refused(line(child), licence)


def test_one_side_of_an_or_is_enough_only_where_both_accept_it() -> None:
    """The one side is refused by the parent, the other by the child."""
    policy = line("licences: {deny: [MIT]}", "licences: {deny: [ISC]}")
    assert refused(policy, "MIT OR ISC") == {"MIT", "ISC"}
    assert refused(policy, "MIT OR Apache-2.0") == set()


def test_what_a_baseline_asks() -> None:
    free = line("loosen: {suppress: true}", "version: 1")
    some = line("loosen: {suppress: [epss]}", "version: 1")
    shut = line("version: 1", "version: 1")
    assert [lets_silence(one, ("epss",)) for one in (line("version: 1"), free, some, shut)] == [True, True, True, False]
    assert [lets_silence(one, ("epss", "kev")) for one in (free, some, shut)] == [True, False, False]
