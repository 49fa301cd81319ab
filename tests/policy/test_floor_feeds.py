"""Ways round the KEV floor by what feeds, clocks and images say: odd spellings, missing catalogues, times past and to
come. None may end in a pass or a warning."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from images import Member, build, file, layer, oci_layout
from policy.floor import ALIAS, ALLOW, CVE, SITE, database, exploited, fails, is_exploited, scanned, wheel
from pratique.api import Settings
from pratique.errors import UsageError
from pratique.model import Report, Result, Vulnerability
from pratique.vuln.build import build as build_database
from vuln import feeds
from vuln.feeds import NOW, fixed, record

DEMO = "pkg:pypi/demo@1.0"

# --- what the feeds may say -------------------------------------------------------------------

SPELT = {
    "an alias in small letters": [exploited(aliases=[CVE.lower()])],
    "an alias with spaces": [exploited(aliases=[f" {CVE} "])],
    "an alias in mixed letters": [exploited(aliases=[CVE.replace("CVE", "Cve")])],
    "an alias among others": [exploited(aliases=["CVE-2020-40002", "GHSA-x", CVE, "CVE-2030-40003"])],
    "upstream alone": [exploited(aliases=[], upstream=[CVE])],
    "upstream in small letters": [exploited(aliases=[], upstream=[CVE.lower()])],
    "the record's own name": [record(CVE, "demo", *fixed("2.0"))],
    "the record's own name in small letters": [record(CVE.lower(), "demo", *fixed("2.0"))],
    "a vendor's name of it": [record(f"VENDOR-{CVE}", "demo", *fixed("2.0"))],
    "an alias of an alias": [exploited(aliases=["PYSEC-1"]), record("PYSEC-1", "demo", *fixed("2.0"), aliases=[CVE])],
    "told twice, once withdrawn": [
        exploited(),
        record("PYSEC-1", "demo", *fixed("2.0"), aliases=[CVE], withdrawn="2026-01-01T00:00:00Z"),
    ],
    "told twice, once with another fix": [exploited(), record("PYSEC-1", "demo", *fixed("0.5"), aliases=[CVE])],
    "withdrawn on a day to come": [exploited(withdrawn="2026-01-11T00:00:00Z")],
    "published on a day to come": [exploited(published="2030-01-01T00:00:00Z")],
    "without a date": [exploited(published=None)],
    "no fix and no severity": [record(ALIAS, "demo", {"introduced": "0"}, aliases=[CVE])],
    "malware of that name": [record("MAL-2025-1", "demo", {"introduced": "0"}, aliases=[CVE])],
    "malware by an alias": [exploited(), record("MAL-2025-1", "demo", {"introduced": "0"}, aliases=[ALIAS])],
}


@pytest.mark.parametrize("policy", ["version: 1", ALLOW], ids=["default", "allow"])
@pytest.mark.parametrize("name", SPELT)
def test_no_way_of_telling_hides_it(name: str, policy: str, tmp_path: Path, image: str, plain: Settings) -> None:
    assert plain.policy is not None
    plain.policy.write_text(policy)
    found = scanned(image, msgspec.structs.replace(plain, database=database(tmp_path, *SPELT[name])))
    assert fails(found)


def test_what_is_merely_related_is_another_vulnerability(tmp_path: Path, image: str, plain: Settings) -> None:
    """https://ossf.github.io/osv-schema/#related-field: "closely related but not an alias"."""
    known = database(tmp_path, exploited(aliases=[], related=[CVE]))
    found = scanned(image, msgspec.structs.replace(plain, database=known)).findings
    assert [(each.id, each.kev) for each in found if isinstance(each, Vulnerability)] == [(ALIAS, None)]


def catalogue(tmp_path: Path, change: Any) -> Path:
    """A database whose catalogue of exploited vulnerabilities was changed before it was built."""
    source = feeds.write(tmp_path / "feeds", {"PyPI": [exploited()]}, kev=[CVE], epss={CVE: 0.01})
    path = source / "known_exploited_vulnerabilities.json"
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))
    build_database(source, tmp_path / "db")
    return tmp_path / "db"


def entry(**changes: object) -> Any:
    return lambda said: said["vulnerabilities"][0].update(changes)


