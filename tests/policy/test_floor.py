"""Ways round the KEV floor, each tried through the library as somebody would who wants it out of the way: none may end
in a pass or a warning.

CVE-2025-40001 is known to be exploited: GHSA-aaaa-bbbb-cccc, in demo 1.0 of PyPI, EPSS 0.01, fixed yesterday.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from images import Member, build, file, layer, oci_layout
from pratique.api import Settings, scan
from pratique.errors import PolicyError
from pratique.model import Action, Report, Result, Vulnerability
from vuln import feeds
from vuln.feeds import NOW, Record, fixed, record

CVE, ALIAS = "CVE-2025-40001", "GHSA-aaaa-bbbb-cccc"
SITE = "usr/lib/python3/dist-packages"


def wheel(name: str = "demo", version: str = "1.0", folder: str = SITE) -> Member:
    """https://packaging.python.org/en/latest/specifications/core-metadata/"""
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return file(f"{folder}/{name}-{version}.dist-info/METADATA", text)


def exploited(**more: object) -> Record:
    return record(ALIAS, "demo", *fixed("2.0"), **{"aliases": [CVE], "published": "2025-12-20T00:00:00Z", **more})


def database(folder: Path, *records: Record, kev: Sequence[str] | None = (CVE,), **more: Any) -> Path:
    """A database of these records of PyPI, in which only ``CVE`` is known to be exploited."""
    feeds.database(folder, {"PyPI": records or [exploited()]}, kev=kev, epss={CVE: 0.01}, **more).close()
    return folder / "db"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return database(tmp_path_factory.mktemp("known"))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("image") / "app"
    return str(oci_layout(folder, build(layer(wheel()), created_by=("COPY . /",))))


@pytest.fixture
def plain(tmp_path: Path, known: Path) -> Settings:
    """A policy of its own, for the working directory may hold one."""
    (tmp_path / "pratique.yaml").write_text("version: 1\n")
    return Settings(now=NOW, database=known, policy=tmp_path / "pratique.yaml")


def scanned(target: str, settings: Settings) -> Report:
    (outcome,) = scan([target], settings)
    assert outcome.error is None
    return outcome.report


def fails(report: Report) -> bool:
    """Whether it fails, and for what is exploited."""
    action = {finding.decision.action for finding in report.findings if _exploited(finding)}
    return report.verdict.result is Result.FAIL and action == {Action.FAIL}


def _exploited(finding: object) -> bool:
    return isinstance(finding, Vulnerability) and finding.kev is not None


def test_it_fails_at_first(image: str, plain: Settings) -> None:
    assert fails(scanned(image, plain))


# --- what a policy may say --------------------------------------------------------------------

