"""Python versions against lines and the library ``packaging``."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("pypi")


def test_generated_as_packaging_says() -> None:
    pairs = texts.generated(texts.pypi, 15_000)
    order.check_native("pypi", pairs, oracle.pypi(pairs))


def test_what_packaging_refuses_is_refused() -> None:
    pairs = texts.generated(texts.pypi, 5_000, seed=2)
    refused = [pair for pair, answer in zip(pairs, oracle.pypi(pairs), strict=True) if answer == "!"]
    assert len(refused) > 20
    assert all(order.relation("pypi", *pair) == "!" for pair in refused)


def test_real_as_packaging_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "PyPI", 12_000)
    order.check_native("pypi", pairs, oracle.pypi(pairs))