@pytest.mark.parametrize(
    "change",
    [
        entry(cveID=CVE.lower()),
        entry(cveID=f" {CVE}\n"),
        entry(dateAdded="soon"),
        entry(dateAdded=""),
        entry(dateAdded="31/12/2025"),
        entry(dateAdded="9999-12-31"),
        entry(dueDate="never"),
        entry(knownRansomwareCampaignUse="?"),
        lambda said: said["vulnerabilities"].append(dict(said["vulnerabilities"][0], dateAdded="2099-01-01")),
    ],
    ids=["small", "spaces", "soon", "undated", "otherwise", "later", "never due", "odd", "twice"],
)
def test_a_catalogue_that_is_oddly_spelt_is_heard(change: Any, tmp_path: Path, image: str, plain: Settings) -> None:
    assert fails(scanned(image, msgspec.structs.replace(plain, database=catalogue(tmp_path, change))))


@pytest.mark.parametrize("date", ["soon", "", "31/12/2025"])
def test_an_entry_without_a_day_was_always_there(date: str, tmp_path: Path, image: str, plain: Settings) -> None:
    known = catalogue(tmp_path, entry(dateAdded=date))
    assert fails(scanned(image, msgspec.structs.replace(plain, database=known, as_of=NOW)))


IGNORE = "on_unknown: {blocking: ignore, noted: ignore}\nmax_feed_age_days: 365"


@pytest.mark.parametrize("policy", ["version: 1", IGNORE], ids=["default", "ignore"])
@pytest.mark.parametrize("state", ["missing", "stale", "undated", "of the future"])
def test_without_a_fresh_catalogue_nothing_passes(
    state: str, policy: str, tmp_path: Path, image: str, plain: Settings
) -> None:
    dates = {"stale": "2024-01-01T00:00:00Z", "undated": "soon", "of the future": "2030-01-01T00:00:00Z"}
    if state == "missing":
        known = database(tmp_path, kev=None)
    else:
        known = catalogue(tmp_path, lambda said: said.update(dateReleased=dates[state], vulnerabilities=[_other(said)]))
    assert plain.policy is not None
    plain.policy.write_text(policy)
    found = scanned(image, msgspec.structs.replace(plain, database=known))
    assert found.verdict.result is Result.UNKNOWN
    assert [problem.blocking for problem in found.problems if problem.where == "feed kev"] == [True]


def _other(said: dict[str, Any]) -> object:
    return dict(said["vulnerabilities"][0], cveID="CVE-2001-0001")


# --- what the clock may say -------------------------------------------------------------------


@pytest.mark.parametrize(
    "now",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2025, 11, 30, tzinfo=UTC),
        NOW + timedelta(days=13),
        datetime(2099, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 10, 14, tzinfo=timezone(timedelta(hours=14))),
        datetime(2026, 1, 9, 12, tzinfo=timezone(-timedelta(hours=12))),
    ],
    ids=str,
)
def test_no_clock_lets_it_through(now: datetime, image: str, plain: Settings) -> None:
    assert fails(scanned(image, msgspec.structs.replace(plain, now=now)))


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_beyond_the_calendar_is_wrong_usage(now: str, image: str, plain: Settings) -> None:
    with pytest.raises(UsageError, match="not within the years"):
        scanned(image, msgspec.structs.replace(plain, now=datetime.fromisoformat(now)))


def test_a_clock_turned_back_does_not_revive_an_acceptance(image: str, plain: Settings) -> None:
    """The feeds are then of the future, and nothing passes by them."""
    assert plain.policy is not None
    plain.policy.write_text(
        f"suppress: [{{id: {CVE}, package: demo, reason: r, owner: o, expires: 2025-12-31, accept_kev: true}}]"
    )
    found = scanned(image, msgspec.structs.replace(plain, now=datetime(2025, 12, 20, tzinfo=UTC)))
    assert found.verdict.result is Result.UNKNOWN


