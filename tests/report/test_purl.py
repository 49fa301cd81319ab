from __future__ import annotations

import importlib.util
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Distro, Package
from pratique.report._purl import purl

DEBIAN = Distro("debian", "12", "bookworm")


# The published examples of https://github.com/package-url/purl-spec (types/*-definition.json and tests/types).
@pytest.mark.parametrize(
    ("package", "distro", "text"),
    [
        (Package("npm", "foobar", "12.3.1"), None, "pkg:npm/foobar@12.3.1"),
        (Package("npm", "animation", "12.3.1", namespace="@angular"), None, "pkg:npm/%40angular/animation@12.3.1"),
        (Package("npm", "@angular/animation", "12.3.1"), None, "pkg:npm/%40angular/animation@12.3.1"),
        (Package("pypi", "Django_package", "1.11.1.dev1"), None, "pkg:pypi/django-package@1.11.1.dev1"),
        (Package("pypi", "django-allauth", "12.23"), DEBIAN, "pkg:pypi/django-allauth@12.23"),
        (
            Package("maven", "batik-anim", "1.9.1", namespace="org.apache.xmlgraphics"),
            None,
            "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1",
        ),
        (Package("gem", "ruby-advisory-db-check", "0.12.4"), None, "pkg:gem/ruby-advisory-db-check@0.12.4"),
        (Package("cargo", "rand", "0.7.2"), None, "pkg:cargo/rand@0.7.2"),
        (
            Package("golang", "context", "234fd47e07d1004f0aed9c", namespace="github.com/gorilla"),
            None,
            "pkg:golang/github.com/gorilla/context@234fd47e07d1004f0aed9c",
        ),
        (Package("golang", "github.com/gorilla/context", "v1"), None, "pkg:golang/github.com/gorilla/context@v1"),
        (Package("composer", "laravel", "5.5.0", namespace="Laravel"), None, "pkg:composer/laravel/laravel@5.5.0"),
        (
            Package("deb", "attr", "1:2.4.47-2+b1", namespace="debian", arch="amd64"),
            None,
            "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64",
        ),
        (
            Package("deb", "curl", "7.50.3-1", arch="i386"),
            Distro("debian", "", "jessie"),
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-jessie",
        ),
        (
            Package("rpm", "centerim", "1:4.22.10-1.el6", namespace="fedora", arch="i686"),
            Distro("fedora", "25"),
            "pkg:rpm/fedora/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1",
        ),
        (
            Package("apk", "libcrypto3", "3.5.5-r0", namespace="alpine", arch="x86_64"),
            Distro("alpine", "edge"),
            "pkg:apk/alpine/libcrypto3@3.5.5-r0?arch=x86_64&distro=alpine-edge",
        ),
    ],
)
def test_published_examples(package: Package, distro: Distro | None, text: str) -> None:
    assert purl(package, distro) == text


@pytest.mark.parametrize(
    ("package", "text"),
    [
        (Package("golang", "toml", "v1.4.0+incompatible", namespace="github.com/BurntSushi"),
         "pkg:golang/github.com/BurntSushi/toml@v1.4.0%2Bincompatible"),
        (Package("npm", "JSONStream", "1.3.5"), "pkg:npm/JSONStream@1.3.5"),
        (Package("pypi", "zope.interface", "5"), "pkg:pypi/zope-interface@5"),
        (Package("npm", "a b?c#d%e@f", "1 2"), "pkg:npm/a%20b%3Fc%23d%25e%40f@1%202"),
        (Package("npm", "naïve", "1"), "pkg:npm/na%C3%AFve@1"),
        (Package("npm", "b\udcff", "1"), "pkg:npm/b%FF@1"),
        (Package("npm", "b\ud800", "1"), "pkg:npm/b%3F@1"),
        (Package("npm", "", "1"), ""),
        (Package("npm", "/", "1"), ""),
        (Package("npm", "x", ""), "pkg:npm/x"),
        (Package("maven", "x", "1", namespace="//a///b/"), "pkg:maven/a/b/x@1"),
    ],
)  # fmt: skip
def test_what_is_odd(package: Package, text: str) -> None:
    assert purl(package, None) == text


PARTS = st.text(min_size=1, max_size=12)


@given(st.sampled_from(["npm", "deb", "rpm", "golang", "maven", "pypi"]), PARTS, PARTS, PARTS, PARTS)
def test_every_package_with_a_name_has_a_valid_url(
    kind: str, namespace: str, name: str, version: str, arch: str
) -> None:
    text = purl(Package(kind, name, version, namespace=namespace, arch=arch), DEBIAN)
    if name.strip("/"):
        assert re.fullmatch(
            r"pkg:[a-z]+(/[A-Za-z0-9._~:%-]+)+(@[A-Za-z0-9._~:%-]+)?(\?[a-z]+=[A-Za-z0-9._~:%-]+(&[a-z]+=[A-Za-z0-9._~:%-]+)*)?",
            text,
        )


# Without what the reference implementation folds and we keep (_purl.py says why), or strips at the ends.
LOWER = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z", "Lu", "Lt"], exclude_characters="/._-"),
    min_size=1,
    max_size=12,
)


@pytest.mark.skipif(importlib.util.find_spec("packageurl") is None, reason="packageurl-python is not installed")
@given(st.sampled_from(["npm", "golang", "maven", "cargo", "gem", "deb", "apk"]), LOWER, LOWER, LOWER)
def test_the_reference_implementation_reads_back_what_we_write(
    kind: str, namespace: str, name: str, version: str
) -> None:
    from packageurl import PackageURL

    text = purl(Package(kind, name, version, namespace=namespace), None)
    read = PackageURL.from_string(text)
    assert (read.type, read.version) == (kind, version)
    assert (read.namespace or "").lower() == namespace.lower()
    assert read.name.lower() == name.lower()
