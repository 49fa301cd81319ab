"""Why, and why not: each of the reasons that exclude a record, for the packages of an inventory."""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.explanation import Considered, Known
from pratique.model import Distro, FixState, Functions, Inventory, Package
from pratique.plugins import WriteOptions
from pratique.report._excluded import compared, excluded
from pratique.vuln.asof import AsOf
from pratique.vuln.database import Database
from pratique.vuln.explain import explain
from pratique.vuln.match import match
from vuln import feeds
from vuln.feeds import NOW, Record, fixed, record

DEBIAN = Distro("debian", "12", "bookworm")
SSL = Package("deb", "libssl3", "3.0.5-1", source_name="openssl", arch="amd64")


def asked(
    folder: Path,
    ecosystems: Mapping[str, Sequence[Record]],
    identifier: str,
    *packages: Package,
    distro: Distro | None = DEBIAN,
    functions: Sequence[Functions] = (),
    as_of: AsOf | None = None,
    package: str = "",
    **more: object,
) -> Known:
    feeds.database(folder, ecosystems, **more).close()
    inventory = Inventory(distro=distro, packages=packages, functions=tuple(functions))
    with Database.open(folder / "db", as_of=as_of) as database:
        return explain(inventory, database, NOW, identifier, package)


def only(known: Known) -> Considered:
    (found,) = known.considered
    return found


def debian(*events: Mapping[str, str], release: str = ":12", **fields: object) -> dict[str, Sequence[Record]]:
    one = record(
        "DEBIAN-CVE-2026-1", "openssl", *events, ecosystem=f"Debian{release}", upstream=["CVE-2026-1"], **fields
    )
    other = record("DEBIAN-CVE-2026-2", "other", *fixed("1-1"), ecosystem="Debian:12", upstream=["CVE-2026-2"])
    return {"Debian": [one, other]}


def test_what_holds_with_the_question_and_the_record(tmp_path: Path) -> None:
    known = asked(tmp_path, debian(*fixed("3.0.8-1")), "CVE-2026-1", SSL, kev=["CVE-2026-1"], epss={"CVE-2026-1": 0.5})
    found = only(known)
    assert (found.why, found.record, found.release, found.name) == ("", "DEBIAN-CVE-2026-1", "12", "openssl")
    assert (found.version, found.introduced, found.fixed, found.state) == ("3.0.5-1", "", "3.0.8-1", FixState.FIXED)
    (question,) = known.questions
    assert (question.ecosystem, question.streams, question.scheme) == ("Debian", ((("12",),),), "deb")
    assert [(each.name, each.version) for each in question.names] == [("openssl", "3.0.5-1")]
    (told,) = known.records
    assert (told.id, told.ecosystem, told.feed, told.upstream) == (
        "DEBIAN-CVE-2026-1",
        "Debian",
        "osv",
        ("CVE-2026-1",),
    )
    assert known.kev is not None
    assert known.epss is not None
    assert set(known.names) == {"CVE-2026-1", "DEBIAN-CVE-2026-1"}


def test_a_record_is_found_by_any_name_of_the_vulnerability(tmp_path: Path) -> None:
    pysec = record("PYSEC-1", "demo", *fixed("2"), aliases=["CVE-2026-1"])
    ghsa = record("GHSA-aaaa-bbbb-cccc", "demo", *fixed("3"), aliases=["CVE-2026-1"])
    demo = Package("pypi", "demo", "1")
    for identifier in ("PYSEC-1", "CVE-2026-1", "GHSA-aaaa-bbbb-cccc"):
        known = asked(tmp_path / identifier, {"PyPI": [pysec, ghsa]}, identifier, demo)
        assert {each.record for each in known.considered} == {"PYSEC-1", "GHSA-aaaa-bbbb-cccc"}


def test_an_erratum_that_mends_several_does_not_join_them(tmp_path: Path) -> None:
    erratum = record("DSA-1", "openssl", *fixed("9-1"), ecosystem="Debian:12", upstream=["CVE-2026-1", "CVE-2026-2"])
    second = record("DEBIAN-CVE-2026-2", "openssl", *fixed("9-1"), ecosystem="Debian:12", upstream=["CVE-2026-2"])
    known = asked(tmp_path, {"Debian": [erratum, second]}, "CVE-2026-1", SSL)
    assert [each.id for each in known.records] == ["DSA-1"]
    assert "CVE-2026-2" not in known.names


@pytest.mark.parametrize(
    ("ecosystems", "why"),
    [
        (debian(*fixed("3.0.5-1")), "version 3.0.5-1 is not in its range"),
        (debian(*fixed("9-1"), release=":13"), "it speaks of Debian:13, not of Debian:12"),
        (debian(*fixed("9-1"), withdrawn="2026-01-02T00:00:00Z"), "it was withdrawn on 2026-01-02"),
        (debian({"introduced": "0"}, {"fixed": "un readable"}), "it cannot be compared: "),
    ],
)
def test_why_not(tmp_path: Path, ecosystems: dict[str, Sequence[Record]], why: str) -> None:
    assert only(asked(tmp_path, ecosystems, "CVE-2026-1", SSL)).why.startswith(why)


