"""Which package URLs name which packages and images, as https://github.com/openvex/spec/issues/27 settles it."""

from __future__ import annotations

import msgspec
import pytest

from pratique.model import Distro, Image, Package, Platform
from pratique.vuln.vex._purl import fault, names_image, names_package, parse

DEBIAN = Distro("debian", "12", "bookworm")
SSL = Package("deb", "libssl3", "3.0.11-1~deb12u2", arch="amd64", source_name="openssl", source_version="3.0.11-1")
RPM = Package("rpm", "bind", "32:9.16-1.el8", namespace="redhat", arch="x86_64")
PYPI = Package("pypi", "Foo.Bar", "1.0")
GO = Package("golang", "github.com/A/b", "v1.2.0")
NPM = Package("npm", "core", "1.0.0", namespace="@babel")
LOG4J = Package("maven", "log4j-core", "2.14.1", namespace="org.apache.logging.log4j")
MAST = Package("julia", "Mast", "1", uuid="11111111-1111-1111-1111-1111111111aa")
WAR = Package("maven", "shop", "1", namespace="g", path="srv/shop.war")
LIBS = Package("rpm", "bind-libs", "32:9.16-1.el8", namespace="redhat", source_name="bind", source_version="9.16-1.el8")


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=bookworm", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12.5", SSL),  # as Trivy writes it
        ("pkg:deb/debian/libssl3?distro=debian", SSL),
        ("pkg:deb/debian/libssl3?distro=debian-12&vers=vers:deb%2F%3C3.0.13", SSL),
        ("pkg:deb/debian/openssl?arch=source&vers=vers:deb%2F3.0.11-1", SSL),
        ("pkg:golang/github.com/A/b?vers=vers:golang%2F%3E%3Dv1.1.0%7C%3Cv1.3.0", GO),
        ("pkg:npm/%40babel/core?vers=vers:npm%2F*", NPM),
        ("pkg:deb/debian/libssl3", SSL),
        ("pkg:deb/debian/openssl@3.0.11-1?arch=source", SSL),
        ("pkg:deb/debian/openssl?arch=source", SSL),
        ("pkg:rpm/redhat/bind@9.16-1.el8?arch=x86_64&epoch=32", RPM),
        ("pkg:pypi/foo-bar@1.0", PYPI),
        ("pkg:golang/github.com/A/b@1.2.0", GO),
        ("pkg:npm/%40babel/core@1.0.0", NPM),
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", LOG4J),
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar", LOG4J),
        ("pkg:maven/g/shop@1?type=war", WAR),
        ("pkg:julia/Mast@1?uuid=11111111-1111-1111-1111-1111111111AA", MAST),
        ("pkg:julia/Mast@1", MAST),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?upstream=openssl", SSL),
        ("pkg:deb/debian/libssl3?upstream=openssl%403.0.11-1", SSL),
        ("pkg:rpm/redhat/bind@9.16-1.el8?epoch=32&upstream=bind-9.16-1.el8.src.rpm", RPM),
        ("pkg:rpm/redhat/bind@9.16-1.el8?arch=src&epoch=32", LIBS),
    ],
)
def test_names(url: str, package: Package) -> None:
    assert names_package(parse(url), package, DEBIAN)


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("pkg:deb/debian/openssl@3.0.11-1~deb12u2", SSL),  # the source package's name, without saying so
        ("pkg:deb/ubuntu/libssl3@3.0.11-1~deb12u2", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u1", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=arm64", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-11", SSL),
        ("pkg:deb/debian/libssl3?flavour=fips", SSL),  # who knows what it would change
        ("pkg:deb/debian/libssl3?distro=debian-12.5", SSL),  # of all versions, and this may be another point release
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-13.1", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-1", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=ubuntu-12", SSL),
        ("pkg:deb/debian/libssl3?vers=vers:deb%2F%3C3.0.11-1~deb12u2", SSL),
        ("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?vers=vers:deb%2F*", SSL),  # either tells the versions, not both
        ("pkg:deb/debian/libssl3?vers=vers:rpm%2F*%7C", SSL),
        ("pkg:pypi/foo-bar?vers=vers:npm%2F%3C9", PYPI),
        ("pkg:rpm/redhat/bind@9.16-1.el8", RPM),  # epoch 0, not 32
        ("pkg:npm/core@1.0.0", NPM),
        ("pkg:npm/%40other/core@1.0.0", NPM),
        ("pkg:maven/log4j/log4j-core@2.14.1", LOG4J),
        ("pkg:generic/libssl3", SSL),
        ("pkg:maven/org.apache.logging.log4j/log4j-core?type=pom", LOG4J),
        ("pkg:maven/g/shop@1?type=jar", WAR),
        ("pkg:julia/Mast@1?uuid=22222222-1111-1111-1111-1111111111aa", MAST),
        ("pkg:deb/debian/libssl3?upstream=libressl", SSL),
        ("pkg:deb/debian/libssl3?upstream=openssl%403.0.12", SSL),
        ("pkg:pypi/foo-bar?upstream=foo", PYPI),
        ("pkg:rpm/redhat/bind@9.16-1.el8?arch=src", LIBS),  # epoch 0, not 32
    ],
)
def test_does_not_name(url: str, package: Package) -> None:
    assert not names_package(parse(url), package, DEBIAN)


