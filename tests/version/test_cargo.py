"""Rust crates' versions against lines and the library ``semver``."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("cargo")


def test_real_as_the_library_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "crates.io", 12_000)
    order.check_native("cargo", pairs, oracle.semver(pairs))
