"""What a policy may say and hardly means: rules that never speak, promises without force, licences nobody judges."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import PolicyError
from pratique.expr import compile
from pratique.model import Epss, Fix, Kev, Package, Report, Vulnerability
from pratique.policies import preset_text
from pratique.policy.evaluate import decide
from pratique.policy.gate import RANKS
from pratique.policy.review import review
from pratique.policy.schema import PRESETS, Source
from pratique.policy.subject import ENVIRONMENT

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROMISE = "  - {id: CVE-1, package: x, reason: r, owner: o, expires: %s}\n"


def remarks(text: str) -> list[str]:
    return [f"{one.line}:{one.column} {one.text}" for one in review(text, "p.yaml", TODAY)[1]]


def gate(*rules: tuple[str, str]) -> str:
    return "gate:\n" + "".join(
        f"  - {{name: r{number}, when: '{when}', action: {action}}}\n" for number, (when, action) in enumerate(rules)
    )


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ((("finding.kev", "fail"), ("finding.fixable", "fail")), []),
        (
            (("finding.fixable", "fail"), ("finding.fixable", "warn")),
            ["3:22 rules r0 and r1 are at odds under one condition, fail and warn: r1 never"],
        ),
        ((("finding.fixable", "fail"), (" finding.fixable  &&  finding.cvss > 7.0 ", "warn")), ["3:22 rule r1 never"]),
        ((("finding.fixable && finding.cvss > 7.0", "fail"), ("finding.fixable", "warn")), []),
        ((("true", "warn"), ("finding.fixable", "fail")), ["3:22 rule r1 never speaks: rule r0"]),
        ((("finding.kev && false", "fail"),), ["2:22 rule r0 never speaks: its condition is false"]),
        ((("finding.kev", "warn"),), ["2:45 rule r0 cannot warn what is in KEV"]),
        ((("finding.epss < 0.1 && finding.kev", "allow"),), ["2:67 rule r0 cannot allow what is in KEV"]),
        ((("finding.epss < 0.1 || finding.kev", "allow"),), []),
    ],
)
def test_rules(rules: tuple[tuple[str, str], ...], told: list[str]) -> None:
    found = remarks(gate(*rules))
    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


EPSS, CRITICAL = "finding.epss >= 0.1", 'finding.severity == "critical"'


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (
            ((EPSS, "warn"), ("finding.epss >= 0.5", "fail")),
            "3:22 rule r1 never speaks: rule r0 above it holds whenever it does",
        ),
        (
            (('finding.severity in ["high", "critical"]', "fail"), (CRITICAL, "warn")),
            "3:22 rule r1 never speaks: rule r0",
        ),
        (
            ((EPSS, "warn"), ("finding.epss < 0.1", "warn"), ("!has(finding.epss)", "warn"), (CRITICAL, "fail")),
            "5:22 rule r3 never speaks: wherever it holds, one of r0, r1 and r2 above it does",
        ),
        (((EPSS, "fail"), ("0.1 <= finding.epss", "warn")), "3:22 rules r0 and r1 are at odds under one condition"),
        ((("finding.epss > 1.5", "fail"),), "2:22 rule r0 never speaks: finding.epss > 1.5 holds for no finding"),
        (
            (('finding.fixable && finding.severity == "high" && finding.severity == "low"', "fail"),),
            '2:22 rule r0 never speaks: finding.severity == "high" and finding.severity == "low" exclude one another',
        ),
        (
            (('finding.kev && finding.kind == "malware"', "fail"),),
            '2:22 rule r0 never speaks: finding.kev and finding.kind == "malware" exclude one another',
        ),
        (
            ((f"{EPSS} && {CRITICAL} && !({EPSS} && {CRITICAL})", "fail"),),
            "2:22 rule r0 never speaks: its parts exclude",
        ),
        (
            (("finding.fixable || finding.cvss > 10.0", "fail"),),
            "2:22 a part of rule r0 never holds: finding.cvss > 10.0",
        ),
    ],
)
def test_rules_that_never_speak_by_their_values(rules: tuple[tuple[str, str], ...], told: str) -> None:
    (found,) = remarks(gate(*rules))
    assert found.startswith(told)


def test_many_rules_are_told_by_some_names() -> None:
    levels = [
        (f'finding.severity == "{one}"', "warn") for one in ("unknown", "none", "low", "medium", "high", "critical")
    ]
    (found,) = remarks(gate(*levels, ("finding.fixable", "fail")))
    assert found.endswith("wherever it holds, one of r0, r1, r2 and 3 more above it does")


SCOPED = """
scopes:
  - {name: prod, when: target.env == "prod", gate: [{name: a, when: finding.fixable, action: fail}]}
  - name: shop
    when: target.env == "prod" && target.namespace == "shop"
    gate:
      - {name: b, when: "finding.cvss > 7.0 && finding.fixable", action: warn}
      - {name: c, when: finding.kev_ransomware, action: fail}
      - {name: d, when: finding.kev_ransomware && finding.fixable, action: warn}
  - {name: never, when: "false", gate: [{name: e, when: "true", action: fail}]}
