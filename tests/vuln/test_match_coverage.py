"""Inventories against small databases: what is not assessed, what is too old, and what of that blocks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pratique.model import (
    Distro,
    Inventory,
    NotAssessed,
    Package,
    Problem,
)
from pratique.vuln.match import match
from vuln.feeds import NOW, database, fixed, record
from vuln.matching import DEBIAN, blocking, debian, matches


def test_a_partial_feed_finds_and_otherwise_does_not_assess(tmp_path: Path) -> None:
    partial = {"npm": {"complete": False, "note": "well-known ones"}}
    known = record("X-1", "known", *fixed("2.0.0"), ecosystem="npm", kind="SEMVER")
    packages = [Package("npm", name, "1.0.0") for name in ("known", "other")]
    found = matches(tmp_path, {"npm": [known]}, *packages, coverage=partial)
    assert [finding.package.name for finding in found.findings] == ["known"]
    assert blocking(found) == ["the npm feed covers its packages only in part: 1 of 2 is not assessed"]
    assert found.assessed == 1
    assert found.not_assessed == (NotAssessed("the npm feed covers its packages only in part", 1, ("other",)),)


def test_a_partial_feed_blocks_even_if_it_has_records_of_all(tmp_path: Path) -> None:
    known = record("X-1", "known", *fixed("2.0.0"), ecosystem="npm", kind="SEMVER")
    found = matches(tmp_path, {"npm": [known]}, Package("npm", "known", "3.0.0"), coverage={"npm": {"complete": False}})
    assert blocking(found) != []


def test_a_partial_feed_may_name_what_it_covers(tmp_path: Path) -> None:
    partial = {"Debian:12": {"complete": False, "packages": ["x", "y"]}}
    packages = [Package("deb", name, "1-1") for name in ("x", "y")]
    assert blocking(matches(tmp_path / "a", debian(), *packages, distro=DEBIAN, coverage=partial)) == []
    packages.append(Package("deb", "z", "1-1"))
    found = matches(tmp_path / "b", debian(), *packages, distro=DEBIAN, coverage=partial)
    assert blocking(found) == ["the Debian:12 feed covers its packages only in part: 1 of 3 is not assessed"]


def test_an_export_that_is_too_small_to_be_whole_is_partial(tmp_path: Path) -> None:
    assert blocking(matches(tmp_path, debian(), Package("deb", "x", "1-1"), distro=DEBIAN, coverage={})) != []


def test_a_record_that_cannot_be_compared_is_told(tmp_path: Path) -> None:
    feeds = {"PyPI": [record("A-1", "x", *fixed("one")), record("A-2", "y", *fixed("one"))]}
    found = matches(tmp_path, feeds, Package("pypi", "x", "1", path="a"), Package("pypi", "x", "1", path="b"))
    (problem,) = found.problems
    assert problem.where == "PyPI x"
    assert problem.what.startswith("A-1 cannot be compared with version '1'")


@pytest.mark.parametrize(("days", "stale"), [(13, False), (16, True)])
def test_a_stale_feed_blocks(tmp_path: Path, days: int, stale: bool) -> None:
    found = matches(
        tmp_path, {"PyPI": [record("A-1", "x", *fixed("2"))]}, Package("pypi", "x", "1"), now=NOW + timedelta(days=days)
    )
    feeds = {problem.where for problem in found.problems if problem.blocking}
    assert feeds == ({"feed PyPI", "feed kev", "feed epss"} if stale else set())


def test_how_old_is_stale_can_be_told(tmp_path: Path) -> None:
    opened = database(tmp_path, {"PyPI": [record("A-1", "x", *fixed("2"))]})
    inventory = Inventory(packages=(Package("pypi", "x", "1"),))
    later = NOW + timedelta(days=100)
    assert [problem for problem in match(inventory, opened, later, stale_days=200).problems if problem.blocking] == []


def test_a_feed_that_was_not_asked_may_be_stale(tmp_path: Path) -> None:
    old = record("A-1", "x", *fixed("2"), ecosystem="Go") | {"modified": "2020-01-01T00:00:00Z"}
    found = matches(tmp_path, {"PyPI": [record("A-1", "x", *fixed("2"))], "Go": [old]}, Package("pypi", "x", "1"))
    assert found.problems == ()


def test_a_distribution_of_which_no_package_could_be_asked_for_is_not_clean(tmp_path: Path) -> None:
    odd = (Package("deb", "x", "unknown"), Package("deb", "y", "unknown"))
    found = matches(tmp_path, debian(), *odd, distro=Distro("debian", "12"))
    assert blocking(found) == ["none of the 2 packages of type 'deb' could be assessed"]


def test_one_package_that_could_be_asked_for_is_enough(tmp_path: Path) -> None:
    some = (Package("deb", "x", "unknown"), Package("deb", "y", "1"))
    found = matches(tmp_path, debian(), *some, distro=Distro("debian", "12"))
    assert (blocking(found), found.assessed) == ([], 1)


def test_what_a_document_in_the_image_says_of_another_system_is_counted(tmp_path: Path) -> None:
    """Of the libraries that wheels of Python bring, by PEP 770; those of the image's own system are asked for."""
    copied = tuple(
        Package(kind, "x", "1", namespace=space, stated=True)
        for kind, space in (("rpm", "centos"), ("deb", "ubuntu"), ("rpm", ""))
    )
    own = (Package("deb", "x", "1"), Package("deb", "x", "1", namespace="debian", stated=True))
    found = matches(tmp_path, debian(), *copied, *own, distro=Distro("debian", "12"))
    (refused,) = found.not_assessed
    assert (refused.reason, refused.count) == ("files were copied from them, as a document in the image says", 3)
    assert (blocking(found), found.assessed) == ([], 2)


