"""Semantic versions against lines and the library ``semver``."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("semver")


def test_generated_as_the_library_says() -> None:
    pairs = texts.generated(texts.semver, 15_000)
    order.check_native("semver", pairs, oracle.semver(pairs))


def test_real_as_the_library_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "Go", 12_000)
    order.check_native("semver", pairs, oracle.semver(pairs))
