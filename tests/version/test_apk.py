"""Alpine versions against lines and the apk of a real Alpine image."""

from __future__ import annotations

import re
from pathlib import Path

from version import oracle, order, texts

# apk-tools 2 takes words after a suffix's underscore and a dot at the end; the grammar of apk-package(5) does not, and
# apk-tools 3 refuses them as we do.
STRICTER = 6_000


def test_lines() -> None:
    order.check_lines("apk")


def test_generated_as_apk_says(shared: Path, tmp_path: Path) -> None:
    # Between two numbers that begin with a zero, apk-tools 2 (in the image) says 1.00 < 1.0, apk-tools 3 the reverse;
    # apk-tools 2 also loses its way in a suffix after the number 0 (1.1.0_pre > 1.1.0), and cuts numbers to 31 bits.
    pairs = [
        pair for pair in texts.generated(texts.apk, 20_000) if not re.search(r"\.0[\d_a-z]|\d{10}", " ".join(pair))
    ]
    order.check_native("apk", pairs, oracle.apk(pairs, image(shared), tmp_path), refused=STRICTER)


def test_real_as_apk_says(shared: Path, tmp_path: Path) -> None:
    pairs = texts.real(shared / "feeds", "Alpine", 6_000) + texts.real(shared / "feeds", "Wolfi", 6_000)
    order.check_native("apk", pairs, oracle.apk(pairs, image(shared), tmp_path), refused=200)


def image(shared: Path) -> Path:
    return shared / "corpus" / "images" / "alpine-oci.tar"
