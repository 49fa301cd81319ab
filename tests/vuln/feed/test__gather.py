"""What parts state comes together as if each statement had been packed by itself."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.vuln.feed._gather import Runs
from pratique.vuln.feed._spool import Of, Run, Spool
from pratique.vuln.packing import Spoken, alike, pack
from pratique.vuln.rows import RecordRow
from pratique.vuln.statements import Line, Packed, Silent, Top


def key(text: str) -> bytes:
    """Numbers below 100, prefix-free."""
    return bytes((int(text) + 1, 0))


def row(id_: str) -> RecordRow:
    return (id_, "osv", "", "", "", "", "", "", None, "", "", 0)


numbers = st.integers(0, 9).map(str)
lines: st.SearchStrategy[Line] = st.builds(
    lambda low, top, word: (False, low, Top.FIXED.value, top, word), numbers | st.just(""), numbers, st.just(b"")
)
saids = st.builds(Spoken, st.lists(lines, max_size=2).map(tuple), st.sampled_from(("", "", "why")))
of_release = st.dictionaries(st.sampled_from("abcd"), saids, min_size=1).map(lambda found: list(found.items()))
stated = st.dictionaries(st.sampled_from(("", "11", "12")), of_release)
parts = st.lists(st.lists(st.tuples(st.sampled_from(("A-1", "A-2", "A-10", "B")), stated), max_size=4), max_size=3)

_Parts = list[list[tuple[str, dict[str, list[tuple[str, Spoken]]]]]]


def spooled(folder: Path, held: _Parts) -> tuple[list[Run], dict[str, int]]:
    """The parts, each in its file, and the places of the records that hold: the last of an id."""
    runs, places, origin = [], dict[str, int](), 0
    for number, records in enumerate(held):
        spool = Spool(folder / f"{number}.spool")
        for id_, releases in records:
            of: Of = {}
            for release, packages in releases.items():
                said = [spool.number(alike(one.lines, one.silent, key)) for _, one in packages]
                of[release] = [name for name, _ in packages], said
            spool.record(origin, row(id_))
            spool.state(origin, of)
            places[id_] = origin
            origin += 1
        runs.append(spool.close())
    return runs, places


def expected(held: _Parts, places: dict[str, int]) -> dict[str, list[tuple[str, Packed]]]:
    """By name, and in each release in order, what the records that hold state, packed one by one."""
    lines: defaultdict[tuple[str, str], set[tuple[str, Line]]] = defaultdict(set)
    silent: defaultdict[tuple[str, str], set[Silent]] = defaultdict(set)
    for origin, (id_, releases) in enumerate(record for records in held for record in records):
        if places[id_] != origin:
            continue
        for release, packages in releases.items():
            for name, said in packages:
                lines[name, release].update((id_, line) for line in said.lines)
                silent[name, release].update([Silent(id_, said.silent)] if said.silent else [])
    found: dict[str, list[tuple[str, Packed]]] = {}
    for name, release in sorted(lines):
        here, unsaid = lines[name, release], silent[name, release]
        found.setdefault(name, []).append((release, (len(here), len(unsaid), pack(here, unsaid, key))))
    return found


@settings(max_examples=200)
@given(parts)
def test_as_if_each_statement_were_packed_by_itself(held: _Parts) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs, places = spooled(Path(folder), held)
        gathered = Runs(Path(folder), runs)
        assert gathered.packages(places, key) == expected(held, places)
        told = [record for records in gathered.records() for record in records]
        assert told == list(enumerate(row(id_) for records in held for id_, _ in records))


def test_what_is_numbered_again_is_the_same(tmp_path: Path) -> None:
    """A spool forgets what it numbered long ago: two numbers of one thing, and two files, make one statement."""
    one: Spoken = Spoken(((False, "1", Top.FIXED.value, "2", b""),), "")
    held: _Parts = [[("A-1", {"11": [("a", one), ("b", one)]}), ("A-2", {"11": [("a", one), ("b", one)]})]]
    spool = Spool(tmp_path / "0.spool")
    said = alike(one.lines, one.silent, key)
    for origin, id_ in enumerate(("A-1", "A-2")):
        number = spool.number(said)
        spool.record(origin, row(id_))
        spool.state(origin, {"11": (["a", "b"], [number, number])})
        if not origin:
            others = [spool.number(b"%d" % at) for at in range(1 << 14)]
            assert len({number, *others}) == 1 + len(others)
    places = {"A-1": 0, "A-2": 1}
    assert Runs(tmp_path, [spool.close()]).packages(places, key) == expected(held, places)
