"""The page: all that a report tells is in it, escaped; nothing but its own script and style may run or load."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from hypothesis import given

from pratique.plugins import WriteOptions
from pratique.report import html
from report.test_formats import HOSTILE, TEXT, hostile
from reports import ALL, CLEARED, FAILING


class Page(HTMLParser):
    """Collects elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def rows(self) -> list[dict[str, str | None]]:
        return [found for tag, found in self.tags if tag == "tr" and found]


def page(*reports: object) -> str:
    return html.write(reports, WriteOptions())  # type: ignore[arg-type]


def test_each_finding_is_a_row_that_says_what_it_is_filtered_by() -> None:
    rows = Page(page(FAILING, CLEARED)).rows()
    assert len(rows) == len(FAILING.findings) + len(CLEARED.findings)
    assert {row["data-decision"] for row in rows} >= {"fail", "warn", "none", "silenced"}
    assert sum(row["data-kev"] == "yes" for row in rows) > 0
    assert all(row["data-severity"] in html._SEVERITIES for row in rows)


def test_verdicts_reasons_and_problems_are_told() -> None:
    text = Page(page(*ALL)).text
    for report in ALL:
        for told in (report.verdict.result.value.upper(), *(reason.text for reason in report.verdict.reasons)):
            assert told in text
        for problem in report.problems:
            assert problem.what in text


def test_only_its_own_script_and_style_are_allowed() -> None:
    text = page(FAILING)
    policy = next(attrs["content"] for tag, attrs in Page(text).tags if attrs.get("http-equiv")) or ""
    for tag in ("script", "style"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    loads = [(tag, attrs) for tag, attrs in Page(text).tags if {"src", "srcset", "style", "onclick"} & attrs.keys()]
    assert loads == []


def known(text: str) -> list[str]:
    return [tag for tag, _ in Page(text).tags]


PLAIN = known(page(hostile("plain")))


@given(TEXT)
def test_no_text_becomes_an_element_or_an_attribute(text: str) -> None:
    made = page(hostile(text))
    made.encode()
    assert [tag for tag in known(made) if tag != "a"] == [tag for tag in PLAIN if tag != "a"]


def test_hostile_text_shows_as_it_is_written() -> None:
    made = page(hostile(HOSTILE))
    assert made.count("<script>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "\x1b" not in made
    addresses = [attrs["href"] or "" for tag, attrs in Page(made).tags if tag == "a"]
    assert all(address.startswith("https://") for address in addresses)
