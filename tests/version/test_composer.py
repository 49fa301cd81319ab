"""Composer versions against lines and composer/semver."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("composer")


def test_generated_as_composer_says() -> None:
    pairs = texts.generated(texts.composer, 16_000)
    # composer/semver takes branches ("1.x-dev", "dev-main"); they have no place among the releases.
    order.check_native("composer", pairs, oracle.composer(pairs), refused=60)


def test_real_as_composer_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "Packagist", 12_000)
    order.check_native("composer", pairs, oracle.composer(pairs))
