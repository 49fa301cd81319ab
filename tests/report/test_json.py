from __future__ import annotations

import json as standard
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import IMAGE, deb
from pratique.model import Report, Result, Verdict
from pratique.plugins import WriteOptions
from pratique.report import json
from pratique.report._inventory_document import InventoryDocument
from pratique.report._purl import image_purl
from pratique.report._report_document import ReportDocument
from pratique.report._schema import difference_schema, explanation_schema, inventory_schema, report_schema
from reports import ALL, CLEAN, CLEARED, FAILING, FOREIGN, GOLDEN, GOLDENS

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEYS = {
    "schema", "tool", "target", "image", "distro", "packages", "findings", "problems", "coverage", "database",
    "policy", "verdict",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in GOLDENS if name.endswith(".json")])
def test_golden(name: str) -> None:
    assert GOLDENS[name]() == (GOLDEN / name).read_text(), "if it is meant: python tests/reports.py"


SCHEMAS = [
    ("report", report_schema),
    ("inventory", inventory_schema),
    ("explanation", explanation_schema),
    ("difference", difference_schema),
]


@pytest.mark.parametrize(("file", "make"), SCHEMAS)
def test_the_published_schema_is_made_from_the_types(file: str, make: type[str]) -> None:
    assert (DOCS / f"{file}.schema.json").read_text() == make(), "if it is meant: python tests/reports.py"


@pytest.mark.parametrize("reports", [*((report,) for report in (*ALL, CLEARED)), ALL], ids=str)
def test_documents_are_as_the_schema_says(reports: tuple[Report, ...]) -> None:
    report, inventory = standard.loads(report_schema()), standard.loads(inventory_schema())
    jsonschema.Draft202012Validator.check_schema(report)
    jsonschema.Draft202012Validator.check_schema(inventory)
    written = standard.loads(json.write(reports, WriteOptions()))
    listed = standard.loads(json.write(reports, WriteOptions(inventory=True)))
    jsonschema.validate(written, report)
    jsonschema.validate(listed, inventory)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(listed, report)


def test_a_document_without_its_verdict_is_refused_by_the_schema() -> None:
    written = standard.loads(json.write((CLEAN,), WriteOptions()))
    del written["verdict"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, standard.loads(report_schema()))


def test_the_keys_of_the_contract_are_there() -> None:
    for report in ALL:
        assert set(standard.loads(json.write((report,), WriteOptions()))) >= KEYS
    document = standard.loads(json.write((FAILING,), WriteOptions()))
    contract = {"kind", "id", "aliases", "severity", "subject", "fix", "kev", "epss", "decision"}
    assert all(set(finding) >= contract for finding in document["findings"])
    assert all(set(package) >= {"purl", "layer", "path"} for package in document["packages"])


def test_an_inventory_cannot_be_taken_for_a_pass() -> None:
    report = msgspec.structs.replace(CLEAN, verdict=Verdict(Result.PASS))
    document = standard.loads(json.write((report,), WriteOptions(inventory=True)))
    assert document["schema"] == "urn:pratique:inventory:1.0"
    assert not {"verdict", "findings", "policy", "database"} & set(document)


def test_one_report_is_an_object_and_several_are_a_list() -> None:
    assert isinstance(standard.loads(json.write((CLEAN,), WriteOptions())), dict)
    assert [one["target"] for one in standard.loads(json.write(ALL, WriteOptions()))] == [one.target for one in ALL]


def test_our_own_types_read_it_back() -> None:
    text = json.write((FAILING,), WriteOptions())
    document = msgspec.json.decode(text, type=ReportDocument)
    assert document.verdict.result == "fail"
    assert len(document.findings) == len(FAILING.findings)
    of_packages = {one.subject.purl for one in document.findings if one.subject.type != "oci"}
    assert of_packages <= {package.purl for package in document.packages}
    of_image = {(one.kind, one.subject.purl) for one in document.findings if one.subject.type == "oci"}
    assert of_image == {(kind, image_purl(IMAGE)) for kind in ("base-image", "coverage")}
    inventory = msgspec.json.decode(json.write((FAILING,), WriteOptions(inventory=True)), type=InventoryDocument)
    assert inventory.packages == document.packages


def test_the_bytes_do_not_depend_on_the_order_of_arrival() -> None:
    turned = msgspec.structs.replace(
        FAILING, packages=tuple(reversed(FAILING.packages)), findings=tuple(reversed(FAILING.findings))
    )
    assert json.write((turned,), WriteOptions()) == json.write((FAILING,), WriteOptions(colour=True, width=40))


def test_the_gate_hides_nothing() -> None:
    document = msgspec.json.decode(json.write((FAILING,), WriteOptions()), type=ReportDocument)
    assert sorted(finding.id for finding in document.findings) == sorted(finding.id for finding in FAILING.findings)


@given(st.text(st.characters(), max_size=30))
def test_any_name_can_be_written_and_none_reaches_the_terminal(name: str) -> None:
    package = msgspec.structs.replace(deb(name, name), path=name, namespace=name)
    report = msgspec.structs.replace(FOREIGN, target=name, packages=(package,))
    text = json.write((report,), WriteOptions())
    text.encode()
    assert not any(letter in text for letter in "\x1b\x7f\x9b\u202e\u2066\u2028")
    document = standard.loads(text)
    if not any("\ud800" <= letter <= "\udfff" for letter in name):
        assert document["packages"][0]["name"] == name


@pytest.mark.parametrize("letter", "\x7f\x80\x9b\x9f\u061c\u200e\u200f\u2028\u202e\u2066\u2069")
def test_a_letter_that_is_obeyed_is_written_as_its_code_wherever_it_stands(letter: str) -> None:
    name = f"é{letter}…漢"  # beside letters that are no ASCII either, and stay
    text = json.write((msgspec.structs.replace(CLEAN, target=name),), WriteOptions())
    assert letter not in text
    assert "…漢" in text
    assert standard.loads(text)["target"] == name


@pytest.mark.parametrize("name", ["##vso[task.setvariable variable=PATH]/evil", "##[group]", "a##teamcity[x]"])
def test_no_name_is_a_command_of_a_build_s_log(name: str) -> None:
    text = json.write((msgspec.structs.replace(CLEAN, target=name),), WriteOptions())
    assert not re.search(r"##\w*\[", text)
    assert standard.loads(text)["target"] == name
