"""What a policy may say and hardly means: rules that never speak, promises without force, licences nobody judges."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import PolicyError
from pratique.expr import compile
from pratique.policy.review import review
from pratique.policy.subject import ENVIRONMENT

TODAY = date(2026, 11, 22)
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
        ((("finding.fixable", "fail"), ("finding.fixable", "warn")), ["3:22 rule r1 never speaks: rule r0"]),
        ((("finding.fixable", "fail"), (" finding.fixable  &&  finding.cvss > 7.0 ", "warn")), ["3:22 rule r1 never"]),
        ((("finding.fixable && finding.cvss > 7.0", "fail"), ("finding.fixable", "warn")), []),
        ((("true", "warn"), ("finding.fixable", "fail")), ["3:22 rule r1 never speaks: rule r0"]),
        ((("finding.kev && false", "fail"),), ["2:22 rule r0 never speaks: its condition is false"]),
        ((("finding.kev", "warn"),), ["2:45 rule r0 cannot warn what is in KEV"]),
    ],
)
def test_rules(rules: tuple[tuple[str, str], ...], told: list[str]) -> None:
    found = remarks(gate(*rules))
    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


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
    for name, value in zip(("finding.kev", "finding.fixable", "finding.kev_ransomware"), values, strict=True):
        row[ENVIRONMENT.slots[name]] = value  # type: ignore[call-overload]
    holding = [number for number, when in enumerate(conditions) if compile(when, ENVIRONMENT)(tuple(row))]
    assert not holding or holding[0] not in silent
