from __future__ import annotations

from pratique.expr import did_you_mean


def test_the_nearest_word() -> None:
    assert did_you_mean("epsss", ["epss", "kev"]) == "; did you mean 'epss'?"
    assert did_you_mean("STARTSWITH", ["startsWith"]) == "; did you mean 'startsWith'?"


def test_nothing_near() -> None:
    assert did_you_mean("zzz", ["epss", "kev"]) == ""
    assert did_you_mean("", []) == ""
    assert did_you_mean("x" * 100_000, ["epss"]) == ""
