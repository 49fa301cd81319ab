"""The vulnerabilities of a scan in bills of materials: valid, of the right packages, honest about what was decided."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import msgspec
import pytest

from findings import LOG4J, ZLIB, vulnerability
from pratique.model import (
    Action,
    Decision,
    Level,
    LicenceBreach,
    Malware,
    Report,
    Severity,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.plugins import WriteOptions
from pratique.report import _stated, cyclonedx, cyclonedx_xml, spdx, spdx_3, spdx_tag_value
from pratique.vuln.vex import cyclonedx as reader
from report.test_cyclonedx import VERSIONS, errors
from report.test_formats import HOSTILE, hostile
from report.test_spdx_3 import check
from reports import CLEARED, FAILING, FOREIGN
from sboms import stated

V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"
SCORED = tuple(
    msgspec.structs.replace(
        vulnerability(f"CVE-2026-{number}", ZLIB), severity=Severity(Level.HIGH, 7.5, vector, "nvd")
    )
    for number, vector in enumerate(
        (
            "AV:N/AC:L/Au:N/C:P/I:P/A:P",
            V3.replace("3.1", "3.0"),
            V3,
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        ),
        1,
    )
)
BASELINED = msgspec.structs.replace(
    vulnerability("CVE-2026-9", ZLIB),
    published="2026-01-01",
    modified="2026-01-02T03:04:05.678+02:00",
    decision=Decision(
        Action.ALLOW,
        "epss",
        suppressed_until="2027-01-01",
        owner="a@b",
        note="in the baseline of 2026-11-22 by a@b, until 2027-01-01; without it: fail",
        baseline="2026-11-22",
    ),
)
LICENCE = LicenceBreach("GPL-3.0-only", package=ZLIB, decision=Decision(Action.FAIL, "licences"))


def vexed(status: VexStatus, justification: str = "") -> Vulnerability:
    vex = Vex(status, justification, "so it is", "wait", "Acme", "https://acme.example/1", "2026-11-01T00:00:00+01:00")
    found = vulnerability(f"CVE-2025-{list(VexStatus).index(status)}", LOG4J)
    return msgspec.structs.replace(found, vex=vex)


FINDINGS = (
    *FAILING.findings,
    *SCORED,
    BASELINED,
    LICENCE,
    *(vexed(status) for status in VexStatus if status is not VexStatus.NOT_AFFECTED),
    vexed(VexStatus.NOT_AFFECTED, "vulnerable_code_not_in_execute_path"),
)
WHOLE: Report = msgspec.structs.replace(FAILING, findings=FINDINGS)
REPORTS = (WHOLE, CLEARED, FOREIGN, hostile(HOSTILE))


def bom(report: Report = WHOLE, variant: str = "1.6") -> dict[str, dict[str, object]]:
    document = json.loads(cyclonedx.write((report,), WriteOptions(variant=variant)))
    return {one["id"]: one for one in document["vulnerabilities"]}


@pytest.mark.parametrize("variant", VERSIONS)
@pytest.mark.parametrize("report", REPORTS, ids=range(len(REPORTS)))
def test_the_official_schemas_of_cyclonedx(report: Report, variant: str) -> None:
    options = WriteOptions(variant=variant)
    assert errors(cyclonedx.write((report,), options), variant, "json") is None
    assert errors(cyclonedx_xml.write((report,), options), variant, "xml") is None


@pytest.mark.parametrize("report", REPORTS, ids=range(len(REPORTS)))
def test_the_official_validators_of_spdx(report: Report) -> None:
    check(spdx_3.write((report,), WriteOptions()))
    parse = pytest.importorskip("spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser").JsonLikeDictParser
    validate = pytest.importorskip("spdx_tools.spdx.validation.document_validator").validate_full_spdx_document
    assert validate(parse().parse(json.loads(spdx.write((report,), WriteOptions())))) == []
    tags = pytest.importorskip("spdx_tools.spdx.parser.tagvalue.parser").Parser
    assert validate(tags().parse(spdx_tag_value.write((report,), WriteOptions()))) == []


def test_each_names_the_packages_that_it_affects() -> None:
    document = json.loads(cyclonedx.write((WHOLE,), WriteOptions()))
    names = {one["bom-ref"]: one["name"] for one in document["components"]}
    affected = {one["id"]: sorted(names[each["ref"]] for each in one["affects"]) for one in document["vulnerabilities"]}
    assert affected["CVE-2021-44228"] == ["log4j-core"]
    assert affected["CVE-2023-4911"] == ["libc-bin", "libc-l10n", "libc6", "locales"]
    assert "GPL-3.0-only" not in affected  # no vulnerability
    assert affected["MAL-2024-77"] == ["evil"]


def test_ratings_name_their_method_and_epss_is_one() -> None:
    ratings = bom()["CVE-2021-44228"]["ratings"]
    assert ratings == [
        {"source": {"name": "nvd"}, "score": 10.0, "severity": "critical"},
        {"source": {"url": "https://www.first.org/epss/", "name": "EPSS"}, "score": 0.944, "method": "other"},
    ]
    methods = [bom()[one.id]["ratings"][0]["method"] for one in SCORED]
    assert methods == ["CVSSv2", "CVSSv3", "CVSSv31", "CVSSv4"]
    assert bom(variant="1.4")[SCORED[3].id]["ratings"][0]["method"] == "other"  # it has no word for it


def test_an_analysis_is_what_somebody_said_and_nothing_else() -> None:
    found = {name: one.get("analysis") for name, one in bom().items()}
    assert found["CVE-2021-44228"] is None  # nobody did
    assert found["CVE-2026-9"] is None  # a baseline is no analysis
    assert found["CVE-2020-1111"] == {
        "state": "exploitable",
        "detail": "accepted until 2026-11-30 by web@example.org: not reachable from our code",
    }
    assert found["CVE-2025-0"] == {
        "state": "not_affected",
        "justification": "code_not_reachable",
        "detail": "vulnerable_code_not_in_execute_path; so it is; wait; says Acme; https://acme.example/1",
        "lastUpdated": "2026-10-31T23:00:00Z",
    }
    assert [found[f"CVE-2025-{number}"]["state"] for number in (1, 2, 3)] == ["exploitable", "resolved", "in_triage"]
    properties = {one["name"]: one["value"] for one in bom()["CVE-2026-9"]["properties"]}
    assert properties["pratique:decision"] == "allow"
    assert properties["pratique:note"].startswith("in the baseline of 2026-11-22")


def test_no_suppression_or_baseline_becomes_a_vex_that_silences() -> None:
    """Who reads the document as VEX again learns only what VEX documents said before."""
    report = msgspec.structs.replace(WHOLE, findings=(*FAILING.findings, BASELINED))
    found = reader.read(cyclonedx.write((report,), WriteOptions()).encode())
    assert {one.status for one in found.statements} == {VexStatus.AFFECTED}
    assert found.unread == ()


def test_times_are_rfc_3339_in_utc_or_left_out() -> None:
    assert bom()["CVE-2026-9"]["published"] == "2026-01-01T00:00:00Z"
    assert bom()["CVE-2026-9"]["updated"] == "2026-01-02T01:04:05Z"
    assert _stated.moment("yesterday") == ""


def test_spdx_3_says_the_same() -> None:
    graph = json.loads(spdx_3.write((WHOLE,), WriteOptions()))["@graph"]
    (document,) = (one for one in graph if one["type"] == "SpdxDocument")
    assert "security" in document["profileConformance"]
    named = {one["spdxId"]: one["name"] for one in graph if one["type"] == "security_Vulnerability"}
    kinds = {(named[one["from"]], one["type"].removeprefix("security_")) for one in graph if one.get("from") in named}
    assert ("CVE-2021-44228", "ExploitCatalogVulnAssessmentRelationship") in kinds
    assert ("CVE-2021-44228", "EpssVulnAssessmentRelationship") in kinds
    assert ("CVE-2020-1111", "VexAffectedVulnAssessmentRelationship") in kinds
    assert {kind for name, kind in kinds if name == "CVE-2026-9"} == set()
    assert ("CVE-2026-1", "CvssV2VulnAssessmentRelationship") in kinds
    assert ("CVE-2026-4", "CvssV4VulnAssessmentRelationship") in kinds
    (cleared,) = (one for one in graph if one["type"] == "security_VexNotAffectedVulnAssessmentRelationship")
    assert cleared["security_justificationType"] == "vulnerableCodeNotInExecutePath"
    assert sum(one.get("relationshipType") == "hasAssociatedVulnerability" for one in graph) == sum(
        isinstance(one, Vulnerability | Malware) for one in FINDINGS
    )


def test_spdx_2_3_refers_to_advisories() -> None:
    packages = json.loads(spdx.write((WHOLE,), WriteOptions()))["packages"]
    (log4j,) = (one for one in packages if one["name"] == "log4j-core")
    told = {
        one["referenceLocator"]: one["comment"] for one in log4j["externalRefs"] if one["referenceType"] == "advisory"
    }
    assert told["https://www.cve.org/CVERecord?id=CVE-2021-44228"] == (
        "CVE-2021-44228: severity critical 10.0; known to be exploited since 2021-12-10, by ransomware too; EPSS "
        "0.944; fails by rule kev"
    )


def test_an_inventory_tells_of_no_vulnerability() -> None:
    options = WriteOptions(inventory=True)
    for writer in (cyclonedx, cyclonedx_xml, spdx, spdx_3, spdx_tag_value):
        made = writer.WRITER.write((WHOLE,), options)
        assert "CVE-" not in made
        assert made != writer.WRITER.write((WHOLE,), WriteOptions())


@pytest.mark.parametrize("writer", [cyclonedx, cyclonedx_xml, spdx, spdx_3, spdx_tag_value])
def test_the_inventory_is_read_from_it_as_without(writer: object) -> None:
    write = writer.WRITER.write  # type: ignore[attr-defined]
    with_, without = (stated(write((WHOLE,), WriteOptions(inventory=inventory))) for inventory in (False, True))
    assert with_ == without


def test_two_scans_are_two_documents() -> None:
    def serial(report: Report) -> tuple[str, str]:
        document = json.loads(cyclonedx.write((report,), WriteOptions()))
        return document["serialNumber"], json.loads(spdx.write((report,), WriteOptions()))["documentNamespace"]

    again = msgspec.structs.replace(WHOLE, findings=FINDINGS[1:])
    assert serial(WHOLE) == serial(WHOLE)
    assert not set(serial(WHOLE)) & set(serial(again))


def test_xml_tells_what_json_tells() -> None:
    root = ElementTree.fromstring(cyclonedx_xml.write((WHOLE,), WriteOptions()))
    space = {"b": "http://cyclonedx.org/schema/bom/1.6"}
    found = root.findall("b:vulnerabilities/b:vulnerability", space)
    assert [one.findtext("b:id", namespaces=space) for one in found] == list(bom())
    assert [one.findtext("b:analysis/b:state", namespaces=space) for one in found] == [
        (one.get("analysis") or {}).get("state") for one in bom().values()
    ]
