"""Several policies at once: whose word holds. What follows for a report, the labelled cases say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import Action, AnyFinding, Decision, Vulnerability
from pratique.policy.baseline import load as load_baseline
from pratique.policy.evaluate import decide
from pratique.policy.gate import RANKS, conditions_of
from pratique.policy.schema import Policy, Source, load
from pratique.policy.subject import Target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PROD = Target("prod")


def line(*texts: str) -> Policy:
    """The last of policies of which each extends the one before it."""
    parents = {f"p{number}": text for number, text in enumerate(texts)}
    whole = [text if not number else f"extends: p{number - 1}.yaml\n{text}" for number, text in enumerate(texts)]
    parents = {f"p{number}.yaml": text for number, text in enumerate(whole)}
    return load(whole[-1], "last.yaml", parents=lambda one: Source(parents[one.place], one.place))


def decided(policy: Policy, *findings: AnyFinding, target: Target = PROD) -> list[Decision]:
    whole = msgspec.structs.replace(report({}), findings=findings)
    return [each.decision for each in decide(whole, policy, NOON, target=target).findings]


def word(policy: Policy, **spec: Any) -> str:
    (decision,) = decided(policy, finding({"id": "CVE-2020-0001", **spec}))
    return f"{decision.action.value} {decision.rule}".strip()


FAIL = "gate: [{name: t, when: 'true', action: fail}]\nloosen: {rules: [t]}\n"
WARN = "gate: [{name: m, when: 'true', action: warn}]\n"
ALLOW = "gate: [{name: c, when: 'true', action: allow}]\n"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ((FAIL, WARN, ALLOW), "warn m"),
        ((FAIL, WARN + "loosen: {rules: [m]}\n", ALLOW), "allow c"),
        ((FAIL, WARN + "loosen: {rules: [t]}\n", ALLOW), "warn m"),
        # the middle says the same as the top, or more: its leave to pass over itself is none to pass over the top
        ((FAIL, FAIL.replace("name: t", "name: m").replace("[t]", "[m]"), ALLOW), "fail t"),
        ((WARN, FAIL, ALLOW), "warn m"),
        ((WARN + "loosen: {rules: [m]}\n", FAIL, ALLOW), "warn m"),
        ((WARN + "loosen: {rules: all}\n", FAIL.replace("[t]", "all"), ALLOW), "allow c"),
        ((ALLOW, "max_feed_age_days: 3\n"), "allow c"),
        ((ALLOW, "gate: [{name: d, when: finding.fixable, action: allow}]\n"), "allow c"),
        ((WARN, WARN.replace("name: m", "name: d")), "warn d"),
    ],
)
def test_whose_word_holds(texts: tuple[str, ...], found: str) -> None:
    assert word(line(*texts)) == found


def test_a_name_that_a_child_takes_lets_it_nothing() -> None:
    """What may be silenced is asked of each rule that speaks, not only of the one that is named."""
    rules = "{name: secret, when: 'true', action: fail}, {name: epss, when: finding.epss >= 0.5, action: fail}"
    top = f"gate: [{rules}]\nloosen: {{suppress: [epss]}}\n"
    child = "gate: [{name: epss, when: 'true', action: fail}]\n"
    promise = "suppress: [{id: CVE-2020-0001, package: bash, reason: r, owner: o, expires: 2026-12-01}]\n"
    assert word(line(top, child + promise)) == "fail epss"
    assert word(line(top.replace("[epss]", "[epss, secret]"), child + promise)) == "allow epss"


@pytest.mark.parametrize(("lets", "found"), [("true", "allow"), ("[kev]", "allow"), ("[t]", "fail"), ("false", "fail")])
def test_whether_a_child_may_accept_what_is_exploited(lets: str, found: str) -> None:
    top = f"gate: [{{name: t, when: 'true', action: fail}}]\nloosen: {{rules: all, suppress: {lets}}}\n"
    promise = "{id: CVE-2020-0001, package: bash, reason: r, owner: o, expires: 2026-12-01, accept_kev: true}"
    assert word(line(top, f"suppress: [{promise}]\n"), kev="2022-01-01").split()[0] == found


BASELINE = """
version: 1
created: 2026-11-01
owner: o
reason: r
expires: 2026-12-01
findings:
  - {id: CVE-2020-0001, package: deb/bash, image: "app:1"}
  - {id: CVE-2020-0002, package: deb/bash, image: "app:1"}
