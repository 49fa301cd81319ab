"""pacman's local database, as pacman wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.pacman import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Owns, Package

FIXTURES = Path(__file__).parent / "pacman"
FOLDER = "var/lib/pacman/local/harbour-1:2.4-1"
DESC, FILES = (FIXTURES / "desc").read_bytes(), (FIXTURES / "files").read_bytes()


def test_what_pacman_wrote() -> None:
    assert list(parse(memory_file(f"{FOLDER}/desc", DESC))) == [
        Package(
            type="alpm",
            name="harbour",
            version="1:2.4-1",
            arch="any",
            source_name="harbour",
            licences=("MIT", "GPL-2.0-or-later"),
            vendor="Port Authority <port@example.org>",
            path=f"{FOLDER}/desc",
            depends=("glibc", "libpilot.so", "mole"),
        )
    ]
    (owns,) = parse(memory_file(f"{FOLDER}/files", FILES))
    assert owns == Owns("harbour", ("etc/harbour.conf", "usr/bin/harbour", "usr/share/licenses/harbour/LICENSE"))


def test_package_whose_name_has_dashes() -> None:
    (owns,) = parse(memory_file("var/lib/pacman/local/gcc-libs-14.2.1-1/files", b"%FILES%\nusr/lib/libgcc_s.so\n"))
    assert owns == Owns("gcc-libs", ("usr/lib/libgcc_s.so",))


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find(f"{FOLDER}/desc")
    assert index.find(f"{FOLDER}/files")
    assert index.find(f"srv/root/{FOLDER}/desc")
    assert not index.find("var/lib/pacman/local/desc")
    assert not index.find("var/lib/pacman/sync/desc")


def test_damage() -> None:
    for data in (b"", b"%NAME%\n\n%VERSION%\n1\n", DESC[:20], b"\xff\0"):
        with pytest.raises(Unreadable, match="no version"):
            list(parse(memory_file(f"{FOLDER}/desc", data)))
    assert list(parse(memory_file(f"{FOLDER}/files", b""))) == []
    with pytest.raises(LimitExceeded, match=r"limits\.file_list"):
        list(parse(memory_file(f"{FOLDER}/files", bytes(DEFAULT.file_list + 1))))


@given(mutated(DESC) | mutated(FILES))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, f"{FOLDER}/desc", data)
    survives(CATALOGUER, f"{FOLDER}/files", data)
