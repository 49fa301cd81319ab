"""Which licences a policy refuses: SPDX's operators, names, unknown ones, and the finding that it makes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import PolicyError
from pratique.model import Action, Image, Package, Report
from pratique.policy import schema
from pratique.policy.evaluate import decide
from pratique.policy.licences import breaches, canonical, is_name
from pratique.policy.schema import Licences


def refused(licences: tuple[str, ...], **rules: object) -> list[str]:
    package = Package("npm", "x", "1", licences=licences)
    return [one.id for one in breaches((package,), (Licences(**rules),))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("licences", "rules", "found"),
    [
        (("AGPL-3.0-only",), {"deny": ("AGPL-3.0-only",)}, ["AGPL-3.0-only"]),
        (("AGPL-3.0",), {"deny": ("AGPL-3.0-only",)}, ["AGPL-3.0"]),
        (("AGPL-3.0-or-later",), {"deny": ("AGPL-3.0-only",)}, []),
        (("AGPL-3.0-or-later",), {"deny": ("AGPL-*",)}, ["AGPL-3.0-or-later"]),
        (("MIT OR AGPL-3.0-only",), {"deny": ("AGPL-*",)}, []),
        (("MIT AND AGPL-3.0-only",), {"deny": ("AGPL-*",)}, ["AGPL-3.0-only"]),
        (("MIT", "AGPL-3.0-only"), {"deny": ("AGPL-*",)}, ["AGPL-3.0-only"]),
        (("MIT",), {"allow": ("MIT",)}, []),
        (("ISC",), {"allow": ("MIT",)}, ["ISC"]),
        (("MIT",), {"allow": ("MIT",), "deny": ("MIT",)}, ["MIT"]),
        (("GPL-2.0-only WITH Classpath-exception-2.0",), {"deny": ("GPL-2.0-only",)}, ["GPL-2.0-only"]),
        (
            ("GPL-2.0-only WITH Classpath-exception-2.0", "MIT"),
            {"deny": ("GPL-2.0-only",), "allow": ("GPL-2.0-only WITH Classpath-exception-2.0",)},
            [],
        ),
        (("GPL-2.0-only WITH Classpath-exception-2.0",), {"allow": ("GPL-2.0-only",)}, []),
        (("BSD",), {"deny": ("AGPL-*",)}, []),
        (("BSD",), {"deny": ("AGPL-*",), "unknown": True}, ["licence-unknown"]),
        ((), {"unknown": True}, ["licence-unknown"]),
        ((), {"deny": ("MIT",)}, []),
        (("AGPL-3.0-only", "AGPL-3.0-only AND MIT"), {"deny": ("AGPL-*",)}, ["AGPL-3.0-only"]),
    ],
)
def test_what_is_refused(licences: tuple[str, ...], rules: dict[str, object], found: list[str]) -> None:
    assert refused(licences, **rules) == found


def test_without_rules_nothing_is_looked_at() -> None:
    assert breaches((Package("npm", "x", "1"),), ()) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [("GPL-2.0", "GPL-2.0-only"), ("GPL-2.0+", "GPL-2.0-or-later"), ("LGPL-2.1+", "lgpl-2.1-or-later"), ("MIT", "mit")],
)
def test_deprecated_identifiers_are_those_that_took_their_place(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("MIT", True),
        ("AGPL-*", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("LicenseRef-ours", True),
        ("Apache 2", False),
        ("MIT OR ISC", False),
        ("(MIT)", False),
        ("*", False),
        ("XYZ-*", False),
        ("", False),
    ],
)
def test_what_a_policy_may_name(text: str, valid: bool) -> None:
    assert is_name(text) is valid


def test_a_misspelt_name_is_told_with_its_place() -> None:
    with pytest.raises(PolicyError) as caught:
        schema.load("licences:\n  deny: [MIT, Apache 2]\n", "p.yaml")
    assert "p.yaml:2:15" in str(caught.value)
    assert "did you mean 'Apache-2.0'?" in str(caught.value)


def test_the_default_gate_fails_it_and_says_what_to_do() -> None:
    policy = schema.load("licences: {deny: [AGPL-*]}\n", "p.yaml")
    package = Package("npm", "x", "1", licences=("AGPL-3.0-only",))
    findings = breaches((package,), policy.licences)
    made = Report("app", "2026-11-21T12:00:00Z", image=Image("app", "app"), packages=(package,), findings=findings)
    found = decide(made, policy, datetime(2026, 11, 21, tzinfo=UTC))
    assert [(one.decision.action, one.decision.rule) for one in found.findings] == [(Action.FAIL, "licences")]
    assert found.verdict.advice[0].startswith("1 package is under a licence that the policy refuses (AGPL-3.0-only)")


@given(st.lists(st.sampled_from(["MIT", "ISC", "AGPL-3.0-only"]), min_size=1, max_size=4), st.booleans())
def test_or_needs_one_side_and_and_all(names: list[str], either: bool) -> None:
    text = (" OR " if either else " AND ").join(names)
    fine = [name != "AGPL-3.0-only" for name in names]
    assert (refused((text,), deny=("AGPL-*",)) == []) is (any(fine) if either else all(fine))
