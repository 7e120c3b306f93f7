"""The live feed out of feed pages: polled, and yet nothing is missing and nothing comes twice."""

from typing import Final

from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import CONFIGURATION_KEY, feed_partition, heartbeat_key
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY, lanes_on, read_lanes
from ses_tui.aws.feed_cursor import (
    CLOCK_DIFFERENCE_MS,
    SWEEP_MS,
    LaneCursor,
    RecentIds,
    days_between,
    written_at,
)
from ses_tui.aws.feed_history import days_of_history, read_baseline, read_history
from ses_tui.aws.feed_pages import (
    DecodedPages,
    decode_items,
    newest,
    number_of,
    pages_after,
    size_of,
    sort_key_of,
)
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.source import FeedBatch

_SWEEP_EVERY_SECONDS: Final = 20.0
_LANES_EVERY_SECONDS: Final = 30.0
_HEARTBEAT_MISSED_AFTER_MS: Final = 75_000
_MINUTE_MS: Final = 60_000
_BYTES_A_POLL: Final = 4_000_000
"""Of page bodies a lane, some 60,000 events: what a long gap left comes in several polls."""


class FeedPoller:
    """An `EventSource` over the feed pages of a table.

    State changes only once a whole read has succeeded, and then without waiting for anything, so
    that a read which fails or is cancelled is as if it had never been.
    """

    def __init__(self, table: TableReads, clock: Clock, label: str) -> None:
        self._table = table
        self._clock = clock
        self._label = label
        self._cursors: dict[int, LaneCursor] = {}
        self._seen = RecentIds()
        self._newest_event: int | None = None
        self._paged_heartbeat: int | None = None
        self._swept = 0.0
        self._lanes_read = 0.0
        self._lanes_read_at = 0

    @property
    def label(self) -> str:
        """Table and region or endpoint, as the header shows it."""
        return self._label

    async def check(self) -> None:
        """One cheap read that fails as every other one would. Raises `SesTuiError`."""
        await self._read_lane_count(self._clock.now_ms())

    async def start(self, history_events: int) -> FeedBatch:
        """The newest events, at most `history_events`, of the last seven days."""
        now, instant = self._clock.now_ms(), self._clock.monotonic()
        lanes = await self._read_lane_count(now)
        # First the keys, then the history: what is written in between is then new to the next poll.
        baselines = await together(read_baseline(self._table, lane, now) for lane in range(lanes))
        history: list[list[Item]] = []
        if history_events:
            history = await read_history(self._table, lanes, now, history_events)
        items = [item for lane in history for item in lane]
        decoded = await decode_items(items, now)
        events = RecentIds().unseen(decoded.events)
        paged = newest(decoded.heartbeat, *(baseline.heartbeat for baseline in baselines))
        newest_event = newest(*(event.recorded_at for event in events))
        recorded = await self._find_heartbeat(now, newest(paged, newest_event))

        self._cursors = {baseline.lane: baseline.cursor(now) for baseline in baselines}
        for lane, lane_items in enumerate(history):
            self._cursors[lane].advance(map(sort_key_of, lane_items), now)
        self._seen.add(events)
        self._newest_event, self._paged_heartbeat = newest_event, paged
        self._swept = self._lanes_read = instant
        self._lanes_read_at = now
        kept = events[-history_events:] if history_events else ()
        return self._batch(kept, decoded, recorded, len(items))

    async def poll(self) -> FeedBatch:
        """The events of pages that have become visible since the last read."""
        if not self._cursors:
            return await self.start(0)
        now, instant = self._clock.now_ms(), self._clock.monotonic()
        cursors = self._cursors
        read_lanes = instant - self._lanes_read >= _LANES_EVERY_SECONDS
        if read_lanes:
            cursors = self._with_new_lanes(await self._read_lane_count(now))
        sweep = instant - self._swept >= _SWEEP_EVERY_SECONDS
        reads = await together(
            self._read_lane(lane, cursor, now, sweep) for lane, cursor in cursors.items()
        )
        items = [item for read in reads for item in read]
        decoded = await decode_items(items, now)
        events = self._seen.unseen(decoded.events)
        paged = newest(self._paged_heartbeat, decoded.heartbeat)
        newest_event = newest(self._newest_event, *(event.recorded_at for event in events))
        recorded = await self._find_heartbeat(now, newest(paged, newest_event))

        self._cursors = cursors
        for cursor, read in zip(cursors.values(), reads, strict=True):
            cursor.advance(map(sort_key_of, read), now)
        self._seen.add(events)
        self._newest_event, self._paged_heartbeat = newest_event, paged
        if sweep:
            self._swept = instant
        if read_lanes:
            self._lanes_read, self._lanes_read_at = instant, now
        return self._batch(events, decoded, recorded, len(items))

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        await self._table.close()

    def _batch(
        self,
        events: tuple[Event, ...],
        decoded: DecodedPages,
        recorded_heartbeat: int | None,
        pages_read: int,
    ) -> FeedBatch:
        return FeedBatch(
            events=events,
            paged_heartbeat=self._paged_heartbeat,
            recorded_heartbeat=recorded_heartbeat,
            read_at=self._clock.now_ms(),
            pages_read=pages_read,
            events_unreadable=decoded.events_unreadable,
        )

    async def _read_lane(
        self, lane: int, cursor: LaneCursor, now_ms: int, sweep: bool
    ) -> list[Item]:
        """What is new in the buckets of every day from the cursor's to the present one, in order.

        Ends early with a great many new pages; the next read then goes on where this one ended.
        """
        after = cursor.lower_bound(sweep=sweep)
        found: list[Item] = []
        size = 0
        for day in days_between(written_at(after), now_ms + CLOCK_DIFFERENCE_MS):
            async for items in pages_after(self._table, feed_partition(day, lane), after):
                fresh = [item for item in items if not cursor.knows(sort_key_of(item))]
                found += fresh
                size += sum(map(size_of, fresh))
                if size > _BYTES_A_POLL:
                    return found
        return found

    def _with_new_lanes(self, lanes: int) -> dict[int, LaneCursor]:
        """The cursors and one for each new lane, which starts where it was not known of yet.

        A lane that is no longer written to stays: its last pages may become visible late.
        """
        since = self._lanes_read_at - SWEEP_MS
        return {lane: LaneCursor(since) for lane in range(lanes)} | self._cursors

    async def _read_lane_count(self, now_ms: int) -> int:
        """Enough lanes for every day that may be read."""
        answer = await self._table.get_item(
            Key={"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FEED_CONFIGURATION_SORT_KEY}}
        )
        lanes = read_lanes(answer.get("Item"))
        return max(lanes_on(lanes, day) for day in days_of_history(now_ms))

    async def _find_heartbeat(self, now_ms: int, last_sign: int | None) -> int | None:
        """The newest heartbeat that the recorder wrote, if none came by the pages for too long."""
        if last_sign is not None and now_ms - last_sign <= _HEARTBEAT_MISSED_AFTER_MS:
            return None
        answers = await together(
            self._table.get_item(Key={"pk": {"S": heartbeat_key(moment)}, "sk": {"S": "0"}})
            for moment in (now_ms, now_ms - _MINUTE_MS)
        )
        found = (number_of(answer.get("Item", {}), "r", 0) for answer in answers)
        return newest(*(moment or None for moment in found))
