from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, named, packages, problem
from pratique.catalog.hackage import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Package

FREEZE = "app/cabal.project.freeze"


def test_what_cabal_wrote() -> None:
    found = packages(CATALOGUER, FREEZE, fixture("cabal.project.freeze"))
    assert len(found) == 14
    assert {"hackage/array@0.5.4.0", "hackage/quay-mast@2.1.0", "hackage/text@1.2.5.0"} <= set(found)


def test_a_constraint_on_one_line_and_none() -> None:
    data = b"constraints: a ==1.0, any.b-c ==2, d ==1.*, e installed"
    assert set(packages(CATALOGUER, FREEZE, data)) == {"hackage/a@1.0", "hackage/b-c@2"}
    assert facts(CATALOGUER, FREEZE, b"active-repositories: none\n") == []
    for data in (b"", b"words\n", b"{}"):
        assert problem(CATALOGUER, FREEZE, data).startswith("no frozen project")


def test_the_lock_file_that_stack_wrote() -> None:
    found = packages(CATALOGUER, "app/stack.yaml.lock", fixture("stack.yaml.lock"))
    assert set(found) == {"hackage/quay-mast@2.1.0"}


def test_other_places_in_a_lock_file_of_stack() -> None:
    data = b"""packages:
- completed: {hackage: "mast-core-2.1.0@sha256:ca97,1234", pantry-tree: {size: 345}}
- completed: {commit: 1234, git: "http://127.0.0.1/keel.git", name: keel, version: 1.0.0.1}
snapshots: []
"""
    assert set(packages(CATALOGUER, "app/stack.yaml.lock", data)) == {
        "hackage/mast-core@2.1.0",
        "hackage/keel@1.0.0.1",
    }
    assert problem(CATALOGUER, "app/stack.yaml.lock", b"packages: []\n").endswith("it is cut short")


@pytest.mark.parametrize("place", ["git: http://a/b.git", "github: a/b", "archive: ../a.tar.gz", "url: http://a/b.zip"])
def test_what_a_project_of_stack_s_takes_from_elsewhere_is_told(place: str) -> None:
    data = f"snapshot: lts-22.0\nextra-deps:\n- {place}\n  commit: 1234\n".encode()
    assert problem(CATALOGUER, "app/stack.yaml", data).startswith("names a package without")


def test_what_a_project_of_stack_s_takes_beside_its_snapshot() -> None:
    found = facts(CATALOGUER, "app/stack.yaml", fixture("stack.yaml"))
    names = {named(fact) for fact in found if isinstance(fact, Package)}
    assert names == {"hackage/mast-core@2.1.0", "hackage/rope@1.4.2"}
    assert len(found) == 3  # what comes from Git has no version


@pytest.mark.parametrize("data", [b"a", b"[", b"\xff", b"- a", b"{}", b"", b"packages: []"])
def test_what_is_no_file_of_stack_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, "app/stack.yaml", data)


@pytest.mark.parametrize("value", ["", "1", "[]", "[1, {}, [], {completed: 1}, {completed: {hackage: 1}}]", "{}"])
def test_members_of_another_shape_name_nothing(value: str) -> None:
    assert facts(CATALOGUER, "app/stack.yaml.lock", f"packages: {value}\nsnapshots: []\n".encode()) == []


def test_a_file_past_the_bound_is_told() -> None:
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, FREEZE, b"\n" * (DEFAULT.file_list + 1))
