from __future__ import annotations

import itertools

import msgspec
import pytest

from pratique.cli._codes import combined, of_difference, of_inventory, of_verdict
from pratique.difference import compare
from pratique.errors import AuthError, NotFound
from pratique.model import Action, Coverage, Decision, Kev, Package, Problem, Result, Verdict, Vulnerability
from reports import CLEAN


@pytest.mark.parametrize(
    ("result", "code"), [(Result.PASS, 0), (Result.WARN, 0), (Result.FAIL, 1), (Result.UNKNOWN, 3)]
)
def test_a_verdict_is_a_code(result: Result, code: int) -> None:
    assert of_verdict(msgspec.structs.replace(CLEAN, verdict=Verdict(result)), None) == code


def test_an_error_has_its_own_code_whatever_the_verdict() -> None:
    assert of_verdict(CLEAN, NotFound("x")) == of_inventory(CLEAN, NotFound("x")) == 2
    assert of_verdict(CLEAN, AuthError("x")) == of_inventory(CLEAN, AuthError("x")) == 3


def test_an_inventory_with_a_part_unread_is_undecided() -> None:
    assert of_inventory(CLEAN, None) == 0
    assert of_inventory(msgspec.structs.replace(CLEAN, problems=(Problem("x", "y"),)), None) == 0
    assert of_inventory(msgspec.structs.replace(CLEAN, problems=(Problem("x", "y", blocking=True),)), None) == 3


def test_what_has_entered_the_catalogue_of_exploited_ones_is_as_new_as_what_was_introduced() -> None:
    package = Package("pypi", "app", "1", path="app/METADATA")
    listed = Vulnerability("CVE-1", package=package, kev=Kev("2026-11-22"), decision=Decision(Action.FAIL, "kev"))
    before = msgspec.structs.replace(CLEAN, findings=(msgspec.structs.replace(listed, kev=None),), problems=())
    after = msgspec.structs.replace(CLEAN, findings=(listed,), problems=())
    assert of_difference(compare(before, after), "introduced") == 1
    assert of_difference(compare(after, after), "introduced") == 0
    assert of_difference(compare(after, before), "introduced") == 0


@pytest.mark.parametrize("turned", [False, True])
def test_of_packages_of_one_source_the_one_that_fails_speaks(turned: bool) -> None:
    """A suppression of one of them lets the others fail."""
    packages = [Package("deb", name, "1", source_name="openssl") for name in ("libssl3", "openssl")]
    let = Vulnerability("CVE-1", package=packages[0], decision=Decision(Action.ALLOW, suppressed_until="2026-12-01"))
    failing = Vulnerability("CVE-1", package=packages[1], decision=Decision(Action.FAIL, "epss"))
    findings = (failing, let) if turned else (let, failing)
    before, after = (msgspec.structs.replace(CLEAN, findings=found, problems=()) for found in ((), findings))
    assert of_difference(compare(before, after), "introduced") == 1


def test_a_verdict_that_is_unknown_is_no_open_gate_whatever_the_reason() -> None:
    unknown = msgspec.structs.replace(CLEAN, verdict=Verdict(Result.UNKNOWN), problems=())
    decided = msgspec.structs.replace(unknown, verdict=Verdict(Result.PASS))
    for asked in ("introduced", "verdict"):
        assert of_difference(compare(decided, unknown), asked) == 3
        assert of_difference(compare(unknown, decided), asked) == 0
    assert of_difference(compare(decided, unknown), "") == 0


def test_what_the_policy_lets_be_leaves_a_difference_decided() -> None:
    """A blocking problem with ``on_unknown: warn`` is none that decides; a failure that is not new hides no doubt."""
    stale = msgspec.structs.replace(CLEAN, problems=(Problem("feed epss", "is old", blocking=True),))
    let = msgspec.structs.replace(stale, verdict=Verdict(Result.WARN))
    hidden = msgspec.structs.replace(stale, verdict=Verdict(Result.FAIL, undecided=("feed epss: is old",)))
    for asked in ("introduced", "verdict"):
        assert of_difference(compare(stale, let), asked) == 0
    assert of_difference(compare(stale, hidden), "introduced") == 3
    unread = msgspec.structs.replace(let, coverage=Coverage(layers=2, layers_read=1))
    for asked in ("introduced", ""):
        assert of_difference(compare(unread, let), asked) == of_difference(compare(let, unread), asked) == 3


def test_of_several_1_outranks_3_outranks_2_outranks_0() -> None:
    rank = (1, 3, 2, 0)
    for length in range(1, 5):
        for codes in itertools.product(rank, repeat=length):
            assert combined(codes) == next(code for code in rank if code in codes)
    assert combined(()) == 0
