"""Verdicts that depend on what nobody said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import report
from pratique.limits import Limits
from pratique.model import Report, Result
from pratique.policy.evaluate import decide
from pratique.policy.schema import Policy, load
from pratique.policy.subject import ANYWHERE, Target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE: dict[str, Any] = {"findings": [{"id": "CVE-1"}]}


def policy(*scopes: str, more: str = "") -> Policy:
    listed = "".join(
        f"  - {{name: s{at}, when: '{when}', gate: [{{name: r, when: finding.id == \"CVE-1\", action: fail}}]}}\n"
        for at, when in enumerate(scopes)
    )
    return load(f'scopes:\n{listed}gate: [{{name: any, when: "true", action: warn}}]\n{more}', "p.yaml")


def decided(rules: Policy, case: dict[str, Any] = ONE, target: Target = ANYWHERE) -> Report:
    return decide(report(case), rules, NOON, target=target)


def test_it_says_what_and_with_which_the_verdict_would_be_another() -> None:
    found = decided(policy('target.env == "prod"')).verdict
    assert found.result is Result.UNKNOWN
    assert found.reasons[0].text == "nobody said target.env, and with target.env 'prod' the verdict would be fail"
    assert found.advice[-1] == "say --env NAME"


def test_all_that_would_have_to_be_said_is_told() -> None:
    found = decided(policy('target.env != "dev" && image.name == "app:2"'), {**ONE, "named": "maker"}).verdict
    with_both = "with target.env another than the policy names, image.name 'app:2' the verdict would be fail"
    assert found.reasons[0].text == f"nobody said target.env and image.name, and {with_both}"
    assert found.advice[-1] == "say --env NAME and --name IMAGE"


def test_a_verdict_that_fails_or_is_unknown_stays() -> None:
    rules = policy('target.env == "prod"')
    assert decided(rules, {"findings": [{"id": "CVE-1", "kev": "2026-01-01"}]}).verdict.result is Result.FAIL
    stale = {**ONE, "problems": [{"where": "a", "what": "b", "blocking": True}]}
    assert decided(rules, stale).verdict.reasons[0].text == "1 blocking problem: a: b"


@pytest.mark.parametrize("case", [{}, {"findings": [{"id": "CVE-2"}]}])
def test_what_would_not_be_stricter_is_only_noted(case: dict[str, Any]) -> None:
    found = decided(policy('target.env == "prod"'), case)
    assert found.verdict.result in (Result.PASS, Result.WARN)
    assert any("nobody said it: --env NAME" in note for note in found.notes)


def test_a_warning_more_is_no_reason() -> None:
    rules = load(
        'scopes: [{name: s, when: \'target.env == "prod"\', gate: [{name: r, when: "true", action: warn}]}]\n'
        'gate: [{name: any, when: "true", action: allow}]\n',
        "p.yaml",
    )
    assert decided(rules).verdict.result is Result.PASS


def test_too_many_to_be_tried() -> None:
    """Of a finding that none of them is about."""

    def asking(count: int) -> Policy:
        names = ", ".join(f'"e{at}"' for at in range(count))
        return policy(f'target.env in [{names}] && finding.severity == "high"')

    assert decided(asking(60)).verdict.result is Result.WARN
    found = decided(asking(101)).verdict
    assert found.result is Result.UNKNOWN
    assert found.reasons[0].text == "nobody said target.env, and what the policy would make of it cannot be tried"


def test_many_names_that_conditions_do_not_tell_apart_are_tried_once() -> None:
    names = ", ".join(f'"n{at}"' for at in range(500))
    rules = policy(f'target.namespace in [{names}] && target.env == "prod"')
    assert decided(rules).verdict.result is Result.UNKNOWN
    assert decided(rules, {}).verdict.result is Result.PASS


def test_what_was_said_is_not_tried() -> None:
    rules = policy(
        'target.env == "prod" && target.namespace == "pay"', more="target: {env: [dev], namespace: [shop]}\n"
    )
    assert decided(rules, target=Target("dev")).verdict.result is Result.WARN
    assert decided(rules, target=Target("", "shop")).verdict.result is Result.WARN
    assert decided(rules, target=Target("prod")).verdict.result is Result.UNKNOWN
    assert decided(rules, target=Target("prod", "pay")).verdict.result is Result.FAIL


def test_what_is_too_dear_to_try_is_told_as_such() -> None:
    """And what was said is decided all the same: the two have a bound each."""
    pattern = "(a|b)*a(a|b){60}$"
    rules = load(
        f'scopes: [{{name: s, when: \'target.env.matches("{pattern}") && target.namespace == "x"\', '
        'gate: [{name: r, when: "true", action: fail}]}]\n'
        'gate: [{name: any, when: "true", action: warn}]\n',
        "p.yaml",
    )
    found = decide(report(ONE), rules, NOON, limits=Limits(pattern_steps=1_000, pattern_steps_each=0))
    assert found.findings[0].decision.rule == "any"
    untried = "nobody said target.env and target.namespace, and what the policy would make of it cannot be tried"
    assert found.verdict.reasons[0].text.startswith(f"{untried}: the patterns of its conditions take more than 1,000")
    assert found.verdict.advice[-1] == "say --env NAME and --namespace NAME"
    assert found.verdict.result is Result.UNKNOWN


WHENS = st.sampled_from(
    [
        "true",
        'finding.id == "CVE-1"',
        "finding.epss >= 0.5",
        "!(finding.epss >= 0.5)",
        "finding.kev",
        'target.env == "e1" && finding.epss >= 0.2',
        '!(target.env == "e2")',
        'target.env != "e1"',
    ]
)
PLACES = st.sampled_from(
    [
        'target.env == "e1"',
        'target.env in ["e1", "e2"]',
        '!(target.env == "e1")',
        'target.env != "e2"',
        "!has(target.env)",
        "finding.epss >= 0.5",
        'target.env == "e3" && finding.epss < 0.4',
    ]
)
GATES = st.lists(st.tuples(WHENS, st.sampled_from(["fail", "warn", "allow"])), min_size=1, max_size=3)
SCOPES = st.lists(st.tuples(PLACES, GATES), min_size=1, max_size=3)
PROMISED = "suppress: [{id: CVE-1, package: bash, reason: r, owner: o, expires: 2026-12-01}]\n"


def gate(rules: list[tuple[str, str]]) -> str:
    return ", ".join(f"{{name: r{at}, when: '{when}', action: {action}}}" for at, (when, action) in enumerate(rules))


@given(scopes=SCOPES, common=GATES, promised=st.booleans())
def test_it_is_unknown_just_where_a_place_would_fail(
    scopes: list[tuple[str, list[tuple[str, str]]]], common: list[tuple[str, str]], promised: bool
) -> None:
    """Each place is tried here with all findings, and not only with those that may fail."""
    listed = "".join(
        f"  - {{name: s{at}, when: '{when}', gate: [{gate(rules)}]}}\n" for at, (when, rules) in enumerate(scopes)
    )
    text = f"scopes:\n{listed}gate: [{gate(common)}]\n{PROMISED if promised else ''}"
    places = ("e1", "e2", "e3", "e4")
    rules = load(f"{text}target: {{env: [{', '.join(places)}]}}\n", "p.yaml")
    case: dict[str, Any] = {"findings": [{"id": "CVE-1"}, {"id": "CVE-2", "epss": 0.3}, {"id": "CVE-3", "epss": 0.7}]}
    found = decided(rules, case).verdict
    asks = "target.env" in f"{scopes}{common}"
    fails = asks and any(decided(rules, case, Target(name)).verdict.result is Result.FAIL for name in places)
    assert found.result is Result.FAIL or (found.result is Result.UNKNOWN) is fails


def test_behind_a_failure_it_is_told_as_undecided_only() -> None:
    """A difference asks for it: the finding that fails may be an old one, and the other one new."""
    rules = policy('target.env == "prod"')
    both: dict[str, Any] = {"findings": [{"id": "CVE-1"}, {"id": "CVE-2", "kev": "2026-01-01"}]}
    found = decided(rules, both).verdict
    assert found.result is Result.FAIL
    assert [reason.rule for reason in found.reasons] == ["kev", "any"]
    told = "nobody said target.env, and with target.env 'prod' the verdict would be fail"
    assert found.undecided == (told,)
    assert decided(rules, both, Target("prod")).verdict.undecided == ()
    assert decided(rules, {"findings": [{"id": "CVE-2", "kev": "2026-01-01"}]}).verdict.undecided == ()
    let = policy('target.env == "prod"', more="on_unknown: warn\n")
    assert decided(let, both).verdict.undecided == ()
