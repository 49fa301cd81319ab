from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.oci.auth import Challenge, parse_challenges


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Bearer realm="https://a/t",service="s"', [Challenge("bearer", {"realm": "https://a/t", "service": "s"})]),
        ('BEARER Realm = "a" , SERVICE=b', [Challenge("bearer", {"realm": "a", "service": "b"})]),
        (
            'Basic realm="a", Bearer realm="b"',
            [Challenge("basic", {"realm": "a"}), Challenge("bearer", {"realm": "b"})],
        ),
        ('Bearer realm="a, b=c",scope="x:y,z"', [Challenge("bearer", {"realm": "a, b=c", "scope": "x:y,z"})]),
        (r'Basic realm="a \"b\" \\"', [Challenge("basic", {"realm": 'a "b" \\'})]),
        ("Negotiate", [Challenge("negotiate")]),
        ("Negotiate, Basic realm=x", [Challenge("negotiate"), Challenge("basic", {"realm": "x"})]),
        ("Negotiate dG9rZW4=, Basic realm=x", [Challenge("negotiate"), Challenge("basic", {"realm": "x"})]),
        ("", []),
        (",,", []),
        ('Basic realm="open', [Challenge("basic")]),
    ],
)
def test_challenges(value: str, expected: list[Challenge]) -> None:
    assert parse_challenges([value]) == expected


def test_several_fields() -> None:
    assert [found.scheme for found in parse_challenges(["Basic", "Bearer realm=x"])] == ["basic", "bearer"]


@given(st.text(max_size=200))
def test_any_text_ends(value: str) -> None:
    parse_challenges([value])


NAMES = st.from_regex(r"\A[a-z_]{1,8}\Z")
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)), max_size=4))
def test_what_is_written_is_read(challenges: list[tuple[str, dict[str, str]]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    written = ", ".join(
        f"{scheme} " + ",".join(f"{name}={quoted(value)}" for name, value in parameters.items())
        for scheme, parameters in challenges
    )
    assert parse_challenges([written]) == [Challenge(scheme, parameters) for scheme, parameters in challenges]
