"""Texts as each format must have them: what the format's own reader makes of them is the text again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pratique.report._quoting import cell, markdown
from pratique.report._text import visible

# What GitHub looks for in the text that it has made of Markdown, the sign behind nothing that is of a word in ASCII
# (https://docs.github.com/get-started/writing-on-github), and GitLab
# (https://docs.gitlab.com/user/markdown/#gitlab-specific-references).
MENTION = re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9]|#[0-9]|\bGH-[0-9]", re.IGNORECASE | re.ASCII)
APART = "\u200b"


def rendered(line: str) -> str:
    """The text that CommonMark makes of it, where that is one paragraph of nothing but text."""
    tokens = MarkdownIt("commonmark", {"html": True, "linkify": False}).parse(line)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("@scope/name by @all", "@&#8203;scope/name by @&#8203;all"),
        ("web@example.org, debian@sha256", "web&#64;example.org, debian&#64;sha256"),
        ("é@all", "é@&#8203;all"),
        ("org/repo#12 #a GH-7 GHSA-1", "org/repo#&#8203;12 &#35;a GH-&#8203;7 GHSA-1"),
        ("!1 %1 ^a ~a $1 100% done!", "\\!1 \\%1 \\^a \\~a \\$1 100% done!"),
        ("# title", "&#35; title"),
        ("1. item", "1\\. item"),
        ("see http://x or www.x.org :smile:", "see http\\://x or www\\.x.org \\:smile:"),
    ],
)
def test_markdown(line: str, made: str) -> None:
    assert markdown(line) == made
    assert rendered(made).replace(APART, "") == line


TEXT = st.text(alphabet="@#!%^~$&<>*_[]()`|\\\\:/.-+=1aG H\u00e9", max_size=20) | st.text(max_size=20)


@given(TEXT)
def test_any_text_is_itself_and_mentions_nobody(text: str) -> None:
    line = visible(text)
    if not line:
        return
    told = rendered(markdown(line).encode(errors="replace").decode())
    assert told.replace(APART, "") == line.encode(errors="replace").decode()
    assert not MENTION.search(told)


@given(st.sampled_from("=+-@＝＋－＠"), TEXT)
def test_a_cell_is_no_formula(mark: str, text: str) -> None:
    made = cell(visible(mark + text))
    assert made.lstrip('"').startswith("'")
