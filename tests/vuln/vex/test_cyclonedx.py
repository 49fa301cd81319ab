"""CycloneDX VEX (https://cyclonedx.org/docs/1.6/json/#vulnerabilities): documents of their own, BOMs, broken ones."""

from __future__ import annotations

import json

import pytest

from pratique.model import VexStatus
from pratique.vuln.vex._shape import Component, Product
from pratique.vuln.vex.cyclonedx import read

LODASH = {"bom-ref": "lodash", "type": "library", "name": "lodash", "purl": "pkg:npm/lodash@4.17.20"}
ANALYSIS = {"state": "not_affected", "justification": "code_not_reachable", "detail": "unused"}
ENTRY = {"id": "CVE-2026-1", "analysis": ANALYSIS, "affects": [{"ref": "lodash"}]}


def document(*vulnerabilities: object, components: tuple[object, ...] = (LODASH,), **metadata: object) -> bytes:
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": "urn:uuid:1",
            "metadata": {"timestamp": "2026-01-01T00:00:00Z", **metadata},
            "components": list(components),
            "vulnerabilities": list(vulnerabilities),
        }
    ).encode()


def test_an_analysis_of_a_component() -> None:
    found = read(document({**ENTRY, "references": [{"id": "GHSA-1"}]}, authors=[{"name": "Ann"}, {"email": "b@c.d"}]))
    (statement,) = found.statements
    assert (found.id, found.author) == ("urn:uuid:1", "Ann, b@c.d")
    assert statement.names == ("CVE-2026-1", "GHSA-1")
    assert statement.products == (Product(Component(("pkg:npm/lodash@4.17.20",), called="lodash")),)
    assert (statement.status, statement.justification, statement.impact) == (
        VexStatus.NOT_AFFECTED,
        "code_not_reachable",
        "unused",
    )
    assert statement.timestamp == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("purl", "version", "meant"),
    [
        ("pkg:npm/lodash", "4.17.20", "pkg:npm/lodash@4.17.20"),
        ("pkg:npm/lodash?vcs_url=x", "4.17.20", "pkg:npm/lodash@4.17.20?vcs_url=x"),
        ("pkg:npm/lodash@4.17.21", "4.17.20", "pkg:npm/lodash@4.17.21"),
        ("pkg:npm/lodash", "", "pkg:npm/lodash"),
    ],
)
def test_the_version_beside_a_package_url_without_one_counts(purl: str, version: str, meant: str) -> None:
    component = {**LODASH, "purl": purl, "version": version}
    (statement,) = read(document(ENTRY, components=(component,))).statements
    assert statement.products == (Product(Component((meant,), called="lodash")),)


def test_in_a_bom_of_an_image_the_component_is_meant_as_a_part_of_it() -> None:
    root = {"bom-ref": "root", "type": "container", "name": "app:1", "version": "sha256:ab"}
    (statement,) = read(document(ENTRY, component=root)).statements
    assert statement.products == (
        Product(
            Component(name="app:1", version="sha256:ab"), (Component(("pkg:npm/lodash@4.17.20",), called="lodash"),)
        ),
    )
    (whole,) = read(document({**ENTRY, "affects": [{"ref": "root"}]}, component=root)).statements
    assert whole.products == (Product(Component(name="app:1", version="sha256:ab")),)


@pytest.mark.parametrize(
    "ref", ["urn:cdx:3e671687/1#pkg:npm/lodash@4.17.20", "urn:cdx:3e671687/1#pkg%3Anpm%2Flodash%404.17.20"]
)
def test_a_bom_link_to_a_component_that_is_referred_to_by_its_purl(ref: str) -> None:
    (statement,) = read(document({**ENTRY, "affects": [{"ref": ref}]}, components=())).statements
    assert statement.products == (Product(Component(("pkg:npm/lodash@4.17.20",))),)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("exploitable", VexStatus.AFFECTED),
        ("in_triage", VexStatus.UNDER_INVESTIGATION),
        ("resolved", VexStatus.FIXED),
        ("resolved_with_pedigree", VexStatus.FIXED),
        ("false_positive", VexStatus.NOT_AFFECTED),
    ],
)
def test_states(state: str, status: VexStatus) -> None:
    (statement,) = read(document({**ENTRY, "analysis": {"state": state, "detail": "x"}})).statements
    assert statement.status is status


