from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, named, packages, problem
from pratique.catalog.mix_lock import CATALOGUER
from pratique.model import Package, Problem

PATH = "app/mix.lock"


def test_what_mix_writes() -> None:
    told, *found = facts(CATALOGUER, PATH, fixture("mix.lock"))
    assert isinstance(told, Problem)
    assert "a package without a version that can be compared: 'keel'" in told.what
    by_name = {named(fact): fact for fact in found if isinstance(fact, Package)}
    assert {name: package.depends for name, package in by_name.items()} == {
        "hex/ecto@3.10.3": ("jason@1.4.1", "telemetry@1.2.1"),
        "hex/jason@1.4.1": (),
        "hex/acme/telemetry@1.2.1": (),
    }
    assert by_name["hex/jason@1.4.1"].hashes[0].startswith("sha256:3e23e8")


def test_entries_of_older_mix_have_fewer_parts() -> None:
    needs = b'[{:a, "~> 1.0", []}, {:d, ">= 0"}, {:e, ">= 0", [optional: true]}]'
    data = b'%{"a": {:hex, :a, "1.0.0"},\n  "b": {:hex, :c, "2.0.0", "x", [:mix], ' + needs + b', "hexpm"}}'
    found = packages(CATALOGUER, PATH, data)
    assert {name: package.depends for name, package in found.items()} == {
        "hex/a@1.0.0": (),
        "hex/c@2.0.0": ("a@1.0.0", "d"),
    }


@pytest.mark.parametrize("data", [b"", b'"a"', b"%{", b'%{"a": {', b"\xff", b'%{"a": {:hex, :a}}', b'%{"a": {}}'])
def test_what_mix_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)


def test_a_project_that_needs_nothing_names_nothing() -> None:
    assert facts(CATALOGUER, PATH, b"%{\n}\n") == []
