"""What is said on stderr: one line, the place in a file below it, the hint; nothing that drives a terminal."""

from __future__ import annotations

import io

from pratique.cli._messages import tell


def said(what: str, hint: str = "") -> str:
    err = io.StringIO()
    tell(err, what, hint)
    return err.getvalue()


def test_a_caret_stays_below_what_it_points_at() -> None:
    assert said("p.yaml:3:7: no field\n  when: kevv\n        ^", "did you mean kev?") == (
        "pratique: p.yaml:3:7: no field\n  |   when: kevv\n  |         ^\n  hint: did you mean kev?\n"
    )


def test_no_line_of_a_file_drives_the_terminal_or_passes_for_ours() -> None:
    text = said("p.yaml:1:1: x\n\x1b[2Jpratique: all is well\n  hint: relax")
    assert "\x1b" not in text
    assert [line[:4] for line in text.splitlines()] == ["prat", "  | ", "  | "]
