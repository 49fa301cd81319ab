"""However it is packed, what records state of a package gives one blob."""

from __future__ import annotations

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.vuln.packing import Alike, Packer, Spoken, alike, hear, pack, spoken, told
from pratique.vuln.statements import Line, Silent, Top


def key(text: str) -> bytes:
    """Numbers below 100, prefix-free; "07" is another text of 7."""
    return bytes((int(text) + 1, 0))


versions = st.integers(0, 12).flatmap(lambda number: st.sampled_from((str(number), f"0{number}")))
lines = st.builds(
    lambda above, low, kind, text, word: (above and bool(low), low, kind if text else 0, text, word),
    st.booleans(),
    versions | st.just(""),
    st.sampled_from([top.value for top in Top]),
    versions | st.just(""),
    st.sampled_from((b"", b"word")),
)
listed = st.builds(  # as a list of single versions
    lambda texts, word: [(False, text, Top.LAST.value, text, word) for text in texts],
    st.lists(versions, max_size=4),
    st.sampled_from((b"", b"word")),
)
several = st.lists(lines, max_size=4) | listed

IDS = ("A-1", "A-10", "A-2", "B")
until = (versions | st.just("")).map(lambda text: hear(((False, "", Top.FIXED.value, text, b""),), ""))
spoken_of = st.builds(hear, several.map(tuple), st.sampled_from(("", "why")))
said = st.lists(spoken_of, min_size=1, max_size=4) | st.lists(until, min_size=1, max_size=4)


@settings(max_examples=300)
@given(said, st.data())
def test_what_records_state_alike_packs_as_what_each_states(said: list[Spoken], data: st.DataObject) -> None:
    pairs = st.tuples(st.integers(0, len(IDS) - 1), st.integers(0, len(said) - 1))
    both = data.draw(st.lists(pairs, min_size=1, max_size=8))
    stated = {(IDS[rank], line) for rank, place in both for line in said[place].lines}
    silent = {Silent(IDS[rank], said[place].silent) for rank, place in both if said[place].silent}
    packer = Packer(IDS, said.__getitem__, key)
    for _ in range(2):  # it remembers whom it named last
        found = packer.pack(sorted(told(rank, place) for rank, place in both))
        assert found == (len(stated), len(silent), pack(stated, silent, key))


@settings(max_examples=300)
@given(several, st.sampled_from(("", "why")), st.text("A-1é", min_size=1, max_size=40))
@example([(False, "3", Top.LAST.value, "3", b""), (False, "1", Top.LAST.value, "1", b"")], "", "A")
def test_a_record_that_speaks_alone(stated: list[Line], why: str, record: str) -> None:
    held = msgspec.msgpack.decode(alike(stated, why, key), type=Alike)
    silent = {Silent(record, why)} if why else set()
    blob = pack({(record, line) for line in stated}, silent, key)
    assert held.of(record) == (len(set(stated)), len(silent), blob)
    back = spoken(held, key)
    assert (len(back.lines), set(back.lines), back.silent) == (len(set(stated)), set(stated), why)
    assert back == hear(back.lines, why)


def test_what_is_no_more_than_a_fix_is_told_apart() -> None:
    plain = (False, "", Top.FIXED.value, "3", b"")
    others = [(True, *plain[1:]), (False, "1", *plain[2:]), (False, "", Top.LAST.value, *plain[3:]), (*plain[:4], b"w")]
    assert (hear((plain,), "").until, hear(((*plain[:3], "", b""),), "").until) == ("3", "")
    assert [hear((line,), "").until for line in others] == [None] * 4
    assert [hear(lines, why).until for lines, why in (((), ""), ((plain, plain), ""), ((plain,), "why"))] == [None] * 3
