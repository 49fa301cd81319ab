"""A first policy is one, means what its parent means, and what is shown in its comments can be used."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import report
from pratique.model import Action, LicenceBreach, Package
from pratique.policies import Parents
from pratique.policy import review
from pratique.policy.begin import begun, decided_anew
from pratique.policy.schema import DEFAULT, PRESETS, Policy, Source, load

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PARENT = "gate: [{name: all, when: 'true', action: fail}]\nlicences: {deny: [MIT]}\n"


def made(text: str) -> Policy:
    return load(text, "p.yaml", parents=Parents())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_first_policy_is_its_preset(preset: str) -> None:
    found = made(begun(preset, "ann@example.org", TODAY))
    assert found.parent is not None
    assert found.parent.name == preset
    assert (found.gate, found.suppress, found.max_suppression_days) == ((), (), 90)


@pytest.mark.parametrize("owner", ["", "ann@example.org"])
def test_check_has_nothing_to_say_of_it(owner: str) -> None:
    assert review.review(begun("guideline", owner, TODAY), "p.yaml", TODAY, parents=Parents())[1] == ()


def test_the_owner_is_told() -> None:
    assert "# ann@example.org\n" in begun("default", "ann@example.org", TODAY)


def test_what_stands_in_its_comments_is_policy() -> None:
    text = begun("default", "", TODAY)
    lines = [re.sub("^# ", "", line) for line in text.splitlines() if re.match("# (gate:|scopes:| )", line)]
    found = made("\n".join(["extends: default", *lines]))
    assert [rule.name for rule in found.rules()] == ["production/high-fixable", "likely-fixable"]


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=80).filter(str.isprintable)


@given(TEXTS, TEXTS)
def test_whatever_is_answered_it_is_one_policy(place: str, owner: str) -> None:
    extends = "./" + "".join(place.split())
    text = begun(extends, owner, TODAY)
    found = load(text, "p.yaml", parents=lambda _: Source(PARENT, "org.yaml", identity="org.yaml"))
    assert found.extends
    assert found.gate == ()
    assert found.max_suppression_days == 90


def test_reports_are_decided_anew() -> None:
    package = Package("deb", "bash", "5", licences=("MIT",))
    breach = LicenceBreach("GPL-2.0-only", package=package)
    once = report({"findings": [{"id": "CVE-1", "epss": 0.2}]})
    once = msgspec.structs.replace(once, packages=(package,), findings=(*once.findings, breach), notes=("old",))
    found = decided_anew(once, load(PARENT, "p.yaml"), NOON)
    assert [(each.id, each.decision.action) for each in found.findings] == [
        ("CVE-1", Action.FAIL),
        ("MIT", Action.FAIL),
    ]
    assert found.notes == ()
    assert [each.id for each in decided_anew(found, DEFAULT, NOON).findings] == ["CVE-1"]
