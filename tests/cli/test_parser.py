from __future__ import annotations

import pytest

from pratique.cli import _parser
from pratique.errors import UsageError


def made() -> _parser.Parser:
    parser = _parser.Parser("scan", "what is in an image")
    group = parser.add_argument_group("Output")
    group.add_argument("things", metavar="THING…", nargs="*", help="what to read")
    group.add_argument("--format", metavar="F", required=True, help="how to write it " + "and so on " * 20)
    group.add_argument("--a-very-long-option-indeed", metavar="VALUE", help="long")
    _parser.add_general(parser)
    return parser


def test_the_help_has_every_argument_and_fits() -> None:
    for width in (10, 60, 100, 500):
        text = made().render(width)
        for term in ("THING…", "--format F", "--a-very-long-option-indeed VALUE", "-q, --quiet", "-h, --help"):
            assert f"\n  {term}" in text
        assert max(len(line) for line in text.split("\n")) <= max(50, min(width, 100))
    assert text.startswith("usage: pratique scan --format F [OPTION…] THING…\n\nWhat is in an image.\n")
    assert "exit codes: 0 pass or warn" in text


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (["--fromat", "x", "--format=y"], "unrecognized arguments: --fromat", "did you mean --format?"),
        (["--form", "x"], "unrecognized arguments: --form", "did you mean --format?"),
        (["-o", "x"], "unrecognized arguments: -o", "--format F=FILE into a file"),
        (["--file=x"], "unrecognized arguments: --file", "--format F=FILE into a file"),
        (["--severity", "HIGH"], "", "`pratique scan --help`"),  # this one asks no policy
        (["--zzz"], "", "`pratique scan --help`"),
        (["--format"], "--format: expected one argument", "`pratique scan --help`"),
    ],
)
def test_wrong_usage_says_what_was_meant(arguments: list[str], told: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        made().parse_intermixed_args(["--format=x", *arguments])
    assert told in str(caught.value)
    assert hint in caught.value.hint


def test_an_overview_lists_all() -> None:
    text = _parser.overview([("scan", "reads"), ("db build", "builds")], 80)
    assert "\n  scan " in text
    assert "\n  db build " in text
    assert "--version" in text
