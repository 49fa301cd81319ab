"""The labelled cases, written before the code, and what holds of every decision."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import cases, finding, report, told
from pratique.errors import UsageError
from pratique.limits import DEFAULT as LIMITS
from pratique.model import Action, Decision, Kev, Report, Result, Vulnerability
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, Policy, load

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LABELLED = cases("default", "order", "grace", "suppress", "unknown")
FLOOR = [(name, text) for case in cases("kev_floor") for name, text in case.items()]
EXPLOITED = {
    "id": "CVE-2020-0001",
    "aliases": ["GHSA-1"],
    "source": "bash",
    "severity": "low",
    "epss": 0.01,
    "kev": "2026-01-01",
    "fix": ["5.1"],
    "fixed_on": "2026-11-20",
}


def decided(case: dict[str, Any]) -> Report:
    policy = load(case["policy"], "pratique.yaml") if "policy" in case else DEFAULT
    now = datetime.fromisoformat(case.get("now", "2026-11-21T12:00:00Z"))
    return decide(report(case), policy, now)


def test_there_are_enough_cases() -> None:
    assert len(LABELLED) >= 40
    assert len(FLOOR) >= 30


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: case["name"])
def test_labelled(case: dict[str, Any]) -> None:
    expected = case["expect"]
    found = decided(case)
    if "decisions" in expected:
        assert [told(each.decision) for each in found.findings] == expected["decisions"]
    assert found.verdict.result is Result(expected["result"])
    if "reasons" in expected:
        assert [f"{reason.rule} {reason.count}" for reason in found.verdict.reasons] == expected["reasons"]
    if "advice" in expected:
        assert list(found.verdict.advice) == expected["advice"]
    if expected.get("notes") == []:
        assert found.notes == ()
    for note in expected.get("notes", ()):
        assert any(note in text for text in found.notes), found.notes


JUSTIFIED = {"status": "not_affected", "justification": "component_not_present"}


@pytest.mark.parametrize(
    ("vex", "exploited", "silent"),
    [
        (JUSTIFIED, False, True),
        (JUSTIFIED, True, True),
        ({"status": "not_affected", "impact": "we never call it"}, False, True),
        ({"status": "not_affected", "impact": "we never call it"}, True, False),
        ({"status": "fixed"}, False, True),
        ({"status": "fixed"}, True, False),
        ({"status": "affected"}, False, False),
        ({"status": "under_investigation"}, False, False),
    ],
)
def test_vex(vex: dict[str, str], exploited: bool, silent: bool) -> None:
    kev = {"kev": "2026-01-01"} if exploited else {}
    case = {"findings": [{"id": "CVE-1", "epss": 0.9, "vex": vex, **kev}]}
    (found,) = decided(case).findings
    rule = "kev" if exploited else "epss"
    if not silent:
        assert found.decision == Decision(Action.FAIL, rule)
        return
    reason = vex.get("justification") or vex.get("impact", "")
    note = "without VEX (a.json): fail"
    assert found.decision == Decision(Action.ALLOW, rule, reason=reason, owner="Ann", note=note, vex=vex["status"])


@pytest.mark.parametrize(("name", "text"), FLOOR, ids=[name for name, _ in FLOOR])
def test_nothing_goes_below_the_floor(name: str, text: str) -> None:
    found = decided({"policy": text, "findings": [EXPLOITED]})
    assert found.verdict.result is Result.FAIL
    assert found.findings[0].decision.action is Action.FAIL
    assert not found.findings[0].decision.grace_until
    assert not found.findings[0].decision.suppressed_until


def test_the_floor_is_what_holds() -> None:
    """Without the entry in KEV, the same policies do let the same finding through."""
    plain = {key: value for key, value in EXPLOITED.items() if key != "kev"}
    through = [
        name
        for name, text in FLOOR
        if decided({"policy": text, "findings": [plain]}).verdict.result in (Result.PASS, Result.WARN)
    ]
    assert len(through) >= 25, through


def test_the_report_is_never_filtered() -> None:
    whole = report({"findings": [EXPLOITED, {"id": "CVE-2020-0002"}], "problems": [{"where": "a", "what": "b"}]})
    found = decide(whole, DEFAULT, NOON)
    plain = tuple(msgspec.structs.replace(each, decision=Decision()) for each in found.findings)
    undecided = {"verdict": whole.verdict, "policy": whole.policy, "plan": whole.plan}
    assert msgspec.structs.replace(found, findings=plain, **undecided) == whole


def test_notes_that_were_there_stay() -> None:
    noted = msgspec.structs.replace(report({}), notes=("read from a daemon",))
    assert decide(noted, DEFAULT, NOON).notes == ("read from a daemon",)


def test_the_policy_is_named() -> None:
    found = decided({"policy": "version: 1"}).policy
    assert (found.name, found.path) == ("custom", "pratique.yaml")
    assert found.digest == f"sha256:{hashlib.sha256(b'version: 1').hexdigest()}"
    assert decided({}).policy.name == "default"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="no time zone"):
        decide(report({}), DEFAULT, datetime(2026, 11, 21, 12))


def test_what_the_floor_overruled_is_noted() -> None:
    text = 'gate: [{name: calm, when: "true", action: allow}]'
    note = decided({"policy": text, "findings": [EXPLOITED]}).findings[0].decision.note
    assert note == "rule calm says allow, but not of what is known to be exploited"


RULES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "true",
                "finding.kev",
                "!finding.kev",
                "finding.epss < 0.5",
                "finding.fixable",
                'finding.kind == "malware"',
                "finding.fix_age_days > 3",
            ]
        ),
        st.sampled_from(["fail", "warn", "allow"]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=5,
)
FINDINGS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["CVE-2020-0001", "CVE-2020-0002"])},
        optional={
            "kev": st.just("2022-01-01"),
            "epss": st.floats(0, 1),
            "fix": st.just(["6"]),
            "fixed_on": st.sampled_from(["2026-11-20", "2020-01-01", "2027-01-01", "x"]),
        },
    ),
    max_size=4,
)


def policy_of(rules: list[tuple[str, str, int]], response: str, suppressed: bool) -> Policy:
    gate = [
        {"name": f"r{place}", "when": when, "action": action, **({"grace_days": days} if action == "fail" else {})}
        for place, (when, action, days) in enumerate(rules)
    ]
    promise = {"id": "CVE-2020-0001", "package": "bash", "reason": "r", "owner": "o", "expires": "2026-12-24"}
    made = {"gate": gate, "on_unknown": response, "suppress": [promise] if suppressed else []}
    return load(msgspec.json.encode(made).decode(), "pratique.yaml")  # JSON is YAML


@given(RULES, FINDINGS, st.sampled_from(["block", "warn", "ignore"]), st.booleans(), st.booleans())
def test_fail_outranks_all_and_kev_always_fails(
    rules: list[tuple[str, str, int]], findings: list[dict[str, Any]], response: str, suppressed: bool, starter: bool
) -> None:
    found = decide(report({"findings": findings, "starter": starter}), policy_of(rules, response, suppressed), NOON)
    actions = [each.decision.action for each in found.findings]
    for each in found.findings:
        if isinstance(each, Vulnerability) and each.kev is not None:
            assert each.decision.action is Action.FAIL
    if Action.FAIL in actions:
        assert found.verdict.result is Result.FAIL
    elif starter:
        assert found.verdict.result is Result.UNKNOWN
    else:
        assert found.verdict.result is (Result.WARN if Action.WARN in actions else Result.PASS)
    counted = sum(reason.count for reason in found.verdict.reasons if reason.rule != "problem")
    assert counted == sum(action in (Action.FAIL, Action.WARN) for action in actions)


@given(FINDINGS, RULES)
def test_an_entry_in_kev_never_makes_a_decision_milder(
    findings: list[dict[str, Any]], rules: list[tuple[str, str, int]]
) -> None:
    order = [Action.NONE, Action.ALLOW, Action.WARN, Action.FAIL]
    policy = policy_of(rules, "block", suppressed=True)
    for spec in findings:
        plain = finding({key: value for key, value in spec.items() if key != "kev"})
        assert isinstance(plain, Vulnerability)
        exploited = msgspec.structs.replace(plain, kev=Kev("2022-01-01"))
        before, after = (
            decide(msgspec.structs.replace(report({}), findings=(each,)), policy, NOON).findings[0].decision.action
            for each in (plain, exploited)
        )
        assert order.index(after) >= order.index(before)


def test_patterns_that_take_long_decide_nothing() -> None:
    """An image whose paths were made for the policy's patterns: unknown, by steps and not by the clock."""
    rules = "".join(
        f"  - {{name: r{number}, when: 'finding.path.matches(\"a[ab]{{600}}c\")', action: fail}}\n"
        for number in range(9)
    )
    policy = load(f"gate:\n{rules}", "p.yaml")
    case = {"findings": [{"id": "CVE-1", "epss": 0.9, "path": "ab" * 2_000}]}
    quick = msgspec.structs.replace(LIMITS, pattern_steps=100_000, pattern_steps_each=0)
    found = decide(report(case), policy, NOON, limits=quick)
    assert found.verdict.result is Result.UNKNOWN
    assert [each.decision for each in found.findings] == [Decision()]
    (problem,) = found.problems
    told = "the patterns of its conditions take more than 100,000 steps, pattern_steps"
    assert (problem.where, problem.what, problem.blocking) == ("p.yaml", told, True)
    assert found.verdict.reasons[0].text == f"p.yaml: {told}"
    assert "startsWith()" in found.verdict.advice[0]
    short = {"findings": [{"id": "CVE-1", "path": "a"}]}
    assert decide(report(short), policy, NOON, limits=quick).problems == ()
