"""dpkg's lists of files, as dpkg wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.dpkg_owns import CATALOGUER, parse
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Owns

FIXTURES = Path(__file__).parent / "dpkg"
FILES = ("usr/lib/x86_64-linux-gnu/libharbour.so.2", "usr/share/doc/harbour/copyright")


def test_list_of_an_architecture() -> None:
    data = (FIXTURES / "harbour.list").read_bytes()
    assert list(parse(memory_file("var/lib/dpkg/info/harbour:amd64.list", data))) == [Owns("harbour", FILES)]


def test_list_of_a_package_with_dots_in_its_name() -> None:
    (owns,) = parse(memory_file("var/lib/dpkg/info/libstdc++6.1.list", b"/.\n/usr\n/usr/a\n/usr/a.b"))
    assert owns == Owns("libstdc++6.1", ("usr/a", "usr/a.b"))


def test_checksums_of_distroless() -> None:
    data = (FIXTURES / "harbour.md5sums").read_bytes()
    assert list(parse(memory_file("var/lib/dpkg/status.d/harbour.md5sums", data))) == [Owns("harbour", FILES)]


def test_checksums_in_binary_mode() -> None:
    data = b"0123456789abcdef0123456789abcdef *usr/a b\n"
    assert list(parse(memory_file("var/lib/dpkg/status.d/x.md5sums", data))) == [Owns("x", ("usr/a b",))]


def test_nothing_owned() -> None:
    assert list(parse(memory_file("var/lib/dpkg/info/x.list", b""))) == []
    assert list(parse(memory_file("var/lib/dpkg/info/x.list", b"/.\n"))) == []


@given(st.lists(st.from_regex(r"[a-z]{1,3}", fullmatch=True), unique=True, max_size=9))
def test_every_file_is_owned(names: list[str]) -> None:
    data = "/.\n/opt\n" + "".join(f"/opt/{name}\n" for name in names)
    owned = [path for fact in parse(memory_file("var/lib/dpkg/info/x.list", data.encode())) for path in fact.paths]
    assert owned == ([f"opt/{name}" for name in names] or ["opt"])


def test_a_list_too_long() -> None:
    with pytest.raises(LimitExceeded, match=r"x\.list"):
        list(parse(memory_file("var/lib/dpkg/info/x.list", b"/a\n" * (DEFAULT.file_list // 3 + 1))))


@given(st.binary(max_size=100))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, "var/lib/dpkg/info/x.list", data)
    survives(CATALOGUER, "var/lib/dpkg/status.d/x.md5sums", data)
