from __future__ import annotations

from findings import FINDINGS, GLIBC, LOG4J, ZLIB, deb, rule, vulnerability
from pratique.model import Action, Decision, Kev, Level
from pratique.report._groups import groups


def test_packages_of_one_source_are_one_group() -> None:
    (group,) = groups(vulnerability("CVE-2023-4911", package) for package in GLIBC)
    assert [package.name for package in group.packages] == ["libc-bin", "libc-l10n", "libc6", "locales"]
    assert len(group.rows) == 1


def test_another_version_or_layer_is_another_group() -> None:
    packages = (deb("libc6", "1", "glibc"), deb("libc6", "2", "glibc"), deb("libc6", "1", "glibc", layer=3))
    assert len(groups(vulnerability("CVE-1-1", package) for package in packages)) == 3


def test_one_identifier_with_two_decisions_is_two_rows() -> None:
    first, second = GLIBC[:2]
    found = groups(
        [
            vulnerability("CVE-1-1", first, decision=rule(Action.FAIL, "kev")),
            vulnerability("CVE-1-1", second, decision=Decision()),
        ]
    )
    assert [row.finding.decision.action for row in found[0].rows] == [Action.FAIL, Action.NONE]


def test_the_exploited_come_first_then_what_fails_then_the_severe() -> None:
    found = groups(
        [
            vulnerability("CVE-1-1", deb("a", "1"), Level.CRITICAL, 9.8),
            vulnerability("CVE-1-2", deb("b", "1"), Level.LOW, 1.0, decision=rule(Action.FAIL, "x")),
            vulnerability("CVE-1-3", deb("c", "1"), Level.CRITICAL, 9.9),
            vulnerability("CVE-1-4", deb("d", "1"), Level.LOW, 1.0, kev=Kev("2026-01-01")),
            vulnerability("CVE-1-5", deb("e", "1"), Level.LOW, 1.0, decision=rule(Action.WARN, "x")),
        ]
    )
    assert [group.packages[0].name for group in found] == ["d", "b", "e", "c", "a"]


def test_no_finding_is_lost_and_the_order_of_arrival_does_not_matter() -> None:
    found = groups(FINDINGS)
    assert found == groups(reversed(FINDINGS))
    assert sum(len(row.packages) or 1 for group in found for row in group.rows) == len(FINDINGS)
    assert [row.finding.id for group in found for row in group.rows if not group.packages] == [
        "base-unpinned",
        "executables-unaccounted",
        "image-old",
    ]
    assert {package for group in found for package in group.packages} >= {LOG4J, ZLIB, *GLIBC}
