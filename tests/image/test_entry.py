"""Names of entries: what an engine would extract to."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pratique.image.entry import normalise


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("usr/lib/x", "usr/lib/x"),
        ("./usr/lib/x", "usr/lib/x"),
        ("/etc/passwd", "etc/passwd"),
        ("usr//lib///x", "usr/lib/x"),
        ("usr/./lib/.", "usr/lib"),
        ("usr/lib/", "usr/lib"),
        ("usr/lib//", "usr/lib"),
        ("a/../../../etc/passwd", "etc/passwd"),
        ("..", ""),
        (".", ""),
        ("./", ""),
        ("/", ""),
        ("", ""),
        (".hidden/.x", ".hidden/.x"),
        ("a/..b/c", "a/..b/c"),
        ("a/...", "a/..."),
    ],
)
def test_normalise(name: str, path: str) -> None:
    assert normalise(name) == path


@given(st.lists(st.sampled_from(["a", "b.c", ".", "..", "", ".x", "..y", "x."])).map("/".join))
@example("a/")
def test_normalise_is_what_gos_path_clean_makes_below_the_root(name: str) -> None:
    assert normalise(name) == posixpath.normpath("/" + name).lstrip("/")
