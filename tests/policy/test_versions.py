"""Ranges of versions in suppressions: as each ecosystem orders them, and never what cannot be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import version
from pratique.model import Evidence, Package, PackageFinding, Vulnerability
from pratique.policy.versions import Incomparable, check, is_meant


def found(type: str, installed: str, scheme: str = "") -> PackageFinding:
    evidence = (Evidence("CVE-1", "", "x", installed, scheme),) if scheme else ()
    return Vulnerability("CVE-1", package=Package(type, "x", installed), evidence=evidence)


# Each order is that of the ecosystem's own documents, which tests/version cites.
@pytest.mark.parametrize(
    ("type", "text", "inside", "outside"),
    [
        ("deb", "<2.0", ["1.9-1", "2.0~rc1-1", "0"], ["2.0", "2.0-1", "1:1.0-1"]),
        ("deb", ">=1:1.0 <1:2.0", ["1:1.0-1", "1:1.9"], ["1.5", "1:2.0", "2:1.0"]),
        ("rpm", "<=1.2-3", ["1.2-3", "1.2~rc1-9"], ["1.2-3.el9", "1:1.0-1"]),
        ("apk", ">1.2.3-r1", ["1.2.3-r2", "1.2.4"], ["1.2.3-r1", "1.2.3_rc1"]),
        ("pypi", ">=1.0 <2.0", ["1.0", "1.5+cu121", "2.0rc1", "1.0.post1"], ["1.0.dev1", "2.0", "2.0+cu121"]),
        ("pypi", "<=2.5.1", ["2.5.1", "2.5.1+cu121"], ["2.5.1.post1", "2.6"]),
        ("pypi", ">2.5.1", ["2.5.2"], ["2.5.1", "2.5.1+cu121"]),
        ("npm", "<2.0.0", ["1.10.0", "2.0.0-beta.1"], ["2.0.0", "10.0.0"]),
        ("maven", ">=2.0-alpha-1 <2.17.1", ["2.0-beta9", "2.14.1"], ["2.17.1", "2.17.2"]),
        ("golang", "<1.20.0", ["v1.9.0", "1.19.5"], ["v1.20.0", "1.21.0"]),
        ("deb", "<2.0~rc2", ["2.0~rc1-1", "1.0"], ["2.0~rc2-1", "2.0"]),
        ("deb", "2.0-1", ["2.0-1"], ["2.0", "2.0-2", "0:2.0-1"]),
        ("deb", "", ["2.0-1", "?"], []),
        ("alpm", "1.0-1", ["1.0-1"], ["1.0-2"]),
    ],
)
def test_what_is_meant(type: str, text: str, inside: list[str], outside: list[str]) -> None:
    check(text)
    assert [one for one in (*inside, *outside) if is_meant(text, found(type, one))] == inside


def test_the_findings_own_scheme_where_the_type_has_none() -> None:
    assert is_meant("<2.0.0", found("hex", "1.9.0", "semver"))
    assert not is_meant("<2.0.0", found("hex", "2.0.0", "semver"))


@pytest.mark.parametrize(
    ("type", "installed", "text", "told"),
    [
        ("alpm", "1.0-1", "<2.0", "'1.0-1' cannot be compared with '<2.0': unknown version scheme 'alpm'"),
        ("pypi", "not-a-version", "<2.0", "'not-a-version' is no pypi version"),
        ("pypi", "1.0", "<1:2.0", "'1:2.0' is no pypi version"),
        ("deb", "", "<2.0", "'' is no deb version"),
    ],
)
def test_what_cannot_be_compared_is_not_meant(type: str, installed: str, text: str, told: str) -> None:
    with pytest.raises(Incomparable) as caught:
        is_meant(text, found(type, installed))
    assert told in str(caught.value)


def test_a_bound_that_is_no_version_anywhere() -> None:
    with pytest.raises(ValueError, match="'\u00fc' is a version in no ecosystem"):
        check(">=1.0 <\u00fc")


VERSIONS = st.tuples(*[st.integers(0, 12)] * 3).map(lambda parts: ".".join(map(str, parts)))


@given(st.sampled_from(["npm", "cargo", "pypi", "maven", "deb", "gem"]), VERSIONS, VERSIONS, VERSIONS)
def test_a_range_is_what_its_two_bounds_are(type: str, installed: str, low: str, high: str) -> None:
    finding = found(type, installed)
    key, least, most = (version.key(type, each) for each in (installed, low, high))
    assert is_meant(f">={low} <{high}", finding) is (least <= key < most)
    assert is_meant(f"<={high} >{low}", finding) is (least < key <= most)
    assert is_meant(f"<{low}", finding) is not is_meant(f">={low}", finding)
