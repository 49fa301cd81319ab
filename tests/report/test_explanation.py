"""Explanations as text and as JSON: made by hand, so that each line of the chain has its case."""

from __future__ import annotations

import json
import re

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from findings import EVIL, GLIBC, LOG4J, ZLIB
from pratique.explanation import Called, Condition, Considered, Explanation, Known, Question, Record
from pratique.model import (
    Action,
    AnyFinding,
    Decision,
    Epss,
    Fix,
    FixState,
    Kev,
    Level,
    Malware,
    Severity,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.plugins import WriteOptions
from pratique.report._explanation_json import write_json
from pratique.report._explanation_text import write_text
from pratique.report._schema import explanation_schema
from pratique.report._text import columns
from reports import CLEAN, FAILING

GHSA = Record("GHSA-1", "Maven", "osv", "2026-11-18T03:00:00Z", ("CVE-2021-44228",), published="2021-12-10T00:00:00Z")
OTHER = Record("GO-1", "Maven", "osv", "2026-11-18T03:00:00Z", ("CVE-2021-44228",))
HOLDS = Considered(
    LOG4J, "GHSA-1", "Maven", "", "log4j", "2.14.1", introduced="2.0", fixed="2.15.0", linked=("a.F", "b.G")
)
VEX = Vex(VexStatus.NOT_AFFECTED, "inline_mitigations_already_exist", "", "", "Acme", "urn:1", "2026-11-01T00:00:00Z")
FOUND = Vulnerability(
    "CVE-2021-44228",
    Severity(Level.CRITICAL, 10.0, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "GitHub"),
    package=LOG4J,
    layer=2,
    fix=Fix(FixState.FIXED, ("2.15.0", "2.12.2")),
    kev=Kev("2021-12-10", "2021-12-24", ransomware=True),
    epss=Epss(0.944, 0.999, "2026-11-20"),
    decision=Decision(Action.FAIL, "kev"),
)


def explained(*findings: AnyFinding, considered: tuple[Considered, ...] = (HOLDS,), **more: object) -> Explanation:
    asked = Question(LOG4J, "Maven", ((("",),),), (Called("log4j", "2.14.1"),), "maven")
    known = Known("CVE-2021-44228", ("CVE-2021-44228", "GHSA-1"), (asked,), (GHSA, OTHER), considered)
    known = msgspec.structs.replace(known, **more)
    return Explanation(FAILING, known, findings, (Condition("kev", "finding.kev"),))


def lines(*findings: AnyFinding, **more: object) -> list[str]:
    return write_text([explained(*findings, **more)], WriteOptions(width=80)).splitlines()


def test_the_whole_chain() -> None:
    second = msgspec.structs.replace(HOLDS, record="GO-1", introduced="", fixed="", last="2.14.9", linked=())
    text = "\n".join(lines(FOUND, considered=(HOLDS, second)))
    for line in (
        "FAIL      CVE-2021-44228 of org.apache.logging.log4j/log4j-core 2.14.1",
        "image     registry.example.org/team/app:1.4  linux/amd64",
        "layer     3 of 3  COPY target/lib /app/lib",
        "file      app/lib/app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar",
        "asked     Maven, for log4j 2.14.1, in maven's order",
        "record    GHSA-1  published 2021-12-10",
        "          2.0 <= 2.14.1 < 2.15.0\n          the program holds a.F, b.G",
        "record    GO-1\n          2.14.1 <= 2.14.9",
        "merged    GHSA-1, GO-1 are one vulnerability, CVE-2021-44228",
        "severity  CRITICAL 10.0, says GitHub\n          CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        "KEV       known to be exploited since 2021-12-10, to be mended by 2021-12-24, by\n            ransomware too",
        "EPSS      0.944, above 99.9 % of all, on 2026-11-20",
        "policy    fail by the rule kev: finding.kev",
        "to do     raise log4j-core to 2.15.0 or 2.12.2",
        "policy    pratique.yaml",
    ):
        assert f"\n{line}\n" in f"{text}\n", text


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"decision": Decision()}, "policy    no rule speaks of it"),
        (
            {"decision": Decision(Action.ALLOW, "kev", "2026-12-01", "not reached", "ann", note="KEV accepted")},
            "          suppressed until 2026-12-01 by ann: not reached",
        ),
        (
            {"decision": Decision(Action.WARN, "fixable", grace_until="2026-12-01")},
            "          it fails from 2026-12-01 on, when the grace for new fixes ends",
        ),
        ({"vex": VEX}, "VEX       not affected, says Acme on 2026-11-01"),
        ({"vex": VEX}, "          inline_mitigations_already_exist"),
        ({"kev": None}, "KEV       not among the vulnerabilities known to be exploited"),
        ({"epss": None}, "EPSS      no score"),
        ({"severity": Severity()}, "severity  unknown: nobody rates it"),
        (
            {"fix": Fix(FixState.WILL_NOT_FIX)},
            "to do     its publisher will not mend it: remove log4j-core, or suppress it",
        ),
        ({"package": ZLIB, "layer": 0}, "package   pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12"),
    ],
)
def test_a_line_of_the_chain(changed: dict[str, object], line: str) -> None:
    found = lines(msgspec.structs.replace(FOUND, **changed))
    assert any(each.startswith(line) for each in found), "\n".join(found)


