"""The words of the verdict; what it is, the labelled cases of ``test_evaluate`` say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from policy.report_cases import report
from pratique.model import Verdict
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, load

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BLOCKING = {"where": "var/lib/dpkg/status", "what": "truncated", "blocking": True, "hint": "pull the image again"}


def verdict(text: str = "", **case: Any) -> Verdict:
    return decide(report(case), load(text, "pratique.yaml") if text else DEFAULT, NOON).verdict


def texts(found: Verdict) -> list[str]:
    return [reason.text for reason in found.reasons]


def test_findings_by_rule() -> None:
    found = verdict(findings=[{"id": "CVE-1", "kev": "2026-01-01"}, {"id": "CVE-2", "epss": 0.6}] * 2)
    assert texts(found) == ["2 findings fail by rule kev", "2 findings fail by rule epss"]
    assert texts(verdict(findings=[{"id": "CVE-1", "epss": 0.2}])) == ["1 finding warns by rule epss-watch"]


def test_the_floor_comes_first_where_no_rule_has_its_name() -> None:
    text = 'gate: [{name: never, when: "false", action: fail}, {name: any, when: "true", action: fail}]'
    one = {"id": "CVE-1", "kev": "2026-01-01"}
    assert texts(verdict(text, findings=[one])) == ["1 finding fails by rule any"]
    allowed = text.replace('name: any, when: "true", action: fail', "name: all, when: finding.kev, action: allow")
    assert texts(verdict(allowed, findings=[one])) == ["1 finding fails by rule kev"]


def test_grace_is_told_by_itself() -> None:
    text = "gate: [{name: fixable, when: finding.fixable, action: fail, grace_days: 30}]"
    old, new = {"fix": ["6"], "fixed_on": "2020-01-01"}, {"fix": ["6"], "fixed_on": "2026-11-20"}
    found = verdict(text, findings=[{"id": "CVE-1", **old}, {"id": "CVE-2", **new}, {"id": "CVE-3", **new}])
    assert texts(found) == ["1 finding fails by rule fixable", "2 findings in grace by rule fixable"]


def test_problems_and_their_hints() -> None:
    found = verdict(problems=[BLOCKING, {**BLOCKING, "where": "x"}, {"where": "app/x.jar", "what": "no version"}])
    assert texts(found) == [
        "2 blocking problems, the first: var/lib/dpkg/status: truncated",
        "1 noted problem: app/x.jar: no version (on_unknown: ignore)",
    ]
    assert found.advice == ("pull the image again",)


def test_what_is_passed_over_gives_no_advice_and_is_told() -> None:
    found = verdict("on_unknown: {blocking: ignore}", problems=[BLOCKING])
    assert texts(found) == ["1 blocking problem: var/lib/dpkg/status: truncated (on_unknown: ignore)"]
    assert found.advice == ()


def test_a_target_that_could_not_be_opened() -> None:
    found = verdict(image=None, layers=(0, 0), packages=0, problems=[BLOCKING])
    assert texts(found) == ["var/lib/dpkg/status: truncated"]
    assert found.advice == ("pull the image again",)
    assert texts(verdict(image=None, layers=(0, 0), packages=0)) == ["the target could not be read"]


def test_layers_and_packages() -> None:
    assert texts(verdict(layers=(0, 3), packages=0)) == ["none of 3 layers was read"]
    assert texts(verdict(layers=(0, 3))) == ["none of 3 layers was read as a whole"]
    assert texts(verdict(layers=(0, 1), packages=0)) == ["its only layer was not read"]
    assert texts(verdict(layers=(0, 0), packages=0)) == ["the image has no layers"]
    assert texts(verdict(layers=(0, 0))) == ["the image has no layers"]
    assert texts(verdict(layers=(2, 3), packages=0)) == ["no package was found, and 1 layer could not be read"]
    assert texts(verdict(layers=(1, 3))) == ["2 layers could not be read"]
    assert texts(verdict(layers=(1, 3), problems=[BLOCKING]))[0].startswith("1 blocking problem: ")
    assert texts(verdict(packages=0)) == ["no package was found, so none was assessed (on_unknown: ignore)"]
    assert len(texts(verdict(packages=0, problems=[BLOCKING]))) == 1  # which says what is the matter


def test_databases() -> None:
    assert texts(verdict(starter=True)) == ["only the starter database was asked, which is old and holds no EPSS"]
    assert texts(verdict(database="none")) == ["no vulnerability database was asked"]
    assert texts(verdict(not_assessed=1)) == ["1 package could not be assessed (on_unknown: ignore)"]


def test_advice_on_findings_comes_before_the_rest() -> None:
    found = verdict(starter=True, findings=[{"id": "CVE-1", "kev": "2026-01-01", "fix": ["6"]}])
    assert found.advice == ("bash 6 clears 1 failing finding", "run: pratique db update")
