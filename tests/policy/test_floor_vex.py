"""Ways round the KEV floor by VEX documents of every format and status: only one that a label justifies opens it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from policy.floor import ALLOW, CVE, fails, is_exploited, scanned
from pratique.api import Settings
from pratique.model import Action

# --- what VEX documents may say ---------------------------------------------------------------

DEMO = "pkg:pypi/demo@1.0"
LABEL = "vulnerable_code_not_in_execute_path"


def openvex(status: str, *, product: str = DEMO, name: str = CVE, at: str = "2026-01-05T00:00:00Z", **more: str) -> str:
    """https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md"""
    statement = {"vulnerability": {"name": name}, "products": [{"@id": product}], "status": status, **more}
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:team:1", "author": "Team", "version": 1}
    return json.dumps({**head, "timestamp": at, "statements": [{**statement, "timestamp": at}]})


def csaf(status: str, **more: object) -> str:
    """https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 4.5"""
    product = {"product_id": "demo", "name": "demo", "product_identification_helper": {"purl": DEMO}}
    document = {
        "csaf_version": "2.0",
        "publisher": {"name": "Team"},
        "tracking": {"id": "T-1", "current_release_date": "2026-01-05T00:00:00Z", "status": "final"},
    }
    vulnerability = {"cve": CVE, "product_status": {status: ["demo"]}, **more}
    return json.dumps(
        {"document": document, "product_tree": {"full_product_names": [product]}, "vulnerabilities": [vulnerability]}
    )


def cyclonedx(state: str, **more: str) -> str:
    """https://cyclonedx.org/docs/1.6/json/#vulnerabilities"""
    demo = {"bom-ref": "demo", "type": "library", "name": "demo", "version": "1.0", "purl": DEMO}
    vulnerability = {"id": CVE, "analysis": {"state": state, **more}, "affects": [{"ref": "demo"}]}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2026-01-05T00:00:00Z"}}
    return json.dumps({**head, "components": [demo], "vulnerabilities": [vulnerability]})


IMPACT = [{"category": "impact", "details": "never called"}]
STATEMENTS = {
    "fixed": openvex("fixed"),
    "affected": openvex("affected", action_statement="wait"),
    "under investigation": openvex("under_investigation"),
    "not affected, in words of one's own": openvex("not_affected", impact_statement="we never call it"),
    "not affected, by a label that does not exist": openvex("not_affected", justification="we_say_so"),
    "not affected, without a word": openvex("not_affected"),
    "not affected, by a label with a space": openvex("not_affected", justification=f"{LABEL} "),
    "not affected tomorrow": openvex("not_affected", justification=LABEL, at="2026-01-11T00:00:00Z"),
    "not affected at no time": openvex("not_affected", justification=LABEL, at=""),
    "not affected, of another version": openvex("not_affected", justification=LABEL, product="pkg:pypi/demo@1.1"),
    "not affected, of another package": openvex("not_affected", justification=LABEL, product="pkg:pypi/dem@1.0"),
    "not affected, of anything": openvex("not_affected", justification=LABEL, product="*"),
    "not affected, of another ecosystem": openvex("not_affected", justification=LABEL, product="pkg:npm/demo@1.0"),
    "not affected, of another image": openvex("not_affected", justification=LABEL, product="pkg:oci/other@sha256:00"),
    "not affected, of all vulnerabilities": openvex("not_affected", justification=LABEL, name="*"),
    "CSAF: fixed": csaf("fixed"),
    "CSAF: first fixed": csaf("first_fixed"),
    "CSAF: recommended": csaf("recommended"),
    "CSAF: affected": csaf("known_affected"),
    "CSAF: under investigation": csaf("under_investigation"),
    "CSAF: not affected, in words": csaf("known_not_affected", threats=IMPACT),
    "CSAF: not affected, by a flag that does not exist": csaf("known_not_affected", flags=[{"label": "x"}]),
    "CSAF: not affected, by the flag of another product": csaf(
        "known_not_affected", flags=[{"label": LABEL, "product_ids": ["other"]}], threats=IMPACT
    ),
    "CycloneDX: resolved": cyclonedx("resolved", detail="done"),
    "CycloneDX: resolved with pedigree": cyclonedx("resolved_with_pedigree", detail="done"),
    "CycloneDX: exploitable": cyclonedx("exploitable"),
    "CycloneDX: in triage": cyclonedx("in_triage"),
    "CycloneDX: false positive, in words": cyclonedx("false_positive", detail="it is not"),
    "CycloneDX: not affected, in words": cyclonedx("not_affected", detail="it is not"),
}


@pytest.mark.parametrize("policy", ["version: 1", ALLOW], ids=["default", "allow"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_but_a_justified_one_lets_it_through(
    name: str, policy: str, tmp_path: Path, image: str, plain: Settings
) -> None:
    (tmp_path / "vex.json").write_text(STATEMENTS[name])
    assert plain.policy is not None
    plain.policy.write_text(policy)
    assert fails(scanned(image, msgspec.structs.replace(plain, vex=(tmp_path / "vex.json",))))


@pytest.mark.parametrize(
    "text",
    [
        openvex("not_affected", justification=LABEL),
        csaf("known_not_affected", flags=[{"label": LABEL, "product_ids": ["demo"]}]),
        cyclonedx("not_affected", justification="code_not_reachable"),
    ],
    ids=["OpenVEX", "CSAF", "CycloneDX"],
)
def test_a_justified_statement_is_the_one_door(text: str, tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "vex.json").write_text(text)
    found = scanned(image, msgspec.structs.replace(plain, vex=(tmp_path / "vex.json",)))
    assert [each.decision.action for each in found.findings if is_exploited(each)] == [Action.ALLOW]


def test_a_later_statement_closes_that_door(tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "a.json").write_text(openvex("not_affected", justification=LABEL))
    (tmp_path / "b.json").write_text(openvex("affected", action_statement="wait", at="2026-01-06T00:00:00Z"))
    for vex in ("a.json", "b.json"), ("b.json", "a.json"):
        assert fails(scanned(image, msgspec.structs.replace(plain, vex=tuple(tmp_path / name for name in vex))))


def test_of_two_statements_of_one_time_the_graver_holds(tmp_path: Path, image: str, plain: Settings) -> None:
    (tmp_path / "a.json").write_text(openvex("not_affected", justification=LABEL))
    (tmp_path / "b.json").write_text(openvex("under_investigation"))
    for vex in ("a.json", "b.json"), ("b.json", "a.json"):
        assert fails(scanned(image, msgspec.structs.replace(plain, vex=tuple(tmp_path / name for name in vex))))
