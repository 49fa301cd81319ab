from __future__ import annotations

from pratique.vuln.streams import Stream, flat, known

STREAMS = (Stream((("a", "b"), ("c",))), Stream((("b",), ("d",))))


def test_all_releases_once_the_likeliest_first() -> None:
    assert flat(STREAMS) == ("a", "b", "c", "d")


def test_what_a_feed_does_not_have_is_left_out() -> None:
    assert known(STREAMS, "ac".__contains__) == (Stream((("a",), ("c",))),)
    assert known(STREAMS, "b".__contains__) == (Stream((("b",),)), Stream((("b",),)))
    assert known(STREAMS, "".__contains__) == ()
