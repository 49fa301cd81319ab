"""Gradle's lock files, by https://docs.gradle.org/current/userguide/dependency_locking.html."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.gradle_lock import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Problem

PATH = "app/gradle.lockfile"
TEXT = b"""# This is a Gradle generated file for dependency locking.
# Manual edits can break the build and are not advised.
# This file is expected to be part of source control.
org.slf4j:slf4j-api:2.0.9=compileClasspath,runtimeClasspath,testRuntimeClasspath
junit:junit:4.13.2=testCompileClasspath,testRuntimeClasspath
org.projectlombok:lombok:1.18.30=annotationProcessor,compileClasspath
org.example:own:1.0=harbour
empty=testAnnotationProcessor
"""


def test_configurations_tell_what_it_is_for() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "org.slf4j/slf4j-api": ("2.0.9", ""),
        "junit/junit": ("4.13.2", "test"),
        "org.projectlombok/lombok": ("1.18.30", "build"),
        "org.example/own": ("1.0", ""),
    }


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("app/buildscript-gradle.lockfile", "build"),
        ("app/gradle/dependency-locks/runtimeClasspath.lockfile", ""),
        ("app/gradle/dependency-locks/compileClasspath.lockfile", "build"),
        ("app/gradle/dependency-locks/testRuntimeClasspath.lockfile", "test"),
        ("app/gradle/dependency-locks/buildscript-classpath.lockfile", "build"),
    ],
)
def test_file_names_do_too(path: str, scope: str) -> None:
    assert told(CATALOGUER, b"g:a:1.0\nempty=\n", path) == {"g/a": ("1.0", scope)}


def test_a_file_that_is_cut_short_is_told() -> None:
    found = facts(CATALOGUER, TEXT[: TEXT.index(b"org.projectlombok")], PATH)
    assert [isinstance(one, Problem) for one in found] == [True, False, False]
    assert len(problems(CATALOGUER, b"", PATH)) == 1
    assert told(CATALOGUER, b"g:a:1.0\n", "app/gradle/dependency-locks/runtimeClasspath.lockfile")


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, TEXT, folder + "gradle.lockfile") == []


def test_a_line_that_names_none_takes_no_other_with_it() -> None:
    found = facts(CATALOGUER, TEXT + b">>>\n", PATH)
    assert [isinstance(one, Problem) for one in found] == [False] * 4 + [True]


@pytest.mark.parametrize("data", [b"g:a=x", b"g:a:1.0:b", b"g:a:\x1b", b"g:a:1.0=\xff", b"<a/>"])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"g" * 1_000_000, b"#" * (17 << 20))


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
