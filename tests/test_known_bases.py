"""A file of known bases: what is written is read again, by hand in YAML too, what is none is told with its place."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import UsageError
from pratique.known_bases import KnownBase, known_base, read, written
from pratique.limits import DEFAULT
from pratique.model import Distro, Image, ImageConfig, Layer, Package, Report

PAGE = Path(__file__).parent.parent / "docs" / "bases.md"
DIGEST = "sha256:" + "1" * 64
OTHER = "sha256:" + "2" * 64
BASE = KnownBase("debian:12", DIGEST, "linux/amd64", (DIGEST,), (OTHER,), "2026-01-01", "debian 12", 87)
HAND = f"""# ours
- name: debian:12
  digest: {DIGEST}
  diff_ids: [{OTHER}]
- {{name: alpine, layers: ["{OTHER}"]}}
"""


def test_what_is_written_is_read_again_and_sorted() -> None:
    other = KnownBase("alpine", layers=(OTHER,))
    data = written((BASE, other, BASE))
    assert read(data, "x", DEFAULT) == (other, BASE)
    assert written(read(data, "x", DEFAULT)) == data
    assert read(b"", "x", DEFAULT) == read(b"\n", "x", DEFAULT) == ()


def test_by_hand() -> None:
    assert read(HAND.encode(), "x.yaml", DEFAULT) == (
        KnownBase("debian:12", DIGEST, diff_ids=(OTHER,)),
        KnownBase("alpine", layers=(OTHER,)),
    )


LINE = written((BASE,))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LINE + b"{}\n", "x:2: no base image: Object missing required field `name`"),
        (LINE + b'{"name": "a"}\n', "x:2: 'a' names neither layers nor diff_ids"),
        (LINE + b"{" * 100_000, "x:2: no base image"),
        (LINE.replace(b'"name"', b'"nmae"'), "x:1: no base image: Object contains unknown field `nmae`"),
        (LINE.replace(b"1" * 64, b"1" * 3), "x:1: no base image"),
        (LINE[:40], "x:1: no base image"),
        (b"\xff", "byte 0 is no UTF-8"),
        (b"- name: debian\n", "x: base 1: 'debian' names neither layers nor diff_ids"),
        (b"- name: [\n", "x: no base image: "),
        (b"a: 1\n", "x: no base image: "),
        (b"- &a {name: x}\n- *a\n", "aliases have no place"),
        (b"just words", "x: no base image: "),
    ],
)
def test_what_is_none(data: bytes, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(data, "x", DEFAULT)
    assert words in str(caught.value)


def test_a_file_that_is_too_large() -> None:
    with pytest.raises(UsageError, match="known_bases = 10 bytes"):
        read(LINE, "x", msgspec.structs.replace(DEFAULT, known_bases=10))


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    try:
        read(data, "x", DEFAULT)
    except UsageError:
        return


def test_what_is_learnt_of_an_image() -> None:
    layers = (Layer(0, OTHER, DIGEST),)
    created = ImageConfig(created="2026-01-01")
    image = Image("debian:12", "debian:12@sha256:0", DIGEST, layers=layers, config=created, named="caller")
    packages = tuple(Package("deb", f"p{number}", "1") for number in range(87))
    report = Report("debian:12", "2026-11-22", image=image, distro=Distro("debian", "12"), packages=packages)
    assert known_base(report) == BASE
    assert known_base(Report("x", "2026-11-22")) is None
    archive = known_base(
        msgspec.structs.replace(report, target="a.tar", image=Image("a.tar", "debian:12", layers=layers))
    )
    assert archive is not None
    assert archive.name == "a.tar"  # what it calls itself would be the name of a base that policies trust
    bare = msgspec.structs.replace(image, layers=(Layer(0, "", folder="/x"),))
    assert known_base(msgspec.structs.replace(report, image=bare)) is None
    partly = msgspec.structs.replace(image, layers=(*layers, Layer(1, OTHER)))
    found = known_base(msgspec.structs.replace(report, image=partly))
    assert found is not None
    assert (found.diff_ids, found.layers) == ((), (OTHER, OTHER))


def test_the_page_s_file_is_one() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (found,) = read(block.encode(), "bases.md", DEFAULT)
    assert (found.name, found.length) == ("debian:12-slim", 1)
