"""Which owned paths are kept, by either of the names that a merged /usr gives a file, and whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._owns import Owners, canonical, owners, reduced
from pratique.model import Copies, Fact, Owns, Package


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("usr/bin/x", "bin/x"),
        ("usr/sbin/x", "sbin/x"),
        ("usr/lib/a/b", "lib/a/b"),
        ("usr/lib64/x", "lib64/x"),
        ("usr/lib32/x", "lib32/x"),
        ("usr/libx32/x", "libx32/x"),
        ("bin/x", "bin/x"),
        ("usr/bin", "usr/bin"),
        ("usr/libexec/x", "usr/libexec/x"),
        ("usr/local/bin/x", "usr/local/bin/x"),
        ("usr/share/x", "usr/share/x"),
        ("opt/usr/bin/x", "opt/usr/bin/x"),
        ("", ""),
    ],
)
def test_merged_folders_have_one_name(path: str, expected: str) -> None:
    assert canonical(path) == expected


PATHS = st.lists(st.sampled_from(["usr", "bin", "lib", "lib64", "local", "x"]), min_size=1, max_size=4).map("/".join)


@given(PATHS, PATHS)
def test_a_path_and_its_other_name_are_one_and_no_others(one: str, other: str) -> None:
    """Against the definition: equal, or equal but for ``usr/`` before one of the merged folders."""
    merged = ("bin/", "lib/", "lib64/")
    same = one == other or any(a == f"usr/{b}" and b.startswith(merged) for a, b in ((one, other), (other, one)))
    twice = one.startswith("usr/usr/") or other.startswith("usr/usr/")
    assert twice or (canonical(one) == canonical(other)) == same


def test_only_paths_with_facts_of_their_own_are_kept() -> None:
    package = Package("npm", "x", "1", path="usr/lib/x/package.json")
    facts: dict[str, tuple[Fact, ...]] = {
        "usr/lib/x/package.json": (package,),
        "srv/empty": (),
        "var/lib/dpkg/info/x.list": (
            Owns("x", ("lib/x/package.json", "usr/share/doc/x", "srv/empty")),
            Owns("y", ("usr/lib/x/package.json",)),
            Owns("z", ("usr/lib/z", "lib/x")),
        ),
    }
    assert reduced(facts) == {
        "usr/lib/x/package.json": (package,),
        "srv/empty": (),
        "var/lib/dpkg/info/x.list": (Owns("x", ("lib/x/package.json",)), Owns("y", ("usr/lib/x/package.json",))),
    }


def test_executables_are_kept_though_they_tell_nothing() -> None:
    facts: dict[str, tuple[Fact, ...]] = {"list": (Owns("x", ("usr/bin/x", "usr/share/x")), Owns("y", ("opt/y",)))}
    assert reduced(facts, ("bin/x",)) == {"list": (Owns("x", ("usr/bin/x",)),)}


def test_the_first_owner_of_several_holds_under_either_name() -> None:
    found = owners(
        (
            Owns("first", ("usr/bin/a", "opt/b")),
            Owns("second", ("bin/a", "opt/c")),
            Owns("numpy", ("usr/bin/a", "usr/lib/x.so"), "pypi"),
            Package("npm", "x", "1"),
            Copies("usr/bin/python3.11", ("srv/venv/bin/python",)),
        )
    )
    assert found.packages == {"bin/a": "first", "opt/b": "first", "opt/c": "second"}
    assert found.others == {"bin/a", "lib/x.so"}
    assert found.originals == {"srv/venv/bin/python": "bin/python3.11"}
    assert owners(()) == Owners()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(PATHS, max_size=4)), max_size=5), st.sets(PATHS, max_size=4))
def test_what_is_left_out_changes_no_owner(lists: list[tuple[str, list[str]]], known: set[str]) -> None:
    facts: dict[str, tuple[Fact, ...]] = {path: (Package("npm", path, "1", path=path),) for path in known}
    facts["list"] = tuple(Owns(name, tuple(paths)) for name, paths in lists)
    full, less = owners(facts["list"]).packages, owners(reduced(facts)["list"]).packages
    assert {path: full.get(canonical(path)) for path in known} == {path: less.get(canonical(path)) for path in known}
