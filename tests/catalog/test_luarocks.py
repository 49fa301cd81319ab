from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.luarocks import CATALOGUER
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Package

TREE = "usr/local/lib/luarocks/rocks-5.1"
MAST = f"{TREE}/mast/2.1-1/mast-2.1-1.rockspec"
ROPE = f"{TREE}/rope/1.4-2/rope-1.4-2.rockspec"


def test_an_installed_rock() -> None:
    assert facts(CATALOGUER, MAST, fixture("mast-2.1-1.rockspec")) == [
        Package("luarocks", "mast", "2.1-1", licences=("MIT",), path=MAST, depends=("rope",))
    ]


@pytest.mark.parametrize("data", [fixture("rope-1.4-2.rockspec"), b"", b"package = (", b"\xff"])
def test_folders_tell_what_the_file_computes(data: bytes) -> None:
    assert facts(CATALOGUER, ROPE, data) == [Package("luarocks", "rope", "1.4-2", path=ROPE)]


def test_a_rockspec_elsewhere_declares() -> None:
    found = packages(CATALOGUER, "src/mast-2.1-1.rockspec", fixture("mast-2.1-1.rockspec"))
    assert {name: package.declared for name, package in found.items()} == {"luarocks/mast@2.1-1": True}
    assert set(packages(CATALOGUER, "src/rope-1.4-2.rockspec", fixture("rope-1.4-2.rockspec"))) == {
        "luarocks/rope@1.4-2"
    }
    problem(CATALOGUER, "src/rope.rockspec", fixture("rope-1.4-2.rockspec"))


def test_the_manifest_of_a_tree() -> None:
    found = packages(CATALOGUER, f"{TREE}/manifest", fixture("luarocks.manifest"))
    assert {name: package.declared for name, package in found.items()} == {
        "luarocks/mast@2.1-1": False,
        "luarocks/rope@1.4-2": False,
    }


def test_a_rock_that_is_not_installed_is_none() -> None:
    data = fixture("luarocks.manifest").replace(b'"installed"', b'"rockspec"')
    assert facts(CATALOGUER, f"{TREE}/manifest", data) == []


@pytest.mark.parametrize("data", [b"", b"repository = {", b"a = 1", b"\xff"])
def test_a_damaged_manifest_hides_packages(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, f"{TREE}/manifest", data)


def test_a_lock_file() -> None:
    assert set(packages(CATALOGUER, "app/luarocks.lock", fixture("luarocks.lock"))) == {"luarocks/rope@1.4-2"}
    data = b'return { build_dependencies = { a = "1-1" }, test_dependencies = { ["b-c"] = "2-1" } }'
    found = packages(CATALOGUER, "app/luarocks.lock", data)
    assert {name: package.scope for name, package in found.items()} == {
        "luarocks/a@1-1": "build",
        "luarocks/b-c@2-1": "test",
    }
    for damaged in (b"", b"words", b"{}", data[7:]):
        assert problem(CATALOGUER, "app/luarocks.lock", damaged).startswith("no lock file")


def test_deep_nesting_is_past_a_bound() -> None:
    for path in (MAST, f"{TREE}/manifest", "app/luarocks.lock"):
        with pytest.raises(LimitExceeded):
            facts(CATALOGUER, path, b"a = " + b"{" * 10_000)