@pytest.mark.parametrize(
    ("package", "distro", "why"),
    [
        (Package("deb", "openssl", "3.0.5-1", vendor="A <a@docker.com>"), DEBIAN, "they are not Debian's own"),
        (Package("deb", "libssl3", "x:y", source_name="openssl"), DEBIAN, "'x:y' of 'openssl' is no deb version"),
        (SSL, Distro("debian", "99"), "the feed of Debian does not know its release '99'"),
    ],
)
def test_a_record_names_a_package_that_is_not_assessed(
    tmp_path: Path, package: Package, distro: Distro, why: str
) -> None:
    found = only(asked(tmp_path, debian(*fixed("9-1")), "CVE-2026-1", package, distro=distro))
    assert (found.package.name, found.record, found.why) == (
        package.name,
        "DEBIAN-CVE-2026-1",
        f"not assessed: {why}",
    )


def test_of_an_erratum_whose_statement_is_of_other_vulnerabilities(tmp_path: Path) -> None:
    notice = record(
        "USN-1", "openssl", *fixed("9"), ecosystem="Ubuntu:24.04:LTS", upstream=["CVE-2026-1111", "CVE-2026-2222"]
    )
    notice["affected"][0]["database_specific"] = {"cves_map": {"cves": [{"id": "CVE-2026-2222"}]}}
    noble = Distro("ubuntu", "24.04", "noble")
    known = asked(tmp_path / "a", {"Ubuntu": [notice]}, "CVE-2026-1111", SSL, distro=noble)
    assert only(known).why == "here it is of CVE-2026-2222 only"
    known = asked(tmp_path / "b", {"Ubuntu": [notice]}, "CVE-2026-2222", SSL, distro=noble)
    assert only(known).why == ""


def test_of_a_package_that_is_not_assessed_other_records_are_not_told(tmp_path: Path) -> None:
    stranger = Package("deb", "another", "1-1", vendor="A <a@docker.com>")
    js = Package("npm", "openssl", "")  # of the name, in another ecosystem
    assert asked(tmp_path, debian(*fixed("9-1")), "CVE-2026-1", stranger, js).considered == ()


def test_a_record_of_a_later_day(tmp_path: Path) -> None:
    day = AsOf(datetime(2025, 6, 1, tzinfo=UTC))
    known = asked(tmp_path, debian(*fixed("9-1")), "CVE-2026-1", SSL, as_of=day)
    assert only(known).why == known.records[0].silence == "it was published on 2026-01-09, later than 2025-06-01"


def test_a_program_without_the_functions(tmp_path: Path) -> None:
    one = record("GO-2026-1", "example.org/lib", *fixed("1.2.0"), ecosystem="Go", kind="SEMVER")
    one["affected"][0]["ecosystem_specific"] = {"imports": [{"path": "example.org/lib", "symbols": ["F", "T.M"]}]}
    package = Package("golang", "lib", "v1.0.0", namespace="example.org", path="bin/app")
    for names, linked in ((b"\0main.main\0", ()), (b"\0example.org/lib.F\0", ("example.org/lib.F",))):
        functions = Functions("bin/app", zlib.compress(names))
        found = only(asked(tmp_path / names.hex(), {"Go": [one]}, "GO-2026-1", package, functions=[functions]))
        assert found.named == ("example.org/lib.F", "example.org/lib.T.M")
        assert found.linked == linked
        none = "the program holds none of the functions that it names, example.org/lib.F, example.org/lib.T.M"
        assert found.why == ("" if linked else none)


def test_a_program_of_another_system_and_functions_of_the_main_package(tmp_path: Path) -> None:
    one = record("GO-2026-1", "example.org/lib", *fixed("1.2.0"), ecosystem="Go", kind="SEMVER")
    said = {"path": "example.org/lib/cmd", "symbols": ["F"], "goos": ["windows"], "goarch": ["amd64", "arm64"]}
    one["affected"][0]["ecosystem_specific"] = {"imports": [said]}
    package = Package("golang", "lib", "v1.0.0", namespace="example.org", path="bin/app")
    told = {"linux": "it is of programs for windows, amd64, arm64", "windows": ""}
    for goos, why in told.items():
        functions = Functions("bin/app", zlib.compress(b"\0main.F\0"), "example.org/lib/cmd", goos, "amd64")
        found = only(asked(tmp_path / goos, {"Go": [one]}, "GO-2026-1", package, functions=[functions]))
        assert (found.why, found.linked) == (why, () if why else ("example.org/lib/cmd.F",))


def test_of_an_owned_package_the_distribution_decides(tmp_path: Path) -> None:
    mended = record("DSA-9", "x", *fixed("1-1"), ecosystem="Debian:12", upstream=["CVE-2026-1"])
    one = record("PYSEC-1", "x", *fixed("2"), aliases=["CVE-2026-1"])
    owner = Package("deb", "python3-x", "1-1", source_name="x")
    owned = Package("pypi", "x", "1", owner="python3-x")
    known = asked(tmp_path, {"Debian": [mended], "PyPI": [one]}, "CVE-2026-1", owner, owned)
    assert {each.package.type: each.why for each in known.considered} == {
        "deb": "version 1-1 is not in its range",
        "pypi": "the distribution speaks of it, and its package python3-x holds this one",
    }


