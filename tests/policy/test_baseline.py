"""What a baseline lets be, for how long, and what is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import Action, Decision, LicenceBreach, Package, Report
from pratique.policy.baseline import Baseline, BaselineFile, Entry, package_names
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, Policy, Suppression, load

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIKELY = {"id": "CVE-1", "epss": 0.9}


def baseline(*entries: Entry, created: date = TODAY, expires: date = TODAY + timedelta(90)) -> Baseline:
    return Baseline(BaselineFile(created, "ann", "taken over", expires, entries), "b.yaml", "sha256:0")


def decided(
    asked: Baseline,
    *specs: dict[str, object],
    image: str = "shop/app:1",
    now: datetime = NOON,
    policy: Policy = DEFAULT,
) -> Report:
    return decide(report({"findings": specs, "image": image}), policy, now, asked)


def test_what_is_in_it_is_let_be_and_the_rest_fails() -> None:
    found = decided(baseline(Entry("CVE-1", "deb/bash", "shop/app")), LIKELY, {"id": "CVE-2", "epss": 0.9})
    assert [each.decision for each in found.findings] == [
        Decision(
            Action.ALLOW,
            "epss",
            suppressed_until="2027-02-19",
            reason="taken over",
            owner="ann",
            note="in the baseline of 2026-11-21 by ann, until 2027-02-19; without it: fail",
            baseline="2026-11-21",
        ),
        Decision(Action.FAIL, "epss"),
    ]
    assert found.notes == ("1 finding is in the baseline of 2026-11-21 by ann, until 2027-02-19: taken over",)
    status = found.policy.baseline
    assert status is not None
    assert (status.path, status.digest, status.silenced, status.unused, status.refusal) == (
        "b.yaml",
        "sha256:0",
        1,
        0,
        "",
    )


@pytest.mark.parametrize(
    ("entry", "image", "held"),
    [
        (Entry("CVE-1", "deb/bash", "shop/app"), "shop/app:1", True),
        (Entry("CVE-1", "deb/bash", "shop/app"), "shop/app:2", True),
        (Entry("CVE-1", "deb/bash", "shop/app:1"), "shop/app:1", True),
        (Entry("CVE-1", "deb/bash", "shop/app:1"), "shop/app:2", False),
        (Entry("CVE-1", "deb/bash", "sha256:" + "0" * 64), "shop/app:2", True),
        (Entry("CVE-1", "deb/bash", "shop/other"), "shop/app:1", False),
        (Entry("CVE-1", "deb/bash"), "shop/app:1", True),
        (Entry("GHSA-1", "deb/bash", "shop/app"), "shop/app:1", True),
        (Entry("CVE-2", "deb/bash", "shop/app"), "shop/app:1", False),
        (Entry("cve-1", "deb/bash", "shop/app"), "shop/app:1", False),
        (Entry("CVE-1", "rpm/bash", "shop/app"), "shop/app:1", False),
        (Entry("CVE-1", "bash", "shop/app"), "shop/app:1", False),
        (Entry("CVE-1", "deb/bas", "shop/app"), "shop/app:1", False),
        (Entry("CVE-1", "", "shop/app"), "shop/app:1", False),
    ],
)
def test_which_finding_an_entry_speaks_of(entry: Entry, image: str, held: bool) -> None:
    found = decided(baseline(entry), LIKELY | {"aliases": ["GHSA-1"]}, image=image)
    assert (found.findings[0].decision.action is Action.ALLOW) is held


@pytest.mark.parametrize(
    ("package", "names"),
    [
        (Package("deb", "bash", "5", namespace="debian"), ("deb/bash", "deb/debian/bash")),
        (Package("deb", "bash", "5"), ("deb/bash",)),
        (Package("npm", "core", "5", namespace="@angular"), ("npm/@angular/core",)),
        (Package("maven", "log4j-core", "2", namespace="org.apache"), ("maven/org.apache/log4j-core",)),
        (Package("pypi", "django", "5"), ("pypi/django",)),
    ],
)
def test_names_of_a_package(package: Package, names: tuple[str, ...]) -> None:
    assert package_names(package) == names
    for name in names:
        entry = Entry("MIT", name, "shop/app")
        breach = msgspec.structs.replace(
            report({"image": "shop/app"}), findings=(LicenceBreach("MIT", package=package),)
        )
        assert decide(breach, DEFAULT, NOON, baseline(entry)).findings[0].decision.baseline


@pytest.mark.parametrize(
    ("now", "held"),
    [
        ("2026-11-20T23:59:59+00:00", False),  # it is dated ahead
        ("2026-11-21T00:00:00+00:00", True),
        ("2026-11-21T00:30:00+01:00", False),
        ("2027-02-19T23:59:59+00:00", True),
        ("2027-02-20T00:00:00+00:00", False),
        ("2027-02-20T00:59:59+01:00", True),
        ("2027-02-19T16:00:00-08:00", False),
    ],
)
def test_the_bounds_to_the_second(now: str, held: bool) -> None:
    asked = baseline(Entry("CVE-1", "deb/bash", "shop/app"))
    found = decided(asked, LIKELY, now=datetime.fromisoformat(now))
    assert (found.findings[0].decision.action is Action.ALLOW) is held


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            baseline(expires=TODAY - timedelta(1), created=TODAY - timedelta(9)),
            "expired on 2026-11-20 and counts as none",
        ),
        (baseline(created=TODAY + timedelta(1)), "is not in force: it is dated ahead (2026-11-22)"),
        (baseline(expires=TODAY + timedelta(91)), "may not end more than 90 days after its own (2027-02-20)"),
    ],
)
def test_one_that_is_not_in_force_counts_as_none_and_is_told(asked: Baseline, told: str) -> None:
    file = msgspec.structs.replace(asked.file, findings=(Entry("CVE-1", "deb/bash", "shop/app"),))
    found = decided(msgspec.structs.replace(asked, file=file), LIKELY)
    assert found.findings[0].decision == Decision(Action.FAIL, "epss")
    (note,) = found.notes
    assert told in note
    assert found.policy.baseline is not None
    assert found.policy.baseline.refusal in note


def test_the_policy_bounds_its_life() -> None:
    entry = Entry("CVE-1", "deb/bash", "shop/app")
    short = load("max_suppression_days: 30\n", "p.yaml")
    assert "more than 30 days" in decided(baseline(entry), LIKELY, policy=short).notes[0]
    held = decided(baseline(entry, expires=TODAY + timedelta(30)), LIKELY, policy=short)
    assert held.findings[0].decision.baseline


def test_what_is_exploited_and_malware_are_never_in_one() -> None:
    entries = (Entry("CVE-1", "deb/bash", "shop/app"), Entry("MAL-1", "deb/bash", "shop/app"))
    found = decided(baseline(*entries), {"id": "CVE-1", "kev": "2026-01-01"}, {"id": "MAL-1", "kind": "malware"})
    assert [each.decision.action for each in found.findings] == [Action.FAIL, Action.FAIL]
    assert not any(each.decision.baseline for each in found.findings)
    assert "does not silence CVE-1, MAL-1" in found.notes[1]


def test_expiry_is_told_ahead_and_useless_entries_counted() -> None:
    entries = (
        Entry("CVE-1", "deb/bash", "shop/app"),
        Entry("CVE-8", "deb/bash", "shop/app"),
        Entry("CVE-9", "deb/x", "y"),
    )
    found = decided(baseline(*entries, expires=TODAY + timedelta(14)), LIKELY)
    assert found.notes[0].endswith("taken over; expires in 14 days")
    assert found.notes[1].endswith("1 entry silences nothing any more; take a new one without")
    assert "expires" not in decided(baseline(*entries, expires=TODAY + timedelta(15)), LIKELY).notes[0]
    assert decided(baseline(*entries, expires=TODAY), LIKELY).notes[0].endswith("expires today")
    assert decided(baseline(entries[2]), LIKELY).notes == (
        "the baseline of 2026-11-21 by ann names no finding of this image",
    )


def test_a_suppression_and_vex_come_first() -> None:
    promise = Suppression(id="CVE-1", package="bash", reason="r", owner="o", expires=date(2026, 12, 1))
    policy = Policy(gate=DEFAULT.gate, suppress=(promise,))
    asked = baseline(Entry("CVE-1", "deb/bash", "shop/app"), Entry("CVE-2", "deb/bash", "shop/app"))
    vex = {"status": "not_affected", "justification": "component_not_present"}
    found = decided(asked, LIKELY, {"id": "CVE-2", "vex": vex}, policy=policy)
    assert [each.decision.baseline for each in found.findings] == ["", ""]
    assert "2 entries silence nothing any more" in found.notes[-1]


def test_without_one_nothing_changes() -> None:
    whole = report({"findings": [LIKELY]})
    assert decide(whole, DEFAULT, NOON, None).policy.baseline is None
    assert decide(whole, DEFAULT, NOON, None) == decide(whole, DEFAULT, NOON)


IDS = st.sampled_from(["CVE-1", "CVE-2", "MAL-1"])


@given(
    st.lists(st.builds(Entry, IDS, st.just("deb/bash"), st.sampled_from(["", "shop/app", "other"])), max_size=4),
    st.integers(-100, 100),
    st.integers(-100, 200),
    IDS,
    st.sampled_from(["plain", "kev", "malware"]),
)
def test_it_never_does_more_than_it_may(entries: list[Entry], begun: int, days: int, name: str, kind: str) -> None:
    created = TODAY + timedelta(begun)
    asked = baseline(*entries, created=created, expires=created + timedelta(days))
    spec: dict[str, object] = {"id": name, "epss": 0.9}
    spec |= {"kev": {"kev": "2026-01-01"}, "malware": {"kind": "malware"}}.get(kind, {})
    (found,) = decided(asked, spec).findings
    named = any(entry.id == name and entry.image in ("", "shop/app") for entry in entries)
    held = kind == "plain" and named and begun <= 0 <= begun + days and days <= 90
    assert bool(found.decision.baseline) is (found.decision.action is Action.ALLOW) is held
    assert finding(spec).id == name
