"""SPDX documents against the official tools, and what they tell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from pratique.model import Report
from sboms import REPORT, reports, text


def messages(document: str, path: Path) -> list[str]:
    """What the official validator says of a file. It knows the licences of SPDX's list with a ``+`` behind them only
    where the list itself has that name, not the operator (SPDX 2.3, annex D.3): what it says of those is left out."""
    parsing = pytest.importorskip("spdx_tools.spdx.parser.parse_anything", reason="tests/setup.sh installs spdx-tools")
    validation = pytest.importorskip("spdx_tools.spdx.validation.document_validator")
    path.write_text(document)
    found = validation.validate_full_spdx_document(parsing.parse_file(str(path)))
    said = [message.validation_message for message in found]
    return [
        message for message in said if not re.search(r"Unrecognized license reference: [A-Za-z0-9.-]+\+\.", message)
    ]


@pytest.mark.parametrize(("name", "ending"), [("spdx", "spdx.json"), ("spdx-tag-value", "spdx")])
def test_the_official_validator(name: str, ending: str, tmp_path: Path) -> None:
    assert messages(text(REPORT, name), tmp_path / f"a.{ending}") == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(report=reports)
def test_the_official_validator_takes_any_report(report: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("spdx")
    assert messages(text(report, "spdx"), folder / "a.spdx.json") == []
    assert messages(text(report, "spdx-tag-value"), folder / "a.spdx") == []


def document(report: Report = REPORT) -> dict[str, object]:
    return json.loads(text(report, "spdx"))


def package(name: str) -> dict[str, object]:
    (found,) = [each for each in document()["packages"] if each["name"] == name]
    return found


def test_creation() -> None:
    found = document()
    assert found["creationInfo"] == {"created": REPORT.now, "creators": ["Tool: pratique-0.1.0"]}
    assert found["dataLicense"] == "CC0-1.0"
    assert found["documentNamespace"].startswith("https://spdx.org/spdxdocs/pratique-registry.test-team-app-1.4-")


def test_the_namespace_is_of_this_document_alone() -> None:
    later = msgspec.structs.replace(REPORT, now="2027-01-01T00:00:00Z")
    assert document()["documentNamespace"] == document()["documentNamespace"] != document(later)["documentNamespace"]


def test_the_image_and_its_operating_system() -> None:
    image, system = document()["packages"][:2]
    assert (image["primaryPackagePurpose"], image["versionInfo"]) == ("CONTAINER", "sha256:" + "a" * 64)
    assert image["supplier"] == "Organization: Team A"
    assert image["checksums"] == [{"algorithm": "SHA256", "checksumValue": "a" * 64}]
    assert (system["primaryPackagePurpose"], system["name"], system["versionInfo"]) == (
        "OPERATING-SYSTEM",
        "debian",
        "12",
    )


def test_a_package() -> None:
    found = package("libc6")
    assert found["supplier"] == "Organization: Debian GNU/Linux 12"
    assert found["sourceInfo"] == "found in var/lib/dpkg/status"
    assert found["licenseDeclared"] == "NOASSERTION"
    assert found["filesAnalyzed"] is False
    (annotation,) = found["annotations"]
    assert annotation["annotator"] == "Tool: pratique-0.1.0"
    assert annotation["comment"].splitlines() == [
        "pratique:source-name=glibc",
        "pratique:path=var/lib/dpkg/status",
        "pratique:layer=0",
        "pratique:layer-digest=sha256:" + "c" * 64,
    ]


def test_licences() -> None:
    assert package("other")["licenseDeclared"] == "MIT OR Apache-2.0"
    declared = package("evil\\x1b[0m")["licenseDeclared"]
    (own,) = [one for one in document()["hasExtractedLicensingInfos"] if one["name"].startswith("Weird")]
    assert declared == f"MIT AND {own['licenseId']} AND (GPL-2.0-only OR MIT)"
    assert own["extractedText"] == "Weird (licence) & text"


def test_relationships() -> None:
    found = document()
    names = {each["SPDXID"]: each["name"] for each in found["packages"]}
    told = {
        (names.get(each["spdxElementId"]), each["relationshipType"], names[each["relatedSpdxElement"]])
        for each in found["relationships"]
    }
    image = "registry.test/team/app:1.4"
    assert (None, "DESCRIBES", image) in told
    assert (image, "CONTAINS", "debian") in told
    assert ("openssl", "DEPENDS_ON", "libc6") in told
    assert ("outer", "CONTAINS", "inner") in told
    assert ("libc6", "CONTAINS", "x") in told
    assert {name for _, kind, name in told if kind == "CONTAINS"} >= set(names.values()) - {image}


def test_ntia_minimum_elements() -> None:
    for each in document()["packages"]:
        assert each["name"]
        assert each["supplier"].startswith("Organization: ")
