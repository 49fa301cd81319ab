from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, named, packages, problem
from pratique.catalog.rebar_lock import CATALOGUER
from pratique.model import Package, Problem

PATH = "app/rebar.lock"


def test_what_rebar3_writes() -> None:
    told, *found = facts(CATALOGUER, PATH, fixture("rebar.lock"))
    assert isinstance(told, Problem)
    assert "'keel'" in told.what
    hashes = {named(fact): fact.hashes[0][:13] for fact in found if isinstance(fact, Package)}
    assert hashes == {"hex/cowboy@2.9.0": "sha256:3e23e8", "hex/ranch@1.8.0": "sha256:18ac3e"}


def test_an_older_file_is_a_list_alone() -> None:
    data = b'[{<<"cowboy">>,{pkg,<<"cowlib">>,<<"2.9.0">>},0}].'
    assert set(packages(CATALOGUER, PATH, data)) == {"hex/cowlib@2.9.0"}


def test_a_project_that_needs_nothing_names_nothing() -> None:
    assert facts(CATALOGUER, PATH, b"[].\n") == []


@pytest.mark.parametrize("data", [b"", b"a", b"[", b"{}}", b'[{<<"a">>}].', b"[[]].", b"\xff"])
def test_what_rebar3_does_not_write_is_a_problem(data: bytes) -> None:
    problem(CATALOGUER, PATH, data)
