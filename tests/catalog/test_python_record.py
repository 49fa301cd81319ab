"""Which of a distribution's recorded files can be programs; the RECORD is one that pip wrote."""

from __future__ import annotations

import csv
import importlib.metadata
import io

from hypothesis import given
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from pratique.catalog.python_record import parse
from pratique.model import Owns

SITE = "usr/lib/python3/site-packages"


def owned(text: str, path: str = f"{SITE}/x-1.dist-info/RECORD") -> list[str]:
    return [path for fact in parse(memory_file(path, text.encode())) if isinstance(fact, Owns) for path in fact.paths]


def test_what_pip_recorded_of_a_package_with_an_extension() -> None:
    text = importlib.metadata.distribution("msgspec").read_text("RECORD") or ""
    listed = [row[0] for row in csv.reader(io.StringIO(text)) if row]
    found = owned(text)
    assert sorted(f"{SITE}/{path}" for path in listed if ".so" in path) == [path for path in found if ".so" in path]
    assert any("_core" in path for path in found)


def test_programs_without_an_ending_and_paths_above_the_folder() -> None:
    text = 'x/__init__.py,sha256=a,1\n../../../bin/tool,sha256=b,2\n/opt/x.so,,\nrun,,\nx/lib.so.1.2,,\n"a,b.so",,\n'
    assert owned(text) == ["opt/x.so", "usr/bin/tool", f"{SITE}/run", f"{SITE}/x/lib.so.1.2"]


def test_a_record_elsewhere_says_nothing() -> None:
    assert owned("x.so,,\n", "srv/RECORD") == []


def test_a_path_cannot_leave_the_image() -> None:
    assert owned("../../../../../../../etc/x.so,,\n") == ["etc/x.so"]


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for fact in parse(memory_file(f"{SITE}/x-1.dist-info/RECORD", data)):
        assert isinstance(fact, Owns)
        assert all(path and not path.startswith("/") for path in fact.paths)
