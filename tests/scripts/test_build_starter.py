"""The starter database that is committed is what the script makes of the feeds, and small enough to ship."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.model import Inventory, Kev, Package, Vulnerability
from pratique.vuln.database import STARTER, Database
from pratique.vuln.match import match

REPOSITORY = Path(__file__).resolve().parent.parent.parent
WHEEL = 15_000_000  # bytes, all of it


@pytest.fixture(scope="module")
def starter() -> Database:
    return Database.open(STARTER)


def test_the_rows_are_those_that_the_manifest_names(starter: Database) -> None:
    starter.verify()


def test_only_shards_of_the_manifest_lie_there(starter: Database) -> None:
    named = {shard.file for shard in starter.manifest.shards} | {"manifest.json"}
    assert {path.name for path in STARTER.iterdir()} == named


def test_it_says_that_it_is_the_starter(starter: Database) -> None:
    assert starter.status.starter
    assert starter.status.name == "starter"


def test_it_leaves_out_scores_made_up_and_data_under_share_alike(starter: Database) -> None:
    names = {feed.name for feed in starter.status.feeds}
    assert {"PyPI", "Go", "Debian", "AlmaLinux", "Wolfi", "kev", "eol"} <= names
    assert not names & {"Alpine", "epss"}
    inventory = Inventory(packages=(Package("maven", "commons-beanutils", "1.8.0", namespace="commons-beanutils"),))
    assert match(inventory, starter, datetime(2026, 11, 21, tzinfo=UTC)).findings == ()


def test_what_it_holds_in_part_is_marked(starter: Database) -> None:
    partial = {feed.name for feed in starter.status.feeds if not feed.complete}
    assert partial == {"Debian", "Maven", "npm"}


def test_it_holds_no_prose(starter: Database) -> None:
    inventory = Inventory(packages=(Package("pypi", "apache-airflow", "1.10.10"), Package("golang", "stdlib", "1.20")))
    findings = match(inventory, starter, datetime(2026, 11, 21, tzinfo=UTC)).findings
    assert findings
    assert {finding.title for finding in findings} == {""}


def test_it_knows_what_the_demonstration_shows(starter: Database) -> None:
    inventory = Inventory(packages=(Package("pypi", "apache-airflow", "1.10.10"),))
    findings = match(inventory, starter, datetime(2026, 11, 21, tzinfo=UTC)).findings
    exploited = {finding.id: finding for finding in findings if isinstance(finding, Vulnerability) and finding.kev}
    assert set(exploited) == {"CVE-2020-11978", "CVE-2020-13927"}
    assert exploited["CVE-2020-11978"].kev == Kev("2022-01-18", "2022-07-18", ransomware=False)
    assert exploited["CVE-2020-13927"].fix.versions == ("1.10.11",)


def test_it_fits_into_the_wheel() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in STARTER.iterdir():
            archive.write(path, path.name)
    assert len(packed.getvalue()) < WHEEL / 2


def test_the_script_makes_it_of_the_feeds(shared: Path, starter: Database, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build_starter", REPOSITORY / "scripts" / "build_starter.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = script.build_starter(shared / "feeds", tmp_path / "starter")
    assert made.feeds == starter.status.feeds
    assert made.digest == starter.status.digest


def test_the_notice_names_every_source(starter: Database) -> None:
    notice = (REPOSITORY / "NOTICE").read_text()
    sources = {feed.name for feed in starter.status.feeds} - {"kev", "eol", "cvss"}
    assert {name for name in sources if f"\n{name} " not in notice} == set()
