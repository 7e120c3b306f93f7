"""Reading the rates of the chosen window for as long as someone watches."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from recorder.model.clock import Clock
from recorder.model.rollup import HOUR_MS
from ses_tui.core.disagreement import MinuteTotals, read_minute_totals
from ses_tui.core.errors import SesTuiError
from ses_tui.core.rate_panel import RatePanel, read_panel
from ses_tui.core.source import RollupReader
from ses_tui.core.windows import DEFAULT_WINDOW, Window

_LONG_WINDOW_MS: Final = 6 * HOUR_MS
"""Windows longer than this change little in a minute, and are read once a minute."""
_SECONDS: Final = 10.0
_SECONDS_OF_LONG_WINDOW: Final = 60.0
_CHECK_EVERY_SECONDS: Final = 60.0
SECONDS_WITHOUT_NEWS: Final = 60.0
"""While no event comes, rates change with the minutes that leave the window, and no sooner."""


def seconds_between_reads(window: Window) -> float:
    """How often the rates of a window are read."""
    return _SECONDS if window.length <= _LONG_WINDOW_MS else _SECONDS_OF_LONG_WINDOW


@dataclass(frozen=True, slots=True)
class RateUpdate:
    """What one read brought, or why it failed; immutable, so that it can go to any screen."""

    panel: RatePanel | None = None
    """`None` where the read failed, or the table has no rollups at all."""
    totals: MinuteTotals | None = None
    """To be compared with the feed; at most once a minute."""
    error: str | None = None


class RateControl:
    """How a reader chooses what is read; every change takes effect at once."""

    def __init__(self, window: Window = DEFAULT_WINDOW) -> None:
        self._window = window
        self._change = asyncio.Event()
        self.check_from: int | None = None
        """Minutes from here on (ms) are checked too, besides the latest closed ones."""
        self.news = True
        """Events have come since the last read began."""
        self.reading = False
        """A read is under way."""

    @property
    def patient(self) -> bool:
        """Whether the next read may take its time: nothing has come, and none is under way."""
        return not (self.news or self.reading)

    @property
    def window(self) -> Window:
        """The chosen window."""
        return self._window

    def choose(self, window: Window) -> None:
        """Read another window, at once."""
        self._window = window
        self._change.set()

    def read_now(self) -> None:
        """Do not wait for the next read."""
        self._change.set()

    def note_news(self) -> None:
        """Events have come: the next read is not put off."""
        self.news = True

    async def wait(self, seconds: float) -> bool:
        """Until the time is over or something changes; whether it did."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._change.wait()
        changed = self._change.is_set()
        self._change.clear()
        return changed

    async def wait_for_reason(self, seconds: float) -> None:
        """Until a change, or until there is news after `seconds`, and at most for a minute."""
        for _ in range(max(1, round(SECONDS_WITHOUT_NEWS / seconds))):
            if await self.wait(seconds) or self.news:
                return


async def follow_rates(
    rollups: RollupReader, clock: Clock, control: RateControl
) -> AsyncGenerator[RateUpdate, None]:
    """One read after the other, for ever; after an error the next one comes within seconds.

    While no event comes, there is one a minute.
    """
    checked: float | None = None
    while True:
        seconds = seconds_between_reads(control.window)
        control.news, control.reading = False, True
        try:
            panel = await read_panel(rollups, control.window, clock.now_ms())
            totals = None
            instant = clock.monotonic()
            if panel and (checked is None or instant - checked >= _CHECK_EVERY_SECONDS):
                totals = await read_minute_totals(rollups, clock.now_ms(), control.check_from)
                checked = instant
        except SesTuiError as error:
            control.reading = False
            yield RateUpdate(error=str(error))
            seconds = _SECONDS
            control.note_news()
        else:
            control.reading = False
            yield RateUpdate(panel, totals)
        await control.wait_for_reason(seconds)
