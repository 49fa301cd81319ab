"""What is packed is what comes back, and a look-up finds what comparing every key finds."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.model import FixState, Level
from pratique.vuln.bulletin import Scope, Symbols
from pratique.vuln.packing import pack
from pratique.vuln.statements import Naming, Said, Silent, Stated, Statements, Top, Word, hear, say


def key(text: str) -> bytes:
    """Numbers below 100, prefix-free; "07" is another text of 7."""
    return bytes((int(text) + 1, 0))


WORD = Word(
    FixState.WILL_NOT_FIX, Scope(("x86_64",), "nodejs:12", (Symbols("a/b", ("T.M",)),)), "2026-01-02", Level.LOW
)

versions = st.integers(0, 12).flatmap(lambda number: st.sampled_from((str(number), f"0{number}")))
lines = st.builds(
    lambda id_, above, low, kind, text, word: (id_, (above and bool(low), low, kind if text else 0, text, word)),
    st.sampled_from(("A-1", "A-2", "A-10", "B")),
    st.booleans(),
    versions | st.just(""),
    st.sampled_from([top.value for top in Top]),
    versions | st.just(""),
    st.sampled_from((b"", say(WORD), say(msgspec.structs.replace(WORD, date="2026-01-03")))),
)
many = st.sets(lines, max_size=12)


def holds(line: Stated, version: bytes) -> bool:
    above, low, kind, text, _ = line[1]
    begins = not low or key(low) < version or (not above and key(low) == version)
    ends = not text or version < key(text) or (kind == Top.LAST and version == key(text))
    return begins and ends


def ends_above(line: Stated, version: bytes) -> bool:
    return holds((line[0], (False, "", *line[1][2:])), version)


def as_said(line: Stated) -> Said:
    id_, (above, low, kind, text, word) = line
    ends = [text if kind == top else "" for top in (Top.FIXED, Top.LAST, Top.LIMIT)]
    return Said(id_, "" if above else low, low if above else "", *ends, hear(word))


def by_id(said: Said) -> str:
    return repr(said)


@settings(max_examples=300)
@given(many)
def test_what_is_packed_comes_back(stated: set[Stated]) -> None:
    opened = Statements(pack(stated, set(), key), key)
    assert len(opened) == len(stated)
    assert opened.stated(()) == stated
    assert sorted((opened.said(at) for at in range(len(opened))), key=by_id) == sorted(map(as_said, stated), key=by_id)


@settings(max_examples=300)
@given(many, st.integers(0, 13))
def test_a_look_up_finds_what_comparing_finds(stated: set[Stated], version: int) -> None:
    opened, at = Statements(pack(stated, set(), key), key), key(str(version))
    found = [opened.said(place) for place in opened.holding(at)]
    assert sorted(found, key=by_id) == sorted((as_said(line) for line in stated if holds(line, at)), key=by_id)
    above = [opened.said(place) for place in opened.ending_above(at, {"A-1", "B"})]
    wanted = [as_said(line) for line in stated if ends_above(line, at) and line[0] in ("A-1", "B")]
    assert sorted(above, key=by_id) == sorted(wanted, key=by_id)


def local_key(text: str) -> bytes:
    """Of "5", or of "5+2", which counts as 5 too."""
    number, plus, part = text.partition("+")
    return bytes((int(number) + 1, 2, int(part) + 1, 0)) if plus else bytes((int(number) + 1, 1, 0))


def local_after(text: str) -> bytes:
    return local_key(text) + b"\0" if "+" in text else bytes((int(text) + 1, 3))


with_local = st.builds(
    lambda number, part: f"{number}{part}", st.integers(0, 4), st.sampled_from(("", "", "+0", "+1", "+2"))
)
ends = st.sets(st.tuples(st.sampled_from(("A", "B")), with_local | st.just(""), st.sampled_from(Top), with_local))


@settings(max_examples=400)
@given(ends, with_local, st.booleans())
def test_the_last_version_is_last_with_all_that_count_as_it(
    ended: set[tuple[str, str, Top, str]], version: str, zeros: bool
) -> None:
    stated = {(id_, (False, low, top.value, f"0{text}" if zeros else text, b"")) for id_, low, top, text in ended}
    opened, at = Statements(pack(stated, set(), local_key), local_key, local_after), local_key(version)

    def is_below(line: Stated) -> bool:
        return at < (local_after if line[1][2] == Top.LAST else local_key)(line[1][3])

    above = [as_said(line) for line in stated if is_below(line)]
    assert sorted(map(opened.said, opened.ending_above(at, {"A", "B"})), key=by_id) == sorted(above, key=by_id)
    held = [as_said(line) for line in stated if is_below(line) and (not line[1][1] or local_key(line[1][1]) <= at)]
    assert sorted(map(opened.said, opened.holding(at)), key=by_id) == sorted(held, key=by_id)


@given(st.lists(lines, unique=True, max_size=12))
def test_the_order_of_arrival_leaves_no_trace(stated: list[Stated]) -> None:
    silent = {Silent("C", "why"), Silent("A-1", "why")}
    forth, back = dict.fromkeys(stated).keys(), dict.fromkeys(reversed(stated)).keys()
    assert pack(forth, silent, key) == pack(back, silent, key)
    assert [each.record for each in Statements(pack(forth, silent, key), key).silent] == ["A-1", "C"]


@given(many)
def test_a_record_can_be_left_out(stated: set[Stated]) -> None:
    opened = Statements(pack(stated, {Silent("C", "why")}, key), key)
    assert {line[0] for line in opened.stated({"A-1"})} == {line[0] for line in stated} - {"A-1"}
    assert opened.name_any({"A-1"}) == any(line[0] == "A-1" for line in stated)
    assert opened.name_any({"C"})


def test_a_word_that_says_nothing_takes_no_room() -> None:
    assert say(Word()) == b""
    assert hear(b"") == Word()
    assert hear(say(WORD)) == WORD


def test_nothing_at_all() -> None:
    opened = Statements(pack(set(), set(), key), key)
    assert (len(opened), opened.records, opened.holding(key("1"))) == (0, [], [])


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92\xa0", b"\x94\xa0\xa0\x90\x91\xa1x"])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        Statements(data, key)


@given(many, st.sets(st.sampled_from(("A", "A-1", "A-10", "A-11", "B", "C", "X")), max_size=3))
def test_the_records_of_a_blob_are_found_without_opening_it(stated: set[Stated], records: set[str]) -> None:
    blob = pack(stated, {Silent("C", "why")}, key)
    found = msgspec.msgpack.decode(blob, type=Naming)
    assert found.name_any(records) == Statements(blob, key).name_any(records)
