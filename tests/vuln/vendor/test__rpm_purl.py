"""Package URLs as Red Hat and SUSE write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from pratique.vuln.vendor._rpm_purl import Rpm, module, rpm


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:rpm/redhat/pam@1.5.1-21.el9_5?arch=x86_64", Rpm("pam", "1.5.1-21.el9_5", "x86_64")),
        ("pkg:rpm/redhat/bind@9.11.36-5.el8?arch=src&epoch=32", Rpm("bind", "32:9.11.36-5.el8", "src")),
        ("pkg:rpm/redhat/libtiff@4.0.9-32.el8_10?epoch=0", Rpm("libtiff", "4.0.9-32.el8_10")),
        ("pkg:rpm/redhat/kernel?arch=src", Rpm("kernel", "", "src")),
        ("pkg:rpm/redhat/389-ds-base", Rpm("389-ds-base")),
        (
            "pkg:rpm/redhat/ruby@2.5.9-111.module%2Bel8.9.0%2B19193%2B435404ae?arch=i686&rpmmod=ruby:2.5:80900:b46abd14",
            Rpm("ruby", "2.5.9-111.module+el8.9.0+19193+435404ae", "i686", "ruby:2.5"),
        ),
        ("pkg:rpm/redhat/firefox-x11?rpmmod=firefox%3Aflatpak", Rpm("firefox-x11", module="firefox:flatpak")),
        ("pkg:rpm/redhat/gcc-c%2B%2B@1-1?arch=x86_64", Rpm("gcc-c++", "1-1", "x86_64")),
        ("pkg:rpm/suse/xz@?upstream=xz.src.rpm", Rpm("xz")),
        ("pkg:rpmmod/redhat/ruby:2.6/ruby", Rpm("ruby", "", "src", "ruby:2.6")),
        ("pkg:rpmmod/redhat/ruby@3.0:8060020220810162001:ad008a3a", None),
        ("pkg:oci/ubi@sha256%3A8bca?arch=amd64", None),
        ("pkg:maven/io.netty/netty-codec@4.1.115", None),
    ],
)
def test_the_parts(purl: str, expected: Rpm | None) -> None:
    assert rpm(purl) == expected


@pytest.mark.parametrize(
    ("purl", "name"),
    [
        ("pkg:rpmmod/redhat/ruby@3.0:8060020220810162001:ad008a3a", "ruby:3.0"),
        ("pkg:rpmmod/redhat/squid@4%3A8040020210420090912%3A522a0ee4?arch=ppc64le", "squid:4"),
        ("pkg:rpm/redhat/ruby@3.0", ""),
    ],
)
def test_a_module_s_own_url(purl: str, name: str) -> None:
    assert module(purl) == name


@pytest.mark.parametrize(
    "purl",
    [
        "",
        "rpm/redhat/p",
        "pkg:rpm/redhat/",
        "pkg:rpm/",
        "pkg:rpm/redhat/p@1?epoch=-1",
        "pkg:rpm/redhat/p?rpmmod=rhel10",
    ],
)
def test_what_cannot_be_used(purl: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        rpm(purl)


TEXT = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.+~^_-]{0,10}", fullmatch=True)


@given(TEXT, TEXT, st.sampled_from(["", "src", "x86_64"]), st.integers(0, 99))
def test_what_packageurl_writes_is_read(name: str, version: str, arch: str, epoch: int) -> None:
    qualifiers = {"arch": arch, "epoch": str(epoch)} if arch else {"epoch": str(epoch)}
    text = PackageURL("rpm", "redhat", name, version, qualifiers).to_string()
    assert rpm(text) == Rpm(name, f"{epoch}:{version}" if epoch else version, arch)
