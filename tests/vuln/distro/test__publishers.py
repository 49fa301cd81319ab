"""Whose package it is, by maintainers and marks as the publishers' own archives write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Package
from pratique.vuln.distro._publishers import is_of_another


@pytest.mark.parametrize(
    "maintainer",
    [
        "Docker <support@docker.com>",
        "Ivan Iguaran <ivan@nodesource.com>",
        "NGINX Packaging <nginx-packaging@f5.com>",
        "MySQL Release Engineering <mysql-build@oss.oracle.com>",
        "cudatools <cudatools@nvidia.com>",
        "MongoDB Packaging <Packaging@MongoDB.com>",
        "support@gitlab.com",
    ],
)
def test_maintainers_of_others(maintainer: str) -> None:
    assert is_of_another(Package("deb", "a", "1", vendor=maintainer))


@pytest.mark.parametrize(
    "maintainer",
    [
        "",
        "Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>",
        "Jonathan Nieder <jrnieder@gmail.com>",
        "Somebody <somebody@nvidia.com>",
        "Somebody <somebody@google.com>",
        "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>",
        "Natanael Copa <ncopa@alpinelinux.org>",
        "Somebody <docker.com@example.org>",
        "Docker <support@docker.community>",
    ],
)
def test_maintainers_of_distributions(maintainer: str) -> None:
    assert not is_of_another(Package("deb", "a", "1", vendor=maintainer))


@pytest.mark.parametrize(
    ("version", "another"),
    [
        ("20.11.0-1nodesource1", True),
        ("16.1-1.pgdg120+1", True),
        ("8.2.14-1~deb.sury.org~1", True),
        ("7.4.33-1+0~20221108.73+debian11~1.gbp1b7e2d", True),
        ("1:11.2.2+maria~deb12", True),
        ("3.1-1~ppa1", True),
        ("3.1+ppa", True),
        ("5.36.0-7+deb12u3", False),
        ("1.20.0-1ubuntu0.1", False),
        ("1.0-1~bpo12+1", False),
        ("1.5c.debian.1-8", False),
        ("2.0+git20240101.abc-1", False),
        ("1.2-1+ppapers1", False),
        ("1.0.2g-1ubuntu4.fips.4.6~ppa1", False),  # in UBUNTU-CVE-2023-0464
    ],
)
def test_marks_in_versions(version: str, another: bool) -> None:
    assert is_of_another(Package("deb", "a", version, vendor="A <a@debian.org>")) == another


@given(st.text(), st.text())
def test_any_text_is_answered(maintainer: str, version: str) -> None:
    assert is_of_another(Package("apk", "a", version, vendor=maintainer)) in (True, False)
