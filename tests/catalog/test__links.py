"""Which file a hard link is another name of, and what a file says under that other name."""

from __future__ import annotations

import pytest

from pratique.catalog._hashes import path_hash
from pratique.catalog._links import Links, renamed, resolved
from pratique.limits import Limits
from pratique.model import Distro, Fact, Owns, Package, Problem


def test_a_chain_of_links_ends_at_the_file() -> None:
    links = Links(Limits())
    assert links.add("b", "a") == "a"
    assert links.add("c", "b") == "a"
    assert links.add("d", "c") == "a"
    assert links.add("e", "elsewhere") == "elsewhere"
    assert len(links) == 4


def test_a_name_that_is_linked_anew_stands_for_its_new_file() -> None:
    links = Links(Limits())
    links.add("b", "a")
    assert links.add("b", "x") == "x"
    assert links.add("c", "b") == "x"


@pytest.mark.parametrize(
    ("path", "target", "where"),
    [
        ("etc/os-release", "../usr/lib/os-release", "usr/lib/os-release"),
        ("etc/os-release", "/usr/lib//os-release", "usr/lib/os-release"),
        ("etc/os-release", "//usr/lib/./os-release", "usr/lib/os-release"),
        ("lib", "usr/lib", "usr/lib"),
        ("a/b", ".", "a"),
        ("a/b", "../../../x", "x"),
        ("a/b", "..", ""),
        ("a/b", "/..", ""),
    ],
)
def test_where_a_name_points(path: str, target: str, where: str) -> None:
    assert resolved(path, target) == where


def test_loops_end() -> None:
    links = Links(Limits())
    assert links.add("a", "a") == "a"
    assert links.add("b", "c") == "c"
    assert links.add("c", "b") == "c"


def test_links_past_the_bound_are_counted_and_not_kept() -> None:
    links = Links(Limits(hard_links=2))
    assert [links.add(name, "a") for name in "bcde"] == ["a", "a", None, None]
    assert len(links) == 4
    assert links.add("f", "b") is None


def test_who_read_a_file() -> None:
    links = Links(Limits())
    links.parsed("a", 0b101)
    assert (links.claimants("a"), links.claimants("b")) == (0b101, 0)


def test_files_of_waiting_links_that_the_layer_holds() -> None:
    links = Links(Limits())
    plain = bytearray(path_hash("a") + path_hash("z"))
    assert links.held(plain) == set()
    links.wait("b", "a", 1)
    links.wait("c", "a", 0)
    links.wait("d", "lower/file", 1)
    assert links.held(plain) == {"a"}
    assert links.held(bytearray()) == set()
    assert links.waiting == [("b", "a", 1), ("c", "a", 0), ("d", "lower/file", 1)]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (Package("npm", "x", "1", path="old"), Package("npm", "x", "1", path="new/place")),
        (Package("maven", "x", "1", path="old!/b.jar"), Package("maven", "x", "1", path="new/place!/b.jar")),
        (Package("npm", "x", "1", path="older"), Package("npm", "x", "1", path="older")),
        (Package("npm", "x", "1", path="old/x"), Package("npm", "x", "1", path="old/x")),
        (Distro("debian", path="old"), Distro("debian", path="new/place")),
        (Problem("old", "broken", blocking=True), Problem("new/place", "broken", blocking=True)),
        (Problem("other", "broken"), Problem("other", "broken")),
        (Owns("x", ("old",)), Owns("x", ("old",))),
    ],
)
def test_what_a_file_says_of_itself_is_said_of_its_other_name(fact: Fact, expected: Fact) -> None:
    assert renamed(fact, "old", "new/place") == expected
