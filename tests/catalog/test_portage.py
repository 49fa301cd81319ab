"""Portage's database, in the form that the Package Manager Specification and https://wiki.gentoo.org/wiki//var/db/pkg
give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.portage import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Licence, Owns, Package

FOLDER = "var/db/pkg/app-containers/skopeo-1.5.1-r2"
CONTENTS = b"""\
dir /usr
dir /usr/bin
obj /usr/bin/skopeo 376c02bd3b22804df8fdfdc895e7dbfb 1649284374
obj /etc/a file with blanks 376c02bd3b22804df8fdfdc895e7dbfb 1649284374
sym /usr/bin/sko -> skopeo 1649284374
fif /run/fifo
"""


def test_package_and_its_files() -> None:
    package, owns = parse(memory_file(f"{FOLDER}/CONTENTS", CONTENTS))
    assert package == Package("ebuild", "skopeo", "1.5.1-r2", namespace="app-containers", path=f"{FOLDER}/CONTENTS")
    assert owns == Owns("skopeo", ("usr/bin/skopeo", "etc/a file with blanks", "usr/bin/sko"), "ebuild")


def test_a_package_of_no_files() -> None:
    assert [type(fact) for fact in parse(memory_file(f"{FOLDER}/CONTENTS", b""))] == [Package]


def test_licence() -> None:
    (licence,) = parse(memory_file(f"{FOLDER}/LICENSE", b"|| ( GPL-2\n  MIT )\n"))
    assert licence == Licence("ebuild", "skopeo", ("|| ( GPL-2 MIT )",))
    assert list(parse(memory_file(f"{FOLDER}/LICENSE", b"\n"))) == []


@pytest.mark.parametrize(
    ("folder", "name", "version"),
    [
        ("gtk+-3.24.38", "gtk+", "3.24.38"),
        ("openssl-3.0.13", "openssl", "3.0.13"),
        ("openssl-1.0.2u-r1", "openssl", "1.0.2u-r1"),
        ("foo-bar-1.0_beta2_p20240101", "foo-bar", "1.0_beta2_p20240101"),
        ("font-adobe-100dpi-1.0.4", "font-adobe-100dpi", "1.0.4"),
        ("timezone-data-2024a-r1", "timezone-data", "2024a-r1"),
        ("gentoo-9999", "gentoo", "9999"),
    ],
)
def test_names_and_versions(folder: str, name: str, version: str) -> None:
    (found,) = parse(memory_file(f"var/db/pkg/x/{folder}/CONTENTS", b""))
    assert isinstance(found, Package)
    assert (found.name, found.version) == (name, version)


@pytest.mark.parametrize("folder", ["-MERGING-skopeo-1.5.1", "skopeo", "1.5", "skopeo-1.x"])
def test_what_is_no_installed_package(folder: str) -> None:
    with pytest.raises(Unreadable, match=folder):
        list(parse(memory_file(f"var/db/pkg/x/{folder}/CONTENTS", CONTENTS)))


def test_a_list_too_long() -> None:
    with pytest.raises(LimitExceeded, match=r"limits\.file_list"):
        list(parse(memory_file(f"{FOLDER}/CONTENTS", bytes(DEFAULT.file_list + 1))))


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find(f"{FOLDER}/CONTENTS")
    assert index.find(f"{FOLDER}/LICENSE")
    assert not index.find(f"{FOLDER}/RDEPEND")
    assert not index.find("usr/share/LICENSE")


@given(mutated(CONTENTS), st.from_regex(r"[a-z0-9._-]{1,20}", fullmatch=True))
def test_any_bytes(data: bytes, folder: str) -> None:
    survives(CATALOGUER, f"{FOLDER}/CONTENTS", data)
    survives(CATALOGUER, f"var/db/pkg/x/{folder}/LICENSE", data)
