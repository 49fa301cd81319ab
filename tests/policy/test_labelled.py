"""The cases that were written from docs/policy.md before the code: scopes, inheritance, presets, grace, clocks,
baselines, kinds; and what the page has closed since.

A case may have, beside what ``report_cases`` reads: `preset`, `parents` (texts by reference), `env`, `namespace`,
`baseline` (a text) and `licensed` (licences of packages). What is expected: `error` (words of the message), `actions`
(the decisions' first words), `told` (of which findings a rule speaks), `closed` (no pass, by an error or otherwise),
`decision_notes`, `chain` (of policies), `max_feed_age_days`, `refused` (licences).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from policy.report_cases import cases, report, told
from pratique.errors import NotFound, PratiqueError
from pratique.model import Action, Package, Report, Result
from pratique.policies import preset_text, read_preset
from pratique.policy import baseline
from pratique.policy.evaluate import decide
from pratique.policy.licences import breaches
from pratique.policy.schema import DEFAULT, Policy, Reference, Source, load
from pratique.policy.subject import Target

FILES = ("kinds", "scopes", "clocks", "extends", "loosen", "presets", "baseline", "promises", "closed")
LABELLED = {f"{file}: {case['name']}": case for file in FILES for case in cases(file)}


def parents(texts: dict[str, str], reference: Reference) -> Source:
    """Answers as ``policies.Parents`` does, from a mapping."""
    if reference.kind == "preset":
        return Source(preset_text(reference.place), "", reference.place)
    if reference.place not in texts:
        raise NotFound(f"no {reference.place!r}")
    return Source(bound(texts[reference.place], texts), reference.place)


def bound(text: str, texts: dict[str, str]) -> str:
    """With the digests of parents in place of ``<digest NAME>``."""

    def digest(match: re.Match[str]) -> str:
        return hashlib.sha256(texts[match[1]].encode()).hexdigest()

    return re.sub(r"<digest (.*?)>", digest, text)


def policy_of(case: dict[str, Any]) -> Policy:
    if "preset" in case:
        return read_preset(case["preset"])
    if "policy" not in case:
        return DEFAULT
    texts = case.get("parents", {})
    return load(bound(case["policy"], texts), "pratique.yaml", parents=lambda each: parents(texts, each))


def decided(case: dict[str, Any], policy: Policy) -> Report:
    now = datetime.fromisoformat(case.get("now", "2026-11-21T12:00:00Z"))
    taken = baseline.load(case["baseline"], "baseline.yaml") if "baseline" in case else None
    return decide(report(case), policy, now, taken, Target(case.get("env", ""), case.get("namespace", "")))


def refused(licensed: Sequence[str], policy: Policy) -> list[str]:
    packages = [Package("deb", f"p{at}", "1", licences=(name,) if name else ()) for at, name in enumerate(licensed)]
    return [each.id for each in breaches(packages, policy.licences)]


def test_there_are_enough_cases() -> None:
    assert len(LABELLED) >= 277  # so many were written first


@pytest.mark.parametrize("name", LABELLED)
def test_labelled(name: str) -> None:
    case = LABELLED[name]
    expected = case["expect"]
    if "error" in expected:
        with pytest.raises(PratiqueError) as caught:
            decided(case, policy_of(case))
        assert caught.value.exit_code in expected.get("exit", (2,))
        assert [word for word in expected["error"] if word not in str(caught.value)] == []
        return
    try:
        policy = policy_of(case)
        found = decided(case, policy)
    except PratiqueError:
        if expected.get("closed"):
            return
        raise
    check(expected, found, policy, refused(case.get("licensed", ()), policy))


def check(expected: dict[str, Any], found: Report, policy: Policy, licences: list[str]) -> None:
    decisions = [each.decision for each in found.findings]
    said = {
        "decisions": [told(each) for each in decisions],
        "actions": [each.action.value for each in decisions],
        "told": [each.action is not Action.NONE for each in decisions],
        "result": found.verdict.result.value,
        "reasons": [f"{reason.rule} {reason.count}" for reason in found.verdict.reasons],
        "closed": found.verdict.result in (Result.FAIL, Result.UNKNOWN),
        "chain": [each.path for each in found.policy.parents],
        "max_feed_age_days": policy.max_feed_age_days,
        "refused": licences,
    }
    exactly = {key: value for key, value in expected.items() if key not in ("notes", "decision_notes")}
    assert {key: said[key] for key in exactly} == exactly
    for note in expected.get("notes", ()):
        assert any(note in text for text in found.notes), found.notes
    notes = expected.get("decision_notes", [""] * len(decisions))
    assert len(notes) == len(decisions)
    for note, each in zip(notes, decisions, strict=True):
        assert note in each.note
