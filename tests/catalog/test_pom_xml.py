"""pom.xml: what of it tells a version, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, problems
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.pom_xml import CATALOGUER
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Package

PATH = "app/pom.xml"
FIXTURE = (Path(__file__).parent / "pom_xml" / "pom.xml").read_bytes()


def told(data: bytes) -> dict[str, tuple[str, str]]:
    found = [one for one in facts(CATALOGUER, data, PATH) if isinstance(one, Package)]
    assert all(one.declared and one.type == "maven" for one in found)
    return {f"{one.namespace}:{one.name}": (one.version, one.scope) for one in found}


def pom(dependency: str, rest: str = "") -> bytes:
    return f"<project><dependencies><dependency>{dependency}</dependency></dependencies>{rest}</project>".encode()


def test_properties_parents_and_managed_versions() -> None:
    assert told(FIXTURE) == {
        "org.example:harbour": ("1.2.3", ""),
        "org.slf4j:slf4j-api": ("2.0.9", ""),
        "com.fasterxml.jackson.core:jackson-databind": ("2.15.3", ""),
        "org.example:mast": ("1.2.3", ""),
        "junit:junit": ("4.13.2", "test"),
        "g:nested": ("4.1", "optional"),
        "g:pinned": ("1.5", ""),
        "javax.servlet:servlet-api": ("2.5", "build"),
    }
    assert problems(CATALOGUER, FIXTURE, PATH) == [
        "declares 'g:range', 'g:looped', 'g:unmanaged' without a version: a parent or a BOM tells it"
    ]


def test_profiles_and_prefixes() -> None:
    text = b"""<m:project xmlns:m="http://maven.apache.org/POM/4.0.0"><m:profiles><m:profile><m:dependencies><m:dependency>
      <m:groupId> g </m:groupId><m:artifactId>a</m:artifactId><m:version>1.0<!-- why --></m:version>
      </m:dependency></m:dependencies></m:profile></m:profiles></m:project>"""
    assert told(text) == {"g:a": ("1.0", "")}


@pytest.mark.parametrize("path", [*(folder + "pom.xml" for folder in WITHIN), "app/META-INF/maven/g/a/pom.xml"])
def test_those_of_packages_and_archives_say_nothing(path: str) -> None:
    assert facts(CATALOGUER, FIXTURE, path) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<project>",
        b"<settings/>",
        b"<!DOCTYPE project><project/>",
        b'<!DOCTYPE p [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><project>&c;</project>',
        b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><project/>',
        b"<project>&unknown;</project>",
        b'<?xml version="1.0" encoding="made-up"?><project/>',
        b"<project>\xff</project>",
        FIXTURE[:-9],
    ],
)
def test_what_is_no_pom_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_bounds() -> None:
    is_refused(CATALOGUER, PATH)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, b"<project>" * 100, PATH)
    grown = "".join(f"<p{n}>{f'${{p{n - 1}}}' * 50}</p{n}>" for n in range(1, 9))
    text = pom(
        "<groupId>g</groupId><artifactId>a</artifactId><version>${p8}</version>", f"<properties>{grown}</properties>"
    )
    assert told(text) == {}


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
