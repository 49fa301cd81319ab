"""Package files of rpm: those that rpmbuild wrote, and hostile ones."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.rpm_file import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Package

FOLDER = Path(__file__).parent / "rpm_file"
RPM = (FOLDER / "harbour.rpm").read_bytes()
FORMAT = "%{NAME}\t%{EPOCH}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{LICENSE}\t%{VENDOR}"


def test_what_rpmbuild_wrote() -> None:
    assert list(parse(memory_file("srv/harbour.rpm", RPM))) == [
        Package(
            type="rpm",
            name="harbour",
            version="1:2.4-1",
            arch="noarch",
            source_name="harbour",
            source_version="1:2.4-1",
            licences=("MIT AND GPL-2.0-or-later",),
            vendor="Port Authority",
            path="srv/harbour.rpm",
            declared=True,
        )
    ]


def test_as_rpm_reads_it() -> None:
    if shutil.which("rpm") is None:
        pytest.skip("no rpm")
    command = ["rpm", "-qp", "--qf", FORMAT, str(FOLDER / "harbour.rpm")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (one,) = parse(memory_file("srv/harbour.rpm", RPM))
    assert isinstance(one, Package)
    assert tuple(text.split("\t")) == (one.name, one.version, one.arch, one.licences[0], one.vendor)


def test_a_source_package_installs_nothing() -> None:
    assert list(parse(memory_file("a.src.rpm", (FOLDER / "harbour.src.rpm").read_bytes()))) == []


@pytest.mark.parametrize("data", [b"", b"\xed\xab\xee\xdb", RPM[:96], RPM[:1500], RPM[:96] + bytes(2000)])
def test_no_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file("a.rpm", data)))


@given(mutated(RPM))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, "a.rpm", data)
