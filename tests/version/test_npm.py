"""npm versions against lines and the ``semver`` that npm holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from version import oracle, order, texts

pytestmark = pytest.mark.native


def test_lines() -> None:
    order.check_lines("npm")


def test_generated_as_node_says() -> None:
    pairs = texts.generated(texts.npm, 20_000)  # older ones of semver refuse four in ten
    # Reading loosely, node takes 1.2.34.5 for 1.2.3 with the pre-release 4.5, an accident of its pattern.
    order.check_native("npm", pairs, oracle.npm(pairs), refused=1_400)


def test_real_as_node_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "npm", 12_000)
    order.check_native("npm", pairs, oracle.npm(pairs))
