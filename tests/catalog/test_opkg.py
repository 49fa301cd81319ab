"""opkg's database, in the form that https://git.yoctoproject.org/opkg/tree/libopkg and OpenWrt's packages have it."""

from __future__ import annotations

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.opkg import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Owns, Package, Problem

STATUS = "usr/lib/opkg/status"
INSTALLED = """\
Package: libubox20230523
Version: 2023-05-23-1
Depends: libc
Provides: libubox
Status: install user installed
Architecture: mips_24kc
Installed-Time: 1699999999

Package: kmod-gone
Version: 5.15-1
Status: deinstall user not-installed
Architecture: mips_24kc

"""
CONTROL = """\
Package: libubox20230523
Version: 2023-05-23-1
Depends: libc (>= 1), librt | other
Provides: libubox
Source: package/libs/libubox
SourceName: libubox
License: ISC
Section: libs
Architecture: mips_24kc
Maintainer: Port Authority <port@example.org>
Installed-Size: 22121
Description:  Basic utility library
"""


def test_status() -> None:
    assert list(parse(memory_file(STATUS, INSTALLED.encode()))) == [
        Package("opkg", "libubox20230523", "2023-05-23-1", arch="mips_24kc", path=STATUS, depends=("libc",))
    ]


def test_control_of_an_installed_package() -> None:
    path = "usr/lib/opkg/info/libubox20230523.control"
    assert list(parse(memory_file(path, CONTROL.encode()))) == [
        Package(
            type="opkg",
            name="libubox20230523",
            version="2023-05-23-1",
            arch="mips_24kc",
            source_name="libubox",
            licences=("ISC",),
            vendor="Port Authority <port@example.org>",
            path=path,
            depends=("libc", "librt", "other"),
        )
    ]


def test_list_of_either_kind() -> None:
    data = b"/lib/libubox.so.20230523\n/etc/a\t0100644\n/etc/b\t0120777\t/etc/a\nnoise\n"
    (owns,) = parse(memory_file("usr/lib/opkg/info/libubox.list", data))
    assert owns == Owns("libubox", ("lib/libubox.so.20230523", "etc/a", "etc/b"), "opkg")
    assert list(parse(memory_file("usr/lib/opkg/info/libubox.list", b""))) == []


def test_claims() -> None:
    index = Index([CATALOGUER])
    for path in (STATUS, "var/lib/opkg/status", "usr/lib/opkg/info/a.control", "opt/lib/opkg/info/a.list"):
        assert index.find(path), path
    for path in ("usr/lib/opkg/info/a.prerm", "var/lib/dpkg/status", "status"):
        assert not index.find(path), path


def test_broken_stanzas() -> None:
    package, problem = parse(memory_file(STATUS, f"Package: b\n\n{INSTALLED}".encode()))
    assert isinstance(package, Package)
    assert isinstance(problem, Problem)
    assert problem.blocking
    with pytest.raises(Unreadable, match="no package"):
        list(parse(memory_file(STATUS, b"\0\xff")))
    with pytest.raises(LimitExceeded, match=r"limits\.file_list"):
        list(parse(memory_file(STATUS, bytes(DEFAULT.file_list + 1))))
    assert list(parse(memory_file(STATUS, b""))) == []


@given(mutated(INSTALLED.encode()))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, STATUS, data)
    survives(CATALOGUER, "usr/lib/opkg/info/a.list", data)
