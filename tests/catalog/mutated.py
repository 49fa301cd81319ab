"""A file of a format in, files that are nearly of that format out, for what must never break a parser."""

from __future__ import annotations

from hypothesis import strategies as st


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """The file cut short, with bytes put over others, with a piece of it twice, and bytes that are anything."""
    place = st.integers(0, len(data))
    cut = place.map(lambda at: data[:at])
    over = st.builds(lambda at, new: data[:at] + new + data[at + len(new) :], place, st.binary(min_size=1, max_size=8))
    twice = st.builds(lambda at, to: data[:at] + data[min(at, to) :], place, place)
    return st.one_of(cut, over, twice, st.binary(max_size=100))