def test_malware_and_packages_of_one_source() -> None:
    assert "to do     remove @scope/evil: it is malware" in lines(Malware("MAL-1", package=EVIL))
    found = [msgspec.structs.replace(FOUND, package=package) for package in GLIBC]
    assert "          the same holds for libc-l10n, libc6, locales" in lines(*found)
    apart = [msgspec.structs.replace(FOUND, package=msgspec.structs.replace(LOG4J, path=path)) for path in ("a", "b")]
    assert "          it lies in b too" in lines(*apart)


def test_what_excluded_each_record() -> None:
    why = [
        msgspec.structs.replace(HOLDS, why="version 2.14.1 is not in its range"),
        msgspec.structs.replace(
            HOLDS, record="GO-1", introduced="", after="2", fixed="", state=FixState.NOT_AFFECTED, why="x"
        ),
        Considered(ZLIB, "GHSA-1", "Debian", why="it speaks of Debian:13, not of Debian:12"),
    ]
    text = "\n".join(lines(considered=tuple(why)))
    assert "not found 2 records speak of it, and none holds for a package of this image" in text
    assert "affected is >= 2.0, < 2.15.0: version 2.14.1 is not in its range" not in text  # its state is unknown
    assert "unknown is >= 2.0, < 2.15.0: version 2.14.1 is not in its range" in text
    assert "not affected is > 2: x" in text
    assert "zlib1g 1:1.2.13.dfsg-1\n  GHSA-1  Debian\n    it speaks of Debian:13, not of Debian:12" in text


def test_other_ranges_of_a_record_that_holds_are_no_news() -> None:
    other = msgspec.structs.replace(HOLDS, introduced="", fixed="1.0", why="version 2.14.1 is not in its range")
    assert "not in its range" not in "\n".join(lines(FOUND, considered=(HOLDS, other)))
    elsewhere = msgspec.structs.replace(other, record="GO-1")
    assert "What else was considered, and does not hold:" in lines(FOUND, considered=(HOLDS, elsewhere))


def test_long_lists_are_cut_and_say_so() -> None:
    records = tuple(Record(f"DSA-{number}", "Debian", subjects=("x", "y")) for number in range(9))
    text = "\n".join(lines(records=records, considered=(), questions=()))
    assert "          and 4 more records (--format json)" in text
    assert "          it is about x, y" in text
    many = tuple(msgspec.structs.replace(HOLDS, record=f"R-{number}", why="x") for number in range(60))
    assert "  … 20 more (--format json)" in lines(considered=many)
    assert "not found no feed of the database has a record of it" in lines(records=(), considered=(), questions=())


@pytest.mark.parametrize("width", [1, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_for_a_word(width: int) -> None:
    text = write_text([explained(FOUND), explained()], WriteOptions(width=width))
    for line in text.splitlines():
        assert columns(line) <= max(width, 60) or " " not in line[14:]


NASTY = st.text(st.characters(codec=None), max_size=20)


@settings(max_examples=40)
@given(NASTY, NASTY, NASTY)
def test_nothing_hostile_reaches_the_terminal_or_a_log(one: str, two: str, three: str) -> None:
    package = msgspec.structs.replace(LOG4J, name=one, path=two, version=three)
    said = msgspec.structs.replace(HOLDS, package=package, record=one, name=two, version=three, linked=(one,))
    held = msgspec.structs.replace(GHSA, id=one, summary=two, aliases=(three,), subjects=(two,))
    finding = msgspec.structs.replace(FOUND, package=package, id=one, decision=Decision(Action.FAIL, two, note=three))
    made = explained(finding, considered=(said, msgspec.structs.replace(said, why=two)), records=(held,), id=three)
    text = write_text([made], WriteOptions(width=80))
    assert text.replace("\n", "").isprintable()
    assert not re.search(r"(^|\s)::|##\w*\[", text)
    jsonschema.validate(json.loads(write_json([made])), json.loads(explanation_schema()))


def test_json_of_one_and_of_several() -> None:
    one = json.loads(write_json([explained(FOUND)]))
    assert (one["schema"], one["found"], one["id"]) == ("urn:pratique:explanation:1.0", True, "CVE-2021-44228")
    assert one["advice"] == ["raise log4j-core to 2.15.0 or 2.12.2"]
    assert one["considered"][0]["linked"] == ["a.F", "b.G"]
    assert one["records"][0]["url"] == "https://github.com/advisories/GHSA-1"
    several = json.loads(write_json([explained(FOUND), msgspec.structs.replace(explained(), report=CLEAN)]))
    assert [each["found"] for each in several] == [True, False]
    jsonschema.validate(several, json.loads(explanation_schema()))
