"""What the Health screen says of a table, read off a large terminal as a person would."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import cast

from textual.widget import Widget

from ses_tui.core.source import RollupReader
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.screens.health import HealthScreen
from ses_tui.ui.widgets.health_charts import HealthCharts
from ses_tui.ui.widgets.health_summary import HealthSummary
from ses_tui.ui.widgets.health_table import HealthTable
from tests.events import FrozenClock
from tests.ui.fakes import FakeConnection

_SIZE = (240, 120)
"""Room for every column, every row, and the three charts beside each other."""


class _Counters(FakeConnection):
    """A table of which only the counters are looked at."""

    def __init__(self, reader: RollupReader) -> None:
        super().__init__()
        self._reader = reader

    @property
    def rollups(self) -> RollupReader:
        return self._reader


class HealthOnScreen:
    """The text of the screen, by what stands where."""

    def __init__(self, screen: HealthScreen) -> None:
        self._screen = screen
        self._lines = [strip.text for strip in screen._compositor.render_strips()]

    @property
    def rates(self) -> str:
        """The line with the rates of the window."""
        return " ".join(self._within(self._screen.query_one(HealthSummary))[0].split())

    @property
    def volumes(self) -> dict[str, str]:
        """The total at the end of each row of bars, by its label."""
        third = self._screen.size.width * 2 // 3
        lines = self._within(self._screen.query_one(HealthCharts))
        rows = [line[third:].split() for line in lines[1:-1]]
        return {words[0]: words[-1] for words in rows if words}

    def table(self, key: str, *headings: str) -> dict[str, tuple[str, ...]]:
        """The cells of each row, by the name that it begins with."""
        (table,) = (each for each in self._screen.query(HealthTable) if each.table.key == key)
        _, heads, *rows = self._within(table)
        ends: list[int] = []
        for heading in headings:
            ends.append(heads.index(f" {heading} ", ends[-1] if ends else 0) + 1 + len(heading))
        found: dict[str, tuple[str, ...]] = {}
        for row in filter(str.strip, rows):
            first = re.search(r"\S+( %)?$", row[: ends[0]])
            others = (row[start:end].strip() for start, end in pairwise(ends))
            found[row.split()[0]] = (first.group() if first else "", *others)
        return found

    def _within(self, widget: Widget) -> list[str]:
        x, y, width, height = widget.region
        return [f"{line[x : x + width]} " for line in self._lines[y : y + height]]


@asynccontextmanager
async def health_on_screen(
    reader: RollupReader, now: int, window_key: str
) -> AsyncIterator[HealthOnScreen]:
    """Health as of `now` (ms), once the figures of a window are there."""
    app = DashboardApp(connection=_Counters(reader), clock=FrozenClock(now), utc=True, at_once=True)
    async with app.run_test(size=_SIZE) as pilot:
        await pilot.press("h", window_key)
        screen = cast("HealthScreen", app.screen)
        while screen.report is None or not screen.report.thens:
            await pilot.pause()
        await pilot.pause()
        yield HealthOnScreen(screen)
