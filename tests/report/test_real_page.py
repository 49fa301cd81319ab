"""The page in Chromium: no error, its script searches, filters and sorts, and nothing is asked of a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pratique.plugins import WriteOptions
from pratique.report import html
from reports import CLEARED, FAILING

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.real
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: tests/real/setup.sh installs it")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: tests/real/setup.sh installs it")
    file = tmp_path / "report.html"
    file.write_text(html.write((FAILING, CLEARED), WriteOptions()), "utf-8")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=FLAGS.split())
        found = browser.new_page()
        errors, asked = list[str](), list[str]()
        found.on("console", lambda message: errors.append(message.text))
        found.on("pageerror", lambda error: errors.append(str(error)))
        found.on("request", lambda request: asked.append(request.url))
        found.goto(file.as_uri())
        yield found
        assert errors == []
        assert asked == [file.as_uri()]
        browser.close()


def rows(page: Page, column: int) -> list[str]:
    shown = page.locator(f"section:first-of-type tbody tr:not([hidden]) td:nth-child({column})")
    return shown.all_text_contents()


def test_search_filter_and_sort(page: Page) -> None:
    assert len(rows(page, 2)) == len(FAILING.findings)
    page.fill("#filter-0 input[type=search]", "log4j 44228")
    assert [text.split()[0] for text in rows(page, 2)] == ["CVE-2021-44228"]
    assert page.locator("#filter-0 output").text_content() == f"1 of {len(FAILING.findings)}"
    page.fill("#filter-0 input[type=search]", "")
    page.select_option("#filter-0 select[name=decision]", "warn")
    assert len(rows(page, 1)) == sum(one.decision.action.value == "warn" for one in FAILING.findings)
    page.select_option("#filter-0 select[name=decision]", "")
    page.check("#filter-0 input[type=checkbox]")
    assert all("KEV" in text for text in rows(page, 2))
    page.uncheck("#filter-0 input[type=checkbox]")
    button = page.locator("section:first-of-type thead th:nth-child(5) button")
    button.click()
    packages = rows(page, 5)
    assert packages == sorted(packages, key=str.lower)
    button.click()
    assert rows(page, 5) == sorted(packages, key=str.lower, reverse=True)
    assert len(page.screenshot()) > 10_000


def test_it_is_readable_in_the_dark_and_on_paper(page: Page) -> None:
    def colours() -> tuple[str, str]:
        script = "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        back, front = page.evaluate(script)
        return back, front

    page.emulate_media(color_scheme="light")
    light = colours()
    page.emulate_media(color_scheme="dark")
    assert colours() != light
    page.emulate_media(media="print")
    assert not page.locator("#filter-0").is_visible()
