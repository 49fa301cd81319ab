"""The delta as a comment on a pull request: short, foldable, honest about what could not be read, nobody's markup."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from findings import ZLIB, vulnerability
from pratique.difference import compare
from pratique.model import Problem, Report
from pratique.plugins import WriteOptions
from pratique.report._difference_markdown import write_markdown
from report.test_formats import HOSTILE, TEXT, hostile
from reports import CLEAN, FAILING, OLDER, UNREAD


def comment(old: Report, new: Report, *, everything: bool = False, findings: bool = True) -> str:
    return write_markdown(compare(old, new, findings=findings), WriteOptions(everything=everything))


def test_what_is_introduced_stands_open_and_the_rest_is_folded() -> None:
    made = comment(OLDER, FAILING)
    assert made.startswith("### ❌ 20 findings introduced (2 fail, 2 warn), 1 fixed\n")
    opened, *folded = made.split("<details>")
    assert "| ❌ | CVE-2023-4911 |" in opened
    assert [part.partition("</summary>")[0].removeprefix("<summary>") for part in folded] == [
        "3 findings changed",
        "1 finding fixed",
        "6 packages: 2 added, 0 removed, 4 changed, 0 with another licence",
    ]
    assert "- CVE-2021-44228: LOW became CRITICAL 10.0 KEV" in made
    assert "CVE-2020-0001" not in opened


def test_nothing_new_is_good_news_and_the_verdict_is_told_all_the_same() -> None:
    made = comment(FAILING, FAILING)
    assert made.startswith("### ✅ No finding introduced, 0 fixed\n")
    assert "The verdict is **FAIL** as before: 6 findings by rule kev; 1 finding by rule malware" in made
    assert " unchanged.\n" in made
    assert "<details>" not in made
    assert " findings unchanged</summary>" in comment(FAILING, FAILING, everything=True)


@pytest.mark.parametrize(("old", "new", "side"), [(FAILING, UNREAD, "new"), (UNREAD, CLEAN, "old")])
def test_a_side_that_could_not_be_read_is_no_good_news(old: Report, new: Report, side: str) -> None:
    made = comment(old, new)
    assert made.startswith("### ❔ ")
    assert "as far as it could be read" in made.splitlines()[0]
    assert f"❔ 1 problem of the {side} side, blocking: ghcr.io/team/gone" in made


def test_packages_alone() -> None:
    made = comment(OLDER, FAILING, findings=False)
    assert made.startswith("### 6 packages changed\n")
    assert "verdict" not in made
    assert "| ➕ | npm `@scope/evil` |  | 1\\.0.0 |" in made


def test_it_fits_into_a_comment_of_github() -> None:
    many = tuple(vulnerability(f"CVE-2026-{number}-{'x' * 300}", ZLIB) for number in range(500))
    old = msgspec.structs.replace(FAILING, findings=many[:250])
    new = msgspec.structs.replace(FAILING, findings=many[250:])
    made = comment(old, new, everything=True)
    assert len(made) < 65_536
    assert "… and 210 more" in made
    problems = tuple(Problem("x" * 5000, "y", blocking=True) for _ in range(50))
    assert len(comment(msgspec.structs.replace(old, problems=problems), new)) < 65_536


def shape(text: str) -> list[tuple[str, str]]:
    """The elements of the document, by GitHub's tables and HTML, without their text."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found.append((token.type, token.tag))
        found += [(child.type, child.tag) for child in token.children or () if child.type != "text"]
    return found


HARMLESS = ("text_special", "code_inline")  # names that are fit to be copied are code
PLAIN = [kind for kind in shape(comment(hostile("plain"), hostile("other"))) if kind[0] not in HARMLESS]


@given(TEXT)
def test_no_text_becomes_an_element(text: str) -> None:
    changed = msgspec.structs.replace(hostile(text), now="2026-11-21T12:00:01Z")
    old = msgspec.structs.replace(hostile("other"), target=text)
    assert [kind for kind in shape(comment(old, changed)) if kind[0] not in HARMLESS] == PLAIN


def test_hostile_text_shows() -> None:
    made = comment(CLEAN, hostile(HOSTILE))
    assert "<script" not in made
    assert "@all" not in made
    assert "&lt;script&gt;" in made
