"""Haskell versions against lines that cite their document."""

from __future__ import annotations

from version import order


def test_lines() -> None:
    order.check_lines("hackage")
