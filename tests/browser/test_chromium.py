"""The dashboard in a real browser, read out of the terminal that it draws there.

The screenshot stays in pytest's temporary folder, as `live.png`.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import TOKEN, Served

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_BEGINS = "t.fit(),s||t.connect()"
"""Where textual-serve's script has a terminal in hand; nothing else leads to it from outside."""
_READ = """() => {
  const { buffer, rows, cols } = window.shown;
  const line = (row) => buffer.active.getLine(buffer.active.viewportY + row);
  return [...Array(rows).keys()].map((row) => line(row).translateToString(true, 0, cols));
}"""
_WAIT_MS = 60_000


class Page:
    """A page of Chromium with a dashboard in it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        """Every address that the page wanted something from."""
        self.complaints: list[str] = []
        page.set_default_timeout(_WAIT_MS)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.route("**/textual.js", self._expose)

    @property
    def lines(self) -> list[str]:
        """What stands in the terminal."""
        lines: list[str] = self.page.evaluate(_READ)
        return lines

    def wait_for(self, pattern: str) -> None:
        """Wait until the terminal shows it."""
        self.page.wait_for_function(
            f"pattern => window.shown && new RegExp(pattern).test(({_READ})().join('\\n'))",
            arg=pattern,
        )

    def _hear(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    @staticmethod
    def _expose(route: Any) -> None:
        answer = route.fetch()
        script = answer.text()
        assert _BEGINS in script
        exposed = script.replace(_BEGINS, f"window.shown=t.terminal,{_BEGINS}")
        route.fulfill(response=answer, body=exposed)


@pytest.fixture
def opened(server: Served) -> Iterator[Page]:
    """The server's page in headless Chromium: Debian's or another, else Playwright's own."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        # Who runs as root, as in a container, has no sandbox; it shows nothing but our own page.
        browser = playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
        try:
            opened = Page(browser.new_page(viewport={"width": 1280, "height": 800}))
            opened.page.goto(f"{server.origin}/?token={TOKEN}")
            yield opened
        finally:
            browser.close()


@pytest.mark.long
def test_the_live_list_in_chromium(opened: Page, server: Served, tmp_path: Path) -> None:
    opened.wait_for(r"✓ Delivery +reader4@inbox\.test")
    assert opened.page.url == f"{server.origin}/"
    assert opened.page.title().startswith("ses-tui · ses-events")
    live = tmp_path / "live.png"
    opened.page.screenshot(path=live)

    # The list has the focus from the start, so that keys need no click.
    opened.page.keyboard.press("Enter")
    opened.wait_for(r"Message +message-\d")
    assert opened.page.screenshot() != live.read_bytes()
    opened.page.keyboard.press("q")
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("reader7")
    opened.page.keyboard.press("Enter")
    opened.wait_for(r"1 of 10")
    assert not [line for line in opened.lines if "reader4" in line]

    opened.page.set_viewport_size({"width": 760, "height": 540})
    opened.page.wait_for_function("window.shown.cols < 100")
    with opened.page.expect_download() as download:
        opened.page.keyboard.press("w")
        opened.wait_for("into a file")
        opened.page.keyboard.press("Enter")
    assert re.fullmatch(r"ses-events-[\d-]+\.csv", download.value.suggested_filename)
    assert len(Path(download.value.path()).read_text().splitlines()) == 2

    assert opened.complaints == []
    opened.page.keyboard.press("q")
    opened.page.get_by_role("button", name="Open another").wait_for()
    opened.page.get_by_role("button", name="Open another").click()
    opened.wait_for(r"✓ Delivery +reader4@inbox\.test")

    assert {address.split("/")[2] for address in opened.asked} == {server.place}