"""


def test_what_a_policy_above_lets_a_baseline_be() -> None:
    rules = "{name: grave, when: finding.epss > 0.5, action: fail}, {name: rest, when: 'true', action: fail}"
    whole = report({"findings": [{"id": "CVE-2020-0001", "epss": 0.9}, {"id": "CVE-2020-0002"}]})
    told = {}
    for lets in ("true", "[rest]", "false"):
        policy = line(f"gate: [{rules}]\nloosen: {{suppress: {lets}}}\n", "version: 1")
        found = decide(whole, policy, NOON, load_baseline(BASELINE, "b.yaml"))
        told[lets] = ([each.decision.action.value for each in found.findings], found.notes)
    assert told["true"][0] == ["allow", "allow"]
    assert told["[rest]"][0] == ["fail", "allow"]
    assert told["[rest]"][1][1] == (
        "the baseline of 2026-11-01 by o does not silence CVE-2020-0001: "
        "a policy above does not let be what rule grave decides"
    )
    assert told["false"][0] == ["fail", "fail"]
    shut = "is not in force: p0.yaml does not let a policy that extends it let anything be"
    assert told["false"][1] == (f"the baseline of 2026-11-01 by o {shut}",)


def test_the_whole_condition_of_a_rule_in_a_scope() -> None:
    scope = "scopes: [{name: s, when: target.env == 'prod', gate: [{name: a, when: finding.kev, action: warn}]}]\n"
    policy = line(FAIL, scope + WARN)
    assert list(conditions_of(policy, {"s/a", "t", "x"})) == [
        ("s/a", "(target.env == 'prod') && (finding.kev)"),
        ("t", "true"),
    ]


# --- for any policies ------------------------------------------------------------------------

CONDITIONS = [
    "true",
    "finding.kev",
    "!finding.kev",
    "finding.epss < 0.5",
    "finding.fixable",
    'finding.severity in ["high", "critical"]',
    "finding.fix_age_days > 3",
]
PLACES = ["target.env == 'prod'", "target.env != 'prod'", "finding.epss >= 0.5", "image.name.startsWith('app')"]
RULE = st.fixed_dictionaries(
    {"when": st.sampled_from(CONDITIONS), "action": st.sampled_from(["fail", "warn", "allow"])},
    optional={"grace_days": st.integers(1, 40), "grace_from": st.sampled_from(["fix", "published"])},
)
PROMISE = {"package": "bash", "reason": "r", "owner": "o"}
SUPPRESS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["CVE-2020-0001", "CVE-2020-0002"]),
            "expires": st.sampled_from(["2026-12-01", "2027-02-01"]),
        }
    ).map(lambda entry: {**PROMISE, **entry}),
    max_size=2,
)
RULE_NAMES = st.lists(st.sampled_from(["r0", "r1", "s0/r0", "kev"]), max_size=3, unique=True)
LOOSEN = st.fixed_dictionaries(
    {}, optional={"rules": st.just("all") | RULE_NAMES, "suppress": st.booleans() | RULE_NAMES}
)


def gate(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With names; what is no failure has no grace, and what has none counts from nothing."""
    made = []
    for place, rule in enumerate(rules):
        kept = {"when", "action"} | ({"grace_days"} if rule["action"] == "fail" else set())
        kept |= {"grace_from"} if "grace_days" in rule and rule["action"] == "fail" else set()
        made.append({"name": f"r{place}", **{key: value for key, value in rule.items() if key in kept}})
    return made