gate:
  - {name: f, when: finding.fixable, action: warn}
"""


def test_rules_of_scopes() -> None:
    assert remarks(SCOPED[1:]) == [
        "6:25 rule shop/b never speaks: rule prod/a above it holds whenever it does",
        "8:25 rule shop/d never speaks: rule prod/a above it holds whenever it does",
        "8:76 rule shop/d cannot warn what is in KEV: that fails in any case",
        "9:25 scope never never holds: its condition is false",
    ]
    outside = SCOPED.replace("finding.kev_ransomware,", 'target.env == "test",')
    told = "7:25 rule shop/c never speaks: where the scope's condition holds, its own does not"
    assert told in remarks(outside[1:])


ORG = """
gate:
  - {name: grave, when: finding.severity == "critical", action: fail}
  - {name: calm, when: finding.severity == "low", action: allow}
  - {name: epss, when: finding.epss >= 0.5, action: fail}
loosen: {rules: [epss]}
"""


def inherited(text: str, **parents: str) -> list[str]:
    found = review(
        text, "p.yaml", TODAY, parents=lambda one: Source(parents[one.place.removesuffix(".yaml")], one.place)
    )
    return [f"{one.line}:{one.column} {one.text}" for one in found[1]]


def test_grace_for_what_has_none() -> None:
    text = "gate:\n  - {name: a, when: finding.fixable && finding.kev, action: fail, grace_days: 7}\n"
    (remark,) = review(text, "p.yaml", TODAY)[1]
    assert (remark.line, remark.text) == (2, "rule a gives no grace to what is in KEV: that fails at once")
    assert review(text.replace(" && finding.kev", ""), "p.yaml", TODAY)[1] == ()


def test_a_rule_that_is_milder_than_the_parents() -> None:
    rules = (
        "  - {name: a, when: finding.severity == 'critical' && finding.fixable, action: warn}\n"
        "  - {name: b, when: finding.epss >= 0.5, action: warn}\n"
        "  - {name: c, when: finding.severity == 'critical', action: fail}\n"
    )
    told = "3:80 rule a cannot warn what rule grave of org.yaml fails"
    assert inherited(f"extends: org.yaml\ngate:\n{rules}", org=ORG) == [told]
    middle = "extends: org.yaml\nloosen: {rules: [grave]}\n"
    assert inherited(f"extends: mid.yaml\ngate:\n{rules}", org=ORG, mid=middle) == [told]
    freed = ORG.replace("rules: [epss]", "rules: [grave]")
    assert inherited(f"extends: mid.yaml\ngate:\n{rules}", org=freed, mid="extends: org.yaml\n")[0] == told
    between = "extends: org.yaml\ngate: [{name: m, when: finding.fixable, action: warn}]\n"
    assert inherited(f"extends: mid.yaml\ngate:\n{rules}", org=freed, mid=between)[:1] != [told]  # m took its place
    allowed = ORG.replace("rules: [epss]", "rules: all")
    assert inherited(f"extends: org.yaml\ngate:\n{rules}", org=allowed) == []
    strict = "gate: [{name: all, when: 'true', action: fail}]"
    kev = "extends: org.yaml\ngate: [{name: k, when: finding.kev, action: allow}]\n"
    assert inherited(kev, org=strict) == ["2:45 rule k cannot allow what is in KEV: that fails in any case"]
    severe = ORG.replace('finding.severity == "critical"', '\'finding.severity in ["high", "critical"]\'')
    assert inherited(f"extends: org.yaml\ngate:\n{rules}", org=severe) == [told]
    halves = severe.replace('["high", "critical"]', '["high"]').replace(
        '"low", action: allow', '"critical", action: fail'
    )
    assert inherited(f"extends: org.yaml\ngate:\n{rules}", org=halves) == [told.replace("grave", "calm")]
    first = ORG.replace("{name: grave,", "{name: some, when: finding.fixable, action: allow}\n  - {name: grave,")
    assert inherited(f"extends: org.yaml\ngate:\n{rules}", org=first) == []  # it may be let be before


ALLOWING = "extends: org.yaml\ngate:\n  - {name: a, when: 'true', action: allow}\n"
BLOCKING = "gate: [{name: all, when: finding.fixable, action: fail}]\n"


def test_a_rule_that_allows_what_nothing_would_say_more_of() -> None:
    told = "3:37 rule a changes no verdict: no rule that gives way to it speaks where it holds"
    assert inherited(ALLOWING, org=BLOCKING) == [told]
    warned = "  - {name: b, when: finding.epss > 0.1, action: warn}\n"
    assert inherited(ALLOWING.replace("'true'", "finding.epss > 0.2") + warned, org=BLOCKING) == []
    assert inherited(ALLOWING.replace("'true'", "finding.epss < 0.1") + warned, org=BLOCKING)[0].endswith(told[5:])
    assert inherited(ALLOWING, org=BLOCKING + "loosen: {rules: [all]}") == []
    apart = ALLOWING.replace("'true'", "'!finding.fixable'")
    assert inherited(apart, org=BLOCKING + "loosen: {rules: [all]}") == [told.replace("3:37", "3:49")]
    assert inherited(ALLOWING.replace("extends: org.yaml\n", "")) == []


@pytest.mark.parametrize(
    ("said", "above", "told"),
    [
        ("max_feed_age_days: 365", "max_feed_age_days: 20", ["2:20 max_feed_age_days counts for nothing: {} 20"]),
        ("max_feed_age_days: 20", "max_feed_age_days: 20", []),
        ("max_feed_age_days: 30", "loosen: {max_feed_age_days: 30}", []),
        (
            "max_feed_age_days: 31",
            "loosen: {max_feed_age_days: 30}",
            ["2:20 max_feed_age_days counts for nothing: {} 30"],
        ),
        ("max_suppression_days: 91", "version: 1", ["2:23 max_suppression_days counts for nothing: {} 90"]),
        ("max_suppression_days: 9", "version: 1", []),
    ],
)
def test_days_that_the_parent_does_not_let(said: str, above: str, told: list[str]) -> None:
    whole = "what this file extends lets no more than"
    assert inherited(f"extends: org.yaml\n{said}\n", org=BLOCKING + above) == [one.format(whole) for one in told]


@pytest.mark.parametrize(
    ("said", "above", "told"),
    [
        ("ignore", "on_unknown: block", "2:13 {} block of blocking {}"),
        ("warn", "version: 1", "2:13 {} block of blocking {}"),
        (
            "{blocking: warn, noted: ignore}",
            "on_unknown: {noted: warn}",
            "2:24 {} block of blocking {} 2:37 {} warn of noted {}",
        ),
        ("ignore", "on_unknown: ignore", ""),
        ("ignore", "loosen: {on_unknown: true}", ""),
        ("block", "on_unknown: warn", ""),
        ("warn", "scopes: [{name: s, when: target.env == 'dev', on_unknown: ignore}]", ""),
    ],
)
def test_words_on_problems_that_the_parent_does_not_let(said: str, above: str, told: str) -> None:
    start = "on_unknown counts for nothing: what this file extends says"
    end = "problems, and does not let it say less"
    found = inherited(f"extends: org.yaml\non_unknown: {said}\n", org=BLOCKING + above)
    assert " ".join(found) == told.format(start, end, start, end)


def test_suppressions_that_the_parent_does_not_let() -> None:
    text = "extends: org.yaml\nsuppress:\n" + PROMISE % "2026-12-01"
    assert inherited(text, org=ORG) == [
        "2:1 none of these counts: org.yaml does not let a policy that extends it suppress anything"
    ]
    assert inherited(text, org=ORG.replace("rules: [epss]", "suppress: [epss]")) == []
    assert inherited(text, org=ORG.replace("rules: [epss]", "suppress: []"))[0].startswith("2:1 none of these")


@pytest.mark.parametrize(
    ("loosen", "told"),
    [
        ("{}", ["2:1 loosen lets nothing"]),
        ("{rules: [], suppress: false}", ["2:1 loosen lets nothing"]),
        ("{rules: [calm]}", ["2:18 rule calm allows, and nothing is milder"]),
        ("{rules: [grave]}", ["2:18 rule grave is org.yaml's, which does not let it give way"]),
        ("{rules: [epss, mine]}", []),
        ("{rules: all}", []),
        ("{rules: [exploited]}", ["2:18 rule exploited never gives way"]),
        ("{rules: [kev]}", ["2:18 rule kev never gives way"]),
        ("{suppress: true}", ["2:10 suppress lets nothing: org.yaml does not let it"]),
        ("{on_unknown: true, licences: true}", ["2:10 on_unknown lets nothing", "2:28 licences lets nothing"]),
        ("{max_suppression_days: 30, rules: all}", ["2:10 max_suppression_days lets nothing without suppress"]),
        ("{max_feed_age_days: 14}", ["2:10 max_feed_age_days lets nothing: a feed may be 14 days old here"]),
        ("{max_feed_age_days: 15}", []),
    ],
)
def test_loosenings_that_let_nothing(loosen: str, told: list[str]) -> None:
    rules = "gate:\n  - {name: mine, when: finding.fixable, action: warn}\n"
    rules += "  - {name: exploited, when: finding.kev, action: fail}\n"
    found = inherited(f"extends: org.yaml\nloosen: {loosen}\n{rules}", org=ORG)
    assert len(found) == len(told), found
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True)), found


def test_presets_are_meant_as_they_are() -> None:
    for name in PRESETS:
        found = review(preset_text(name), name, TODAY)[1]
        assert found == ()


def test_suppressions() -> None:
    found = remarks("suppress:\n" + PROMISE % "2026-11-21" + PROMISE % "2027-11-21" + PROMISE % "2026-12-01")
    assert [one.split(" ", 1)[0] for one in found] == ["2:59", "3:10", "3:59", "4:10"]
    assert "expired on 2026-11-21" in found[0]
    assert "stands twice" in found[1]
    assert "ends in 364 days, and 90 are the most" in found[2]


def test_licences_that_decide_nothing() -> None:
    assert "refuses nothing" in remarks("licences: {unknown: false}\n")[0]
    rule = gate(("finding.kev", "fail"))
    assert "no rule of the gate speaks" in remarks(rule + "licences: {deny: [MIT]}\n")[0]
    assert remarks("licences: {deny: [MIT]}\n") == []


def test_an_error_is_an_error() -> None:
    with pytest.raises(PolicyError, match=r"p\.yaml:1:1"):
        review("gaet: []\n", "p.yaml", TODAY)


FIELDS = st.sampled_from(["finding.kev", "finding.fixable", "finding.kev_ransomware", "true"])
CONDITIONS = st.lists(FIELDS, min_size=1, max_size=3).map(" && ".join)


@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(st.booleans(), min_size=3, max_size=3))
def test_a_rule_that_is_called_silent_is_never_the_first_to_hold(conditions: list[str], values: list[bool]) -> None:
    _, found = review(gate(*((when, "fail") for when in conditions)), "p.yaml", TODAY)
    silent = {one.line - 2 for one in found if "never speaks" in one.text}
    row = [None] * len(ENVIRONMENT.slots)
    kev, fixable, ransomware = values  # KEV alone tells of ransomware (``subject.IMPOSSIBLE``)
    told = {"finding.kev": kev, "finding.fixable": fixable, "finding.kev_ransomware": kev and ransomware}
    for name, value in told.items():
        row[ENVIRONMENT.slots[name]] = value  # type: ignore[call-overload]
    holding = [number for number, when in enumerate(conditions) if compile(when, ENVIRONMENT)(tuple(row))]
    assert not holding or holding[0] not in silent


SOME = st.sampled_from(["finding.kev", "finding.fixable", "finding.epss >= 0.5", "!finding.fixable", "true"])
ENTRIES = st.lists(st.tuples(SOME, st.sampled_from(["fail", "warn", "allow"])), min_size=1, max_size=3)
LOOSE = st.sampled_from(["", "loosen: {rules: all}\n", "loosen: {rules: [r0]}\n", "loosen: {on_unknown: true}\n"])


@given(ENTRIES, LOOSE, ENTRIES)
def test_a_rule_that_is_said_to_change_no_verdict_can_be_left_out(
    above: list[tuple[str, str]], loosen: str, rules: list[tuple[str, str]]
) -> None:
    parents = {"org.yaml": loosen + gate(*above)}
    text = f"extends: org.yaml\n{gate(*rules)}"
    policy, found = review(text, "p.yaml", TODAY, parents=lambda one: Source(parents[one.place], one.place))
    idle = {one.line - 3 for one in found if "changes no verdict" in one.text}
    left = tuple(rule for number, rule in enumerate(policy.gate) if number not in idle)
    vulnerabilities = tuple(
        Vulnerability("CVE-1", package=Package("pypi", "a", "1"), fix=Fix(versions=versions), epss=epss, kev=kev)
        for versions in ((), ("2",))
        for epss in (None, Epss(0.9, 0.9))
        for kev in (None, Kev("2026-11-01"))
    )
    report = Report("t", "", findings=vulnerabilities)
    one, other = (decide(report, each, NOW) for each in (policy, msgspec.structs.replace(policy, gate=left)))
    actions = [[RANKS[finding.decision.action] for finding in each.findings] for each in (one, other)]
    assert actions[0] == actions[1]
