"""Copyright files: those of the forms that Debian's policy and its machine-readable format describe."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog.dpkg_copyright import CATALOGUER, parse
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Licence

PATH = "usr/share/doc/harbour/copyright"
MACHINE = b"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: harbour
License: not-of-files
Source: https://example.org/harbour

Files: *
Copyright: 1998 Jane Smith
License: GPL-2+ or Artistic

Files: src/*
 lib/*
Copyright: 1999 John Doe
License: Expat
 Permission is hereby granted, free of charge, see /usr/share/common-licenses/BSD

Files: debian/*
Copyright: 2000 John Doe
License: GPL-2+ or Artistic

License: GPL-2+
 On Debian systems it is in /usr/share/common-licenses/GPL-2.
"""
FREE = b"""\
This package was debianized by Jane Smith in 1998.

  On Debian systems, the complete text of the GNU General Public License
  can be found in `/usr/share/common-licenses/GPL-2'. The library is under
  /usr/share/common-licenses/LGPL-2.1. See also /usr/share/common-licenses/GPL-2.
"""


def licences(data: bytes, path: str = PATH) -> tuple[str, ...]:
    found = list(parse(memory_file(path, data)))
    assert all(isinstance(one, Licence) and (one.type, one.package) == ("deb", "harbour") for one in found)
    return found[0].licences if found and isinstance(found[0], Licence) else ()


def test_machine_readable() -> None:
    assert licences(MACHINE) == ("GPL-2+ or Artistic", "Expat")


def test_machine_readable_without_its_first_line() -> None:
    assert licences(MACHINE.partition(b"\n")[2]) == ("GPL-2+ or Artistic", "Expat")
    assert licences(b"Files: *\nLicense: Zlib\n") == ("Zlib",)


def test_free_text() -> None:
    assert licences(FREE) == ("GPL-2", "LGPL-2.1")


def test_machine_readable_without_licences_of_files() -> None:
    assert licences(MACHINE.replace(b"Files:", b"Fils:")) == ("BSD", "GPL-2")


@pytest.mark.parametrize("data", [b"", b"Copyright: me\n", b"Format: x\n\nFiles: *\nLicense:\n", b"\xff\xfe"])
def test_nothing_named(data: bytes) -> None:
    assert licences(data) == ()


def test_names_that_are_no_utf8() -> None:
    assert licences(b"Format: x\n\nFiles: *\nLicense: Zo\xeb") == ("Zo\ufffd",)


def test_other_places() -> None:
    assert list(parse(memory_file("usr/share/doc/a/b/copyright", FREE))) == []
    assert list(parse(memory_file("srv/copyright", FREE))) == []


def test_bounds() -> None:
    many = b"".join(b"\n\nFiles: *\nLicense: L%d" % number for number in range(3000))
    assert len(licences(b"Format: x" + many)) == 1000
    with pytest.raises(LimitExceeded):
        licences(bytes(DEFAULT.stanza + 1))


def test_this_machine() -> None:
    found = sorted(Path("/usr/share/doc").glob("*/copyright"))[:200]
    if not found:
        pytest.skip("this machine has no copyright files")
    told = [list(parse(memory_file(str(path)[1:], path.read_bytes()))) for path in found]
    assert sum(map(bool, told)) > len(found) * 0.8  # the rest says it in free text alone


@given(mutated(MACHINE) | mutated(FREE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
