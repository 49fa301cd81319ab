"""A ruling as text and as JSON: all rules, nothing hostile that gets through, a document of the published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.explanation import PolicyAsked, RuleAsked, Ruling, ScopeAsked
from pratique.expr.trace import Step
from pratique.model import Action, Decision, Image, Package, Report, Severity, Vulnerability
from pratique.plugins import WriteOptions
from pratique.report import _ruling_json, _ruling_text, _schema

DOCS = Path(__file__).resolve().parents[2] / "docs"
PARTS = (
    Step("finding.epss >= 0.5", False, values=(("finding.epss", None),)),
    Step("!finding.fixable", True, "!", parts=(Step("finding.fixable", False, values=(("finding.fixable", False),)),)),
)


def ruling(name: str = "CVE-1", package: str = "bash", note: str = "", value: str = "x") -> Ruling:
    decision = Decision(Action.WARN, "rest", note=note)
    found = Vulnerability(name, Severity(), package=Package("deb", package, "1"), decision=decision)
    rules = (
        RuleAsked(
            "likely", Action.FAIL, Step("finding.epss >= 0.5 && !finding.fixable", False, "&&", parts=PARTS), "no"
        ),
        RuleAsked("rest", Action.WARN, Step("true", True), "speaks", "14 days of grace, but nobody tells the day"),
        RuleAsked("last", Action.ALLOW, Step("true", True), "after"),
    )
    guarded = RuleAsked("prod/all", Action.FAIL, Step("true", True), "outside")
    scope = ScopeAsked("prod", Step('target.env == "prod"', False, values=(("target.env", value),)), (guarded,))
    policies = (
        PolicyAsked("org.yaml", rules=rules[1:], word=Decision(Action.FAIL, "rest"), standing=False),
        PolicyAsked("p.yaml", (scope,), rules, Decision(Action.WARN, "rest", grace_until="2026-12-01")),
    )
    report = Report("t", "2026-11-22T00:00:00Z", image=Image("t", "app:1"), findings=(found,))
    return Ruling(report, found, policies, (("kev", "it is not in KEV"), ("baseline", "none was given")))


def test_text() -> None:
    assert _ruling_text.write_text([ruling(note="so it is")], WriteOptions(width=80)) == (
        "CVE-1 of bash 1\n"
        "             in app:1, decided at 2026-11-22T00:00:00Z\n"
        "             severity unknown\n"
        "\n"
        "org.yaml\n"
        "speaks       rule rest, warn: true\n"
        "             14 days of grace, but nobody tells the day\n"
        "not asked    last\n"
        "says         fail by rule rest; which gives way, as it lets\n"
        "\n"
        "p.yaml\n"
        'outside      scope prod: target.env == "prod"\n'
        '               target.env is "x"\n'
        "no           rule likely, fail: finding.epss >= 0.5 && !finding.fixable\n"
        "               finding.epss >= 0.5: finding.epss is missing, no\n"
        "               !finding.fixable: yes\n"
        "                 finding.fixable is false, no\n"
        "speaks       rule rest, warn: true\n"
        "             14 days of grace, but nobody tells the day\n"
        "not asked    last\n"
        "says         warn by rule rest, in grace until 2026-12-01\n"
        "\n"
        "kev          it is not in KEV\n"
        "baseline     none was given\n"
        "\n"
        "WARN         by rule rest\n"
        "             so it is\n"
    )


def test_several_stand_below_one_another() -> None:
    assert _ruling_text.write_text([ruling(), ruling()], WriteOptions(width=80)).count("─" * 80) == 1


HOSTILE = st.text(alphabet=st.sampled_from("a\x1b[2J\n\r\u202e\x9b:#\udcff "), max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_that_it_tells_obeys_a_terminal(name: str, package: str, note: str, value: str) -> None:
    text = _ruling_text.write_text([ruling(name, package, note, value)], WriteOptions(width=80))
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert len(text.splitlines()) < 60
    document = _ruling_json.write_json([ruling(name, package, note, value)])
    assert json.loads(document)["schema"] == "urn:pratique:ruling:1.0"


@pytest.mark.parametrize("number", [1, 2])
def test_json_is_of_the_published_schema(number: int) -> None:
    schema = json.loads((DOCS / "ruling.schema.json").read_text())
    document = json.loads(_ruling_json.write_json([ruling()] * number))
    jsonschema.Draft202012Validator(schema).validate(document)
    first = document if number == 1 else document[0]
    assert [rule["state"] for rule in first["policies"][1]["rules"]] == ["no", "speaks", "after"]
    assert first["policies"][1]["scopes"][0]["rules"][0]["state"] == "outside"
    assert first["policies"][0]["standing"] is False
    assert first["finding"]["decision"]["rule"] == "rest"
    parts = first["policies"][1]["rules"][0]["condition"]["parts"]
    assert parts[0]["values"] == [{"field": "finding.epss", "value": "missing"}]


def test_the_published_schema_is_made_from_the_types() -> None:
    assert (DOCS / "ruling.schema.json").read_text() == _schema.ruling_schema(), (
        "if it is meant: python tests/reports.py"
    )
