"""The team's decisions as OpenVEX (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md)."""

from __future__ import annotations

import json

from pratique.model import Action, Decision, Distro, Image, Package, Report, Tool, Vex, VexStatus, Vulnerability
from pratique.plugins import WriteOptions
from pratique.report import openvex
from reports import ALL

SSL = Package("deb", "libssl3", "3.0-1", namespace="debian", arch="amd64")
ACCEPTED = Decision(Action.ALLOW, "kev", suppressed_until="2026-12-01", reason="no exposure", owner="ann")
DENIED = Decision(Action.ALLOW, "kev", reason="component_not_present", owner="bob", vex="not_affected")
VEX = Vex(VexStatus.NOT_AFFECTED, "component_not_present", author="bob", document="x", timestamp="2026-01-01T00:00:00Z")
IMAGE = Image("t", "ghcr.io/team/App:1", digest="sha256:ab")


def report(*findings: Vulnerability, image: Image | None = IMAGE) -> Report:
    return Report(
        "t",
        "2026-11-21T10:00:00Z",
        tool=Tool(version="1"),
        image=image,
        distro=Distro("debian", "12"),
        findings=findings,
    )


def written(*reports: Report) -> dict[str, object]:
    found = json.loads(openvex.write(reports, WriteOptions()))
    assert isinstance(found, dict)
    return found


def test_what_was_decided_and_nothing_else() -> None:
    document = written(
        report(
            Vulnerability("CVE-3", package=SSL),
            Vulnerability("CVE-2", package=SSL, decision=DENIED, vex=VEX),
            Vulnerability("CVE-1", package=SSL, aliases=("GHSA-1",), decision=ACCEPTED),
        )
    )
    product = {
        "@id": "pkg:oci/app@sha256:ab?arch=amd64&repository_url=ghcr.io%2Fteam%2FApp",
        "subcomponents": [{"@id": "pkg:deb/debian/libssl3@3.0-1?arch=amd64&distro=debian-12"}],
    }
    assert document.pop("@id", "").startswith("https://openvex.dev/docs/public/vex-")
    assert document == {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "ann, bob",
        "timestamp": "2026-11-21T10:00:00Z",
        "version": 1,
        "tooling": "pratique 1",
        "statements": [
            {
                "vulnerability": {"name": "CVE-1", "aliases": ["GHSA-1"]},
                "products": [product],
                "status": "affected",
                "action_statement": "accepted until 2026-12-01 by ann: no exposure",
            },
            {
                "vulnerability": {"name": "CVE-2"},
                "products": [product],
                "status": "not_affected",
                "justification": "component_not_present",
                "timestamp": "2026-01-01T00:00:00Z",
            },
        ],
    }


def test_nothing_is_stated_of_what_nobody_has_looked_into() -> None:
    held = Decision(Action.ALLOW, "kev", suppressed_until="2026-12-01", reason="r", owner="eve", baseline="2026-11-01")
    document = written(report(Vulnerability("CVE-1", package=SSL, decision=held)))
    assert (document["statements"], document["author"]) == ([], "unknown")
    heard = written(report(Vulnerability("CVE-1", package=SSL, decision=held, vex=VEX)))
    assert [statement["status"] for statement in heard["statements"]] == ["not_affected"]  # type: ignore[attr-defined]
    assert heard["author"] == "bob"


def test_what_is_affected_has_an_action() -> None:
    vex = Vex(VexStatus.AFFECTED, author="bob", document="x")
    (statement,) = written(report(Vulnerability("CVE-1", package=SSL, vex=vex)))["statements"]  # type: ignore[misc]
    assert (statement["status"], statement["action_statement"]) == ("affected", "no action is stated")


def test_an_image_without_a_digest_is_not_named() -> None:
    (statement,) = written(report(Vulnerability("CVE-1", package=SSL, decision=ACCEPTED), image=None))["statements"]  # type: ignore[misc]
    assert statement["products"] == [{"@id": "pkg:deb/debian/libssl3@3.0-1?arch=amd64&distro=debian-12"}]


def test_a_label_of_cyclonedx_becomes_text() -> None:
    vex = Vex(VexStatus.NOT_AFFECTED, "code_not_reachable")
    (statement,) = written(report(Vulnerability("CVE-1", package=SSL, decision=DENIED, vex=vex)))["statements"]  # type: ignore[misc]
    assert "justification" not in statement
    assert statement["impact_statement"] == "code_not_reachable"


def test_the_same_decisions_have_the_same_id() -> None:
    one = report(Vulnerability("CVE-1", package=SSL, decision=ACCEPTED))
    other = report(Vulnerability("CVE-1", package=SSL, decision=Decision(Action.NONE)))
    assert written(one)["@id"] == written(one)["@id"] != written(other)["@id"]


def test_every_report_can_be_written() -> None:
    assert written(*ALL)["version"] == 1
    assert written()["statements"] == []
