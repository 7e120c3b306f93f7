"""Looks through the events in memory for what passes the filter, without keeping keys waiting."""

import asyncio
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.slices import FIRST_SLICE_SECONDS, REST_SECONDS, SLICE_SECONDS, work_for
from ses_tui.ui.background import Background
from ses_tui.ui.feed import Feed
from ses_tui.ui.paced_app import PacedApp

SEARCH_GROUP: Final = "search"


class MemorySearch:
    """Works on the event loop in slices, with a rest between them; see docs/architecture.md."""

    def __init__(self, app: PacedApp, feed: Feed, clock: Clock) -> None:
        self._app = app
        self._feed = feed
        self._clock = clock
        self._background = Background(app, SEARCH_GROUP)

    def begin(self) -> None:
        """Look for what passes a new filter: for a screen of it at once, and for the rest when
        that is shown."""

        def goes_on() -> bool:
            return self._feed.search_step() and len(self._feed.events) < self._app.size.height

        work_for(FIRST_SLICE_SECONDS, goes_on, self._clock)
        self._background.cancel()
        self._app.call_after_refresh(self._start)

    def go_on(self) -> None:
        """Look at what has come in too great a number to be looked at on arrival."""
        if self._feed.searching and not self._background.running:
            self._start()

    def _start(self) -> None:
        self._background.run(self._search)

    async def _search(self) -> None:
        await self._app.give_way()
        while work_for(SLICE_SECONDS, self._feed.search_step, self._clock):
            self._app.show_soon()
            await asyncio.sleep(REST_SECONDS)
            await self._app.give_way()
        self._app.show_soon()
