"""One of Red Hat's documents: what is wrong in it, past a bound, or no document at all, is told of."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.limits import DEFAULT, Limits
from pratique.model import FixState
from pratique.vuln.bulletin import Bulletin, Statement, Unread
from pratique.vuln.vendor._redhat import read_document


def document(status: dict[str, list[str]], **more: object) -> bytes:
    """A document with one rpm in RHEL 9, in the feed's form."""
    tree = {
        "branches": [
            {
                "category": "product_name",
                "name": "RHEL",
                "product": product("rhel", cpe="cpe:/o:redhat:enterprise_linux:9"),
            },
            {
                "category": "product_version",
                "name": "p",
                "product": product("p", purl="pkg:rpm/redhat/p@1-1.el9?arch=src"),
            },
        ],
        "relationships": [relation("rhel:p", "p", "rhel")],
    } | more
    return json.dumps(
        {
            "document": {"tracking": {"id": "CVE-2026-0001"}},
            "product_tree": tree,
            "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": status}],
        }
    ).encode()


def product(id_: str, **helper: str) -> dict[str, object]:
    return {"name": id_, "product_id": id_, "product_identification_helper": helper}


def relation(id_: str, part: str, whole: str) -> dict[str, object]:
    return {
        "category": "default_component_of",
        "full_product_name": {"name": id_, "product_id": id_},
        "product_reference": part,
        "relates_to_product_reference": whole,
    }


def read(data: bytes, limits: Limits = DEFAULT) -> tuple[list[Statement], list[str]]:
    found = list(read_document("cve-2026-0001.json", data, limits))
    statements = [each for one in found if isinstance(one, Bulletin) for each in one.statements]
    return statements, [one.why for one in found if isinstance(one, Unread)]


def test_the_made_up_document_is_read() -> None:
    statements, unread = read(document({"fixed": ["rhel:p"]}))
    assert [(each.name, each.fixed, each.scope.arches) for each in statements] == [("p", "0:1-1.el9", ("src",))]
    assert not unread


@pytest.mark.parametrize(
    ("relations", "why"),
    [
        ([relation("rhel:p", "rhel:p", "rhel:p")], "nested deeper than csaf_depth"),
        ([relation("rhel:p", "p", "b"), relation("b", "p", "rhel:p")], "nested deeper than csaf_depth"),
        ([relation("rhel:p", "b", "rhel"), relation("b", "rhel:p", "rhel")], "nested deeper than csaf_depth"),
        ([relation("rhel:p", "nobody", "rhel")], "the product tree does not have"),
        ([relation("rhel:p", "p", "nobody")], "without a CPE of Red Hat's"),
        ([relation("rhel:p", "p", "p")], "without a CPE of Red Hat's"),
    ],
)
def test_relationships_that_lead_nowhere(relations: list[dict[str, object]], why: str) -> None:
    statements, unread = read(document({"fixed": ["rhel:p"]}, relationships=relations))
    assert not statements
    assert len(unread) == 1
    assert why in unread[0]


@pytest.mark.parametrize(
    ("purl", "why"),
    [
        ("pkg:rpm/redhat/p@1-1.el9?arch=src&rpmmod=rhel10", "has no stream"),  # the flatpaks of RHEL 10
        ("pkg:rpm/redhat/p@1-1.el9?epoch=x", "has the epoch"),
        ("pkg:rpm/redhat/@1", "names no package"),
        ("rpm/redhat/p@1", "is no package URL"),
        ("pkg:rpm/redhat/" + "p" * 600, "longer than feed_text"),
        ("pkg:rpm/redhat/p", "fixed in a version that is not told"),
    ],
)
def test_package_urls_that_cannot_be_used(purl: str, why: str) -> None:
    branches = [
        {"product": product("rhel", cpe="cpe:/o:redhat:enterprise_linux:9")},
        {"product": product("p", purl=purl)},
    ]
    statements, unread = read(document({"fixed": ["rhel:p"]}, branches=branches))
    assert not statements
    assert len(unread) == 1
    assert why in unread[0]


def test_what_is_wrong_with_a_thousand_products_is_told_once() -> None:
    ids = [f"rhel:{number}" for number in range(1000)]
    relations = [relation(id_, "nobody", "rhel") for id_ in ids]
    _, unread = read(document({"fixed": ids}, relationships=relations))
    assert unread == ["a component that the product tree does not have: 1000 products, the first 'rhel:0'"]


def test_of_two_products_with_one_id_the_first_holds() -> None:
    branches = [
        {"product": product("rhel", cpe="cpe:/o:redhat:enterprise_linux:9")},
        {"product": product("rhel", cpe="cpe:/o:redhat:enterprise_linux:8")},
        {"product": product("p", purl="pkg:rpm/redhat/p?arch=src")},
    ]
    statements, _ = read(document({"known_affected": ["rhel:p", "rhel:p"]}, branches=branches))
    assert [(each.release, each.state) for each in statements] == [("enterprise_linux:9", FixState.AFFECTED)]


def test_products_as_a_whole_say_nothing_of_packages() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex/2024/cve-2024-0001.json names "red_hat_products" only."""
    assert read(document({"known_not_affected": ["rhel", "elsewhere"]})) == ([], [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"document": []}',
        b'{"document": {}, "product_tree": {"branches": 1}}',
        b'{"document": {}, "vulnerabilities": [{"cve": 1}]}',
        b'{"document": {}, "product_tree": {"branches": ' + b'[{"branches": ' * 100_000,
        b'{"document": {}, "product_tree": {"branches": '
        + b'[{"branches": ' * 100_000
        + b"[]"
        + b"}]" * 100_000
        + b"}}",
        b'{"document": {}, "product_tree": {"branches": [' + b"{}," * 4_000_000 + b"{}]}}",
        b'{"document": {}}',
        b'{"document": {}, "vulnerabilities": []}',
        b'{"document": {}, "vulnerabilities": [{}]}',
        b'{"document": {}, "vulnerabilities": [{"cve": "CVE 1"}]}',
    ],
    ids=range(15),
)
def test_what_is_no_document_is_told_of(data: bytes) -> None:
    statements, unread = read(data)
    assert not statements
    assert len(unread) == 1


def test_a_vulnerability_that_stands_twice() -> None:
    found = json.loads(document({"known_affected": ["rhel:p"]}))
    found["vulnerabilities"] *= 2
    statements, unread = read(json.dumps(found).encode())
    assert len(statements) == 1
    assert len(unread) == 1


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(csaf_products=1), "csaf_products"),
        (Limits(csaf_statements=0), "csaf_statements"),
        (Limits(feed_text=15), "feed_text"),
    ],
)
def test_bounds(limits: Limits, why: str) -> None:
    statements, unread = read(document({"fixed": ["rhel:p"]}), limits)
    assert not statements
    assert why in unread[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6) | st.sampled_from(["rhel", "p", "rhel:p"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "document",
                    "product_tree",
                    "branches",
                    "relationships",
                    "vulnerabilities",
                    "product_status",
                    "fixed",
                    "cve",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_read_or_told_of(value: object) -> None:
    assert list(read_document("x", json.dumps(value).encode(), DEFAULT))
