"""RPM versions against lines and rpm's library."""

from __future__ import annotations

from pathlib import Path

from version import oracle, order, texts


def test_lines() -> None:
    order.check_lines("rpm")


def test_generated_as_rpm_says() -> None:
    pairs = texts.generated(texts.rpm, 12_000)
    # rpm takes what stands before the last hyphen for the version; rpmbuild allows no hyphen in it.
    order.check_native("rpm", pairs, oracle.rpm(pairs), refused=1_200)


def test_real_as_rpm_says(shared: Path) -> None:
    pairs = texts.real(shared / "feeds", "AlmaLinux", 12_000)
    order.check_native("rpm", pairs, oracle.rpm(pairs))
