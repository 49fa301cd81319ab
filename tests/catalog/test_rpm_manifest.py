"""Manifests of distroless rpm images, in the format that Azure Linux documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.rpm_manifest import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package, Problem

PATH = "var/lib/rpmmanifest/container-manifest-2"
OPENSSL = (
    "openssl\t1.1.1k-15.cm2\t1653816591\t1653753130\tMicrosoft Corporation\t(none)\t844521\tx86_64\t0\t"
    "openssl-1.1.1k-15.cm2.src.rpm\n"
)
BIND = "bind-libs\t9.16-1.cm2\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t32\tbind-9.16-1.cm2.src.rpm\n"


def test_packages() -> None:
    first, second = parse(memory_file(PATH, (OPENSSL + BIND).encode()))
    assert first == Package(
        type="rpm",
        name="openssl",
        version="1.1.1k-15.cm2",
        arch="x86_64",
        source_name="openssl",
        source_version="1.1.1k-15.cm2",
        vendor="Microsoft Corporation",
        path=PATH,
    )
    assert isinstance(second, Package)
    assert (second.version, second.source_name, second.source_version) == ("32:9.16-1.cm2", "bind", "32:9.16-1.cm2")


def test_a_line_of_another_form_blocks() -> None:
    package, problem = parse(memory_file(PATH, f"openssl\t1\n{BIND}".encode()))
    assert isinstance(package, Package)
    assert isinstance(problem, Problem)
    assert problem.blocking
    with pytest.raises(Unreadable, match="no package"):
        list(parse(memory_file(PATH, b"a\n\0\n")))
    assert list(parse(memory_file(PATH, b""))) == []


@given(st.binary(max_size=100) | st.text("a\t1\n", max_size=100).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
