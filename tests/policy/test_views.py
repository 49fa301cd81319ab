"""By which values a finding is judged: what only the image's maker says may tighten, never loosen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import Base, Report
from pratique.policy.evaluate import decide
from pratique.policy.gate import RANKS
from pratique.policy.schema import DEFAULT, Policy, load
from pratique.policy.subject import ANYWHERE
from pratique.policy.views import views

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)
CONDITIONS = [
    'image.name == "app:1"',
    'image.name.startsWith("registry.example/")',
    "has(image.name)",
    'finding.origin == "base"',
    'finding.origin != "own"',
    'image.base == "debian:12"',
    "image.base_age_days > 3",
    'image.name == "app:1" && finding.origin == "base"',
]
NAMES = ["", "app:1", "registry.example/app:1", "other"]
BASES = [
    None,
    Base("debian:12", "sha256:0", 2, "annotation", "2026-01-01"),
    Base("", "", 1, "history"),
    Base("debian:12", "sha256:0", 2, "known", stated=True),
]


def policy(*conditions: tuple[str, str]) -> Policy:
    scopes = [
        {"name": f"s{at}", "when": when, "gate": [{"name": "r", "when": "true", "action": action}]}
        for at, (when, action) in enumerate(conditions)
    ]
    gate = [
        {"name": "all", "when": "finding.fixable", "action": "fail"},
        {"name": "w", "when": "true", "action": "warn"},
    ]
    return load(msgspec.json.encode({"scopes": scopes, "gate": gate}).decode(), "p.yaml")


def made(name: str, base: Base | None, named: Literal["caller", "maker"] = "maker") -> Report:
    specs: list[dict[str, Any]] = [
        {"id": f"CVE-{layer}", "layer": layer, "fix": ["2"] * (layer % 2)} for layer in range(4)
    ]
    findings = tuple(map(finding, specs))
    whole = msgspec.structs.replace(report({"image": name or "x", "named": named}), findings=findings, base=base)
    assert whole.image is not None
    return msgspec.structs.replace(whole, image=msgspec.structs.replace(whole.image, name=name))


def ranks(found: Report, rules: Policy) -> list[int]:
    return [RANKS[each.decision.action] for each in decide(found, rules, NOON).findings]


@given(
    st.lists(
        st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(["allow", "warn", "fail"])), min_size=1, max_size=3
    ),
    st.sampled_from(NAMES),
    st.sampled_from(BASES),
)
def test_nothing_that_its_maker_says_makes_it_milder(
    rules: list[tuple[str, str]], name: str, base: Base | None
) -> None:
    """Than if nobody said anything."""
    asked = policy(*rules)
    said, unsaid = ranks(made(name, base), asked), ranks(made("", None), asked)
    assert all(own >= other for own, other in zip(said, unsaid, strict=True))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_shown_may_be_milder(condition: str) -> None:
    base = Base("debian:12", "sha256:0", 4, "known", "2026-01-01")
    name = "registry.example/app:1" if "registry" in condition else "app:1"
    rules = policy((condition, "allow"))
    assert ranks(made(name, base, "caller"), rules) == [0, 0, 0, 0]
    assert 2 in ranks(made(name, msgspec.structs.replace(base, how="annotation")), rules)


def test_a_policy_that_asks_for_none_of_it_is_asked_once() -> None:
    for base in BASES:
        assert len(views(made("app:1", base), DEFAULT, TODAY, ANYWHERE).all) == 1


def test_what_is_shown_is_asked_once() -> None:
    base = Base("debian:12", "sha256:0", 2, "option")
    rules = policy(*((condition, "allow") for condition in CONDITIONS))
    assert len(views(made("app:1", base, "caller"), rules, TODAY, ANYWHERE).all) == 1


def test_a_name_that_is_none_is_not_repeated() -> None:
    rules = policy(("has(image.name)", "allow"))
    (doubt,) = views(made("app.tar; rm -rf ~", None), rules, TODAY, ANYWHERE).doubts
    assert doubt == "if it is what it calls itself, say so: --name NAME"
