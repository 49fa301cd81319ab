"""CPE names: the examples of NIST IR 7695, section 6.2, and texts that are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.vuln.vendor._cpe import Cpe, parse


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
            Cpe("a", "microsoft", "internet_explorer", "8.0.6001", "beta", "*"),
        ),
        (
            "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*",
            Cpe("a", "microsoft", "internet_explorer", "8.*", "sp?", "*", wild=True),
        ),
        (
            r"cpe:2.3:a:hp:openview_network_manager:7.51:*:*:*:*:linux:*:*",
            Cpe("a", "hp", "openview_network_manager", "7.51", "*", "linux"),
        ),
        (
            r"cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:special:ipod_touch:80gb:*",
            Cpe("a", r"foo\bar", "big$money_2010", "*", "*", "ipod_touch"),
        ),
        (r"cpe:2.3:a:x:y:1\*:-:*:*:*:*:*:*", Cpe("a", "x", "y", "1*", "-", "*")),
        (r"cpe:2.3:a:a\:b:c:1:*:*:*:*:*:*:*", Cpe("a", "a:b", "c", "1", "*", "*")),
    ],
)
def test_names(text: str, wanted: Cpe) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cpe:/a:microsoft:internet_explorer:8",
        "cpe:2.3:a:b:c:1",
        "cpe:2.3:a:b:c:1:*:*:*:*:*:*:*:*",
        "cpe:2.3:a::c:1:*:*:*:*:*:*:*",
        "CPE:2.3:a:b:c:1:*:*:*:*:*:*:*",
    ],
)
def test_texts_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"no CPE 2\.3 name"):
        parse(text)


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abc123._-:+!", min_size=1, max_size=6), min_size=2, max_size=2))
def test_quoting_is_taken_away(parts: list[str]) -> None:
    quoted = ["".join(c if c.isalnum() or c == "_" else f"\\{c}" for c in part) for part in parts]
    found = parse(f"cpe:2.3:a:{quoted[0]}:{quoted[1]}:*:*:*:*:*:*:*:*")
    assert [found.vendor, found.product] == parts
