"""Gem versions against lines and Ruby."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("gem")


def test_generated_as_ruby_says() -> None:
    pairs = texts.generated(texts.gem, 12_000)
    order.check_native("gem", pairs, oracle.gem(pairs))


def test_real_as_ruby_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "RubyGems", 12_000)
    order.check_native("gem", pairs, oracle.gem(pairs))
