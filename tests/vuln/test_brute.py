"""Matching against brute force over the raw records with the native tools: the same set of (record, package)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique import version
from pratique.model import Distro, Inventory, Package
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.ecosystem import split
from pratique.vuln.match import hits
from version import oracle
from vuln.brute import Asked, Compare, Feed, by_packaging, by_semver
from vuln.feeds import database as feeds_database
from vuln.feeds import record

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ECOSYSTEMS = ("AlmaLinux", "Alpine", "Debian", "Go", "PyPI")


@pytest.fixture(scope="module")
def database(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("database")
    build(shared / "feeds", folder, ecosystems=ECOSYSTEMS)
    return Database.open(folder)


def test_pypi_as_packaging_says(shared: Path, database: Database) -> None:
    check(shared, database, "PyPI", by_packaging, 6000, lambda asked: ("", _package("pypi", asked)))


def test_go_as_semver_says(shared: Path, database: Database) -> None:
    # The library refuses "1.22", which Go's own release numbering has; those are left out below as refused.
    check(shared, database, "Go", by_semver, 6000, lambda asked: ("", _package("golang", asked)))


def test_debian_as_dpkg_says(shared: Path, database: Database) -> None:
    def subject(asked: Asked) -> tuple[str, Package]:
        package = Package("deb", "binary", "0", source_name=asked.name, source_version=asked.version)
        return asked.ecosystem.removeprefix("Debian:"), package

    check(shared, database, "Debian", oracle.deb, 6000, subject, "debian")


def test_alma_as_rpm_says(shared: Path, database: Database) -> None:
    def subject(asked: Asked) -> tuple[str, Package]:
        return asked.ecosystem.removeprefix("AlmaLinux:") + ".4", _package("rpm", asked)

    check(shared, database, "AlmaLinux", oracle.rpm, 6000, subject, "almalinux")


def test_alpine_as_apk_says(shared: Path, database: Database, tmp_path: Path) -> None:
    def compare(pairs: Sequence[tuple[str, str]]) -> list[str]:
        return oracle.apk(pairs, shared / "corpus" / "images" / "alpine-oci.tar", tmp_path)

    def subject(asked: Asked) -> tuple[str, Package]:
        package = Package("apk", "binary", "0", source_name=asked.name, source_version=asked.version)
        return asked.ecosystem.removeprefix("Alpine:v") + ".7", package

    check(shared, database, "Alpine", compare, 4000, subject, "alpine")


@settings(max_examples=20, deadline=None)  # each builds a database
@given(st.data())
def test_local_versions_of_pypi_as_packaging_says(data: st.DataObject) -> None:
    text = st.sampled_from(("2.4", "2.5.1", "2.5.1.0", "2.5.1+cpu", "2.5.1+cu121", "2.5.1.post1", "2.5.2"))
    pair = st.tuples(st.sampled_from(("introduced", "fixed")), text) | st.tuples(
        st.just("last_affected"), text.filter(lambda each: "+" not in each)
    )
    event = pair.map(lambda each: {each[0]: each[1]})
    records = [
        record(f"PYSEC-{number}", "torch", {"introduced": "0"}, *data.draw(st.lists(event, max_size=3)))
        for number in range(8)
    ]
    for number, each in enumerate(records):
        each["affected"][0]["versions"] = data.draw(st.lists(text, max_size=2))
        if number % 2:
            each["affected"][0]["ranges"] = []
    texts = (
        "2.4",
        "2.5.1",
        "2.5.1+a",
        "2.5.1+cpu",
        "2.5.1+cu121",
        "2.5.1+cu121.1",
        "2.5.1.post1+x",
        "2.5.2",
        "2.5.2+x",
    )
    asked = [Asked("PyPI", "torch", text) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        with feeds_database(Path(folder), {"PyPI": records}) as database:
            packages = tuple(Package("pypi", "torch", each.version) for each in asked)
            found = {(hit.record, hit.package.version) for hit in hits(Inventory(packages=packages), database, NOW)}
        expected, _ = Feed(next(Path(folder).rglob("all.zip"))).expect(asked, by_packaging)
    assert found == {(id_, each.version) for id_, each in expected}


def check(
    shared: Path,
    database: Database,
    ecosystem: str,
    compare: Compare,
    count: int,
    subject: Callable[[Asked], tuple[str, Package]],
    distro: str = "",
) -> None:
    """``subject`` gives the distribution's VERSION_ID and the package that is asked for. What only one of the two sides
    takes for a version is no question of matching: the schemes' own tests compare that."""
    feed = Feed(shared / "feeds" / ecosystem / "all.zip")
    asked = feed.sample(count, seed=20261121)
    expected, refused = feed.expect(asked, compare)
    refused |= {each for each in asked if not _readable(ecosystem, each.version)}
    releases: dict[str, list[Package]] = {}
    for index, each in enumerate(asked):
        release, package = subject(each)
        releases.setdefault(release, []).append(msgspec.structs.replace(package, path=str(index)))
    found = {
        (hit.record, asked[int(hit.package.path)])
        for release, packages in releases.items()
        for hit in hits(Inventory(Distro(distro, release) if distro else None, tuple(packages)), database, NOW)
    }
    told = _told(database, ecosystem, asked)
    expected = {(record, each) for record, each in expected if each not in refused and (record, each) not in told}
    assert len({record for record, _ in told}) < 40
    assert len(refused) < count * 0.6
    assert len(expected) > count / 4
    assert {(record, each) for record, each in found if each not in refused} == expected


def _told(database: Database, ecosystem: str, asked: Sequence[Asked]) -> set[tuple[str, Asked]]:
    """Records that ``match`` says it cannot compare: a border of theirs is no version ("4.8.0.-r1")."""
    shard = database.shard("osv", ecosystem)
    assert shard is not None
    return {(told.record, each) for each in asked for told in shard.unassessable(split(each.ecosystem)[1], each.name)}


def _readable(ecosystem: str, text: str) -> bool:
    try:
        version.key(ecosystem, text)
    except ValueError:
        return False
    return True


def _package(type_: str, asked: Asked) -> Package:
    return Package(type_, asked.name, asked.version)