def test_a_vulnerability_without_an_analysis_says_nothing() -> None:
    found = read(document({"id": "CVE-2026-1", "affects": [{"ref": "lodash"}]}, {**ENTRY, "analysis": {}}))
    assert (found.statements, found.unread) == ((), ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"analysis": {"state": "not_affected"}}, "without a justification or a detail"),
        ({"analysis": {"state": "fine"}}, "'fine'"),
        ({"analysis": {**ANALYSIS, "justification": "because"}}, "'because'"),
        ({"affects": []}, "affects no component"),
        ({"affects": [{"ref": "left-pad"}]}, "nothing is known of the component 'left-pad'"),
        ({"affects": [{"ref": "lodash", "versions": [{"range": "<5"}]}]}, "neither a version nor a vers range"),
        ({"affects": [{"ref": "lodash", "versions": [{"status": "unaffected"}]}]}, "limited to ''"),
        (
            {"affects": [{"ref": "lodash", "versions": [{"version": "4", "status": "affected"}]}]},
            "'lodash' is not_affected, and its '4' affected",
        ),
        ({"id": ""}, "has no id"),
        ({"affects": 3}, "Expected"),
    ],
)
def test_what_cannot_be_used_is_told_of(change: dict[str, object], said: str) -> None:
    found = read(document({**ENTRY, **change}, ENTRY))
    assert len(found.statements) == 1
    (why,) = found.unread
    assert said in why


@pytest.mark.parametrize(
    ("state", "versions", "products"),
    [  # as CycloneDX's own examples of CISA's use cases write them (bom-examples, VEX/CISA-Use-Cases, cases 2 to 8)
        ("not_affected", [{"range": "vers:npm/>=1|<2", "status": "unaffected"}], ["?vers=vers:npm/%3E%3D1%7C%3C2"]),
        ("not_affected", [{"version": "1.5", "status": "unaffected"}, {"version": "2"}], ["@1.5", "@2"]),
        ("resolved", [{"version": "5.1"}, {"version": "5.2"}], ["@5.1", "@5.2"]),
        ("exploitable", [{"version": "1", "status": "affected"}, {"version": "2", "status": "unaffected"}], ["@1"]),
        ("in_triage", [{"version": "1", "status": "unknown"}], ["@1"]),
    ],
)
def test_listed_versions_are_meant(state: str, versions: list[object], products: list[str]) -> None:
    affects = [{"ref": "pkg:npm/lodash", "versions": versions}]
    analysed: dict[str, object] = {**ENTRY, "analysis": {**ANALYSIS, "state": state}, "affects": affects}
    (statement,) = read(document(analysed)).statements
    assert [part.purls for product in statement.products for part in product.parts or (product.component,)] == [
        (f"pkg:npm/lodash{each}",) for each in products
    ]


@pytest.mark.parametrize(
    ("versions", "meant"),
    [
        ({"range": "vers:npm/<4.17.21"}, True),
        ({"range": "vers:npm/<4"}, False),
        ({"version": "4.17.20"}, True),
        ({"version": "4"}, False),
    ],
)
def test_a_component_of_one_version_is_meant_where_that_is_listed(versions: object, meant: bool) -> None:
    (statement,) = read(document({**ENTRY, "affects": [{"ref": "lodash", "versions": [versions]}]})).statements
    (product,) = statement.products
    (part,) = product.parts or (product.component,)
    assert part.purls == ("pkg:npm/lodash@4.17.20",) * meant