IMAGE = Image(
    "t", "ghcr.io/team/App:1", digest="sha256:ab", config_digest="sha256:cd", platform=Platform(), named="caller"
)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("pkg:oci/app@sha256:ab?repository_url=ghcr.io/team/App", True),
        ("pkg:oci/app@sha256%3Aab", True),
        ("pkg:oci/app@sha256:cd", True),
        ("pkg:oci/app", True),
        ("pkg:oci/app?arch=amd64&tag=1", True),
        ("pkg:oci/app@1", True),
        ("pkg:oci/app@sha256:ee", False),
        ("pkg:oci/app@2", False),
        ("pkg:oci/app?repository_url=docker.io/other/App", False),
        ("pkg:oci/app?arch=arm64", False),
        ("pkg:oci/team", False),
        ("pkg:deb/debian/app", False),
    ],
)
def test_images(url: str, named: bool) -> None:
    assert names_image(parse(url), IMAGE) is named


@pytest.mark.parametrize(
    ("url", "name", "named"),
    [
        ("pkg:docker/good/app@1.0?repository_url=registry.example", "registry.example/good/app:1.0", True),
        ("pkg:docker/good/app@1.0?repository_url=https://registry.example/", "registry.example/good/app:1.0", True),
        ("pkg:docker/good/app?repository_url=registry.example/good/app", "registry.example/good/app:1.0", True),
        ("pkg:docker/registry.example/good/app@1.0", "registry.example/good/app:1.0", True),
        ("pkg:docker/good/app@sha256:ab?repository_url=registry.example:5000", "registry.example:5000/good/app", True),
        ("pkg:docker/a/b/app?repository_url=registry.example", "registry.example/a/b/app", True),
        ("pkg:docker/good/app", "good/app:1.0", True),
        ("pkg:docker/good/app", "docker.io/good/app:1.0", True),
        ("pkg:docker/app?repository_url=https://hub.docker.com", "docker.io/library/app:1.0", True),
        ("pkg:docker/library/app", "app:1.0", True),
        ("pkg:docker/evil/app@1.0", "registry.example/good/app:1.0", False),
        ("pkg:docker/evil/app", "good/app:1.0", False),
        ("pkg:docker/good/app@1.0", "registry.example/good/app:1.0", False),  # the one of Docker Hub
        ("pkg:docker/app@1.0", "registry.example/good/app:1.0", False),
        ("pkg:docker/app", "good/app:1.0", False),
        ("pkg:docker/good/app@2.0?repository_url=registry.example", "registry.example/good/app:1.0", False),
        ("pkg:docker/good/app?repository_url=evil.example", "registry.example/good/app:1.0", False),
        ("pkg:docker/evil/app?repository_url=registry.example", "registry.example/good/app:1.0", False),
        ("pkg:docker/app?repository_url=registry.example/good", "registry.example/evil/app:1.0", False),
        ("pkg:docker/evil/good/app?repository_url=registry.example", "registry.example/good/app:1.0", False),
        ("pkg:oci/good/app", "registry.example/good/app:1.0", False),  # this type has no namespace
    ],
)
def test_an_image_in_its_registry(url: str, name: str, named: bool) -> None:
    assert names_image(parse(url), Image("t", name, digest="sha256:ab", named="caller")) is named


def test_no_package_url() -> None:
    with pytest.raises(ValueError, match="purl"):
        parse("CVE-2026-1")


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("pkg:oci/app", False),
        ("pkg:oci/app@1", False),
        ("pkg:docker/team/App?repository_url=ghcr.io", False),
        ("pkg:oci/app@sha256:ab", True),
        ("pkg:oci/app@sha256:ef", False),
    ],
)
def test_a_name_that_only_its_maker_says_needs_the_digest(url: str, named: bool) -> None:
    image = msgspec.structs.replace(IMAGE, named="maker")
    assert names_image(parse(url), image) is named
    assert not names_image(parse(url), msgspec.structs.replace(image, stated=True))


ALPINE = Distro("alpine", "3.19.1")
BUSYBOX = Package("apk", "busybox", "1.36.1-r15")


@pytest.mark.parametrize(
    ("release", "named"),
    [("alpine-3.19.1", True), ("alpine-3.19", True), ("alpine-3.1", False), ("alpine-3.20", False)],
)
def test_a_release_may_be_told_by_its_first_parts(release: str, named: bool) -> None:
    assert names_package(parse(f"pkg:apk/alpine/busybox?distro={release}"), BUSYBOX, ALPINE) is named


def test_a_release_may_be_called_by_the_namespace() -> None:
    package = Package("rpm", "bash", "5.1.8-6.el9", namespace="redhat")
    url = parse("pkg:rpm/redhat/bash@5.1.8-6.el9?distro=redhat-9.4")
    assert names_package(url, package, Distro("rhel", "9.4"))
    assert not names_package(url, package, Distro("rhel", "9.2"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pkg:deb/debian/openssl@1?arch=amd64&distro=debian-12&upstream=x&epoch=1", ""),
        ("pkg:oci/app@sha256:ab?repository_url=x&tag=1&os=linux&arch=amd64", ""),
        ("pkg:npm/a?vers=vers:npm%2F%3E1%7C%3C2", ""),
        ("pkg:npm/a@1?checksum=sha1:ab&vcs_url=git", ""),
        ("openssl", "is no package URL"),
        ("pkg:npm/a@1?package-id=ab", "the qualifier 'package-id'"),
        ("pkg:oci/app?vers=vers:oci%2F*", "the qualifier 'vers'"),
        ("pkg:npm/a@1?vers=vers:npm%2F*", "both a version and a range"),
        ("pkg:npm/a?vers=vers:pypi%2F1", "a range of pypi versions"),
        ("pkg:npm/a?vers=vers:npm%2F2%7C1", "do not stand in their order"),
    ],
)
def test_what_cannot_be_compared_is_told(text: str, said: str) -> None:
    assert said in fault(text)
    assert bool(fault(text)) is bool(said)
