"""CSAF 2.0 (https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 4.5): trees, relations, flags."""

from __future__ import annotations

import json

import pytest

from pratique.model import VexStatus
from pratique.vuln.vex._shape import Component, Product
from pratique.vuln.vex.csaf import read


def named(id_: str, purl: str = "") -> dict[str, object]:
    helper = {"product_identification_helper": {"purl": purl}} if purl else {}
    return {"product_id": id_, "name": id_, **helper}


TREE = {
    "branches": [
        {
            "category": "vendor",
            "name": "Example",
            "branches": [
                {"category": "product_version", "name": "1", "product": named("app", "pkg:oci/app@sha256:ab")},
                {"category": "product_version", "name": "2", "product": named("ssl", "pkg:deb/debian/openssl@3.0")},
            ],
        }
    ],
    "full_product_names": [named("bare"), named("curl", "pkg:deb/debian/curl@7")],
    "relationships": [
        {
            "category": "default_component_of",
            "full_product_name": named("app:ssl"),
            "product_reference": "ssl",
            "relates_to_product_reference": "app",
        }
    ],
}


def document(*vulnerabilities: object, tree: object = TREE, version: str = "2.0", status: str = "final") -> bytes:
    return json.dumps(
        {
            "document": {
                "csaf_version": version,
                "publisher": {"name": "Example PSIRT"},
                "tracking": {"id": "EX-1", "current_release_date": "2026-01-01T00:00:00Z", "status": status},
            },
            "product_tree": tree,
            "vulnerabilities": list(vulnerabilities),
        }
    ).encode()


def entry(status: dict[str, list[str]], **more: object) -> dict[str, object]:
    return {"cve": "CVE-2026-1", "product_status": status, **more}


def test_flags_and_relations() -> None:
    flags = [{"label": "vulnerable_code_not_in_execute_path", "product_ids": ["app:ssl"]}]
    found = read(document(entry({"known_not_affected": ["app:ssl"]}, flags=flags, ids=[{"text": "GHSA-1"}])))
    (statement,) = found.statements
    assert (found.id, found.author, found.unread) == ("EX-1", "Example PSIRT", ())
    assert statement.names == ("CVE-2026-1", "GHSA-1")
    assert statement.products == (
        Product(Component(("pkg:oci/app@sha256:ab",)), (Component(("pkg:deb/debian/openssl@3.0",)),)),
    )
    assert (statement.status, statement.justification) == (
        VexStatus.NOT_AFFECTED,
        "vulnerable_code_not_in_execute_path",
    )


def test_every_status_of_its_own_products() -> None:
    threats = [{"category": "impact", "details": "not built in"}]
    found = read(
        document(
            entry(
                {
                    "fixed": ["app"],
                    "known_affected": ["curl"],
                    "under_investigation": ["ssl"],
                    "known_not_affected": ["app:ssl"],
                },
                threats=threats,
                remediations=[{"category": "workaround", "details": "turn it off", "product_ids": ["curl"]}],
            )
        )
    )
    assert {each.status: each.action for each in found.statements} == {
        VexStatus.NOT_AFFECTED: "",
        VexStatus.FIXED: "",
        VexStatus.AFFECTED: "turn it off",
        VexStatus.UNDER_INVESTIGATION: "",
    }
    assert found.statements[0].impact == "not built in"


@pytest.mark.parametrize(
    ("vulnerability", "said"),
    [
        (entry({"known_not_affected": ["ssl"]}), "without a flag or an impact"),
        (entry({"known_not_affected": ["ssl"]}, flags=[{"label": "x", "product_ids": ["ssl"]}]), "without a flag"),
        (
            entry({"known_not_affected": ["ssl"]}, flags=[{"label": "component_not_present", "product_ids": ["app"]}]),
            "without a flag",
        ),
        (entry({"fixed": ["bare"]}), "'bare'"),
        (entry({"fixed": ["nothing"]}), "'nothing'"),
        ({"product_status": {"fixed": ["app"]}}, "neither a CVE"),
        ({"cve": 1}, "Expected"),
    ],
)
def test_what_cannot_be_used_is_told_of(vulnerability: object, said: str) -> None:
    found = read(document(vulnerability))
    assert found.statements == ()
    assert said in found.unread[0]


GROUPED = {**TREE, "product_groups": [{"group_id": "G1", "product_ids": ["app", "ssl"]}, {"group_id": "G2"}]}


