"""Ways round the KEV floor that are drawn: lines of policies with all that each may say, baselines, VEX, places."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import Action, Report, Result
from pratique.policy import baseline
from pratique.policy.evaluate import decide
from pratique.policy.schema import Reference, Source, load
from pratique.policy.subject import Target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EXPLOITED = {
    "id": "CVE-2020-0001",
    "aliases": ["GHSA-1"],
    "severity": "low",
    "epss": 0.01,
    "kev": "2026-01-01",
    "fix": ["6"],
    "fixed_on": "2026-11-20",
    "published": "2026-11-19",
}
BASELINE = {
    "created": "2026-11-01",
    "owner": "o",
    "reason": "r",
    "expires": "2026-11-30",
    "findings": [{"id": "CVE-2020-0001", "package": "deb/bash"}, {"id": "GHSA-1", "image": "app"}],
}
CONDITION = st.sampled_from(
    [
        "true",
        "finding.kev",
        "!finding.kev",
        "finding.epss < 0.5",
        'target.env == "prod"',
        'finding.id.matches("^CVE")',
        '"GHSA-1" in finding.aliases',
        'image.name.startsWith("app")',
        "finding.fix_age_days < 9",
    ]
)
SOFT = st.fixed_dictionaries({"when": CONDITION, "action": st.sampled_from(["allow", "warn"])})
GRACE = {"grace_days": st.sampled_from([1, 365]), "grace_from": st.sampled_from(["fix", "published"])}
HARD = st.fixed_dictionaries({"when": CONDITION, "action": st.just("fail"), **GRACE})
GATE = st.lists(SOFT | HARD, min_size=1, max_size=3).map(
    lambda rules: [{"name": name, **rule} for name, rule in zip(("kev", "all", "last"), rules, strict=False)]
)
SCOPES = st.lists(st.tuples(CONDITION, GATE), min_size=1, max_size=2).map(
    lambda drawn: [{"name": f"s{at}", "when": when, "gate": gate} for at, (when, gate) in enumerate(drawn)]
)
WHO = {"package": st.just("bash"), "reason": st.just("r"), "owner": st.just("o")}
NAMES = st.sampled_from(["CVE-2020-0001", "GHSA-1", "cve-2020-0001"])
WHERE = {"image": st.sampled_from(["app", "app:1"]), "path": st.just("var/lib/dpkg/status"), "version": st.just("5.0")}
ORDINARY = st.fixed_dictionaries(
    {"id": NAMES, **WHO, "expires": st.sampled_from(["2026-11-21", "2026-12-01", "2027-11-21"])}, optional=WHERE
)
TOO_LONG = st.fixed_dictionaries(
    {
        "id": NAMES,
        **WHO,
        "expires": st.sampled_from(["2026-11-20", "2026-12-06", "2027-02-19", "9999-12-31"]),
        "accept_kev": st.just(True),
    },
    optional=WHERE,
)
POLICY = st.fixed_dictionaries(
    {
        "max_suppression_days": st.sampled_from([90, 365]),
        "loosen": st.just({"rules": "all", "suppress": True, "max_suppression_days": 365, "on_unknown": True}),
    },
    optional={
        "gate": GATE,
        "scopes": SCOPES,
        "suppress": st.lists(ORDINARY | TOO_LONG, min_size=1, max_size=3),
        "on_unknown": st.sampled_from(["warn", "ignore"]),
    },
)
VEX = st.sampled_from(
    [
        None,
        {"status": "fixed", "justification": "component_not_present"},
        {"status": "affected", "justification": "component_not_present"},
        {"status": "under_investigation"},
        {"status": "not_affected", "impact": "never called"},
    ]
)
LINE = st.lists(POLICY, min_size=1, max_size=4)


def decided(line: list[dict[str, Any]], spec: dict[str, Any], *, taken: bool, env: str) -> Report:
    texts = [
        json.dumps(policy if at == 0 else {**policy, "extends": f"{at - 1}.yaml"}) for at, policy in enumerate(line)
    ]

    def parents(reference: Reference) -> Source:
        return Source(texts[int(reference.place.removesuffix(".yaml"))], reference.place)

    policy = load(texts[-1], f"{len(texts) - 1}.yaml", parents=parents)
    whole = msgspec.structs.replace(report({}), findings=(finding(spec),))
    known = baseline.load(json.dumps(BASELINE), "baseline.yaml") if taken else None
    return decide(whole, policy, NOON, known, Target(env))


@given(LINE, VEX, st.booleans(), st.sampled_from(["", "prod"]))
def test_what_is_exploited_fails(line: list[dict[str, Any]], vex: dict[str, str] | None, taken: bool, env: str) -> None:
    found = decided(line, {**EXPLOITED, **({"vex": vex} if vex else {})}, taken=taken, env=env)
    assert found.verdict.result is Result.FAIL
    assert found.findings[0].decision.action is Action.FAIL


@given(LINE, st.sampled_from(["", "prod"]))
def test_a_baseline_lets_the_same_be_where_it_is_not_exploited(line: list[dict[str, Any]], env: str) -> None:
    plain = {key: value for key, value in EXPLOITED.items() if key != "kev"}
    found = decided(line, plain, taken=True, env=env)
    assert found.findings[0].decision.action in (Action.ALLOW, Action.NONE)
