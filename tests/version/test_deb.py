"""Debian versions against lines and dpkg."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("deb")


def test_generated_as_libdpkg_says() -> None:
    pairs = texts.generated(texts.deb, 12_000)
    # Dpkg::Version takes an epoch with nothing after it for a version; deb-version(7) does not.
    order.check_native("deb", pairs, oracle.deb(pairs), refused=60)


def test_a_sample_as_dpkg_says() -> None:
    pairs = texts.generated(texts.deb, 400, seed=2)
    pairs = [pair for pair in pairs if order.relation("deb", *pair) != "!"]
    order.check_native("deb", pairs, oracle.dpkg(pairs), least=350)


def test_real_as_libdpkg_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "Debian", 12_000)
    order.check_native("deb", pairs, oracle.deb(pairs))
