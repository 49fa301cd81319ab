"""How a decision came about: each rule in its place, each value, what silences; and never another decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.errors import LimitExceeded, UsageError
from pratique.explanation import Ruling
from pratique.limits import Limits
from pratique.model import Action, Package, Vulnerability
from pratique.policy.baseline import Baseline, BaselineFile, Entry
from pratique.policy.evaluate import decide, told_by_suppressions
from pratique.policy.explain import named, ruling
from pratique.policy.schema import DEFAULT, Policy, Source, load
from pratique.policy.subject import ANYWHERE, Target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIKELY = {"id": "CVE-1", "epss": 0.3, "severity": "high"}
GATE = """
gate:
  - {name: kev, when: finding.kev, action: fail}
  - {name: likely, when: finding.epss >= 0.1 && finding.fixable, action: fail, grace_days: 14}
  - {name: rest, when: 'true', action: warn}
  - {name: never, when: finding.fixable, action: allow}
"""


def policy(text: str, parent: str = "") -> Policy:
    return load(text, "p.yaml", parents=lambda _: Source(parent, "org.yaml", identity="org.yaml"))


def asked(
    text: str, spec: dict[str, object], *, baseline: Baseline | None = None, target: Target = ANYWHERE, parent: str = ""
) -> Ruling:
    whole = report({"findings": [spec], "image": "app:1"})
    return ruling(whole.findings[0], whole, policy(text, parent), NOON, baseline, target)


def states(found: Ruling, level: int = 0) -> dict[str, str]:
    one = found.policies[level]
    return {rule.name: rule.state for rules in (*(scope.rules for scope in one.scopes), one.rules) for rule in rules}


def silencing(found: Ruling, what: str) -> list[str]:
    return [text for name, text in found.silencing if name == what]


def test_rules_are_told_in_their_order_with_their_values() -> None:
    found = asked(GATE, LIKELY)
    assert states(found) == {"kev": "no", "likely": "no", "rest": "speaks", "never": "after"}
    likely = found.policies[0].rules[1].condition
    assert [(part.text, part.holds, part.values) for part in likely.parts] == [
        ("finding.epss >= 0.1", True, (("finding.epss", 0.3),)),
        ("finding.fixable", False, (("finding.fixable", False),)),
    ]
    assert found.finding.decision.rule == "rest"
    assert found.policies[0].word == found.finding.decision


def test_a_scope_that_does_not_hold_keeps_its_rules_out() -> None:
    text = 'scopes: [{name: prod, when: target.env == "prod", gate: [{name: all, when: "true", action: fail}]}]' + GATE
    outside, inside = asked(text, LIKELY), asked(text, LIKELY, target=Target("prod"))
    assert states(outside)["prod/all"] == "outside"
    assert outside.policies[0].scopes[0].condition.values == (("target.env", None),)
    assert outside.finding.decision.rule == "rest"
    assert states(inside) == {"prod/all": "speaks"} | dict.fromkeys(("kev", "likely", "rest", "never"), "after")
    assert inside.finding.decision.rule == "prod/all"


@pytest.mark.parametrize(
    ("fixed_on", "told"),
    [
        ("2026-11-10", "14 days of grace from the fix on 2026-11-10: until 2026-11-24"),
        ("2026-11-07", "14 days of grace from the fix on 2026-11-07: until 2026-11-21"),
        ("2026-11-06", "14 days of grace from the fix on 2026-11-06: over since 2026-11-20"),
        ("2026-11-22", "14 days of grace, but the day of the fix, 2026-11-22, is yet to come and not believed"),
        ("", "14 days of grace, but nobody tells the day of the fix"),
    ],
)
def test_grace(fixed_on: str, told: str) -> None:
    found = asked(GATE, LIKELY | {"fix": ["2"], "fixed_on": fixed_on})
    assert found.policies[0].rules[1].grace == told
    assert bool(found.finding.decision.grace_until) is ("until" in told)


def test_grace_from_publication_and_of_what_has_none() -> None:
    text = 'gate: [{name: all, when: "true", action: fail, grace_days: 1, grace_from: published}]'
    assert (
        asked(text, LIKELY).policies[0].rules[0].grace == "1 day of grace, but nobody tells the day of the publication"
    )
    exploited = asked(text, LIKELY | {"kev": "2026-01-01"})
    assert exploited.policies[0].rules[0].grace == "1 day of grace, but not for what is known to be exploited"
    malware = asked(text, {"id": "MAL-1", "kind": "malware"})
    assert malware.policies[0].rules[0].grace == "1 day of grace, but not for what is no vulnerability"


def test_the_floor_is_told() -> None:
    found = asked('gate: [{name: calm, when: "true", action: allow}]', LIKELY | {"kev": "2026-01-01"})
    assert silencing(found, "kev") == ["it is known to be exploited, and fails whatever the rules say"]
    assert (found.finding.decision.action, found.finding.decision.rule) == (Action.FAIL, "kev")
    assert silencing(asked(GATE, LIKELY), "kev") == ["it is not in KEV"]
    assert silencing(asked(GATE, {"id": "MAL-1", "kind": "malware"}), "kev") == []


def test_parents_are_asked_from_the_top_and_loosened_words_give_way() -> None:
    child, parent = (
        'extends: org.yaml\ngate: [{name: mine, when: "true", action: warn}]',
        "gate: [{name: all, when: 'true', action: fail}]",
    )
    strict = asked(child, LIKELY, parent=parent)
    assert [(one.name, one.word and one.word.action, one.standing) for one in strict.policies] == [
        ("org.yaml", Action.FAIL, True),
        ("p.yaml", Action.WARN, True),
    ]
    assert strict.finding.decision.note == "rule all of org.yaml"
    loose = asked(child, LIKELY, parent=f"{parent}\nloosen: {{rules: [all]}}")
    assert [one.standing for one in loose.policies] == [False, True]
    assert loose.finding.decision.action is Action.WARN


PROMISE = "\nsuppress: [{id: CVE-1, package: %s, reason: r, owner: o, expires: %s}]\n"


@pytest.mark.parametrize(
    ("package", "expires", "told"),
    [
        ("bash", "2027-01-31", "CVE-1 in bash is suppressed until 2027-01-31 by o: r (1 finding)"),
        ("bash", "2026-11-20", "the suppression of CVE-1 in bash by o expired on 2026-11-20: renew it with a reason"),
        (
            "bash",
            "2027-11-20",
            "the suppression of CVE-1 in bash by o is not in force: it may not end more than 90 days",
        ),
        ("other", "2027-01-31", "one suppression means another package, version, file or image"),
    ],
)
def test_suppressions(package: str, expires: str, told: str) -> None:
    (text,) = silencing(asked(GATE + PROMISE % (package, expires), LIKELY), "suppression")
    assert text.startswith(told)


def test_suppressions_of_other_identifiers_are_not_told() -> None:
    assert silencing(asked(GATE + PROMISE % ("bash", "2027-01-31"), LIKELY | {"id": "CVE-2"}), "suppression") == [
        "none speaks of it"
    ]
    alias = asked(GATE + PROMISE % ("bash", "2027-01-31"), LIKELY | {"id": "CVE-2", "aliases": ["CVE-1"]})
    assert alias.finding.decision.suppressed_until == "2027-01-31"
    assert "is suppressed until" in silencing(alias, "suppression")[0]


def test_what_nobody_said_is_no_suppression_s_doing() -> None:
    scope = 'scopes: [{name: prod, when: target.env == "prod", gate: [{name: all, when: "true", action: fail}]}]'
    text = scope + GATE + PROMISE % ("bash", "2027-01-31")
    (told,) = silencing(asked(text, LIKELY), "suppression")
    assert told.startswith("CVE-1 in bash is suppressed until 2027-01-31 by o")
    other = scope + GATE + PROMISE % ("other", "2027-01-31")
    assert silencing(asked(other, LIKELY), "suppression") == [
        "one suppression means another package, version, file or image"
    ]


def test_a_suppression_is_asked_within_the_limits_of_the_settings() -> None:
    whole = report({"findings": [LIKELY], "image": "app:1"})
    text = f'gate: [{{name: r, when: finding.id.matches("{"C?" * 40}V"), action: warn}}]' + PROMISE % (
        "b",
        "2027-01-31",
    )
    with pytest.raises(LimitExceeded):
        told_by_suppressions(
            whole.findings[0], whole, policy(text), NOON, ANYWHERE, Limits(pattern_steps=100, pattern_steps_each=0)
        )


def test_a_suppression_that_a_parent_does_not_let() -> None:
    text = "extends: org.yaml" + PROMISE % ("bash", "2027-01-31")
    found = asked(text, LIKELY, parent="gate: [{name: all, when: 'true', action: fail}]")
    assert "org.yaml does not let" in silencing(found, "suppression")[0]


@pytest.mark.parametrize(
    ("vex", "kev", "told"),
    [
        (
            {"status": "not_affected", "justification": "component_not_present"},
            False,
            "not affected, says Ann: component_not_present; so it is let be",
        ),
        ({"status": "affected"}, False, "affected, says Ann; which lets nothing be"),
        ({"status": "fixed"}, True, "which lets nothing be, and of what is known to be exploited only not_affected"),
    ],
)
def test_vex(vex: dict[str, str], kev: bool, told: str) -> None:
    spec = LIKELY | {"vex": vex} | ({"kev": "2026-01-01"} if kev else {})
    assert told in silencing(asked(GATE, spec), "vex")[0]


def held(*entries: Entry, days: int = 30) -> Baseline:
    return Baseline(BaselineFile(NOON.date(), "ann", "taken", NOON.date() + timedelta(days), entries), "b", "d")


@pytest.mark.parametrize(
    ("baseline", "spec", "text", "told"),
    [
        (None, LIKELY, GATE, "none was given"),
        (
            held(Entry("CVE-1", "deb/bash")),
            LIKELY,
            GATE,
            "the baseline of 2026-11-21 by ann holds it, until 2026-12-21: taken",
        ),
        (held(Entry("CVE-2", "deb/bash")), LIKELY, GATE, "the baseline of 2026-11-21 by ann does not name it"),
        (held(Entry("CVE-1", "deb/bash"), days=91), LIKELY, GATE, "may not end more than 90 days after its own"),
        (
            held(Entry("CVE-1", "deb/bash")),
            LIKELY | {"kev": "2026-01-01"},
            GATE,
            "names it, and what is known to be exploited",
        ),
        (
            held(Entry("CVE-1", "deb/bash")),
            LIKELY,
            GATE + PROMISE % ("bash", "2027-01-31"),
            "what is said above comes first",
        ),
        (
            held(Entry("CVE-1", "deb/bash")),
            LIKELY,
            "extends: org.yaml",
            "org.yaml does not let a policy that extends it let anything be",
        ),
    ],
)
def test_the_baseline(baseline: Baseline | None, spec: dict[str, object], text: str, told: str) -> None:
    found = asked(text, spec, baseline=baseline, parent=GATE)
    assert told in silencing(found, "baseline")[0]
    assert bool(found.finding.decision.baseline) is ("holds it, until" in told)


def test_which_findings_a_name_means() -> None:
    scoped = Vulnerability(
        "CVE-1", package=Package("npm", "core", "1", namespace="@angular", source_name="src"), aliases=("GHSA-1",)
    )
    whole = msgspec.structs.replace(report({"findings": [LIKELY]}), findings=(scoped, finding(LIKELY)))
    assert len(named(whole, "CVE-1")) == 2
    for name in ("core", "@angular/core", "@angular:core", "src"):
        assert named(whole, "GHSA-1", name) == (scoped,)
    assert named(whole, "CVE-1", "angular") == named(whole, "CVE-9") == ()


def test_a_time_without_a_zone_is_refused() -> None:
    whole = report({"findings": [LIKELY]})
    with pytest.raises(UsageError):
        ruling(whole.findings[0], whole, DEFAULT, datetime(2026, 11, 21))


CONDITIONS = st.sampled_from(
    ["true", "finding.kev", "!finding.kev", "finding.epss >= 0.2", "finding.fixable", "false", 'target.env == "prod"']
)
ACTIONS = st.sampled_from(["fail", "warn", "allow"])
RULES = st.lists(st.tuples(CONDITIONS, ACTIONS, st.integers(0, 20)), min_size=1, max_size=4)
SPECS = st.fixed_dictionaries(
    {"id": st.just("CVE-1")},
    optional={
        "epss": st.sampled_from([0.1, 0.5]),
        "kev": st.just("2026-01-01"),
        "fix": st.just(["2"]),
        "fixed_on": st.sampled_from(["2026-11-10", "2026-12-01"]),
    },
)


def written(rules: list[tuple[str, str, int]]) -> str:
    lines = []
    for number, (when, action, grace) in enumerate(rules):
        more = f", grace_days: {grace}" if action == "fail" else ""
        lines.append(f"  - {{name: r{number}, when: '{when}', action: {action}{more}}}\n")
    return "gate:\n" + "".join(lines)


@given(RULES, RULES, SPECS, st.booleans(), st.sampled_from(["", "prod"]))
def test_what_is_explained_is_what_is_decided(
    own: list[tuple[str, str, int]], above: list[tuple[str, str, int]], spec: dict[str, object], extends: bool, env: str
) -> None:
    text = ("extends: org.yaml\n" if extends else "") + written(own)
    made, target = policy(text, written(above)), Target(env)
    whole = report({"findings": [spec, LIKELY]})
    decided = decide(whole, made, NOON, None, target)
    for one, expected in zip(whole.findings, decided.findings, strict=True):
        found = ruling(one, whole, made, NOON, None, target)
        assert found.finding == expected
        speaking = [rule for level in found.policies for rule in level.rules if rule.state == "speaks"]
        assert [rule.name for rule in speaking] == [level.word.rule for level in found.policies if level.word]
        assert all(rule.condition.holds for rule in speaking)
        assert not any(rule.condition.holds for level in found.policies for rule in level.rules if rule.state == "no")
        if speaking and not (isinstance(one, Vulnerability) and one.kev):
            assert expected.decision.rule in {rule.name for rule in speaking}


def test_a_decision_that_is_there_does_not_matter() -> None:
    whole = report({"findings": [LIKELY]})
    once = decide(whole, policy(GATE), NOON)
    assert ruling(once.findings[0], once, policy(GATE), NOON) == ruling(whole.findings[0], whole, policy(GATE), NOON)


def test_days_are_utc_s() -> None:
    whole = report({"findings": [LIKELY]})
    text = GATE + PROMISE % ("bash", "2026-11-21")
    late = ruling(whole.findings[0], whole, policy(text), datetime.fromisoformat("2026-11-21T23:00:00-01:00"))
    assert "expired" in silencing(late, "suppression")[0]


def test_patterns_that_take_too_long_explain_nothing() -> None:
    whole = report({"findings": [{"id": "CVE-1", "path": "ab" * 2_000}]})
    heavy = policy("gate: [{name: r, when: 'finding.path.matches(\"a[ab]{600}c\")', action: fail}]")
    quick = Limits(pattern_steps=100_000)
    with pytest.raises(LimitExceeded, match="more than 100,000 steps"):
        ruling(whole.findings[0], whole, heavy, NOON, limits=quick)
