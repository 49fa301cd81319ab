"""Where engines put entries: against the kernel's own path resolution, and against layers that disagree."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from images import Member, blob_layer, file, folder, layer, opaque, symlink, whiteout
from pratique.catalog._pass import read_layer
from pratique.catalog._places import Places, astray
from pratique.catalog._squash import squash
from pratique.catalog.dpkg import CATALOGUER as DPKG
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import LayerFacts


def status(version: str) -> str:
    return f"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n\n"


def read(*members: Member) -> LayerFacts:
    blob = layer(*members)
    return read_layer(lambda: LayerReader(blob_layer(blob), DEFAULT), (DPKG,), DEFAULT)


BASE = read(
    folder("var"),
    folder("var/lib"),
    folder("var/lib/dpkg"),
    file("var/lib/dpkg/status", status("3")),
    symlink("v", "var/lib/dpkg"),
    folder("bin"),
    file("bin/sh"),
)


# --- within a layer --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "path", "place"),
    [
        ({}, "a/b", "a/b"),
        ({}, "b", "b"),
        ({"a": "x/y"}, "a/b", "x/y/b"),
        ({"a": "/x/y"}, "a/b", "x/y/b"),
        ({"a": "."}, "a/b", "b"),
        ({"a": "/"}, "a/b", "b"),
        ({"a": "../../x"}, "a/b", "x/b"),
        ({"d/a": "../x"}, "d/a/b/c", "x/b/c"),
        ({"a": "c", "c": "x"}, "a/b", "x/b"),
        ({"a": "c/../y//./", "c": "x/z"}, "a/b", "x/y/b"),
        ({"a": "x"}, "a", "a"),
        ({"x/b": "/y", "a": "x"}, "a/b/c", "y/c"),
    ],
)
def test_entries_below_a_link_are_put_where_it_leads(links: dict[str, str], path: str, place: str) -> None:
    places = Places(DEFAULT)
    for link, target in links.items():
        places.add_link(places.enter(link), target)
    assert places.enter(path) == place
    assert places.enter(path) == place
    assert places.problems == []


def test_a_folder_takes_the_place_of_a_link() -> None:
    places = Places(DEFAULT)
    places.add_link("a", "x")
    places.add_folder("a")
    assert places.enter("a/b") == "a/b"
    assert places.implied == []


def test_implied_folders_are_those_that_nothing_named_before() -> None:
    places = Places(DEFAULT)
    places.add_folder("a")
    for path in ("a/b", "a/c/d/e", "f/g", "a/c/h"):
        assert places.enter(path) == path
    places.add_folder("f")
    assert places.implied == ["a/c", "a/c/d", "f"]


@pytest.mark.parametrize(
    ("limits", "links"),
    [
        ({}, {"a": "a"}),
        ({}, {"a": "b", "b": "a"}),
        ({}, {"a": "a/a"}),
        ({"symlink_hops": 1}, {"a": "b", "b": "c"}),
        ({"symlink_steps": 2}, {"a": "b/c/d"}),
        ({"folders": 2}, {"a": "b", "c": "d"}),
    ],
)
def test_what_cannot_be_followed_blocks_once(limits: dict[str, int], links: dict[str, str]) -> None:
    places = Places(msgspec.structs.replace(DEFAULT, **limits))
    for link, target in links.items():
        places.add_link(link, target)
    for _ in range(3):
        assert places.enter("a/b/c") == "a/b/c"
    assert [problem.blocking for problem in places.problems] == [True]


def test_a_link_in_the_place_of_a_filled_folder_blocks() -> None:
    places = Places(DEFAULT)
    places.enter("a/b")
    places.add_link("a", "x")
    assert [(problem.where, problem.blocking) for problem in places.problems] == [("a", True)]


NAMES = st.sampled_from(["a", "b", "a/b", "a/c", "b/a", "a/b/c", "c/a/b"])
TARGETS = st.sampled_from(["a", "b", "c", "/a", "/b/a", "../a", "a/b", ".", "./c/"])


@given(st.lists(st.tuples(st.sampled_from(["file", "folder", "link"]), NAMES, TARGETS), max_size=8))
@settings(max_examples=150, deadline=None)
def test_as_the_kernel_resolves(entries: list[tuple[str, str, str]]) -> None:
    root = Path(tempfile.mkdtemp()).resolve()
    try:
        places = Places(DEFAULT)
        for kind, path, target in entries:
            put = places.enter(path)
            real = Path(os.path.realpath((root / path).parent))  # in a loop it stops, and mkdir fails
            assume(real.is_relative_to(root))
            try:
                real.mkdir(parents=True, exist_ok=True)
            except OSError:
                assume(False)  # an engine refuses it
            assert root / put == real / Path(path).name
            place = root / put
            if kind == "folder":
                if place.is_symlink() or place.is_file():
                    place.unlink()
                place.mkdir(exist_ok=True)
                places.add_folder(put)
            else:
                assume(not place.is_dir() or place.is_symlink())  # a folder that goes is told of
                assume(kind == "link" or not place.is_symlink())  # two entries of one name, which engines refuse
                place.unlink(missing_ok=True)
                if kind == "link":
                    place.symlink_to(f"{root}{target}" if target.startswith("/") else target)
                    places.add_link(put, target)
                else:
                    place.touch()
        assert places.problems == []
    finally:
        shutil.rmtree(root)


def test_a_database_is_read_where_a_link_of_the_layer_puts_it() -> None:
    found = squash((BASE, read(symlink("w", "/var/lib/dpkg"), file("w/status", status("1")))))
    assert [(one.version, one.path, one.layer) for one in found.packages] == [("1", "var/lib/dpkg/status", 1)]
    assert found.problems == ()


# --- between layers: each case was given to the engines (docs/adr/0007-links-between-layers.md) ----------------------


@pytest.mark.parametrize(
    "upper",
    [
        (file("v/status", status("1")),),
        (file("v/status", status("1")), folder("v")),
        (whiteout("v/status"),),
        (opaque("v"), file("v/status", status("1"))),
        (folder("v/sub"),),
        (file("v/deep/er", ""),),
        (file("bin/sh/x", ""),),
        (symlink("w", "v"), file("w/status", status("1"))),
        (symlink("w", "/v/"), file("w/status", status("1"))),
    ],
)
def test_entries_below_a_lower_layers_link_block(upper: tuple[Member, ...]) -> None:
    found = squash((BASE, read(folder("bin"), *upper)))
    assert [(one.version, one.path, one.layer) for one in found.packages] == [("3", "var/lib/dpkg/status", 0)]
    assert [(one.where.partition("/")[0], one.blocking, one.layer) for one in found.problems] in (
        [("v", True, 1)],
        [("bin", True, 1)],
    )


@pytest.mark.parametrize(
    "upper",
    [
        (folder("v"), file("v/status", status("1"))),
        (folder("v"), folder("v/sub"), file("v/sub/x")),
        (whiteout("v"),),
        (file("var/lib/x"), file("usr/lib/x")),
        (symlink("v", "elsewhere"),),
        (file("bin/sh"),),
        (folder("v"), whiteout("v/status")),
    ],
)
def test_a_named_folder_takes_the_links_place_in_all_engines(upper: tuple[Member, ...]) -> None:
    found = squash((BASE, read(*upper)))
    assert [(one.version, one.path) for one in found.packages] == [("3", "var/lib/dpkg/status")]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("middle", "found"),
    [
        ((folder("v"),), []),
        ((whiteout("v"),), []),
        ((file("x"),), ["v"]),
        ((opaque("etc"),), ["v"]),
        ((file(".wh..wh..opq"),), []),
        ((symlink("v", "y"),), ["v"]),
        ((whiteout("v"), symlink("v", "y")), ["v"]),
    ],
)
def test_the_uppermost_layer_that_has_the_path_decides(middle: tuple[Member, ...], found: list[str]) -> None:
    layers = (BASE, None, read(*middle), None, read(file("v/x")))
    assert [problem.where for problem in astray(layers)] == found


def test_one_problem_a_layer_with_examples() -> None:
    low = read(*(symlink(name, "x") for name in "abcde"))
    problems = list(astray((low, read(*(file(f"{name}/f") for name in "edcba")), read(file("b/g")))))
    assert [problem.layer for problem in problems] == [1, 2]
    assert "'a', 'b', 'c' and 2 more" in problems[0].what
    assert "'b', which" in problems[1].what
