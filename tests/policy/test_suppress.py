"""Which finding a suppression speaks of, to the second, and what is told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import BaseImageFinding, Image, Package, Report, Vulnerability
from pratique.policy.evaluate import decide
from pratique.policy.schema import DEFAULT, Policy, Suppression
from pratique.policy.suppress import Suppressions

TODAY = date(2026, 11, 21)
KEV = {"id": "CVE-1", "kev": "2026-01-01"}


def promise(**changes: object) -> Suppression:
    fields = {"id": "CVE-1", "package": "bash", "reason": "r", "owner": "o", "expires": date(2026, 12, 31)}
    return Suppression(**{**fields, **changes})  # type: ignore[arg-type]


def policy(*promises: Suppression, most: int = 90) -> Policy:
    return Policy(gate=DEFAULT.gate, suppress=promises, max_suppression_days=most)


def silenced(entry: Suppression, spec: dict[str, object], image: str = "app:1", exploited: bool = False) -> bool:
    asked = Suppressions(policy(entry), report({"image": image}), TODAY)
    return asked.silencing(finding(spec), exploited) is not None


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("log4j-core", True),
        ("org.apache.logging.log4j/log4j-core", True),
        ("org.apache.logging.log4j:log4j-core", True),
        ("log4j", True),
        ("org.apache.logging.log4j", False),
        ("/log4j-core", False),
        ("LOG4J-CORE", False),
        ("log4j-cor", False),
    ],
)
def test_names_of_a_package(name: str, held: bool) -> None:
    package = Package("maven", "log4j-core", "2", namespace="org.apache.logging.log4j", source_name="log4j")
    asked = Suppressions(policy(promise(package=name)), report({}), TODAY)
    assert (asked.silencing(Vulnerability("CVE-1", package=package), False) is not None) is held


def test_a_range_of_versions() -> None:
    """Which holds for what is compared; of what cannot be, it is told why, and nothing is silenced."""
    debian = Vulnerability("CVE-1", package=Package("deb", "bash", "5.1-2"))
    for text, held in (("<5.2", True), (">=5.2", False)):
        asked = Suppressions(policy(promise(version=text)), report({}), TODAY)
        assert (asked.silencing(debian, False) is not None) is held
    package = Package("alpm", "bash", "5.1-2")
    asked = Suppressions(policy(promise(version="<5.2")), report({}), TODAY)
    assert asked.silencing(Vulnerability("CVE-1", package=package), False) is None
    told = "the suppression of CVE-1 in bash by o does not silence it: '5.1-2' cannot be compared with '<5.2': unknown"
    assert asked.notes()[0].startswith(told)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("registry.example:5000/shop/app:1.4", True),
        ("registry.example:5000/shop/app", True),
        ("sha256:" + "0" * 64, True),
        ("registry.example:5000/shop/app:1", False),
        ("registry.example:5000/shop", False),
        ("registry.example", False),
        ("shop/app", False),
        ("app", False),
    ],
)
def test_names_of_an_image(name: str, held: bool) -> None:
    assert silenced(promise(image=name), {"id": "CVE-1"}, "registry.example:5000/shop/app:1.4") is held


def test_an_image_by_digest_has_a_name_too() -> None:
    assert silenced(promise(image="shop/app"), {"id": "CVE-1"}, "shop/app@sha256:" + "1" * 64)


def test_a_promise_for_an_image_says_nothing_of_a_target_that_could_not_be_opened() -> None:
    unread = Report("app:1", "", image=None, findings=(finding({"id": "CVE-1"}),))
    assert Suppressions(policy(promise(image="app")), unread, TODAY).notes() == ()
    nameless = Report("app:1", "", image=Image("app:1", ""))
    assert Suppressions(policy(promise(image="app")), nameless, TODAY).notes() == ()


def test_the_path_is_the_findings_else_the_packages() -> None:
    assert silenced(promise(path="app/a"), {"id": "CVE-1", "path": "app/a"})
    assert silenced(promise(path="var/lib/dpkg/status"), {"id": "CVE-1"})
    assert not silenced(promise(path="var/lib/dpkg/status"), {"id": "CVE-1", "path": "app/a"})


@pytest.mark.parametrize(
    ("now", "held"),
    [
        ("2026-12-31T23:59:59+00:00", True),
        ("2026-12-31T23:59:59.999999+00:00", True),
        ("2027-01-01T00:00:00+00:00", False),
        ("2027-01-01T00:59:59+01:00", True),
        ("2027-01-01T01:00:00+01:00", False),
        ("2026-12-31T15:59:59-08:00", True),
        ("2026-12-31T16:00:00-08:00", False),
        ("2026-10-02T00:00:00+00:00", True),
        ("2026-10-01T23:59:59+00:00", False),  # 91 days ahead
    ],
)
def test_the_bounds_to_the_second(now: str, held: bool) -> None:
    found = decide(report({"findings": [{"id": "CVE-1", "epss": 0.9}]}), policy(promise()), datetime.fromisoformat(now))
    assert bool(found.findings[0].decision.suppressed_until) is held


@pytest.mark.parametrize(("days", "held"), [(-1, False), (0, True), (14, True), (15, False), (90, False)])
def test_kev_is_accepted_for_fourteen_days(days: int, held: bool) -> None:
    entry = promise(expires=TODAY + timedelta(days), accept_kev=True)
    assert silenced(entry, KEV, exploited=True) is held
    assert silenced(entry, {"id": "CVE-1"}) is held  # of no use to something else for longer, either


def test_a_shorter_bound_of_the_policy_holds_for_kev_too() -> None:
    entry = promise(expires=TODAY + timedelta(10), accept_kev=True)
    asked = Suppressions(policy(entry, most=7), report({}), TODAY)
    assert asked.silencing(finding(KEV), True) is None
    assert "more than 7 days ahead" in asked.notes()[0]


@given(st.integers(-400, 400), st.integers(1, 365), st.booleans(), st.booleans())
def test_nothing_is_silenced_for_longer_than_allowed(days: int, most: int, accept: bool, exploited: bool) -> None:
    entry = promise(expires=TODAY + timedelta(days), accept_kev=accept)
    asked = Suppressions(policy(entry, most=most), report({}), TODAY)
    held = asked.silencing(finding(KEV if exploited else {"id": "CVE-1"}), exploited) is not None
    assert held is (0 <= days <= min(most, 14 if accept else 365) and (accept or not exploited))


def notes(*promises: Suppression, findings: tuple[dict[str, object], ...] = ()) -> tuple[str, ...]:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return decide(report({"findings": findings}), policy(*promises), now).notes


def test_what_is_told_of_each_and_in_which_order() -> None:
    told = notes(
        promise(id="CVE-6", owner="six"),
        promise(id="CVE-5", owner="five", expires=date(2026, 11, 1)),
        promise(id="CVE-4", owner="four", expires=date(2027, 11, 1)),
        promise(id="CVE-3", owner="three"),
        promise(id="CVE-2", owner="two", expires=date(2026, 11, 22)),
        promise(id="CVE-1", owner="one", expires=date(2026, 11, 30), accept_kev=True),
        findings=(KEV, {"id": "CVE-2"}, {"id": "CVE-2"}, {"id": "CVE-3", "kev": "2026-01-01"}),
    )
    assert told == (
        "KEV accepted: CVE-1 in bash is suppressed until 2026-11-30 by one: r (1 finding); expires in 9 days",
        "CVE-2 in bash is suppressed until 2026-11-22 by two: r (2 findings); expires in 1 day",
        "the suppression of CVE-3 in bash by three does not silence it: it is known to be exploited; "
        "only accept_kev: true does, for at most 14 days",
        "the suppression of CVE-5 in bash by five expired on 2026-11-01: renew it with a reason, or remove it",
        "the suppression of CVE-4 in bash by four is not in force: it may not end more than 90 days ahead (2027-11-01)",
        "the suppression of CVE-6 in bash by six is unused: no finding here is like it",
    )


def test_accepting_kev_is_told_only_where_it_was() -> None:
    told = notes(promise(expires=date(2026, 11, 30), accept_kev=True), findings=({"id": "CVE-1"},))
    assert told[0].startswith("CVE-1 in bash is suppressed")


def test_more_than_fourteen_days_is_not_soon() -> None:
    assert "expires in 14 days" in notes(promise(expires=date(2026, 12, 5)), findings=({"id": "CVE-1"},))[0]
    assert "expires" not in notes(promise(expires=date(2026, 12, 6)), findings=({"id": "CVE-1"},))[0]


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"image": "app:1"}, True),
        ({"image": "app"}, True),
        ({"image": "other"}, False),
        ({}, False),  # neither a package nor an image
        ({"package": "bash", "image": "app"}, False),
        ({"image": "app", "path": "etc/x"}, True),
        ({"image": "app", "path": "etc/y"}, False),
        ({"id": "base-old", "image": "app"}, False),
    ],
)
def test_a_finding_of_the_image_is_silenced_by_image(changes: dict[str, str], held: bool) -> None:
    entry = promise(**({"id": "image-old", "package": ""} | changes))
    asked = Suppressions(policy(entry), report({}), TODAY)
    assert (asked.silencing(BaseImageFinding("image-old", path="etc/x"), False) is not None) is held


def test_what_names_an_image_only_silences_no_package() -> None:
    assert not silenced(promise(package="", image="app"), {"id": "CVE-1"})


def test_of_two_that_say_the_same_the_second_is_told_to_be_needless() -> None:
    """And not that no finding is like it."""
    source = finding({"id": "CVE-1", "package": "bash-doc 5.0", "source": "bash"})
    asked = Suppressions(policy(promise(), promise(package="bash-doc", owner="p")), report({}), TODAY)
    assert asked.silencing(source, False) == promise()
    assert asked.notes()[1:] == (
        "the suppression of CVE-1 in bash-doc by p silences nothing that another one does not",
    )
    assert asked.used == {0}
