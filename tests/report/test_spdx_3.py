"""SPDX 3.0.1 documents against the official bindings of the model, and what they tell."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from findings import FINDINGS
from pratique.model import Epss, Report
from pratique.plugins import WriteOptions
from pratique.report import spdx_3
from reports import FAILING
from sboms import REPORT, reports, text


def check(document: str) -> None:
    """The bindings refuse unknown properties, values of another type and elements without what they must have."""
    bindings = pytest.importorskip("spdx_python_model", reason="tests/setup.sh installs spdx-python-model")
    model = bindings.v3_0_1
    found = model.SHACLObjectSet()
    model.JSONLDDeserializer().read(io.BytesIO(document.encode()), found)
    assert found.link() == set()  # every reference is to an element of the document
    model.JSONLDSerializer().write(found, io.BytesIO())


def test_the_official_model() -> None:
    check(text(REPORT, "spdx-3"))


def test_the_official_model_refuses_what_is_wrong() -> None:
    document = text(REPORT, "spdx-3").replace('"dependsOn"', '"dependsUpon"')
    with pytest.raises(ValueError, match="dependsUpon"):
        check(document)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(report=reports)
def test_the_official_model_takes_any_report(report: Report) -> None:
    check(text(report, "spdx-3"))


def graph() -> list[dict[str, object]]:
    return json.loads(text(REPORT, "spdx-3"))["@graph"]


def of(kind: str) -> list[dict[str, object]]:
    return [each for each in graph() if each["type"] == kind]


def test_the_document() -> None:
    (document,), (bill,), (creation,) = of("SpdxDocument"), of("software_Sbom"), of("CreationInfo")
    assert document["rootElement"] == [bill["spdxId"]]
    assert creation["created"] == REPORT.now
    (image,) = [each for each in of("software_Package") if each["spdxId"] in bill["rootElement"]]
    assert image["software_primaryPurpose"] == "container"
    assert all(
        each["creationInfo"] == creation["@id"]
        for each in graph()
        if each["type"] != "CreationInfo" and "spdxId" in each
    )


def test_suppliers_hashes_and_licences() -> None:
    names = {each["spdxId"]: each.get("name", "") for each in graph() if "spdxId" in each}
    (evil,) = [each for each in of("software_Package") if each["name"] == "evil\\x1b[0m"]
    assert evil["verifiedUsing"][0] == {"type": "Hash", "algorithm": "sha512", "hashValue": "a" * 128}
    (libc,) = [each for each in of("software_Package") if each["name"] == "libc6"]
    assert names[libc["suppliedBy"]] == "Debian GNU/Linux 12"
    expressions = {
        each["spdxId"]: each["simplelicensing_licenseExpression"] for each in of("simplelicensing_LicenseExpression")
    }
    declared = {
        names[each["from"]]: expressions[each["to"][0]]
        for each in of("Relationship")
        if each["relationshipType"] == "hasDeclaredLicense"
    }
    assert declared["other"] == "MIT OR Apache-2.0"


def test_numbers_are_decimals_of_xml_schema() -> None:
    """JSON-LD would read 1e-05 as a double, and SHACL refuses it."""
    unlikely = msgspec.structs.replace(FINDINGS[0], epss=Epss(0.00001, 0.99, "2026-11-20"))
    report = msgspec.structs.replace(FAILING, findings=(unlikely,))
    made = json.loads(spdx_3.write((report,), WriteOptions()))["@graph"]
    (found,) = [each for each in made if each["type"] == "security_EpssVulnAssessmentRelationship"]
    assert (found["security_probability"], found["security_percentile"]) == ("0.00001", "0.99")


def test_relationships() -> None:
    names = {each["spdxId"]: each.get("name", "") for each in graph() if "spdxId" in each}
    told = {
        (names[each["from"]], each["relationshipType"], names[to]) for each in of("Relationship") for to in each["to"]
    }
    assert ("openssl", "dependsOn", "libc6") in told
    assert ("outer", "contains", "inner") in told
    assert ("registry.test/team/app:1.4", "contains", "debian") in told
