"""apk's database, in the form that https://wiki.alpinelinux.org/wiki/Apk_spec gives, and a real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.apk import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Owns, Package, Problem

INSTALLED = "lib/apk/db/installed"
MUSL = """\
C:Q1zwvKMnYs1b6ZdPTBJ0Z7D5P3jyA=
P:musl-utils
V:1.2.4-r2
A:x86_64
S:36938
I:135168
T:the musl c library (libc) implementation
L:MIT AND BSD-2-Clause
o:musl
m:Timo Teräs <timo.teras@iki.fi>
p:cmd:getconf=1.2.4-r2
D:scanelf so:libc.musl-x86_64.so.1
F:sbin
R:ldconfig
a:0:0:755
Z:Q1Kja2+POZKxEkUOZqwSjC6kmaED4=
F:usr
F:usr/bin
R:getconf
Z:Q1zv6W8fDkUPbJLR1XbSVBQ3vOWGg=
R:iconv

"""
PACKAGE = Package(
    type="apk",
    name="musl-utils",
    version="1.2.4-r2",
    arch="x86_64",
    source_name="musl",
    licences=("MIT AND BSD-2-Clause",),
    vendor="Timo Teräs <timo.teras@iki.fi>",
    path=INSTALLED,
    depends=("scanelf",),
)


def test_package_and_files() -> None:
    owns = Owns("musl-utils", ("sbin/ldconfig", "usr/bin/getconf", "usr/bin/iconv"))
    assert list(parse(memory_file(INSTALLED, MUSL.encode()))) == [PACKAGE, owns]


def test_files_in_the_root_and_fields_of_files() -> None:
    text = "P:a\nV:1\nF:\nR:init\na:0:0:755\nZ:Q1x\nM:0:0:1777\n\nP:b\nV:2\nF:etc\nM:0:0:755\n"
    facts = list(parse(memory_file(INSTALLED, text.encode())))
    assert [fact for fact in facts if isinstance(fact, Owns)] == [Owns("a", ("init",))]
    assert [(fact.name, fact.arch) for fact in facts if isinstance(fact, Package)] == [("a", ""), ("b", "")]


def test_what_a_package_needs() -> None:
    text = (
        "P:musl\nV:1\np:so:libc.musl-x86_64.so.1=1\n\n"
        "P:busybox-binsh\nV:1\np:/bin/sh cmd:sh=1\n\n"
        "P:a\nV:1\nD:so:libc.musl-x86_64.so.1 /bin/sh musl>=1 b~2 !c d@edge so:libnone.so.1 cmd:none\n"
    )
    *_, last = parse(memory_file(INSTALLED, text.encode()))
    assert isinstance(last, Package)
    assert last.depends == ("musl", "busybox-binsh", "b", "d")


@pytest.mark.parametrize("stanza", ["P:b", "V:1", "P:\nV:1", "hello"])
def test_a_broken_stanza_is_told_and_hides_no_other(stanza: str) -> None:
    package, owns, problem = parse(memory_file(INSTALLED, f"{stanza}\n\n{MUSL}".encode()))
    assert package == PACKAGE
    assert isinstance(owns, Owns)
    assert isinstance(problem, Problem)
    assert not problem.blocking


@pytest.mark.parametrize("data", [b"\0", b"P:\nV:\n", b"<html>\n"])
def test_a_file_without_any_package_in_it_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable, match=INSTALLED):
        list(parse(memory_file(INSTALLED, data)))


def test_empty_and_truncated() -> None:
    assert list(parse(memory_file(INSTALLED, b""))) == []
    *_, problem = parse(memory_file(INSTALLED, MUSL[:-4].encode()))
    assert isinstance(problem, Problem)
    assert problem.blocking


def test_paths_that_would_fill_the_memory() -> None:
    data = b"P:a\nV:1\nF:" + b"x" * (DEFAULT.owned_path // 64) + b"\n" + b"R:y\n" * 100
    with pytest.raises(Unreadable, match=r"limits\.owned_path"):
        list(parse(memory_file(INSTALLED, data)))


@given(st.binary(max_size=200) | st.text("PVFRZ:a\n", max_size=100).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, INSTALLED, data)


def test_corpus(shared: Path) -> None:
    data = (shared / "corpus/apk/installed").read_bytes()
    facts = list(parse(memory_file(INSTALLED, data)))
    packages = [fact for fact in facts if isinstance(fact, Package)]
    assert len(packages) == data.count(b"\nP:") == 15
    assert not [fact for fact in facts if isinstance(fact, Problem)]
    assert sum(len(fact.paths) for fact in facts if isinstance(fact, Owns)) == data.count(b"\nR:")
