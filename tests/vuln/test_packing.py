"""However it is packed, what records state of a package gives one blob."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.vuln.packing import Alike, alone, pack, pack_alike
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


said = st.dictionaries(
    st.integers(0, 3),
    st.builds(Alike, st.lists(lines, max_size=3).map(tuple), st.sampled_from(("", "why"))),
    min_size=1,
)


@settings(max_examples=300)
@given(said, st.data())
def test_what_records_state_alike_packs_as_what_each_states(said: dict[int, Alike], data: st.DataObject) -> None:
    pairs = st.tuples(st.sampled_from(("A-1", "A-2", "A-10", "B")), st.sampled_from(sorted(said)))
    told = sorted(data.draw(st.lists(pairs, min_size=1, max_size=8)))
    records, numbers = [record for record, _ in told], [number for _, number in told]
    spoken = {number: said[number] for number in numbers}
    stated = {(record, line) for record, number in told for line in said[number].lines}
    silent = {Silent(record, said[number].silent) for record, number in told if said[number].silent}
    assert pack_alike(records, numbers, spoken, key) == (len(stated), len(silent), pack(stated, silent, key))


@settings(max_examples=300)
@given(st.lists(lines, min_size=1, max_size=4), st.text("A-1é", min_size=1, max_size=40))
def test_a_record_that_speaks_alone(stated: list[Line], record: str) -> None:
    blob = pack({(record, line) for line in stated}, set(), key)
    assert alone(stated, key).of(record) == (len(set(stated)), 0, blob)
