"""Envelopes are opened, formats told by their content, and hostile bytes refused."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog.sbom._shape import Document
from pratique.catalog.sbom.read import read
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.plugins import WriteOptions
from pratique.report import json as json_writer
from sboms import REPORT, VARIANTS, stated, text

BOM = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "purl": "pkg:npm/a@1"}]}
SPDX = text(REPORT, "spdx")


def one(data: object, limits: Limits = DEFAULT) -> Document:
    (document,) = read(data if isinstance(data, bytes) else json.dumps(data).encode(), "x", limits)
    return document


def statement(predicate: object) -> dict[str, object]:
    """https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, as BuildKit stores it."""
    kind = "https://spdx.dev/Document"
    return {"_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind, "subject": [], "predicate": predicate}


def envelope(inner: object) -> dict[str, object]:
    """https://github.com/secure-systems-lab/dsse/blob/master/envelope.md"""
    payload = base64.b64encode(json.dumps(inner).encode()).decode()
    return {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": [{"sig": "AA=="}]}


@pytest.mark.parametrize(
    "wrapped",
    [
        statement(BOM),
        envelope(statement(BOM)),
        {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": envelope(statement(BOM))},
        statement({"Data": json.dumps(BOM), "Timestamp": ""}),  # as Cosign 1 wrote it
        {"sbom": BOM},  # https://docs.github.com/rest/dependency-graph/sboms
        [BOM],
    ],
)
def test_wrapped(wrapped: object) -> None:
    assert [part.purl for part in one(wrapped).parts] == ["pkg:npm/a@1"]


def test_an_spdx_statement_of_buildkit() -> None:
    assert one(statement(json.loads(SPDX))) == one(SPDX.encode())


def test_a_list_of_several() -> None:
    assert len(read(json.dumps([BOM, BOM]).encode(), "x", DEFAULT)) == 2


def test_lines_of_envelopes_are_read_as_the_first() -> None:
    line = json.dumps(envelope(statement(BOM)))
    assert one(f"{line}\n{line}\n".encode()).parts


def test_lines_of_documents_are_refused() -> None:
    with pytest.raises(Unreadable, match="holds several documents"):
        one(f"{json.dumps(BOM)}\n{json.dumps(BOM)}\n".encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_a_shell_of_windows_writes(encoding: str) -> None:
    assert one(json.dumps(BOM).encode(encoding)).parts


def test_wrapped_too_often() -> None:
    wrapped: object = BOM
    for _ in range(6):
        wrapped = statement(wrapped)
    with pytest.raises(LimitExceeded, match="wrapped more than 4 times"):
        one(wrapped)


def test_our_json() -> None:
    found = stated(json_writer.write((REPORT,), WriteOptions(inventory=True)).encode("utf-8", "surrogateescape"))
    assert found.format == "Pratique JSON inventory"
    assert len(found.inventory.packages) == len(REPORT.packages)
    assert found.inventory.distro is not None
    assert found.inventory.distro.version == "12"
    assert found.image.digest == "sha256:" + "a" * 64
    assert found.inventory.problems == REPORT.problems


def test_our_report_keeps_the_problems_of_layers_alone() -> None:
    found = stated(json_writer.write((REPORT,), WriteOptions()).encode("utf-8", "surrogateescape"))
    assert found.format == "Pratique JSON report"
    assert [problem.layer for problem in found.inventory.problems] == [1, -1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"{",
        b"{}",
        b"[",
        b"[1]",
        b"null",
        b"\x00\x01",
        b"\xff\xfe\x00",
        b"\xff\xff",
        b"<",
        b"<bom/",
        b"<a/>",
        b'<?xml version="1.0" encoding="x-none"?><bom/>',
        b'{"bomFormat": "CycloneDX", "components": 1}',
        b'{"bomFormat": "CycloneDX", "components": [',
        b'{"spdxVersion": "SPDX-2.3", "packages": {}}',
        b'{"@context": "https://spdx.org/x", "@graph": {}}',
        b'{"payload": "%%%", "payloadType": ""}',
        b'{"payload": "", "payloadType": ""}',
        b'{"artifacts": 1}',
        b'{"manifests": []}',
        b'{"schema": "urn:pratique:inventory:1.0", "packages": [{}]}',
        b'{"schema": "urn:pratique:inventory:1.0", "packages": [{"type": "\xff", "name": "", "version": ""}]}',
        b"Relationship: a b c",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<a>" * 1000,
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data, "x", DEFAULT)


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE bom [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><bom><metadata>&b;</metadata></bom>'
    with pytest.raises(Unreadable, match="declares a document type, 'bom'"):
        one(laughs)


def test_nesting_has_a_bound() -> None:
    inner: dict[str, object] = {"name": "a"}
    for _ in range(70):
        inner = {"name": "a", "components": [inner]}
    with pytest.raises(LimitExceeded, match="json_depth"):
        one({"bomFormat": "CycloneDX", "components": [inner]})
    with pytest.raises(LimitExceeded, match="json_depth"):
        one(b"<bom>" + b"<components><component>" * 70)


def test_nested_components_are_listed() -> None:
    inner = {"name": "b", "components": [{"name": "c"}]}
    document = one({"bomFormat": "CycloneDX", "components": [{"name": "a", "components": [inner]}, {"name": "d"}]})
    assert [part.name for part in document.parts] == ["a", "b", "c", "d"]
    nested = "<component><name>b</name><components><component><name>c</name></component></components></component>"
    xml = f"<bom><components><component><name>a</name><components>{nested}</components></component></components></bom>"
    assert [part.name for part in one(xml.encode()).parts] == ["a", "b", "c"]


def test_size_has_a_bound() -> None:
    with pytest.raises(LimitExceeded, match="larger than"):
        read(b"{" * 100, "x", Limits(sbom=99))


def test_components_of_xml_have_a_bound() -> None:
    with pytest.raises(LimitExceeded, match="facts_per_file"):
        read(b"<bom><components>" + b"<component/>" * 9 + b"</components></bom>", "x", Limits(facts_per_file=5))


@pytest.mark.parametrize(
    "text_", ["<text>", "PackageName: a\nPackageComment: <text>no end\nSPDXID: b", "Creator:\n:\n"]
)
def test_tags_without_an_end(text_: str) -> None:
    document = one(f"SPDXVersion: SPDX-2.3\n{text_}".encode())
    assert len(document.parts) <= 1


@pytest.mark.parametrize(("name", "variant"), [one for one in VARIANTS if one[1] in ("", "1.6")])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_document_that_was_cut_or_changed_ends_in_our_errors(name: str, variant: str, data: st.DataObject) -> None:
    whole = bytearray(text(REPORT, name, variant).encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        del whole[place:]
    else:
        whole[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unreadable):
        stated(bytes(whole))
