"""What all formats tell of a package that differs."""

from __future__ import annotations

import pytest

from pratique.difference import PackageChange, PackageStatus
from pratique.report._changed import counted, sides

CHANGED, LICENCE = PackageStatus.CHANGED, PackageStatus.LICENCE


@pytest.mark.parametrize(
    ("change", "told", "other"),
    [
        (PackageChange(CHANGED, "npm", "", "a", ("1",), ("2",), ("MIT",), ("MIT",)), ("1", "2"), 0),
        (
            PackageChange(CHANGED, "npm", "", "a", ("1",), ("2",), ("MIT",), ("SSPL-1.0",)),
            ("1 (MIT)", "2 (SSPL-1.0)"),
            1,
        ),
        (PackageChange(CHANGED, "npm", "", "a", ("1",), ("2", "3"), ("MIT",)), ("1", "2, 3"), 0),
        (PackageChange(LICENCE, "npm", "", "a", ("1",), ("1",), ("MIT",), ("ISC",)), ("MIT", "ISC"), 1),
        (PackageChange(LICENCE, "npm", "", "a", ("1",), ("1",), ("MIT",)), ("MIT", ""), 1),
        (PackageChange(PackageStatus.ADDED, "npm", "", "a", (), ("1",), (), ("MIT",)), ("", "1"), 0),
    ],
)
def test_both_sides_and_how_many_have_another_licence(change: PackageChange, told: tuple[str, str], other: int) -> None:
    assert sides(change) == told
    assert counted([change]).endswith(f", {other} with another licence")
