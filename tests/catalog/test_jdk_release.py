"""The release files of Java runtimes: real ones, those of other makers as they are known to write, hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages, problems
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.jdk_release import CATALOGUER
from pratique.model import Package

PATH = "opt/java/release"
HERE = Path(__file__).parent / "jdk_release"


def cpe(name: str) -> str:
    return f"cpe:2.3:a:{name}:*:*:*:*:*:*"


def test_real_ones() -> None:
    assert packages(CATALOGUER, (HERE / "temurin").read_bytes(), PATH) == [
        Package(
            "generic",
            "temurin",
            "25.0.3",
            vendor="Eclipse Adoptium",
            arch="x86_64",
            path=PATH,
            cpe=cpe("oracle:openjdk:25.0.3:*"),
        )
    ]
    (debian,) = packages(CATALOGUER, (HERE / "debian").read_bytes(), PATH)
    assert (debian.name, debian.version, debian.cpe) == ("openjdk", "17.0.15", cpe("oracle:openjdk:17.0.15:*"))


@pytest.mark.parametrize(
    ("lines", "name", "told"),
    [
        ('BUILD_TYPE="commercial"', "jdk", "oracle:jdk"),
        ('IMPLEMENTOR="Oracle Corporation"\nSOURCE=".:git:1 open:git:2"', "jdk", "oracle:jdk"),
        ('IMPLEMENTOR="Oracle Corporation"\nSOURCE=".:git:1"', "openjdk", "oracle:openjdk"),
        ('IMPLEMENTOR="Oracle Corporation"\nGRAALVM_VERSION="23.0.1"', "graalvm", "oracle:graalvm_for_jdk"),
        ('IMPLEMENTOR="GraalVM Community"', "graalvm", "oracle:graalvm_for_jdk"),
        ('IMPLEMENTOR="Azul Systems, Inc."', "zulu", "oracle:openjdk"),
        ('IMPLEMENTOR="Amazon.com Inc."', "corretto", "oracle:openjdk"),
        ('IMPLEMENTOR="Microsoft"', "microsoft-openjdk", "oracle:openjdk"),
        ('IMPLEMENTOR="International Business Machines Corporation"', "semeru", "ibm:semeru_runtime"),
        ('IMPLEMENTOR="Red Hat, Inc."', "openjdk", "oracle:openjdk"),
        ('JVM_VARIANT="Openj9"', "semeru", "ibm:semeru_runtime"),
        ("", "openjdk", "oracle:openjdk"),
    ],
)
def test_makers(lines: str, name: str, told: str) -> None:
    (one,) = packages(CATALOGUER, f'JAVA_VERSION="21.0.1"\r\n{lines}\n', PATH)
    assert (one.name, one.version, one.cpe) == (name, "21.0.1", cpe(f"{told}:21.0.1:*"))


@pytest.mark.parametrize(
    ("text", "version", "told"),
    [
        ("1.8.0_392", "1.8.0_392", "8:update392"),
        ("1.8.0_05", "1.8.0_05", "8:update5"),
        ("1.8.0", "1.8.0", "8:*"),
        ("17.0.9.1", "17.0.9.1", "17.0.9.1:*"),
        ("23-ea", "23", "23:*"),
        ("1.8.0_412-internal", "1.8.0_412", "8:update412"),
    ],
)
def test_versions(text: str, version: str, told: str) -> None:
    (one,) = packages(CATALOGUER, f'JAVA_VERSION="{text}"\n', PATH)
    assert (one.version, one.cpe) == (version, cpe(f"oracle:openjdk:{told}"))


def test_other_files_of_that_name() -> None:
    assert facts(CATALOGUER, b"", PATH) == facts(CATALOGUER, b"Debian 12\nVERSION=1\n", PATH) == []
    assert problems(CATALOGUER, b'JAVA_VERSION="next"\n', PATH) == ["a Java runtime of version 'next', which is none"]


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"JAVA_VERSION=" * 10_000, b'JAVA_VERSION="' + b"9" * 10_000)


@settings(max_examples=60, deadline=None)
@given(mutated((HERE / "temurin").read_bytes()))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
