"""What a spool takes stands in its file, in as many segments as it takes; read as the file's layout says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pratique.vuln.feed._spool import Leaf, Run, Spool
from pratique.vuln.rows import RecordRow

LARGE = 1 << 24  # bytes: so large a thing is written at once


def row(id_: str) -> RecordRow:
    return (id_, "osv", "", "", "", "", "", "", None, "", "", 0)


def segments(folder: Path, run: Run) -> list[tuple[list[object], Leaf]]:
    data, at, found = (folder / run.file).read_bytes(), 0, []
    for segment in run.segments:
        end = at + segment.records
        records = msgspec.msgpack.decode(data[at:end])
        found.append((records, msgspec.msgpack.decode(data[end : end + segment.leaf], type=Leaf)))
        at = end + segment.leaf
    assert at == len(data)
    return found


def test_of_one_package_without_a_release_no_list_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "a.spool")
    spool.record(7, row("A-1"))
    spool.state(7, {"": (["x"], [spool.number(b"said")])})
    ((records, leaf),) = segments(tmp_path, spool.close())
    assert records == [[7, list(row("A-1"))]]
    assert (leaf.alikes, leaf.lists, leaf.single.names) == ([b"said"], [], ["x"])
    assert (leaf.single.origins, leaf.single.numbers, leaf.joint.origins) == ([7], [0], [])


def test_lists_and_choices_stand_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "a.spool")
    one, two = spool.number(b"one"), spool.number(b"two")
    spool.state(1, {"11": (["x", "y"], [one, two]), "12": (["x", "y"], [two, two])})
    spool.state(2, {"12": (["x", "y"], [one, two]), "11": ([], [])})
    ((_, leaf),) = segments(tmp_path, spool.close())
    assert [msgspec.msgpack.decode(names) for names in leaf.lists] == [["x", "y"]]
    assert (leaf.alikes, leaf.choices, leaf.releases) == ([b"one", b"two"], [(one, two)], ["11", "12"])
    assert (leaf.joint.origins, leaf.joint.releases, leaf.joint.lists) == ([1, 1, 2], [0, 1, 1], [0, 0, 0])
    assert leaf.joint.numbers == [~0, two, ~0]


def test_numbers_go_on_from_segment_to_segment(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "a.spool")
    for origin, said in enumerate((b"a" * LARGE, b"b" * LARGE, b"a" * LARGE)):
        spool.record(origin, row(f"A-{origin}"))
        spool.state(origin, {"11": (["x"], [spool.number(said)])})
    run = spool.close()
    found = segments(tmp_path, run)
    assert [[each[:1] for each in leaf.alikes] for _, leaf in found] == [[b"a"], [b"b"], []]
    assert [leaf.joint.numbers for _, leaf in found] == [[0], [1], [0]]
    assert [leaf.releases for _, leaf in found] == [["11"], [], []]
    assert run.records == sum(len(records) for records, _ in found) == 3


@pytest.mark.parametrize("count", [0, 3, 9])
def test_what_is_no_record_is_counted_and_some_of_it_shown(tmp_path: Path, count: int) -> None:
    spool = Spool(tmp_path / "a.spool")
    for at in range(count):
        spool.unreadable(f"x{at}")
    run = spool.close()
    assert (run.records, run.unreadable, run.examples) == (0, count, tuple(f"x{at}" for at in range(min(count, 5))))
