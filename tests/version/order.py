"""What the tests of all schemes share: lines ``a < b`` and ``a = b``, and comparison with a native tool's answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pratique import version
from version.texts import Pair


def relation(scheme: str, left: str, right: str) -> str:
    """``<`` ``=`` or ``>`` by our keys; ``!`` where one of the two is no version to us."""
    try:
        a, b = version.key(scheme, left), version.key(scheme, right)
    except ValueError:
        return "!"
    return "<" if a < b else ">" if b < a else "="


def check_lines(scheme: str) -> None:
    """Each line of ``<scheme>.txt`` holds, in both directions. ``! text`` must be refused; ``#`` begins a comment."""
    lines = Path(__file__).with_name(f"{scheme}.txt").read_text(encoding="utf-8").splitlines()
    cases = [line.split() for line in (line.partition("#")[0] for line in lines) if line.strip()]
    assert len(cases) >= 10
    for case in cases:
        if case[0] == "!":
            assert relation(scheme, case[1], case[1]) == "!", case
            continue
        left, sign, right = case
        assert relation(scheme, left, right) == sign, case
        assert relation(scheme, right, left) == {"<": ">", "=": "="}[sign], case


def check_native(
    scheme: str, pairs: Sequence[Pair], answers: Sequence[str], refused: int = 0, least: int = 10_000
) -> None:
    """We say what the native tool says of every pair that it takes for versions; at least ``least`` pairs count.

    ``refused`` is how many of those pairs we may refuse, where we are stricter than the tool; the scheme says why.
    """
    ours = [relation(scheme, *pair) for pair in pairs]
    both = [
        (pair, theirs, our) for pair, theirs, our in zip(pairs, answers, ours, strict=True) if "!" not in (theirs, our)
    ]
    wrong = [one for one in both if one[1] != one[2]]
    assert not wrong, f"{len(wrong)} differ (pair, native, ours): {wrong[:10]}"
    strict = [pair for pair, theirs, our in zip(pairs, answers, ours, strict=True) if our == "!" != theirs]
    assert len(strict) <= refused, f"{len(strict)} refused: {strict[:10]}"
    assert len(both) >= least, f"only {len(both)} pairs were compared"
