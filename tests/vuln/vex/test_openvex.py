"""OpenVEX: the examples of https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md, older documents, broken ones."""

from __future__ import annotations

import json

import pytest

from pratique.model import VexStatus
from pratique.vuln.vex._shape import Component, Product, Statement
from pratique.vuln.vex.openvex import read

HEAD = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://openvex.dev/docs/example/vex-1",
    "author": "Team",
    "timestamp": "2026-01-08T18:02:03Z",
    "version": 1,
}
STATEMENT = {
    "vulnerability": {"name": "CVE-2026-1", "aliases": ["GHSA-1"]},
    "products": [{"@id": "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7"}],
    "status": "fixed",
}


def document(*statements: object, **more: object) -> bytes:
    return json.dumps({**HEAD, **more, "statements": list(statements)}).encode()


def test_a_statement_and_what_it_inherits() -> None:
    found = read(document(STATEMENT))
    assert (found.id, found.author, found.unread) == (HEAD["@id"], "Team", ())
    assert found.statements == (
        Statement(
            names=("CVE-2026-1", "GHSA-1"),
            products=(Product(Component(purls=("pkg:apk/wolfi/git@2.39.0-r1?arch=armv7",))),),
            status=VexStatus.FIXED,
            timestamp="2026-01-08T18:02:03Z",
        ),
    )


def test_a_statements_own_time_goes_before_the_documents() -> None:
    own = {**STATEMENT, "timestamp": "2026-02-01T00:00:00Z"}
    later = {**own, "last_updated": "2026-03-01T00:00:00Z"}
    found = read(document(STATEMENT, own, later, last_updated="2026-01-09T00:00:00Z"))
    assert [each.timestamp[:10] for each in found.statements] == ["2026-01-09", "2026-02-01", "2026-03-01"]


def test_identifiers_hashes_and_subcomponents() -> None:
    product = {
        "@id": "https://example.com/app",
        "identifiers": {"purl": "pkg:oci/app@sha256:ab", "cpe23": "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"},
        "hashes": {"sha-256": "AB12"},
        "subcomponents": [{"@id": "pkg:npm/lodash@4.17.20"}],
    }
    (statement,) = read(document({**STATEMENT, "products": [product]})).statements
    assert statement.products == (
        Product(
            Component(
                ("pkg:oci/app@sha256:ab",),
                "https://example.com/app",
                hashes=("sha256:ab12",),
                called="cpe:2.3:a:x:y:1:*:*:*:*:*:*:*",
            ),
            (Component(("pkg:npm/lodash@4.17.20",)),),
        ),
    )


def test_version_0_0_1_names_products_and_parts_as_texts() -> None:
    old = {**STATEMENT, "vulnerability": "CVE-2026-2", "products": ["pkg:oci/app"], "subcomponents": ["pkg:deb/x"]}
    (statement,) = read(document(old)).statements
    assert statement.names == ("CVE-2026-2",)
    assert statement.products == (Product(Component(("pkg:oci/app",)), (Component(("pkg:deb/x",)),)),)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "not_affected"}, "without a justification"),
        ({"status": "not_affected", "justification": "because"}, "'because' is none of OpenVEX's"),
        ({"status": "safe"}, "'safe' is none of OpenVEX's"),
        ({"products": []}, "names no product"),
        ({"vulnerability": {"name": ""}}, "names no vulnerability"),
        ({"vulnerability": 7}, "Expected"),
        ({"products": {"@id": "pkg:x/y"}}, "Expected"),
    ],
)
def test_what_breaks_the_specification_is_not_used_and_the_rest_is(change: dict[str, object], said: str) -> None:
    found = read(document({**STATEMENT, **change}, STATEMENT))
    assert len(found.statements) == 1
    (why,) = found.unread
    assert why.startswith("statement 1: ")
    assert said in why
