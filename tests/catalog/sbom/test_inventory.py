"""What other tools' documents tell: the same packages, whatever the format, and what is missing is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.catalog.sbom.inventory import Stated, inventory
from pratique.catalog.sbom.read import read
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT, Limits
from pratique.model import Distro, Package, Problem
from sboms import REPORT, stated, text

DOCUMENTS = Path(__file__).parent / "documents"
NO_LAYERS = "the document tells of no layers: which of them brought a package is not known"


def of(name: str) -> Stated:
    return stated((DOCUMENTS / name).read_bytes(), name)


def named(found: Stated, name: str) -> Package:
    (package,) = [package for package in found.inventory.packages if package.name == name]
    return package


def whats(found: Stated) -> list[str]:
    return [problem.what for problem in found.inventory.problems]


def component(**more: object) -> dict[str, object]:
    return {"type": "library", "name": "a", "version": "1", **more}


def cyclonedx(*components: dict[str, object], **more: object) -> Stated:
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components, **more}
    return stated(json.dumps(document))


ALPINE = ["syft.cdx.json", "syft.cdx.xml", "syft.spdx.json", "syft.spdx", "syft.json", "syft.github.json"]
ALPINE += ["trivy.cdx.json", "trivy.spdx.json", "trivy.spdx"]


@pytest.mark.parametrize("name", ALPINE)
def test_alpine_is_told_alike_by_all(name: str) -> None:
    found = of(name)
    distro = found.inventory.distro
    assert distro is not None
    assert (distro.id, distro.version) == ("alpine", "3.10.4")
    assert len(found.inventory.packages) == 14
    assert {package.type for package in found.inventory.packages} == {"apk"}
    crypto = named(found, "libcrypto1.1")
    assert (crypto.version, crypto.arch, crypto.namespace) == ("1.1.1d-r2", "x86_64", "alpine")
    assert crypto.source_name == "openssl"
    assert crypto.source_version in ("", "1.1.1d-r2")
    assert not [problem for problem in found.inventory.problems if problem.blocking]


@pytest.mark.parametrize("name", ["syft.cdx.json", "syft.cdx.xml", "syft.json", "trivy.cdx.json", "trivy.spdx.json"])
def test_layers_that_are_told(name: str) -> None:
    found = of(name)
    assert [layer.diff_id[:19] for layer in found.image.layers] == ["sha256:531743b7098c"]
    assert {package.layer for package in found.inventory.packages} == {0}
    assert whats(found) == []
    assert found.coverage.layers == found.coverage.layers_read == 1


@pytest.mark.parametrize("name", ["syft.spdx.json", "syft.spdx", "trivy.spdx", "syft.github.json", "npm.cdx.json"])
def test_layers_that_are_not_told_are_missed(name: str) -> None:
    assert whats(of(name)) == [NO_LAYERS]


def test_the_image_by_syft_and_trivy() -> None:
    syft, trivy = of("syft.json").image, of("trivy.cdx.json").image
    assert syft.digest == "sha256:808fcd364a3abbe46fcb6f56ceb1a21940c8897a66591fbb06fec7546d73ac2e"
    assert syft.config_digest == trivy.config_digest
    assert trivy.config_digest.startswith("sha256:af341ccd2df8")


@pytest.mark.parametrize("name", ["syft.cdx.json", "syft.spdx.json", "syft.json", "trivy.cdx.json", "trivy.spdx.json"])
def test_dependencies_within_the_document(name: str) -> None:
    assert named(of(name), "musl-utils").depends == ("musl@1.1.22-r3", "scanelf@1.2.3-r0")


@pytest.mark.parametrize("tool", ["syft", "trivy"])
@pytest.mark.parametrize("kind", ["cdx.json", "spdx.json", "json"])
def test_source_packages_and_epochs_of_debian(tool: str, kind: str) -> None:
    if (tool, kind) == ("trivy", "json"):
        pytest.skip("Trivy's own JSON is a report, no SBOM")
    found = of(f"{tool}-debian.{kind}")
    assert found.inventory.distro is not None
    assert found.inventory.distro.id == "debian"
    assert found.inventory.distro.version.startswith("12")
    assert named(found, "libssl3").source_name == "openssl"
    assert named(found, "zlib1g").version == "1:1.2.13.dfsg-1"
    login = named(found, "login")
    assert (login.version, login.source_name, login.source_version) == ("1:4.13+dfsg1-1+b1", "shadow", "1:4.13+dfsg1-1")


@pytest.mark.parametrize("name", ["syft-rocky.cdx.json", "syft-rocky.spdx.json", "syft-rocky.json"])
def test_an_rpm_has_the_source_that_its_file_names(name: str) -> None:
    dive = named(of(name), "dive")
    assert (dive.type, dive.version, dive.source_name, dive.source_version) == ("rpm", "0.9.2-1", "dive", "0.9.2-1")


def test_a_distribution_that_trivy_does_not_know_blocks() -> None:
    found = of("trivy-none.cdx.json")
    assert found.inventory.distro is None
    (first, _) = found.inventory.problems
    assert first.blocking
    assert "3 of its packages ('zlib1g', 'login', 'libssl3') have neither a package URL" in first.what


@pytest.mark.parametrize("name", ["npm.cdx.json", "npm.spdx.json", "cdxgen.cdx.json"])
def test_a_project_of_npm(name: str) -> None:
    found = of(name)
    node = named(found, "node")
    assert (node.type, node.namespace, node.version, node.licences) == ("npm", "@types", "20.1.0", ("MIT",))
    assert named(found, "chalk").depends == ("ansi-styles@4.3.0", "supports-color@7.2.0")
    assert found.inventory.distro is None
    assert named(found, "npmp").version == "1.0.0"  # the project itself may be in a feed


def test_trivys_snapshot_names_no_sources_which_blocks() -> None:
    assert [problem.what.partition(":")[0] for problem in of("trivy.github.json").inventory.problems] == [
        "the document names the source package of none of its 14 packages of a distribution",
        "the document tells of no layers",
    ]


def test_a_distribution_that_nobody_names_blocks() -> None:
    found = cyclonedx(component(purl="pkg:deb/debian/openssl@1?upstream=openssl"))
    assert Problem("document", "the document does not say which distribution its 1 packages are of", True) in (
        found.inventory.problems
    )


@pytest.mark.parametrize(
    ("purl", "distro"),
    [
        ("pkg:deb/debian/a@1?distro=debian-12", Distro("debian", "12")),
        ("pkg:deb/debian/a@1?distro=bookworm", Distro("debian", codename="bookworm")),
        ("pkg:deb/ubuntu/a@1?distro=ubuntu-22.04", Distro("ubuntu", "22.04")),
        ("pkg:apk/alpine/a@1?distro=3.19.1", Distro("alpine", "3.19.1")),
        ("pkg:apk/wolfi/a@1?distro=wolfi", Distro("wolfi")),
        ("pkg:rpm/redhat/a@1?distro=redhat-9.3", Distro("rhel", "9.3")),
        ("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5", Distro("opensuse-leap", "15.5")),
        ("pkg:deb/debian/a@1?os_distro=bookworm&os_name=debian&os_version=12", Distro("debian", "12")),
    ],
)
def test_distributions_of_package_urls(purl: str, distro: Distro) -> None:
    assert cyclonedx(component(purl=purl)).inventory.distro == distro


def test_the_distribution_of_most_packages_counts_and_the_others_are_told() -> None:
    purls = ["pkg:deb/debian/a@1?distro=debian-11", *(f"pkg:deb/debian/{n}@1?distro=debian-12" for n in "bc")]
    found = cyclonedx(*(component(purl=purl) for purl in purls))
    assert found.inventory.distro == Distro("debian", "12")
    assert any("several distributions (debian 11, debian 12)" in what for what in whats(found))


@pytest.mark.parametrize(
    ("name", "id_"), [("redhat", "rhel"), ("amazon", "amzn"), ("opensuse.leap", "opensuse-leap"), ("debian", "debian")]
)
def test_trivys_names_of_distributions(name: str, id_: str) -> None:
    found = cyclonedx({"type": "operating-system", "name": name, "version": "9"})
    assert found.inventory.distro is not None
    assert (found.inventory.distro.id, found.inventory.distro.version) == (id_, "9")


def test_a_package_without_a_url_is_listed_and_told() -> None:
    found = cyclonedx(component(name="thing", cpe="cpe:2.3:a:x:thing:1:*:*:*:*:*:*:*"), component(purl="nonsense"))
    thing, other = found.inventory.packages
    assert (thing.type, thing.name, thing.cpe) == ("generic", "thing", "cpe:2.3:a:x:thing:1:*:*:*:*:*:*:*")
    assert other.type == "generic"
    assert whats(found)[0] == (
        "1 of its packages ('a') has neither a package URL that can be read nor a CPE, so no feed is asked for them"
    )


def test_a_name_of_python_stands_as_it_is_given() -> None:
    found = cyclonedx(component(name="Zope.Interface", purl="pkg:pypi/zope-interface@1"))
    assert found.inventory.packages[0].name == "Zope.Interface"


def test_a_guessed_cpe_is_not_taken_beside_a_url() -> None:
    found = cyclonedx(component(purl="pkg:npm/a@1", cpe="cpe:2.3:a:a:a:1:*:*:*:*:*:*:*"))
    assert found.inventory.packages[0].cpe == ""


def test_a_version_that_is_missing_is_told() -> None:
    found = cyclonedx({"type": "library", "name": "a", "purl": "pkg:npm/a"})
    assert "1 of its packages ('a') has no version" in whats(found)


def test_what_is_no_package_is_not_listed() -> None:
    heading = component(type="application", properties=[{"name": "aquasecurity:trivy:Class", "value": "lang-pkgs"}])
    found = cyclonedx({"type": "file", "name": "f"}, heading, {"type": "cryptographic-asset", "name": "rsa"})
    assert found.inventory.packages == ()
    assert whats(found) == []


def test_a_part_that_cannot_be_read_hides_a_package() -> None:
    found = cyclonedx(component(name=7), component(purl="pkg:npm/a@1"))
    assert [package.name for package in found.inventory.packages] == ["a"]
    assert found.inventory.problems[0].hides


def test_too_many_packages() -> None:
    (document,) = read(text(REPORT, "spdx").encode(), "x", DEFAULT)
    with pytest.raises(LimitExceeded, match="lists 15 packages, more than"):
        inventory(document, "t", "x", Limits(facts_per_file=3))


def test_a_damaged_field_of_our_own_is_told() -> None:
    damaged = (
        text(REPORT, "spdx").replace("pratique:functions={", "pratique:functions={x").replace("layer=1", "layer=x")
    )
    problems = stated(damaged).inventory.problems
    assert any(problem.blocking and "pratique:functions cannot be read" in problem.what for problem in problems)
    assert any(problem.hides and "'x' is no number" in problem.what for problem in problems)