def test_no_package_of_the_image_is_named(tmp_path: Path) -> None:
    demo = record("PYSEC-1", "demo", *fixed("2"), aliases=["CVE-2026-9"])
    known = asked(tmp_path, debian(*fixed("9-1")) | {"PyPI": [demo]}, "CVE-2026-9", SSL)
    assert (known.considered, known.questions) == ((), ())
    assert [(each.id, each.ecosystem, each.subjects) for each in known.records] == [("PYSEC-1", "PyPI", ("demo",))]


def test_nobody_knows_it(tmp_path: Path) -> None:
    known = asked(tmp_path, debian(*fixed("9-1")), "CVE-1999-9999", SSL)
    assert (known.records, known.considered, known.kev, known.epss) == ((), (), None, None)


def test_packages_of_one_name_and_those_that_nobody_is_asked_about(tmp_path: Path) -> None:
    other = Package("deb", "other", "0-1")
    foreign = Package("rpm", "foreign", "1")
    ecosystems = debian(*fixed("9-1"))
    known = asked(tmp_path / "a", ecosystems, "CVE-2026-1", SSL, other, foreign, package="openssl")
    assert [each.package.name for each in known.questions] == ["libssl3"]
    known = asked(tmp_path / "b", ecosystems, "CVE-2026-1", SSL, other, foreign, package="foreign")
    assert [(each.package.name, each.refusal) for each in known.questions] == [
        ("foreign", "Debian has no packages of type 'rpm'")
    ]
    assert known.considered == ()


def test_hostile_identifiers(tmp_path: Path) -> None:
    for number, identifier in enumerate(("", " ", "%", "' OR 1=1", "\ud800", "CVE-" + "9" * 5000, "\0")):
        known = asked(tmp_path / str(number), debian(*fixed("9-1")), identifier, SSL)
        assert known.considered == ()


def test_what_holds_is_what_is_found_and_nothing_else(tmp_path: Path) -> None:
    """Over many records with several ranges, names and releases: an explanation and a match never disagree."""
    chance = random.Random(20261122)
    debian_records, pypi_records = [], []
    for number in range(120):
        bounds = sorted(chance.sample(range(1, 12), 3))
        events = ({"introduced": chance.choice(("0", str(bounds[0])))}, {"fixed": str(bounds[2])})
        names = [f"CVE-2026-{chance.randrange(60)}" for _ in range(chance.choice((0, 1, 1, 1, 3)))]
        more = {"withdrawn": "2026-01-05T00:00:00Z"} if chance.random() < 0.1 else {}
        package = f"p{chance.randrange(5)}"
        if chance.random() < 0.5:
            kind = f"DSA-{number}" if len(names) > 1 else f"DEBIAN-CVE-2026-{number}"
            ecosystem = chance.choice(("Debian:12", "Debian:12", "Debian:13"))
            debian_records.append(record(kind, package, *events, ecosystem=ecosystem, upstream=names, **more))
        else:
            pypi_records.append(record(f"PYSEC-{number}", package, *events, aliases=names[:1], **more))
    packages = [Package("deb", f"p{number}", str(chance.randrange(1, 12))) for number in range(5)]
    packages += [Package("pypi", f"p{number}", str(chance.randrange(1, 12))) for number in range(5)]
    packages += [Package("pypi", "p0", "4", owner="p1", path="x")]
    feeds.database(tmp_path, {"Debian": debian_records, "PyPI": pypi_records}).close()
    inventory = Inventory(distro=DEBIAN, packages=tuple(packages))
    with Database.open(tmp_path / "db") as database:
        findings = match(inventory, database, NOW).findings
        asked_for = {f"CVE-2026-{number}" for number in range(60)} | {
            each["id"] for each in debian_records + pypi_records
        }
        assert len(findings) > 20
        for identifier in sorted(asked_for):
            known = explain(inventory, database, NOW, identifier)
            holding = {each.package for each in known.considered if not each.why}
            assert holding == {
                finding.package
                for finding in findings
                if not {finding.id, *finding.aliases}.isdisjoint(known.names)
                or identifier in {evidence.record for evidence in finding.evidence}
            }, identifier


def test_a_limit_is_told_and_is_no_fix(tmp_path: Path) -> None:
    one = record("PYSEC-1", "demo", {"introduced": "0"}, {"limit": "2.0"})
    for number, (version, why) in enumerate((("1.0", ""), ("2.0", "version 2.0 is not in its range"))):
        folder = tmp_path / str(number)
        found = only(asked(folder, {"PyPI": [one]}, "PYSEC-1", Package("pypi", "demo", version), distro=None))
        assert (found.limit, found.fixed, found.last, found.why) == ("2.0", "", "", why)
        assert excluded([found], WriteOptions())[-1:] == ([f"    affected is < 2.0: {why}"] if why else [])
        assert compared(found) == f"{version} < 2.0"