@pytest.mark.parametrize(
    ("of", "holds"),
    [
        ({}, True),
        ({"group_ids": ["G1"]}, True),
        ({"group_ids": ["G2", "G1"], "product_ids": ["curl"]}, True),
        ({"group_ids": ["G2"], "product_ids": ["ssl"]}, True),
        ({"group_ids": ["G2"]}, False),
        ({"group_ids": ["G3"]}, False),
        ({"group_ids": ["G3"], "product_ids": ["curl"]}, False),
    ],
)
def test_a_group_stands_for_its_products(of: dict[str, object], holds: bool) -> None:
    told = {"known_not_affected": ["ssl"]}
    flagged = read(document(entry(told, flags=[{"label": "component_not_present", **of}]), tree=GROUPED))
    assert [each.justification for each in flagged.statements] == ["component_not_present"] * holds
    threats = [{"category": "impact", "details": "not built in", **of}]
    assert len(read(document(entry(told, threats=threats), tree=GROUPED)).statements) == holds
    remedies = [{"category": "workaround", "details": "turn it off", **of}]
    (statement,) = read(document(entry({"known_affected": ["ssl"]}, remediations=remedies), tree=GROUPED)).statements
    assert statement.action == ("turn it off" if holds else "")


@pytest.mark.parametrize(("category", "name"), [("product_version", "3.0"), ("product_version_range", "before 3.0")])
@pytest.mark.parametrize(
    ("purl", "used"),
    [
        ("pkg:deb/debian/openssl", False),
        ("pkg:deb/debian/openssl?arch=amd64", False),
        ("pkg:deb/debian/openssl@3.0", True),
        ("pkg:oci/app?tag=1", True),
    ],
)
def test_a_product_of_one_version_is_not_meant_by_a_package_url_of_all(
    category: str, name: str, purl: str, used: bool
) -> None:
    leaf = {"category": "architecture", "name": "amd64", "product": named("p", purl)}
    for branch in ({"product": named("p", purl)}, {"branches": [leaf]}):
        tree = {"branches": [{"category": category, "name": name, **branch}]}
        found = read(document(entry({"fixed": ["p"]}), tree=tree))
        assert len(found.statements) == used
        assert ["'p'" in each and "version" in each for each in found.unread] == [True] * (not used)


def test_a_range_of_versions_is_heard() -> None:  # section 3.1.2.3.2
    leaf = {"category": "architecture", "name": "amd64", "product": named("p", "pkg:deb/debian/openssl?arch=amd64")}
    for category, used in (("product_version_range", True), ("product_version", False)):
        tree = {"branches": [{"category": category, "name": "vers:deb/<3.0", "branches": [leaf]}]}
        found = read(document(entry({"fixed": ["p"]}), tree=tree))
        products = [product.component.purls for one in found.statements for product in one.products]
        assert products == [("pkg:deb/debian/openssl?arch=amd64&vers=vers:deb/%3C3.0",)] * used


def test_a_product_name_without_a_version_is_of_all_versions() -> None:
    tree = {"branches": [{"category": "product_name", "name": "p", "product": named("p", "pkg:deb/debian/openssl")}]}
    (statement,) = read(document(entry({"fixed": ["p"]}), tree=tree)).statements
    assert statement.products == (Product(Component(("pkg:deb/debian/openssl",))),)


def test_what_is_recommended_is_not_therefore_fixed() -> None:  # section 6.1.6, the note
    assert read(document(entry({"recommended": ["curl"]}))).statements == ()
    (one,) = read(document(entry({"recommended": ["curl"], "known_affected": ["curl"]}))).statements
    assert one.status is VexStatus.AFFECTED


@pytest.mark.parametrize(("status", "used"), [("draft", False), ("interim", True), ("final", True)])
def test_a_draft_is_not_used_and_told_of(status: str, used: bool) -> None:
    found = read(document(entry({"fixed": ["ssl"]}), status=status))
    assert len(found.statements) == used
    assert found.unread == (() if used else ("the document is a draft",))


def test_a_relation_to_itself_ends() -> None:
    loop = {
        "full_product_names": [named("a", "pkg:deb/a")],
        "relationships": [
            {"full_product_name": named("a"), "product_reference": "a", "relates_to_product_reference": "a"},
            {"full_product_name": named("b"), "product_reference": "b", "relates_to_product_reference": "b"},
        ],
    }
    (statement,) = read(document(entry({"fixed": ["a"]}), tree=loop)).statements
    assert statement.products == (Product(Component(("pkg:deb/a",))),)


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"CSAF '1\.2'"):
        read(document(version="1.2"))