PROMISE = f"id: {CVE}, package: demo, reason: r, owner: o"
POLICIES = {
    "allow first": 'gate: [{name: all, when: "true", action: allow}, {name: kev, when: finding.kev, action: fail}]',
    "warn first": 'gate: [{name: all, when: "true", action: warn}, {name: kev, when: finding.kev, action: fail}]',
    "a condition that always holds": "gate: [{name: a, when: '!false || finding.kev == finding.kev', action: allow}]",
    "a condition that never holds": "gate: [{name: a, when: 'finding.kev && !finding.kev', action: fail}]",
    "a condition on what is missing": "gate: [{name: a, when: 'finding.cvss >= 0.0', action: fail}]",
    "a sum past 64 bits": (
        "gate: [{name: a, when: 'finding.age_days + 9223372036854775807 > 0', action: fail}, "
        "{name: b, when: 'true', action: allow}]"
    ),
    "a pattern that takes other machines for ever": (
        "gate: [{name: a, when: 'finding.id.matches(\"^(([A-Z]+)+)+[0-9-]+$\")', action: allow}]"
    ),
    "allow by a lower-case look at the name": "gate: [{name: a, when: 'finding.id.contains(\"CVE\")', action: allow}]",
    "allow by alias": f"gate: [{{name: a, when: '\"{ALIAS}\" in finding.aliases', action: allow}}]",
    "a rule called kev that allows": 'gate: [{name: kev, when: "true", action: allow}]',
    "a year's grace": "gate: [{name: kev, when: finding.kev, action: fail, grace_days: 365}]",
    "a year's grace from publication": (
        'gate: [{name: kev, when: "true", action: fail, grace_days: 365, grace_from: published}]'
    ),
    "no problem counts": "on_unknown: ignore\ngate: [{name: a, when: 'true', action: allow}]",
    "every licence is allowed": "licences: {allow: [MIT]}\ngate: [{name: a, when: 'true', action: allow}]",
    "feeds may be a year old": "max_feed_age_days: 365\ngate: [{name: a, when: 'true', action: allow}]",
    "a suppression": f"suppress: [{{{PROMISE}, expires: 2026-01-20}}]",
    "a suppression by alias": f"suppress: [{{{PROMISE.replace(CVE, ALIAS)}, expires: 2026-01-20}}]",
    "a suppression with every field": (
        f'suppress: [{{{PROMISE}, expires: 2026-01-20, version: "1.0", path: {SITE}/demo-1.0.dist-info/METADATA}}]'
    ),
    "a suppression that ends today": f"suppress: [{{{PROMISE}, expires: 2026-01-10}}]",
    "accepted until yesterday": f"suppress: [{{{PROMISE}, expires: 2026-01-09, accept_kev: true}}]",
    "accepted for fifteen days": f"suppress: [{{{PROMISE}, expires: 2026-01-25, accept_kev: true}}]",
    "accepted for ever": f"suppress: [{{{PROMISE}, expires: 9999-12-31, accept_kev: true}}]",
    "accepted for a year by a longer bound": (
        f"max_suppression_days: 365\nsuppress: [{{{PROMISE}, expires: 2026-12-31, accept_kev: true}}]"
    ),
    "accepted in small letters": (
        f"suppress: [{{{PROMISE.replace(CVE, CVE.lower())}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "accepted with another letter that looks the same": (
        f"suppress: [{{{PROMISE.replace('CVE', 'СVE')}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "accepted for another version": f'suppress: [{{{PROMISE}, version: "1", expires: 2026-01-20, accept_kev: true}}]',
    "accepted elsewhere": f"suppress: [{{{PROMISE}, image: other, expires: 2026-01-20, accept_kev: true}}]",
    "two halves of an acceptance": (
        f"suppress: [{{{PROMISE}, expires: 2026-01-25, accept_kev: true}}, {{{PROMISE}, expires: 2026-01-20}}]"
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_no_policy_lets_it_through(name: str, image: str, plain: Settings) -> None:
    assert plain.policy is not None
    plain.policy.write_text(POLICIES[name])
    assert fails(scanned(image, plain))


QUOTED_LINE = rf'"{CVE}\n"'
REFUSED = {
    "an id for all": f"suppress: [{{{PROMISE.replace(CVE, 'CVE-*')}, expires: 2026-01-20, accept_kev: true}}]",
    "spaces about the id": (
        f"suppress: [{{{PROMISE.replace(CVE, repr(f' {CVE} '))}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "a line behind the id": (
        f"suppress: [{{{PROMISE.replace(CVE, QUOTED_LINE)}, expires: 2026-01-20, accept_kev: true}}]"
    ),
    "no end": f"suppress: [{{{PROMISE}, accept_kev: true}}]",
    "an end in the year 10000": f"suppress: [{{{PROMISE}, expires: 10000-01-01, accept_kev: true}}]",
    "an end before time": f"suppress: [{{{PROMISE}, expires: 0000-01-01, accept_kev: true}}]",
    "an end that is a number": f"suppress: [{{{PROMISE}, expires: 20260120, accept_kev: true}}]",
    "yes for true": f'suppress: [{{{PROMISE}, expires: 2026-01-20, accept_kev: "yes"}}]',
    "said twice": f"suppress: [{{{PROMISE}, expires: 2026-01-20, accept_kev: false, accept_kev: true}}]",
    "an action that does not exist": "gate: [{name: kev, when: finding.kev, action: ignore}]",
    "a key that turns it off": "kev: false\ngate: [{name: a, when: finding.kev, action: fail}]",
    "no rule at all": "gate: []",
    "a text that is nothing": "",
    "grace without end": "gate: [{name: kev, when: finding.kev, action: fail, grace_days: 99999}]",
    "problems that were never there": "on_unknown: never",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_policy_is_not_passed_over(name: str, image: str, plain: Settings) -> None:
    assert plain.policy is not None
    plain.policy.write_text(REFUSED[name])
    with pytest.raises(PolicyError):
        scanned(image, plain)


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
ALLOW = 'gate: [{name: all, when: "true", action: allow}]'


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
    from pratique.vuln.build import build as build_database

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


def test_a_clock_turned_back_does_not_revive_an_acceptance(image: str, plain: Settings) -> None:
    """The feeds are then of the future, and nothing passes by them."""
    assert plain.policy is not None
    plain.policy.write_text(f"suppress: [{{{PROMISE}, expires: 2025-12-31, accept_kev: true}}]")
    found = scanned(image, msgspec.structs.replace(plain, now=datetime(2025, 12, 20, tzinfo=UTC)))
    assert found.verdict.result is Result.UNKNOWN


def test_what_was_not_known_long_ago_is_no_answer_for_today(image: str, plain: Settings) -> None:
    long_ago = datetime(2025, 11, 1, tzinfo=UTC)
    asked = msgspec.structs.replace(plain, as_of=long_ago)
    assert scanned(image, asked).verdict.result is Result.UNKNOWN
    assert plain.policy is not None
    that_day = scanned(image, msgspec.structs.replace(asked, now=long_ago))
    assert (that_day.now, that_day.database.as_of) == ("2025-11-01T00:00:00Z", "2025-11-01T00:00:00Z")


def test_on_the_day_that_it_became_known_it_fails(image: str, plain: Settings) -> None:
    then = datetime(2025, 12, 20, 12, tzinfo=UTC)
    assert fails(scanned(image, msgspec.structs.replace(plain, as_of=then, now=then)))


# --- what a baseline may say ------------------------------------------------------------------


def baseline(**changes: object) -> str:
    entry = {"id": CVE, "package": "pypi/demo", "image": "app"}
    made = {"version": 1, "created": "2026-01-01", "owner": "o", "reason": "r", "expires": "2026-03-01"}
    anywhere = {"id": CVE, "package": "pypi/demo"}
    return json.dumps({**made, "findings": [entry, {**entry, "id": ALIAS}, anywhere], **changes})


@pytest.mark.parametrize(
    "text",
    [
        baseline(),
        baseline(expires="2026-01-10"),
        baseline(created="2026-01-10"),
        baseline(created="2025-10-15", expires="2026-01-10"),
    ],
)
@pytest.mark.parametrize("policy", ["version: 1", ALLOW], ids=["default", "allow"])
def test_no_baseline_lets_it_through(text: str, policy: str, tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "baseline.yaml").write_text(text)
    assert plain.policy is not None
    plain.policy.write_text(policy)
    found = scanned(image, msgspec.structs.replace(plain, baseline=tmp_path / "baseline.yaml"))
    assert fails(found)
    assert any("exploited" in note for note in found.notes)


# --- what VEX documents may say ---------------------------------------------------------------

DEMO = "pkg:pypi/demo@1.0"
LABEL = "vulnerable_code_not_in_execute_path"


def openvex(status: str, *, product: str = DEMO, name: str = CVE, at: str = "2026-01-05T00:00:00Z", **more: str) -> str:
    """https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md"""
    statement = {"vulnerability": {"name": name}, "products": [{"@id": product}], "status": status, **more}
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:team:1", "author": "Team", "version": 1}
    return json.dumps({**head, "timestamp": at, "statements": [{**statement, "timestamp": at}]})


def csaf(status: str, **more: object) -> str:
    """https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 4.5"""
    product = {"product_id": "demo", "name": "demo", "product_identification_helper": {"purl": DEMO}}
    document = {
        "csaf_version": "2.0",
        "publisher": {"name": "Team"},
        "tracking": {"id": "T-1", "current_release_date": "2026-01-05T00:00:00Z", "status": "final"},
    }
    vulnerability = {"cve": CVE, "product_status": {status: ["demo"]}, **more}
    return json.dumps(
        {"document": document, "product_tree": {"full_product_names": [product]}, "vulnerabilities": [vulnerability]}
    )


def cyclonedx(state: str, **more: str) -> str:
    """https://cyclonedx.org/docs/1.6/json/#vulnerabilities"""
    demo = {"bom-ref": "demo", "type": "library", "name": "demo", "version": "1.0", "purl": DEMO}
    vulnerability = {"id": CVE, "analysis": {"state": state, **more}, "affects": [{"ref": "demo"}]}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-01-05T00:00:00Z"}}
    return json.dumps({**head, "components": [demo], "vulnerabilities": [vulnerability]})


IMPACT = [{"category": "impact", "details": "never called"}]
STATEMENTS = {
    "fixed": openvex("fixed"),
    "affected": openvex("affected", action_statement="wait"),
    "under investigation": openvex("under_investigation"),
    "not affected, in words of one's own": openvex("not_affected", impact_statement="we never call it"),
    "not affected, by a label that does not exist": openvex("not_affected", justification="we_say_so"),
    "not affected, without a word": openvex("not_affected"),
    "not affected, by a label with a space": openvex("not_affected", justification=f"{LABEL} "),
    "not affected tomorrow": openvex("not_affected", justification=LABEL, at="2026-01-11T00:00:00Z"),
    "not affected at no time": openvex("not_affected", justification=LABEL, at=""),
    "not affected, of another version": openvex("not_affected", justification=LABEL, product="pkg:pypi/demo@1.1"),
    "not affected, of another package": openvex("not_affected", justification=LABEL, product="pkg:pypi/dem@1.0"),
    "not affected, of anything": openvex("not_affected", justification=LABEL, product="*"),
    "not affected, of another ecosystem": openvex("not_affected", justification=LABEL, product="pkg:npm/demo@1.0"),
    "not affected, of another image": openvex("not_affected", justification=LABEL, product="pkg:oci/other@sha256:00"),
    "not affected, in small letters": openvex("not_affected", justification=LABEL, name=CVE.lower()),
    "not affected, of all vulnerabilities": openvex("not_affected", justification=LABEL, name="*"),
    "CSAF: fixed": csaf("fixed"),
    "CSAF: first fixed": csaf("first_fixed"),
    "CSAF: recommended": csaf("recommended"),
    "CSAF: affected": csaf("known_affected"),
    "CSAF: under investigation": csaf("under_investigation"),
    "CSAF: not affected, in words": csaf("known_not_affected", threats=IMPACT),
    "CSAF: not affected, by a flag that does not exist": csaf("known_not_affected", flags=[{"label": "x"}]),
    "CSAF: not affected, by the flag of another product": csaf(
        "known_not_affected", flags=[{"label": LABEL, "product_ids": ["other"]}], threats=IMPACT
    ),
    "CycloneDX: resolved": cyclonedx("resolved", detail="done"),
    "CycloneDX: resolved with pedigree": cyclonedx("resolved_with_pedigree", detail="done"),
    "CycloneDX: exploitable": cyclonedx("exploitable"),
    "CycloneDX: in triage": cyclonedx("in_triage"),
    "CycloneDX: false positive, in words": cyclonedx("false_positive", detail="it is not"),
    "CycloneDX: not affected, in words": cyclonedx("not_affected", detail="it is not"),
}


@pytest.mark.parametrize("policy", ["version: 1", ALLOW], ids=["default", "allow"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_but_a_justified_one_lets_it_through(
    name: str, policy: str, tmp_path: Path, image: str, plain: Settings
) -> None:
    (tmp_path / "vex.json").write_text(STATEMENTS[name])
    assert plain.policy is not None
    plain.policy.write_text(policy)
    assert fails(scanned(image, msgspec.structs.replace(plain, vex=(tmp_path / "vex.json",))))


@pytest.mark.parametrize(
    "text",
    [
        openvex("not_affected", justification=LABEL),
        csaf("known_not_affected", flags=[{"label": LABEL, "product_ids": ["demo"]}]),
        cyclonedx("not_affected", justification="code_not_reachable"),
    ],
    ids=["OpenVEX", "CSAF", "CycloneDX"],
)
def test_a_justified_statement_is_the_one_door(text: str, tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "vex.json").write_text(text)
    found = scanned(image, msgspec.structs.replace(plain, vex=(tmp_path / "vex.json",)))
    assert [each.decision.action for each in found.findings if _exploited(each)] == [Action.ALLOW]


def test_a_later_statement_closes_that_door(tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "a.json").write_text(openvex("not_affected", justification=LABEL))
    (tmp_path / "b.json").write_text(openvex("affected", action_statement="wait", at="2026-01-06T00:00:00Z"))
    for vex in ("a.json", "b.json"), ("b.json", "a.json"):
        assert fails(scanned(image, msgspec.structs.replace(plain, vex=tuple(tmp_path / name for name in vex))))


def test_of_two_statements_of_one_time_the_graver_holds(tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "a.json").write_text(openvex("not_affected", justification=LABEL))
    (tmp_path / "b.json").write_text(openvex("under_investigation"))
    for vex in ("a.json", "b.json"), ("b.json", "a.json"):
        assert fails(scanned(image, msgspec.structs.replace(plain, vex=tuple(tmp_path / name for name in vex))))


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
            file("app/vex.json", STATEMENTS["fixed"]),
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
    assert (silent.coverage.declared, [each.id for each in silent.findings if _exploited(each)]) == (1, [])


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
