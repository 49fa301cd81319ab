"""Ways round the KEV floor by policies, each tried through the library as somebody would who wants it out of the way:
rules, suppressions, scopes, parents, presets, baselines. None may end in a pass or a warning."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from policy.floor import ALIAS, ALLOW, CVE, SITE, baseline, fails, scanned
from pratique.api import Settings
from pratique.errors import PolicyError
from pratique.policy.schema import PRESETS


def test_it_fails_at_first(image: str, plain: Settings) -> None:
    assert fails(scanned(image, plain))


# --- what a policy may say --------------------------------------------------------------------

PROMISE = f"id: {CVE}, package: demo, reason: r, owner: o"
POLICIES = {
    "allow first": 'gate: [{name: all, when: "true", action: allow}, {name: kev, when: finding.kev, action: fail}]',
    "warn first": 'gate: [{name: all, when: "true", action: warn}, {name: kev, when: finding.kev, action: fail}]',
    "a condition that always holds": "gate: [{name: a, when: '!false || finding.kev == finding.kev', action: allow}]",
    "a condition that never holds": "gate: [{name: a, when: 'finding.kev && !finding.kev', action: fail}]",
    "a condition on what is missing": "gate: [{name: a, when: 'finding.cvss >= 0.0', action: fail}]",
    "a sum past 64 bits": (
        "gate: [{name: a, when: 'finding.age_days + 9223372036854775807 > 0', action: fail}, "
        "{name: b, when: 'true', action: allow}]"
    ),
    "a pattern that takes other machines for ever": (
        "gate: [{name: a, when: 'finding.id.matches(\"^(([A-Z]+)+)+[0-9-]+$\")', action: allow}]"
    ),
    "allow by a lower-case look at the name": "gate: [{name: a, when: 'finding.id.contains(\"CVE\")', action: allow}]",
    "allow by alias": f"gate: [{{name: a, when: '\"{ALIAS}\" in finding.aliases', action: allow}}]",
    "a rule called kev that allows": 'gate: [{name: kev, when: "true", action: allow}]',
    "a year's grace": "gate: [{name: kev, when: finding.kev, action: fail, grace_days: 365}]",
    "a year's grace from publication": (
        'gate: [{name: kev, when: "true", action: fail, grace_days: 365, grace_from: published}]'
    ),
    "no problem counts": "on_unknown: ignore\ngate: [{name: a, when: 'true', action: allow}]",
    "every licence is allowed": "licences: {allow: [MIT]}\ngate: [{name: a, when: 'true', action: allow}]",
    "feeds may be a year old": "max_feed_age_days: 365\ngate: [{name: a, when: 'true', action: allow}]",
    "a suppression": f"suppress: [{{{PROMISE}, expires: 2026-01-20}}]",
    "a suppression by alias": f"suppress: [{{{PROMISE.replace(CVE, ALIAS)}, expires: 2026-01-20}}]",
    "a suppression with every field": (
        f'suppress: [{{{PROMISE}, expires: 2026-01-20, version: "1.0", path: {SITE}/demo-1.0.dist-info/METADATA}}]'
    ),
    "a suppression that ends today": f"suppress: [{{{PROMISE}, expires: 2026-01-10}}]",
    "accepted until yesterday": f"suppress: [{{{PROMISE}, expires: 2026-01-09, accept_kev: true}}]",
    "accepted for fifteen days": f"suppress: [{{{PROMISE}, expires: 2026-01-25, accept_kev: true}}]",
    "accepted for ever": f"suppress: [{{{PROMISE}, expires: 9999-12-31, accept_kev: true}}]",
    "accepted for a year by a longer bound": (
        f"max_suppression_days: 365\nsuppress: [{{{PROMISE}, expires: 2026-12-31, accept_kev: true}}]"
    ),
    "accepted in small letters": (
        f"suppress: [{{{PROMISE.replace(CVE, CVE.lower())}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "accepted with another letter that looks the same": (
        f"suppress: [{{{PROMISE.replace('CVE', 'СVE')}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "accepted for another version": f'suppress: [{{{PROMISE}, version: "1", expires: 2026-01-20, accept_kev: true}}]',
    "accepted elsewhere": f"suppress: [{{{PROMISE}, image: other, expires: 2026-01-20, accept_kev: true}}]",
    "two halves of an acceptance": (
        f"suppress: [{{{PROMISE}, expires: 2026-01-25, accept_kev: true}}, {{{PROMISE}, expires: 2026-01-20}}]"
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_no_policy_lets_it_through(name: str, image: str, plain: Settings) -> None:
    assert plain.policy is not None
    plain.policy.write_text(POLICIES[name])
    assert fails(scanned(image, plain))


QUOTED_LINE = rf'"{CVE}\n"'
REFUSED = {
    "an id for all": f"suppress: [{{{PROMISE.replace(CVE, 'CVE-*')}, expires: 2026-01-20, accept_kev: true}}]",
    "spaces about the id": (
        f"suppress: [{{{PROMISE.replace(CVE, repr(f' {CVE} '))}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "a line behind the id": (
        f"suppress: [{{{PROMISE.replace(CVE, QUOTED_LINE)}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "no end": f"suppress: [{{{PROMISE}, accept_kev: true}}]",
    "an end in the year 10000": f"suppress: [{{{PROMISE}, expires: 10000-01-01, accept_kev: true}}]",
    "an end before time": f"suppress: [{{{PROMISE}, expires: 0000-01-01, accept_kev: true}}]",
    "an end that is a number": f"suppress: [{{{PROMISE}, expires: 20260120, accept_kev: true}}]",
    "yes for true": f'suppress: [{{{PROMISE}, expires: 2026-01-20, accept_kev: "yes"}}]',
    "said twice": f"suppress: [{{{PROMISE}, expires: 2026-01-20, accept_kev: false, accept_kev: true}}]",
    "an action that does not exist": "gate: [{name: kev, when: finding.kev, action: ignore}]",
    "a key that turns it off": "kev: false\ngate: [{name: a, when: finding.kev, action: fail}]",
    "no rule at all": "gate: []",
    "a text that is nothing": "",
    "grace without end": "gate: [{name: kev, when: finding.kev, action: fail, grace_days: 99999}]",
    "problems that were never there": "on_unknown: never",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_policy_is_not_passed_over(name: str, image: str, plain: Settings) -> None:
    assert plain.policy is not None
    plain.policy.write_text(REFUSED[name])
    with pytest.raises(PolicyError):
        scanned(image, plain)


# --- what scopes, parents and presets may say --------------------------------------------------

ANYTHING = (
    "loosen: {rules: all, suppress: true, max_suppression_days: 365, max_feed_age_days: 365, on_unknown: true, "
    "licences: true}"
)
SCOPE = "scopes: [{{name: lax, when: '{}', gate: [{{name: all, when: 'true', action: allow}}]}}]"
KEV_ONLY = "gate: [{name: kev, when: finding.kev, action: fail}]"
LINES = {
    "a scope of an environment": [SCOPE.format('target.env == "prod"')],
    "a scope of a namespace": [SCOPE.format('target.namespace == "payments"')],
    "a scope of everything": [SCOPE.format("true")],
    "a scope of what is exploited": [SCOPE.format("finding.kev")],
    "a scope of one finding": [SCOPE.format(f'finding.id == "{CVE}"')],
    "a scope whose problems do not count": [
        "scopes: [{name: lax, when: 'true', on_unknown: ignore, gate: [{name: a, when: 'true', action: warn}]}]"
    ],
    "a scope's grace": [
        "scopes: [{name: lax, when: 'true', gate: [{name: a, when: finding.kev, action: fail, grace_days: 365}]}]"
    ],
    "a scope called kev": ["scopes: [{name: kev, when: 'true', gate: [{name: kev, when: 'true', action: allow}]}]"],
    "a parent that allows all": [ALLOW, "{}"],
    "a child that allows all": [KEV_ONLY, ALLOW],
    "a child that may loosen all": [f"{KEV_ONLY}\n{ANYTHING}", ALLOW],
    "a child that may loosen the rule kev": [f"{KEV_ONLY}\nloosen: {{rules: [kev]}}", ALLOW],
    "a child that may suppress": [f"{KEV_ONLY}\n{ANYTHING}", f"suppress: [{{{PROMISE}, expires: 2026-01-20}}]"],
    "a child that may suppress what kev decides": [
        f"{KEV_ONLY}\nloosen: {{suppress: [kev]}}",
        f"suppress: [{{{PROMISE}, expires: 2026-01-20}}]",
    ],
    "a child that accepts it and may not": [
        KEV_ONLY,
        f"suppress: [{{{PROMISE}, expires: 2026-01-20, accept_kev: true}}]",
    ],
    "a child that accepts it for longer": [
        f"{KEV_ONLY}\n{ANYTHING}",
        f"max_suppression_days: 365\nsuppress: [{{{PROMISE}, expires: 2026-06-01, accept_kev: true}}]",
    ],
    "a parent's suppression": [f"{ALLOW}\nsuppress: [{{{PROMISE}, expires: 2026-01-20}}]", "{}"],
    "a parent that accepted it": [f"suppress: [{{{PROMISE}, expires: 2026-01-09, accept_kev: true}}]", "{}"],
    "three that let everything": [f"{ALLOW}\n{ANYTHING}", f"{ALLOW}\n{ANYTHING}", ALLOW],
    "three, with a scope in the middle": [
        f"{ALLOW}\n{ANYTHING}",
        f"{SCOPE.format('finding.kev')}\n{ANYTHING}",
        SCOPE.format("true"),
    ],
    "a child of a preset": ["default", ALLOW],
    "a child of the mildest preset": ["advisory-only", f"{ALLOW}\nsuppress: [{{{PROMISE}, expires: 2026-01-20}}]"],
    "a child of the strict preset": ["strict", ALLOW],
    "a child of the guideline": ["guideline", f"{SCOPE.format('true')}\non_unknown: ignore"],
}


@pytest.mark.parametrize("name", LINES)
def test_no_line_of_policies_lets_it_through(name: str, tmp_path: Path, image: str, plain: Settings) -> None:
    above = ""
    for level, text in enumerate(LINES[name]):
        if text in PRESETS:
            above = f"extends: {text}\n"
            continue
        path = tmp_path / f"level-{level}.yaml"
        path.write_text(above + ("" if text == "{}" else text) + "\n")
        above = f"extends: ./level-{level}.yaml\n"
    (tmp_path / "baseline.yaml").write_text(baseline())
    asked = msgspec.structs.replace(plain, policy=path, env="prod", namespace="payments")
    assert fails(scanned(image, asked))
    assert fails(scanned(image, msgspec.structs.replace(asked, baseline=tmp_path / "baseline.yaml")))


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_lets_it_through(preset: str, tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "baseline.yaml").write_text(baseline())
    asked = msgspec.structs.replace(plain, policy=None, preset=preset, baseline=tmp_path / "baseline.yaml")
    assert fails(scanned(image, asked))


# --- what a baseline may say ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        baseline(),
        baseline(expires="2026-01-10"),
        baseline(created="2026-01-10"),
        baseline(created="2025-10-15", expires="2026-01-10"),
    ],
)
@pytest.mark.parametrize("policy", ["version: 1", ALLOW], ids=["default", "allow"])
def test_no_baseline_lets_it_through(text: str, policy: str, tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "baseline.yaml").write_text(text)
    assert plain.policy is not None
    plain.policy.write_text(policy)
    found = scanned(image, msgspec.structs.replace(plain, baseline=tmp_path / "baseline.yaml"))
    assert fails(found)
    assert any("exploited" in note for note in found.notes)
