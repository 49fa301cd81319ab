"""Nobody but the caller opens the gate: forged names, from the archive to the verdict, and the name that he says."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from images import build, docker_archive, layer, oci_archive, oci_layout
from policy.floor import CVE, baseline, fails, scanned, wheel
from pratique.api import Settings, called, inventory, scan
from pratique.errors import UsageError
from pratique.model import Action, Report
from pratique.plugins import WriteOptions
from pratique.report import cyclonedx
from pratique.report._restore import restore
from pratique.report.json import WRITER
from pratique.rulings import rulings
from vuln.feeds import NOW

NAME = "registry.example/prod/app:1"
GATE = 'gate: [{name: all, when: "true", action: fail}]'
UNTIL = "reason: r, owner: o, expires: 2026-01-20"
PROMISE = f"package: demo, {UNTIL}"
ACCEPTING = f"{GATE}\nsuppress: [{{id: {CVE}, {PROMISE}, image: registry.example/prod/app, accept_kev: true}}]"
LAX = """scopes:
  - name: lax
    when: image.name.startsWith("registry.example/prod/")
    gate: [{name: any, when: "true", action: warn}]
"""
# What is let be, and by what; the vulnerability is known to be exploited, and base-unknown is not.
WAYS = {
    "acceptance of what is exploited": ACCEPTING,
    "a suppression of a finding of the image": f"{GATE}\nsuppress: [{{id: base-unknown, image: {NAME}, {UNTIL}}}]",
    "a milder scope": LAX + GATE,
}
VEX = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.org/vex",
    "author": "Ann",
    "timestamp": "2026-01-01T00:00:00Z",
    "statements": [
        {
            "vulnerability": {"name": CVE},
            "products": [{"@id": "pkg:docker/prod/app@1?repository_url=registry.example"}],
            "status": "not_affected",
            "justification": "component_not_present",
        }
    ],
}


@pytest.fixture(scope="module", params=["layout", "oci-archive", "docker-archive", "cyclonedx", "our own"])
def forged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A target that calls itself ``NAME``, and is made by somebody else."""
    folder = tmp_path_factory.mktemp("forged")
    made = build(layer(wheel()), created_by=("COPY . /",))
    match request.param:
        case "layout":
            return str(oci_layout(folder / "app", {NAME: made}))
        case "oci-archive":
            return str(oci_archive(folder / "app.tar", {NAME: made}))
        case "docker-archive":
            return str(docker_archive(folder / "app.tar", {NAME: made}))
        case _:
            path = folder / "app.cdx.json"
            app = str(oci_layout(folder / "app", made))
            path.write_text(json.dumps(SBOM) if request.param == "cyclonedx" else own(app))
            return f"sbom:{path}"


SBOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"component": {"type": "container", "name": NAME, "version": "sha256:" + "a" * 64}},
    "components": [{"type": "library", "name": "demo", "version": "1.0", "purl": "pkg:pypi/demo@1.0"}],
}


def own(target: str) -> str:
    """A document of ours, whose maker writes into it that the caller named the image."""
    (outcome,) = inventory([target], Settings(now=NOW))
    document = json.loads(cyclonedx.WRITER.write([outcome.report], WriteOptions()))
    (found,) = [each for each in document["metadata"]["properties"] if each["name"] == "pratique:image"]
    found["value"] = json.dumps({**json.loads(found["value"]), "name": NAME, "named": "caller"})
    return json.dumps(document)


def by(settings: Settings, tmp_path: Path, text: str) -> Settings:
    (tmp_path / "policy.yaml").write_text(text)
    return msgspec.structs.replace(settings, policy=tmp_path / "policy.yaml")


def named(settings: Settings, target: str, name: str = NAME) -> Settings:
    return msgspec.structs.replace(settings, names=((target, name),))


def milder(report: Report) -> set[str]:
    """The identifiers of what does not fail."""
    return {finding.id for finding in report.findings if finding.decision.action is not Action.FAIL}


@pytest.mark.parametrize("way", WAYS)
def test_a_forged_name_lets_nothing_be(way: str, forged: str, plain: Settings, tmp_path: Path) -> None:
    settings = by(plain, tmp_path, WAYS[way])
    found = scanned(forged, settings)
    assert fails(found)
    assert not milder(found)
    assert any("--name" in note for note in found.notes) or not scanned(forged, named(settings, forged)).notes


def test_the_callers_name_does(forged: str, plain: Settings, tmp_path: Path) -> None:
    settings = by(plain, tmp_path, ACCEPTING)
    found = scanned(forged, named(settings, forged))
    assert found.image is not None
    assert (found.image.name, found.image.named) == (NAME, "caller")
    assert CVE in milder(found)
    assert any("KEV accepted" in note for note in found.notes)
    assert fails(scanned(forged, named(settings, forged, "registry.example/prod/other:1")))


def test_a_forged_name_is_in_no_baseline(forged: str, plain: Settings, tmp_path: Path) -> None:
    settings = by(plain, tmp_path, GATE)
    entries = [{"id": "base-unknown", "image": NAME}, {"id": "base-unknown", "image": "registry.example/prod/app"}]
    (tmp_path / "baseline.yaml").write_text(baseline(findings=entries))
    settings = msgspec.structs.replace(settings, baseline=tmp_path / "baseline.yaml")
    found = scanned(forged, settings)
    assert not milder(found)
    assert any(
        "entry for registry.example/prod/app not in force: only the image itself" in note for note in found.notes
    )


def test_a_forged_name_is_in_no_vex_document(forged: str, plain: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(VEX))
    settings = msgspec.structs.replace(plain, vex=(tmp_path / "a.json",))
    assert fails(scanned(forged, settings))
    assert not fails(scanned(forged, named(settings, forged)))


def test_a_report_that_is_saved_says_whose_word_it_is(forged: str, plain: Settings, tmp_path: Path) -> None:
    settings = by(plain, tmp_path, ACCEPTING)
    report = scanned(forged, settings)
    (saved,) = restore(WRITER.write([report], WriteOptions()).encode(), "report.json")
    assert saved.image is not None
    assert report.image is not None
    assert (saved.image.named, saved.image.stated) == ("maker", report.image.stated)
    (found,) = rulings(CVE, [saved], settings, saved=True)
    assert found.finding.decision.action is Action.FAIL
    (found,) = rulings(CVE, called([saved], "report.json", named(settings, "report.json")), settings, saved=True)
    assert found.finding.decision.action is Action.ALLOW


def test_a_name_is_no_name_of_several_images(plain: Settings, tmp_path: Path) -> None:
    made = build(layer(wheel()))
    other = build(layer(wheel("other")))
    target = str(oci_archive(tmp_path / "two.tar", {NAME: made, "registry.example/prod/other:1": other}))
    (outcome,) = scan([target], named(plain, target))
    assert isinstance(outcome.error, UsageError)
    assert "holds 2 images" in str(outcome.error)
    chosen = f"{target}:{NAME}"
    assert scanned(chosen, named(plain, chosen)).image is not None


@pytest.mark.parametrize("name", ["Not A Name", "", "app@sha256:" + "0" * 64, "https://registry.example/app"])
def test_what_is_no_name_is_wrong_usage(name: str, forged: str, plain: Settings) -> None:
    with pytest.raises(UsageError):
        list(scan([forged], named(plain, forged, name)))
