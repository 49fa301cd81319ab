"""CycloneDX documents against the official schemas, which come with cyclonedx-python-lib, and what they tell."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.errors import UsageError
from pratique.model import Report
from pratique.plugins import WriteOptions
from pratique.report import cyclonedx
from sboms import REPORT, reports, text

VERSIONS = ("1.4", "1.5", "1.6", "1.7")


def errors(document: str, variant: str, kind: str) -> object:
    """What the schema's validator says, None where it is content."""
    schema = pytest.importorskip("cyclonedx.schema", reason="tests/setup.sh installs cyclonedx-python-lib")
    validation = pytest.importorskip(f"cyclonedx.validation.{kind}")
    version = schema.SchemaVersion[f"V{variant.replace('.', '_')}"]
    validator = validation.JsonStrictValidator if kind == "json" else validation.XmlValidator
    return validator(version).validate_str(document)


def bom(report: Report = REPORT, variant: str = "1.6") -> dict[str, object]:
    return json.loads(text(report, "cyclonedx", variant))


@pytest.mark.parametrize("variant", VERSIONS)
@pytest.mark.parametrize(("name", "kind"), [("cyclonedx", "json"), ("cyclonedx-xml", "xml")])
def test_the_official_schema(name: str, kind: str, variant: str) -> None:
    assert errors(text(REPORT, name, variant), variant, kind) is None


@pytest.mark.parametrize(("name", "kind"), [("cyclonedx", "json"), ("cyclonedx-xml", "xml")])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_official_schema_takes_any_report(name: str, kind: str, data: st.DataObject) -> None:
    variant = data.draw(st.sampled_from(VERSIONS))
    assert errors(text(data.draw(reports), name, variant), variant, kind) is None


def component(name: str) -> dict[str, object]:
    (found,) = [each for each in bom()["components"] if each["name"] == name]
    return found


def test_the_image() -> None:
    metadata = bom()["metadata"]
    root = metadata["component"]
    assert metadata["timestamp"] == REPORT.now
    assert metadata["tools"]["components"] == [{"type": "application", "name": "pratique", "version": "0.1.0"}]
    assert (root["type"], root["name"], root["version"]) == (
        "container",
        "registry.test/team/app:1.4",
        "sha256:" + "a" * 64,
    )
    assert root["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert root["supplier"] == {"name": "Team (A)"}  # the label org.opencontainers.image.vendor
    assert root["purl"].startswith("pkg:oci/app@sha256%3A") or root["purl"].startswith("pkg:oci/app@sha256:")
    told = {each["name"]: each["value"] for each in metadata["properties"]}
    assert told["pratique:image:id"] == "sha256:" + "b" * 64
    assert told["pratique:layer:0:diff-id"] == "sha256:" + "d" * 64
    assert told["pratique:layer:0:created-by"] == "ADD <x> & \\x1b[1m /"


def test_the_operating_system() -> None:
    assert bom()["components"][0] == {
        "type": "operating-system",
        "name": "debian",
        "bom-ref": "operating-system",
        "supplier": {"name": "Debian GNU/Linux 12 (bookworm)"},
        "version": "12",
    }


def test_a_package_with_its_evidence_and_layer() -> None:
    found = component("libc6")
    assert found["purl"] == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u3?arch=amd64&distro=debian-12"
    assert found["supplier"] == {"name": "Debian GNU/Linux 12"}
    assert found["evidence"]["occurrences"] == [{"location": "var/lib/dpkg/status"}]
    (identity,) = found["evidence"]["identity"]
    assert identity["methods"] == [{"technique": "manifest-analysis", "confidence": 1, "value": "var/lib/dpkg/status"}]
    told = {each["name"]: each["value"] for each in found["properties"]}
    assert told == {
        "pratique:source-name": "glibc",
        "pratique:path": "var/lib/dpkg/status",
        "pratique:layer": "0",
        "pratique:layer-digest": "sha256:" + "c" * 64,
    }


def test_licences_as_identifiers_names_or_one_expression() -> None:
    assert component("other")["licenses"] == [{"expression": "MIT OR Apache-2.0"}]
    assert component("nginx")["licenses"] == [{"license": {"id": "BSD-2-Clause"}}]
    assert [each["license"] for each in component("evil\\x1b[0m")["licenses"]] == [
        {"id": "MIT"},
        {"name": "Weird (licence) & text"},
        {"name": "GPL-2.0-only OR MIT"},
    ]


def test_hashes_that_the_format_knows() -> None:
    assert component("evil\\x1b[0m")["hashes"][0] == {"alg": "SHA-512", "content": "a" * 128}
    assert len(component("evil\\x1b[0m")["hashes"]) == 3


def test_software_of_no_package_manager_has_its_cpe() -> None:
    found = component("nginx")
    assert (found["type"], found["cpe"]) == ("application", "cpe:2.3:a:f5:nginx:1.2:*:*:*:*:*:*:*")
    assert "cpe" not in component("odd")  # it is none


def test_dependencies() -> None:
    refs = {each["ref"]: each.get("dependsOn", []) for each in bom()["dependencies"]}
    names = {each["bom-ref"]: each["name"] for each in bom()["components"]}
    told = {names.get(ref, ref): {names[other] for other in others} for ref, others in refs.items()}
    assert told["openssl"] == {"libc6"}
    assert told["evil\\x1b[0m"] == {"other"}
    assert told["libc6"] == {"x"}  # its file
    assert told["outer"] == {"inner"}
    assert "debian" in told["image"]
    assert "inner" not in told["image"]
    assert set(refs) == {"image", *names}


def test_a_document_that_misses_something_says_so() -> None:
    assert bom()["compositions"] == [{"aggregate": "incomplete", "assemblies": ["image"]}]
    whole = msgspec.structs.replace(REPORT, problems=())
    assert bom(whole)["compositions"][0]["aggregate"] == "unknown"


def test_1_4_has_no_place_for_evidence() -> None:
    assert not any("evidence" in each for each in bom(variant="1.4")["components"])


def test_the_serial_number_is_of_the_content_alone() -> None:
    later = msgspec.structs.replace(REPORT, now="2027-01-01T00:00:00Z")
    other = msgspec.structs.replace(REPORT, packages=REPORT.packages[1:])
    assert bom()["serialNumber"] == bom(later)["serialNumber"] != bom(other)["serialNumber"]


def test_the_order_of_packages_changes_nothing() -> None:
    turned = msgspec.structs.replace(REPORT, packages=REPORT.packages[::-1])
    assert text(turned, "cyclonedx", "1.6") == text(REPORT, "cyclonedx", "1.6")


def test_xml_and_json_tell_the_same_components() -> None:
    root = ElementTree.fromstring(text(REPORT, "cyclonedx-xml", "1.6"))
    space = {"b": "http://cyclonedx.org/schema/bom/1.6"}
    names = [each.findtext("b:name", namespaces=space) for each in root.findall("b:components/b:component", space)]
    assert names == [each["name"] for each in bom()["components"]]


def test_a_target_that_could_not_be_read() -> None:
    document = bom(Report("app:1.4", REPORT.now))
    assert document["metadata"]["component"]["name"] == "app:1.4"
    assert document["metadata"]["component"]["type"] == "file"


def test_one_document_tells_of_one_image() -> None:
    with pytest.raises(UsageError, match="tells of one image, and 2 were read"):
        cyclonedx.write((REPORT, REPORT), WriteOptions())


def test_a_version_that_is_not_written() -> None:
    with pytest.raises(UsageError, match=r"CycloneDX '1\.3' is not written"):
        cyclonedx.write((REPORT,), WriteOptions(variant="1.3"))
