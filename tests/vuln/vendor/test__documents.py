"""A feed's folder: archives of a day, documents beside them, deletions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pratique.limits import DEFAULT, Limits
from pratique.vuln.bulletin import Unread
from pratique.vuln.vendor._documents import Folder, Found, documents
from vuln.vendor.tars import tar

NAME = re.compile(r"cve-\d+-\d+\.json")
ONE, TWO = "cve-2024-0001.json", "cve-2024-0002.json"


def folder(path: Path) -> Folder:
    return Folder(path, archive="", loose=("vex",), name=NAME)


def document(date: str) -> bytes:
    return json.dumps({"document": {"tracking": {"current_release_date": date}}}).encode()


def lay(path: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def read(path: Path, limits: Limits = DEFAULT) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    found = list(documents(folder(path), limits))
    data = [each for each in found if isinstance(each, Found)]
    assert len({each.name for each in data}) == len(data)
    return {each.name: each.data for each in data}, [
        (each.where, each.why) for each in found if isinstance(each, Unread)
    ]


@pytest.mark.parametrize(
    ("packed", "loose", "newer"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", "loose"),
        ("2024-01-03T00:00:00Z", "2024-01-02T00:00:00Z", "packed"),
        ("2024-01-02T02:00:00+02:00", "2024-01-02T00:00:00Z", "loose"),  # the same instant
        ("2024-01-02T00:00:00", "2024-01-01T00:00:00+00:00", "packed"),
        ("yesterday", "2024-01-02T00:00:00Z", "loose"),
    ],
)
def test_of_two_the_newer_holds(tmp_path: Path, packed: str, loose: str, newer: str) -> None:
    documents_ = {"packed": document(packed), "loose": document(loose)}
    lay(tmp_path, {"a.tar": tar({f"2024/{ONE}": documents_["packed"]}), f"vex/2024/{ONE}": documents_["loose"]})
    assert read(tmp_path) == ({ONE: documents_[newer]}, [])


def test_only_the_newest_archive_is_read(tmp_path: Path) -> None:
    old, new = tar({ONE: b"1", TWO: b"1"}), tar({ONE: b"2"})
    lay(
        tmp_path, {"csaf_vex_2024-08-04.tar": old, "csaf_vex_2024-08-11.tar": new, "notes.txt": b"", f"vex/{TWO}": b"3"}
    )
    assert read(tmp_path) == ({ONE: b"2", TWO: b"3"}, [])


def test_a_deletion_takes_away_what_is_not_younger(tmp_path: Path) -> None:
    gone, back = document("2024-01-01T00:00:00Z"), document("2024-03-01T00:00:00Z")
    rows = f'"2024/{ONE}","2024-02-01T00:00:00+00:00"\n"2024/{TWO}","2024-02-01T00:00:00+00:00"\n'
    lay(tmp_path, {"a.tar": tar({ONE: gone}), f"vex/2024/{TWO}": back, "deletions.csv": rows.encode()})
    assert read(tmp_path) == ({TWO: back}, [])
    lay(tmp_path, {f"vex/2024/{TWO}": gone})
    assert read(tmp_path) == ({}, [])


@pytest.mark.parametrize(
    "rows", [b"", b"\xff\xfe\0\0", b'"', b"<html>", b'"a","b","c"\n', b"a,b\n" * 10, b'"x\n' * 100]
)
def test_a_list_of_deletions_that_is_none_deletes_nothing(tmp_path: Path, rows: bytes) -> None:
    lay(tmp_path, {"a.tar": tar({ONE: b"1"}), "deletions.csv": rows})
    assert read(tmp_path) == ({ONE: b"1"}, [])


def test_names_that_are_no_document_s(tmp_path: Path) -> None:
    packed = tar(
        {f"2024/{ONE}": b"1", f"2023/{ONE}": b"2", "../../x.json": b"", "2024/cve-2024-0001.json/": b"", "a.asc": b""}
    )
    lay(tmp_path, {"a.tar": packed, f"vex/1/{TWO}": b"3", f"vex/2/{TWO}": b"4", "vex/notes.json": b""})
    found, wrong = read(tmp_path)
    assert found == {ONE: b"1", TWO: b"4"}
    assert {why for _, why in wrong} == {
        "the document stands twice",
        "its name is not that of a document",
        "the document lies in two folders",
    }


def test_a_document_that_is_too_large(tmp_path: Path) -> None:
    lay(tmp_path, {f"vex/{ONE}": b"1" * 100, f"vex/{TWO}": b"1"})
    found, wrong = read(tmp_path, Limits(csaf_document=99))
    assert found == {TWO: b"1"}
    assert wrong == [(ONE, "it is larger than csaf_document, 99 bytes")]


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert not folder(tmp_path).present()
    assert not folder(tmp_path / "absent").present()
    assert read(tmp_path) == ({}, [])
