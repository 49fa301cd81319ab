"""The page in Chromium: no error, its script searches, filters and sorts thousands, nothing is asked of a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from findings import ZLIB, vulnerability
from pratique.model import Base, Report
from pratique.plugins import WriteOptions
from pratique.report import html
from report.test_formats import HOSTILE, hostile
from reports import CLEARED, FAILING

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.real
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page of these reports; no error, and no request but for the page, may have come of it in the end."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium: tests/real/setup.sh installs it")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: tests/real/setup.sh installs it")
    file = tmp_path / "report.html"
    errors, asked = list[str](), list[str]()
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=FLAGS.split())

        def load(*reports: Report) -> Page:
            file.write_text(html.write(reports, WriteOptions()), "utf-8")
            found: Page = browser.new_page()
            found.on("console", lambda message: errors.append(message.text))
            found.on("pageerror", lambda error: errors.append(str(error)))
            found.on("dialog", lambda dialog: errors.append(dialog.message))
            found.on("request", lambda request: asked.append(request.url))
            found.goto(file.as_uri())
            return found

        yield load
        assert errors == []
        assert set(asked) == {file.as_uri()}
        browser.close()


@pytest.fixture
def page(opened: Callable[..., Page]) -> Page:
    return opened(FAILING, CLEARED)


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
    page.set_viewport_size({"width": 700, "height": 1000})  # A4 within its margins
    widths = page.evaluate("() => Array.from(document.querySelector('thead tr').cells, (cell) => cell.clientWidth)")
    assert min(widths) > 35
    assert sum(widths) <= 705  # each is rounded


def test_thousands_are_shown_by_and_by_and_all_on_paper(opened: Callable[..., Page]) -> None:
    findings = tuple(vulnerability(f"CVE-2026-{number}", ZLIB) for number in range(2000))
    page = opened(msgspec.structs.replace(FAILING, findings=findings))
    assert page.locator("form output").text_content() == "2000 of 2000"
    assert len(rows(page, 2)) == 500
    page.fill("input[type=search]", "cve-2026-1999")
    assert [text.split()[0] for text in rows(page, 2)] == ["CVE-2026-1999"]
    assert not page.locator("button.more").is_visible()
    page.fill("input[type=search]", "")
    button = page.locator("thead th:nth-child(2) button")
    button.click()
    button.click()
    assert rows(page, 2)[0].split()[0] == "CVE-2026-1999"  # numbers are sorted as such
    assert page.locator("button.more").text_content() == "Show 1500 more"
    page.locator("button.more").click()
    assert len(rows(page, 2)) == 2000
    page.reload()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page, 2)) == 2000


def test_it_is_filtered_by_origin_where_the_base_is_known(opened: Callable[..., Page]) -> None:
    page = opened(msgspec.structs.replace(FAILING, base=Base("debian:12", "sha256:" + "1" * 64, 1, "option")))
    everything = len(rows(page, 1))
    page.select_option("select[name=origin]", "base")
    base = rows(page, 8)
    page.select_option("select[name=origin]", "own")
    own = rows(page, 8)
    assert all(text.endswith("base image") for text in base)
    assert not any(text.endswith("base image") for text in own)
    assert 0 < len(base) < len(base) + len(own) <= everything


def test_what_is_hostile_shows_and_does_nothing(opened: Callable[..., Page]) -> None:
    page = opened(hostile(HOSTILE), hostile("</script><img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a>"))
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 1
    page.fill("#filter-0 input[type=search]", "<script>alert")
    assert len(rows(page, 2)) == 1


def test_on_a_telephone_each_finding_is_a_block_that_fits(opened: Callable[..., Page]) -> None:
    page = opened(FAILING)
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