@st.composite
def files(draw: st.DrawFn, *, loosens: bool) -> dict[str, Any]:
    scopes = [
        {"name": f"s{place}", "when": when, "gate": gate(rules)}
        for place, (when, rules) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(PLACES), st.lists(RULE, min_size=1, max_size=2)), max_size=2))
        )
    ]
    rules = draw(st.lists(RULE, max_size=3))
    made = {"version": 1, "scopes": scopes, "suppress": draw(SUPPRESS), **({"gate": gate(rules)} if rules else {})}
    if not loosens:
        return made
    known = {rule["name"] for rule in made.get("gate", [])} | {
        f"{scope['name']}/{rule['name']}" for scope in scopes for rule in scope["gate"]
    }
    loosen = draw(LOOSEN)
    for key, value in loosen.items():
        if isinstance(value, list):
            loosen[key] = [name for name in value if name in known | {"kev"}]
    return {**made, "loosen": loosen}


FINDINGS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["CVE-2020-0001", "CVE-2020-0002"])},
        optional={
            "kev": st.just("2022-01-01"),
            "epss": st.floats(0, 1),
            "severity": st.sampled_from(["low", "high", "critical"]),
            "fix": st.just(["6"]),
            "fixed_on": st.sampled_from(["2026-11-20", "2020-01-01", "2027-01-01", "x"]),
        },
    ).map(finding),
    min_size=1,
    max_size=4,
)


def chained(*made: dict[str, Any]) -> Policy:
    texts = [
        msgspec.json.encode({**each, **({"extends": f"p{place - 1}.yaml"} if place else {})}).decode()
        for place, each in enumerate(made)
    ]
    return load(texts[-1], "last.yaml", parents=lambda one: Source(texts[int(one.place[1:-5])], one.place))


def ranks(policy: Policy, findings: list[AnyFinding]) -> list[int]:
    return [RANKS[each.action] for each in decided(policy, *findings)]


@given(files(loosens=False), files(loosens=True), files(loosens=True), FINDINGS)
def test_nothing_is_milder_than_a_parent_that_loosens_nothing(
    top: dict[str, Any], middle: dict[str, Any], child: dict[str, Any], findings: list[AnyFinding]
) -> None:
    above = ranks(chained(top), findings)
    for policy in (chained(top, child), chained(top, middle, child)):
        assert all(own >= their for own, their in zip(ranks(policy, findings), above, strict=True))


@given(files(loosens=True), files(loosens=False), files(loosens=True), FINDINGS)
def test_nothing_is_milder_than_a_middle_file_that_loosens_nothing(
    top: dict[str, Any], middle: dict[str, Any], child: dict[str, Any], findings: list[AnyFinding]
) -> None:
    above = ranks(chained(top, middle), findings)
    found = ranks(chained(top, middle, child), findings)
    assert all(own >= their for own, their in zip(found, above, strict=True))


@given(st.lists(files(loosens=True), min_size=1, max_size=4), FINDINGS)
def test_what_is_exploited_fails_through_all(made: list[dict[str, Any]], findings: list[AnyFinding]) -> None:
    for each, decision in zip(findings, decided(chained(*made), *findings), strict=True):
        if isinstance(each, Vulnerability) and each.kev is not None:
            assert decision.action is Action.FAIL
            assert not decision.grace_until


@given(files(loosens=True), FINDINGS, st.sampled_from(["prod", "test", ""]))
def test_a_file_that_says_nothing_decides_as_its_parent(
    top: dict[str, Any], findings: list[AnyFinding], env: str
) -> None:
    own = decided(chained({**top, "target": {"env": ["test"]}}), *findings, target=Target(env))
    below = decided(
        chained({**top, "target": {"env": ["test"]}}, {"version": 1}, {"version": 1}), *findings, target=Target(env)
    )
    assert [(each.action, each.rule, each.grace_until) for each in own] == [
        (each.action, each.rule, each.grace_until) for each in below
    ]
