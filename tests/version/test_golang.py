"""Go versions against lines, golang.org/x/mod/semver and go/version."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from version import oracle, order, texts

pytestmark = pytest.mark.native


def test_lines() -> None:
    order.check_lines("golang")


def test_the_experiments_of_a_build_are_cut() -> None:
    assert order.relation("golang", "go1.21.3 X:boringcrypto,loopvar", "1.21.3") == "="
    assert order.relation("golang", "go1.21.3-bigcorp X:boringcrypto", "1.21.3") == "="
    assert order.relation("golang", "devel go1.22-1a2b3c", "devel go1.22-1a2b3c") == "!"


def test_modules_as_go_says(tmp_path: Path) -> None:
    pairs = texts.generated(texts.golang, 13_000)
    order.check_native("golang", pairs, oracle.golang(pairs, tmp_path))


def test_toolchains_as_go_says(tmp_path: Path) -> None:
    rng = random.Random(1)
    pairs = [(texts.toolchain(rng), texts.toolchain(rng)) for _ in range(10_000)]
    order.check_native("golang", pairs, oracle.golang(pairs, tmp_path))


def test_real_as_go_says(shared: Path, tmp_path: Path) -> None:
    pairs = texts.real(shared / "feeds", "Go", 12_000)
    order.check_native("golang", pairs, oracle.golang(pairs, tmp_path))
