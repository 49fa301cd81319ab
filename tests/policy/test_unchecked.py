"""What a guideline asks for and nothing looks at is told by name, under that policy and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pratique.model import Coverage, Report
from pratique.policies import Parents, read_preset
from pratique.policy import schema
from pratique.policy.anew import decided_anew
from pratique.policy.schema import DEFAULT
from pratique.policy.unchecked import with_unchecked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
COVERAGE = Coverage(packages=3, not_run=("secrets", "signatures"))
NAMES = ("non-root user", "SBOM attestation", "provenance", "minimal base", "read-only root", "dropped capabilities")


def test_the_guideline_names_what_no_check_covers() -> None:
    guideline = read_preset("guideline")
    assert with_unchecked(COVERAGE, guideline) == Coverage(packages=3, not_run=("secrets", "signatures", *NAMES))
    child = schema.load("extends: guideline\n", "p.yaml", parents=Parents())
    assert with_unchecked(COVERAGE, child).not_run[2:] == NAMES
    assert with_unchecked(COVERAGE, DEFAULT) == COVERAGE


def test_another_policy_asks_anew() -> None:
    first = decided_anew(Report("t", "", coverage=COVERAGE), read_preset("guideline"), NOW)
    assert first.coverage.not_run[2:] == NAMES
    assert decided_anew(first, read_preset("guideline"), NOW).coverage == first.coverage
    assert decided_anew(first, DEFAULT, NOW).coverage == COVERAGE


def test_the_page_says_which_they_are() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if "not run" in line]
    assert all(any(f"`{name}`" in row for row in rows) for name in NAMES)
