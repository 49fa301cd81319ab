"""A report that another policy decided is decided as one that none did."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from policy.report_cases import report
from pratique.model import Action, LicenceBreach, Package
from pratique.policy.anew import decided_anew
from pratique.policy.baseline import Baseline, BaselineFile, Entry
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, load
from pratique.policy.subject import Target

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIKELY = {"id": "CVE-1", "epss": 0.9}
TEXT = """\
gate: [{name: all, when: 'true', action: warn}]
scopes: [{name: prod, when: target.env == "prod", gate: [{name: all, when: "true", action: fail}]}]
licences: {deny: [MIT]}
"""


def test_licences_are_the_new_policy_s() -> None:
    package = Package("deb", "bash", "5", licences=("MIT",))
    breach = LicenceBreach("GPL-2.0-only", package=package)
    once = report({"findings": [LIKELY]})
    once = msgspec.structs.replace(once, packages=(package,), findings=(*once.findings, breach), notes=("old",))
    found = decided_anew(once, load(TEXT, "p.yaml"), NOON)
    assert [(each.id, each.decision.action) for each in found.findings] == [
        ("CVE-1", Action.WARN),
        ("MIT", Action.WARN),
    ]
    assert "old" not in found.notes
    assert [each.id for each in decided_anew(found, DEFAULT, NOON).findings] == ["CVE-1"]


def test_it_is_as_if_nobody_had_decided_before() -> None:
    plain = report({"findings": [LIKELY, {"id": "CVE-2", "kev": "2026-01-01"}], "image": "app:1"})
    policy, target = load(TEXT, "p.yaml"), Target("prod")
    held = Baseline(BaselineFile(NOON.date(), "ann", "r", date(2026, 12, 1), (Entry("CVE-1", "deb/bash"),)), "b", "d")
    once = decide(plain, DEFAULT, NOON, held)
    assert decided_anew(once, policy, NOON, held, target) == decide(plain, policy, NOON, held, target)
    assert decided_anew(once, policy, NOON, None, target) == decide(plain, policy, NOON, None, target)
