"""What is stated of packages in releases comes back, whatever they share."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.vuln import shares
from pratique.vuln.packing import Packed, pack
from pratique.vuln.statements import Silent, Statements


def key(text: str) -> bytes:
    return text.encode() + b"\0"


def blob(fix: str, *records: str) -> Packed:
    stated = {(record, (False, "", 0, fix, b"")) for record in records}
    return len(stated), 0, pack(stated, set(), key)


BLOBS = (blob("2", "A-1"), blob("2", "A-1", "B-2"), blob("3", "B-2"))
SILENT: Packed = (0, 1, pack(set(), {Silent("C", "why")}, key))
releases = st.dictionaries(st.sampled_from(("11", "12", "13")), st.sampled_from((*BLOBS, SILENT)), min_size=1)
packages = st.dictionaries(st.sampled_from(("x", "y", "é", "\U0001f600", "z")), releases)


@given(packages)
def test_what_is_stated_comes_back(said: dict[str, dict[str, Packed]]) -> None:
    stated = {name: sorted(of.items()) for name, of in said.items()}
    rows = shares.release_rows(stated)
    assert [row[1] for row in rows] == sorted({release for of in said.values() for release in of})
    for number, release, count, ranges, silent in rows:
        held = [of[release] for of in said.values() if release in of]
        assert rows[number][1] == release
        assert (count, ranges, silent) == (len(held), sum(each[0] for each in held), sum(each[1] for each in held))
    found = dict(shares.package_rows(stated, rows))
    assert list(found) == sorted(said, key=lambda name: name.encode())  # as SQLite orders them
    names = [row[1] for row in rows]
    for name, column in found.items():
        held = [(names[at], bytes(each.blob)) for each in shares.opened(column) for at in each.releases]
        assert sorted(held) == sorted((release, packed[2]) for release, packed in said[name].items())


def test_what_releases_share_stands_once() -> None:
    (numbers, other) = shares.opened(shares.packed([(0, BLOBS[0][2]), (1, BLOBS[1][2]), (4, BLOBS[0][2])]))
    assert (numbers.releases, other.releases) == ([0, 4], [1])
    assert Statements(other.blob, key).records == ["A-1", "B-2"]


def test_the_releases_in_which_records_name_a_package() -> None:
    column = shares.packed([(0, BLOBS[0][2]), (1, BLOBS[1][2]), (2, SILENT[2]), (4, BLOBS[0][2])])
    assert shares.naming(column, {"A-1"}) == [0, 4, 1]
    assert shares.naming(column, {"B-2", "C"}) == [1, 2]
    assert shares.naming(column, {"D"}) == []


def test_a_release_without_packages_has_no_row() -> None:
    assert shares.numbered({"13": [2, 3, 0], "12": [0, 0, 0], "11": [1, 0, 1]}) == [
        (0, "11", 1, 0, 1),
        (1, "13", 2, 3, 0),
    ]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\x91\x90", b"\x91\x92\xa1x\x90"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        shares.opened(data)
