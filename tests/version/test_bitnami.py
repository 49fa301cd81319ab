"""Bitnami versions against lines; no tool for them is to be had here, the lines cite their document."""

from __future__ import annotations

from version import order


def test_lines() -> None:
    order.check_lines("bitnami")
