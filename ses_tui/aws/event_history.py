"""Events of any stretch of the past, out of feed pages.

A page is filed under the time at which it was written, and an event counts by the time at which it
was recorded, so the events of a stretch are in the pages of another one:

* A page is written later than its events were recorded: seconds by a consumer that keeps up, up to
  a day by one that does not. So the pages behind the stretch are searched, too, until for `LATE_MS`
  none held anything of it. Where no page at all was written the consumer stood still, and the time
  counts from when it went on. The search ends a day behind, as long as a stream keeps its records.
* Writers' clocks differ, so a page may seem older than its events: `EARLY_MS` before the stretch
  are searched, too.
* A repaired page, and so all old mail that was taken in, is filed under its newest event, which is
  no more than `REPAIRED_PAGE_SPAN_MS` behind its oldest.

What this leaves out: events that one consumer of several wrote more than `LATE_MS` late while the
others kept up. Who follows the feed gets those when their page is written.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from recorder.model.clock import Clock
from recorder.model.columns import EventColumns
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import page_sort_range
from recorder.model.page import REPAIRED_PAGE_SPAN_MS
from ses_tui.aws.feed_cursor import written_at
from ses_tui.aws.feed_index import FeedIndex, written_in
from ses_tui.aws.feed_pages import decode_items, number_of, query_answers, sort_key_of
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.source import LoadedEvents

LATE_MS: Final = max(300_000, REPAIRED_PAGE_SPAN_MS)
EARLY_MS: Final = 60_000
LATEST_MS: Final = 86_400_000
_LEAST_LIMIT: Final = 20_000
_LIMIT_FOR_EACH_WANTED: Final = 4
_PARTITIONS_AT_ONCE: Final = 16
_PAGES_A_QUERY: Final = 200


class TableEventHistory:
    """An `EventHistory` of one table. What one read holds is bounded, whatever the stretch."""

    def __init__(self, table: TableReads, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def read_before(self, before: int, at_least: int) -> LoadedEvents:
        """The newest events recorded before `before` (ms): about `at_least`, fewer at the end.

        The end is before the first day that the table names; where it names none, it is where for
        `recorded_days.LONGEST_SILENCE_DAYS` there is no page.
        """
        index = await FeedIndex.read(self._table, self._clock.now_ms())
        outlines = await index.newest_before(before, at_least)
        oldest = min(written_in(outlines.items), default=before)
        since = 0 if outlines.at_end else min(before - 1, *map(_begin_of, outlines.items))
        while True:
            read = _StretchRead(self._table, index, self._clock, since, before)
            if await read.run(max(since - EARLY_MS, oldest if outlines.at_end else 0), at_least):
                return read.loaded(at_end=since == 0)
            since = (max(since, oldest - LATEST_MS) + before) // 2

    async def read_after(self, since: int, until: int, at_least: int) -> LoadedEvents:
        """The oldest events recorded in [`since`, `until`) (ms): about `at_least`, or all.

        `at_end` where all have been read and no page was written within a day behind `until`.
        """
        index = await FeedIndex.read(self._table, self._clock.now_ms())
        outlines = await index.oldest_from(since, until, at_least)
        reached = until
        if not outlines.at_end:
            reached = min(until, max(written_in(outlines.items)) + 1)
        while True:
            read = _StretchRead(self._table, index, self._clock, since, reached)
            if await read.run(since - EARLY_MS, at_least):
                at_end = reached == until and not await index.next_written(until, until + LATEST_MS)
                return read.loaded(at_end=at_end)
            reached = (since + reached + 1) // 2


class _StretchRead:
    """Reads all events recorded in [`since`, `until`) (ms), if they are not too many."""

    def __init__(
        self, table: TableReads, index: FeedIndex, clock: Clock, since: int, until: int
    ) -> None:
        self._table = table
        self._index = index
        self._clock = clock
        self._since = since
        self._until = until
        self._events: dict[str, Event] = {}
        self._events_unreadable = 0
        self._partitions = asyncio.Semaphore(_PARTITIONS_AT_ONCE)

    async def run(self, written_since: int, wanted: int) -> bool:
        """Read pages written since then (ms). False: the stretch holds far more than is `wanted`.

        A stretch of a millisecond is never too long.
        """
        limit: float = max(_LEAST_LIMIT, wanted * _LIMIT_FOR_EACH_WANTED)
        if self._until - self._since <= 1:
            limit = float("inf")
        try:
            await self._read_pages(
                self._index.partitions_with_events(written_since, self._until),
                page_sort_range(written_since, self._until),
                limit,
            )
            await self._read_late_pages(limit)
        except _TooManyError:
            return False
        return True

    def loaded(self, *, at_end: bool) -> LoadedEvents:
        """What `run` has read."""
        return LoadedEvents(
            tuple(sorted(self._events.values(), key=lambda e: (e.recorded_at, e.event_id))),
            self._since,
            self._until,
            at_end,
            self._events_unreadable,
        )

    async def _read_late_pages(self, limit: float) -> None:
        searched, latest = self._until, self._until
        end = min(self._until + LATEST_MS, self._index.end)
        while searched < min(latest + LATE_MS, end):
            target = min(latest + LATE_MS, end)
            newest, any_written = await self._read_pages(
                self._index.partitions(searched + 1, target),
                page_sort_range(searched + 1, target),
                limit,
            )
            latest, searched = max(latest, newest), target
            if not any_written:
                went_on = await self._index.next_written(searched, end)
                if went_on is None:
                    return
                searched, latest = went_on - 1, went_on

    async def _read_pages(
        self, partitions: Sequence[str], sort_range: tuple[str, str], limit: float
    ) -> tuple[int, bool]:
        """Pages of some partitions: when the last one was written that holds anything of the
        stretch, and whether there was any page at all."""

        async def read(partition: str) -> tuple[int, bool]:
            async with self._partitions:
                return await self._read_partition(partition, sort_range, limit)

        found = await together(map(read, partitions))
        newest = max((newest for newest, _ in found), default=0)
        return newest, any(any_written for _, any_written in found)

    async def _read_partition(
        self, partition: str, sort_range: tuple[str, str], limit: float
    ) -> tuple[int, bool]:
        newest, any_written = 0, False
        query: dict[str, Any] = {
            "KeyConditionExpression": "pk = :partition AND sk BETWEEN :first AND :last",
            "FilterExpression": "attribute_not_exists(lo) OR (lo < :until AND hi >= :since)",
            "ExpressionAttributeValues": {
                ":partition": {"S": partition},
                ":first": {"S": sort_range[0]},
                ":last": {"S": sort_range[1]},
                ":since": {"N": str(self._since)},
                ":until": {"N": str(self._until)},
            },
            "Limit": _PAGES_A_QUERY,
        }
        async for answer in query_answers(self._table, **query):
            any_written |= answer["ScannedCount"] > 0
            items: list[Item] = answer["Items"]
            await self._take(items, limit)
            held = (written_at(sort_key_of(item)) for item in items if "lo" in item)
            newest = max(newest, *held, 0)
        return newest, any_written

    async def _take(self, items: list[Item], limit: float) -> None:
        decoded = await decode_items(items, self._clock.now_ms(), self._within)
        self._events.update((event.event_id, event) for event in decoded.events)
        self._events_unreadable += decoded.events_unreadable
        if len(self._events) > limit:
            raise _TooManyError

    def _within(self, pages: Iterable[EventColumns]) -> tuple[Event, ...]:
        """The events of pages that were recorded in the stretch; no other is made."""
        found: list[Event] = []
        for page in pages:
            times = enumerate(page.column("recorded_at").values())
            found += page.at([row for row, at in times if self._since <= at < self._until])
        return tuple(found)


class _TooManyError(Exception):
    """A stretch holds more events than may be in memory."""


def _begin_of(outline: Item) -> int:
    """About when the events of a page begin; a late page's are not taken for its neighbours'."""
    written = written_at(sort_key_of(outline))
    return max(number_of(outline, "lo", written), written - EARLY_MS)