def test_packages_of_another_distribution_block(tmp_path: Path) -> None:
    both = (Package("deb", "x", "1"), Package("apk", "y", "1-r0"))
    found = matches(tmp_path, debian(), *both, distro=Distro("debian", "12"))
    assert blocking(found) == ["1 package is of type 'apk', not this distribution's: nobody can be asked about that"]


def test_a_feed_of_the_future_or_of_no_date(tmp_path: Path) -> None:
    odd = record("A-1", "x", *fixed("2")) | {"modified": "2027-01-01T00:00:00Z"}
    found = matches(tmp_path / "a", {"PyPI": [odd]}, Package("pypi", "x", "3"))
    assert [(problem.blocking, "in the future" in problem.what) for problem in found.problems] == [(True, True)]
    odd["modified"] = "some time"
    (tmp_path / "b").mkdir()
    found = matches(tmp_path / "b", {"PyPI": [odd]}, Package("pypi", "x", "3"))
    assert blocking(found) == ["the PyPI feed tells no date"]


def test_without_the_catalogue_of_exploited_ones_nothing_is_clean(tmp_path: Path) -> None:
    feeds = {"PyPI": [record("A-1", "x", *fixed("2"))]}
    found = matches(tmp_path, feeds, Package("pypi", "x", "1"), kev=None, epss=None)
    assert [(problem.where, problem.blocking) for problem in found.problems] == [
        ("feed kev", True),
        ("feed epss", False),
    ]


def test_records_that_could_not_be_read_are_told(tmp_path: Path) -> None:
    feeds = {"PyPI": [record("A-1", "x", *fixed("2")), {"id": "a b", "modified": "2026-01-01T00:00:00Z"}]}
    found = matches(tmp_path, feeds, Package("pypi", "x", "3"))
    assert [problem for problem in found.problems if "a record of the PyPI feed cannot be read" in problem.what]


def test_the_order_of_findings_does_not_depend_on_that_of_packages(tmp_path: Path) -> None:
    feeds = {"PyPI": [record(f"A-{name}-{index}", name, *fixed("2")) for index in range(3) for name in "yx"]}
    packages = [Package("pypi", name, "1", path=path) for name in "xy" for path in "ab"]
    forth = matches(tmp_path / "a", feeds, *packages)
    back = matches(tmp_path / "b", feeds, *packages[::-1])
    assert forth.findings == back.findings
    assert forth.packages == back.packages[::-1]


def test_hostile_packages(tmp_path: Path) -> None:
    texts = ["", "\0", "\udcff", "a" * 100_000, "9" * 5000, "1\n2", "'; DROP TABLE record; --"]
    packages = [
        Package(type_, name, version, namespace=space)
        for type_ in ("pypi", "npm", "maven", "golang", "deb", "odd\0")
        for name in texts
        for version in (*texts, "1.0")
        for space in ("", "@x")
    ]
    feeds = {"PyPI": [record("A-1", "x", *fixed("2"))], **debian()}
    found = matches(tmp_path, feeds, *packages, distro=DEBIAN)
    assert found.findings == ()
    assert found.assessed + sum(each.count for each in found.not_assessed) == len(packages)
    assert all(isinstance(problem, Problem) and len(problem.what) < 2000 for problem in found.problems)
