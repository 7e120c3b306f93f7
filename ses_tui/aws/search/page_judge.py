"""What becomes of the events in pages that pass all that they tell by themselves."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import last_recorded_key
from ses_tui.aws.feed_lateness import LONGEST_ALLOWANCE_MS
from ses_tui.aws.feed_pages import last_event_of, newest, number_of
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.found import Found
from ses_tui.aws.table_client import TableReads
from ses_tui.core.search.page_outcomes import SENT_EARLY_MS, PageOutcomes
from ses_tui.core.search.plan import DAY_MS, SearchPlan
from ses_tui.core.search.progress import NewestEvents

_JUDGED_AT_ONCE: Final = 100
"""So many are read before those of them that pass are shown."""


class PageJudge:
    """Asks for outcomes where the query does: the pages, as far as they can tell, else the table.

    Pages that a late consumer has yet to write would be missing, so then pages are not asked.
    """

    def __init__(
        self, candidates: Candidates, plan: SearchPlan, newest_events: NewestEvents, now_ms: int
    ) -> None:
        self._candidates = candidates
        self._plan = plan
        self._newest = newest_events
        self._now_ms = now_ms
        self._last_recorded: int | None = None
        self.since, self.until = plan.since, plan.until
        """Pages are wanted that hold anything recorded in [`since`, `until`) (ms)."""
        self.outcomes: PageOutcomes | None = None
        """To be told of every page."""
        if plan.outcomes_in_pages:
            # So that what was sent since the range began is whole, whatever the clocks, also where
            # an earlier search is gone on from.
            self.since, self.until = max(0, plan.since - SENT_EARLY_MS), now_ms + DAY_MS
            self.outcomes = PageOutcomes(self.since)

    async def begin(self, table: TableReads) -> None:
        """Ask when anything was recorded last. Raises `SesTuiError`."""
        if self.outcomes is not None:
            answer = await table.get_item(Key=last_recorded_key(self._now_ms))
            self._last_recorded = number_of(answer.get("Item", {}), "r", 0)

    def compare(self, newest_pages: Sequence[Item]) -> None:
        """Look whether the newest pages of all lanes hold what was recorded last."""
        if self.outcomes is not None and self._last_recorded is not None:
            paged = newest(*map(last_event_of, newest_pages)) or 0
            if self._last_recorded > paged + LONGEST_ALLOWANCE_MS:
                self.outcomes.give_up()
            self._last_recorded = None

    async def judge(self, events: Sequence[Event], read_since: int) -> AsyncGenerator[Found, None]:
        """Those that pass, of `events` and of those that wait, once everything recorded since then
        (ms) was read. Raises `SesTuiError`."""
        if not self._plan.reads_outcomes:
            yield Found(events)
            return
        if self.outcomes is not None:
            self.outcomes.wait(each for each in events if each.recorded_at < self._plan.until)
            told, events = await asyncio.to_thread(self.outcomes.settle, read_since)
            yield Found(self._candidates.of_told(told))
        async for found in self._read(events):
            yield found

    async def end(self) -> AsyncGenerator[Found, None]:
        """Those that pass of what still waits, as far as it is newer than what is kept."""
        if self.outcomes is not None:
            async for found in self._read(self.outcomes.left_over()):
                yield found

    async def _read(self, events: Sequence[Event]) -> AsyncGenerator[Found, None]:
        """Those that pass of `events`, which are the newest first, by reading their messages."""
        for start in range(0, len(events), _JUDGED_AT_ONCE):
            own = events[start : start + _JUDGED_AT_ONCE]
            if not self._newest.may_take(own[0].recorded_at):
                return
            yield Found(await self._candidates.of_events(own))