def test_what_was_not_known_long_ago_is_no_answer_for_today(image: str, plain: Settings) -> None:
    long_ago = datetime(2025, 11, 1, tzinfo=UTC)
    assert plain.policy is not None
    asked = msgspec.structs.replace(plain, as_of=long_ago)
    for policy in ("version: 1", IGNORE.replace("365", "60")):
        plain.policy.write_text(policy)
        assert scanned(image, asked).verdict.result is Result.UNKNOWN
    that_day = scanned(image, msgspec.structs.replace(asked, now=long_ago))
    assert (that_day.now, that_day.database.as_of) == ("2025-11-01T00:00:00Z", "2025-11-01T00:00:00Z")


def test_on_the_day_that_it_became_known_it_fails(image: str, plain: Settings) -> None:
    then = datetime(2025, 12, 20, 12, tzinfo=UTC)
    assert fails(scanned(image, msgspec.structs.replace(plain, as_of=then, now=then)))


# --- what the image may hold ------------------------------------------------------------------

RELEASE = file("etc/os-release", 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')
STATUS = file(
    "var/lib/dpkg/status", "Package: python3-demo\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n\n"
)
OWNED = file("var/lib/dpkg/info/python3-demo.list", f"/.\n/{SITE}/demo-1.0.dist-info/METADATA\n")


def held(tmp_path: Path, settings: Settings, *members: Member, **more: object) -> Report:
    target = oci_layout(tmp_path / "held", build(layer(*members), created_by=("COPY . /",)))
    return scanned(str(target), msgspec.structs.replace(settings, **more))


@pytest.mark.parametrize(
    "members",
    [
        (wheel(), wheel("other")),
        (wheel(), wheel(version="2.0", folder="opt/site-packages")),
        (wheel(folder="a/site-packages"), wheel(folder="b/site-packages")),
        (wheel("Demo"),),
        (
            wheel(),
            file("app/.pratique.yaml", ALLOW),
            file("pratique.yaml", ALLOW),
            file("app/vex.json", "{}"),
        ),
    ],
    ids=["beside another", "beside the fixed one", "twice", "in other letters", "with a policy of its own"],
)
def test_no_image_hides_it(members: tuple[Member, ...], tmp_path: Path, plain: Settings) -> None:
    assert fails(held(tmp_path, plain, *members))


def test_a_package_that_the_distribution_owns_and_says_nothing_of(tmp_path: Path, plain: Settings) -> None:
    other = record("DSA-0", "nothing", *fixed("1"), ecosystem="Debian:12")
    feeds.database(tmp_path / "both", {"PyPI": [exploited()], "Debian": [other]}, kev=[CVE], epss={CVE: 0.01}).close()
    found = held(tmp_path, plain, RELEASE, STATUS, OWNED, wheel(), database=tmp_path / "both/db")
    assert [each.owner for each in found.packages if each.type == "pypi"] == ["python3-demo"]
    assert fails(found)


def test_what_only_a_lock_file_names_is_asked_for_on_demand_and_told_otherwise(tmp_path: Path, plain: Settings) -> None:
    lock = file("app/requirements.txt", "demo==1.0\n")
    assert fails(held(tmp_path / "asked", plain, lock, wheel("other"), declared=True))
    silent = held(tmp_path / "silent", plain, lock, wheel("other"))
    assert (silent.coverage.declared, [each.id for each in silent.findings if is_exploited(each)]) == (1, [])


def test_a_version_that_is_none_is_a_problem(tmp_path: Path, plain: Settings) -> None:
    found = held(tmp_path, plain, wheel(version="one point oh"))
    assert any("one point oh" in problem.what for problem in found.problems)


def test_a_document_instead_of_the_image(tmp_path: Path, plain: Settings) -> None:
    demo = {"bom-ref": "demo", "type": "library", "name": "demo", "version": "1.0", "purl": DEMO}
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [demo]}
    analysed = {"id": CVE, "analysis": {"state": "not_affected", "justification": "code_not_reachable"}}
    for name, text in (
        ("bom.json", bom),
        ("vex.json", {**bom, "vulnerabilities": [{**analysed, "affects": [{"ref": "demo"}]}]}),
    ):
        (tmp_path / name).write_text(json.dumps(text))
        assert fails(scanned(f"sbom:{tmp_path / name}", plain))
    assert fails(scanned(f"purl:{DEMO}", plain))
