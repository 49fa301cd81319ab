"""Package URLs against packageurl-python, and what they alone tell of a package."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packageurl import PackageURL

from pratique.model import Distro, Package
from pratique.package_url import package_of, parse
from pratique.report._purl import purl

CASES = [
    "pkg:npm/%40angular/animation@12.3.1",
    "pkg:golang/google.golang.org/genproto@v0.0.0-2018",
    "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?packaging=sources&type=zip",
    "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
    "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&epoch=2",
    "pkg:oci/app@sha256%3Aabc?repository_url=ghcr.io/team/app&tag=1",
    "pkg:github/package-url/purl-spec@244fd47#everybody/loves",
    "pkg:generic/a%20b@1%2F2",
]


@pytest.mark.parametrize("text", CASES)
def test_as_packageurl_reads_it(text: str) -> None:
    ours, theirs = parse(text), PackageURL.from_string(text)
    assert (ours.type, ours.namespace, ours.name) == (theirs.type, theirs.namespace or "", theirs.name)
    assert (ours.version, ours.qualifiers) == (theirs.version or "", theirs.qualifiers)


@settings(max_examples=150, deadline=None)
@given(st.from_regex(r"[a-z]{1,5}", fullmatch=True), *[st.text(min_size=1, max_size=6)] * 3)
def test_as_packageurl_writes_it(kind: str, namespace: str, name: str, version: str) -> None:
    try:
        theirs = PackageURL(kind, namespace, name, version)
        text = theirs.to_string()
        theirs = PackageURL.from_string(text)
    except (TypeError, ValueError):  # no name is left
        return
    ours = parse(text)
    assert (ours.namespace, ours.name, ours.version) == (theirs.namespace or "", theirs.name, theirs.version or "")


@pytest.mark.parametrize(
    "text", ["", "pkg:", "npm/a", "pkg:npm", "pkg:npm/", "pkg:/a", "pkg:np m/a", "pkg:1a/b", "http://x/y"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no package URL"):
        parse(text)


def test_a_scope_that_is_not_encoded() -> None:
    assert parse("pkg:npm/@types/node@20").namespace == "@types"
    assert parse("pkg:npm/@types/node").version == ""


def test_bytes_that_are_no_utf8() -> None:
    assert parse("pkg:npm/a%FF").name == "a\udcff"


@pytest.mark.parametrize(
    ("package", "distro"),
    [
        (Package("rpm", "bash", "0:1-2", namespace="rhel", arch="x86_64"), Distro("rhel", "9")),
        (Package("deb", "a", "1:2", namespace="debian", arch="all"), Distro("debian", "12")),
        (Package("npm", "node", "1", namespace="@types"), None),
        (Package("julia", "Mast", "2.1.0", uuid="11111111-1111-1111-1111-111111111111"), Distro("debian", "12")),
        (Package("golang", "x", "v1", namespace="github.com/A/B"), None),
        (Package("maven", "a", "1", namespace="org.b"), Distro("debian", "12")),
    ],
)
def test_what_we_write_tells_the_package(package: Package, distro: Distro | None) -> None:
    assert package_of(parse(purl(package, distro))) == package
