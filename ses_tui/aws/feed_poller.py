"""The live feed out of feed pages: polled, and yet nothing is missing and nothing comes twice."""

from collections.abc import Callable, Iterable
from typing import Final

from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.keys import CONFIGURATION_KEY
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY, lanes_on, read_lanes
from ses_tui.aws.feed_cursor import (
    OVERLAP_MS,
    SWEEP_MS,
    Hole,
    LaneCursor,
    RecentIds,
    merged_gaps,
    time_key,
)
from ses_tui.aws.feed_history import NewestPages, days_of_history, read_baseline, read_history
from ses_tui.aws.feed_lane import LaneRead, read_back
from ses_tui.aws.feed_lateness import Lateness
from ses_tui.aws.feed_pages import DecodedPages, decode_items, last_event_of, newest, sort_key_of
from ses_tui.aws.problems_ahead import ProblemsAhead
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.source import FeedBatch, Gap, GapReason
from ses_tui.core.store import event_key

_SWEEP_EVERY_SECONDS: Final = 20.0
_LANES_EVERY_SECONDS: Final = 30.0
_BYTES_A_POLL: Final = 4_000_000
"""Of the newest pages of a lane, some 60,000 events: a longer backlog leaves a hole."""
_BYTES_A_SLICE: Final = 1_000_000
"""Of a hole in a lane with each poll, so that filling it never keeps what is new waiting."""
_UNREADABLE_GAPS: Final = 100
"""Damaged pages that are remembered, the newest."""


class FeedPoller:
    """An `EventSource` over the feed pages of a table.

    State changes only once a whole read has succeeded, and then without waiting for anything, so
    that a read which fails or is cancelled is as if it had never been.
    """

    interval: float | None = None
    """As often as is asked for."""

    def __init__(
        self, table: TableReads, clock: Clock, label: str, seen: RecentIds | None = None
    ) -> None:
        """`seen` are the events that somebody else may read, too, and that are then no news.

        Somebody else has no need of problems out of their index while the pages are late.
        """
        self._table = table
        self._clock = clock
        self._label = label
        self._cursors: dict[int, LaneCursor] = {}
        self._seen = RecentIds() if seen is None else seen
        self._lateness = Lateness(table)
        self._problems = ProblemsAhead(table)
        self._looks_ahead = seen is None
        self._gaps_since = ""
        self._unreadable: tuple[Gap, ...] = ()
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
        """The newest events, at most `history_events`, of the last seven days, without a hole."""
        now, instant = self._clock.now_ms(), self._clock.monotonic()
        lanes = await self._read_lane_count(now)
        # First the keys, then the history: what is written in between is then new to the next poll.
        baselines = await together(read_baseline(self._table, lane, now) for lane in range(lanes))
        history = NewestPages((), 0)
        if history_events:
            history = await read_history(self._table, lanes, now, history_events)
        items = [item for lane_items in history.by_lane for item in lane_items]
        decoded = await decode_items(items, now, RecentIds().unseen_in)
        events = decoded.events
        paged = newest(decoded.heartbeat, *(baseline.heartbeat for baseline in baselines))
        outlines = [outline for baseline in baselines for outline in baseline.outlines]
        newest_event = newest(*map(last_event_of, (*outlines, *items)))
        unpaged = await self._lateness.look(now, instant, paged, newest_event)

        self._cursors = {baseline.lane: baseline.cursor(now) for baseline in baselines}
        for lane, lane_items in enumerate(history.by_lane):
            self._cursors[lane].advance(map(sort_key_of, lane_items), now)
        self._seen.add(events)
        self._lateness.learn(sorted(outlines, key=sort_key_of))
        self._newest_event, self._paged_heartbeat = newest_event, paged
        self._unreadable = ()
        self._swept = self._lanes_read = instant
        self._lanes_read_at = now
        whole = [event for event in events if event.recorded_at >= history.whole_since]
        kept = tuple(whole[-history_events:]) if history_events else ()
        return self._batch(kept, decoded, unpaged, len(items))

    async def poll(self) -> FeedBatch:
        """The events of pages that have become visible since the last read, the newest first.

        Of a hole that an earlier read left it reads a slice.
        """
        if not self._cursors:
            return await self.start(0)
        now, instant = self._clock.now_ms(), self._clock.monotonic()
        cursors = self._cursors
        for cursor in cursors.values():
            cursor.give_up_before(self._gaps_since)
        read_lanes = instant - self._lanes_read >= _LANES_EVERY_SECONDS
        if read_lanes:
            cursors = self._with_new_lanes(await self._read_lane_count(now))
        sweep = instant - self._swept >= _SWEEP_EVERY_SECONDS
        reads = await together(
            self._read_back(lane, cursor.front, cursor.knows, _BYTES_A_POLL)
            for lane, cursor in cursors.items()
        )
        sweeps = await together(
            self._read_back(lane, cursor.sweep, cursor.leaves_out)
            for lane, cursor in cursors.items()
            if sweep
        )
        holes = [(lane, cursor.holes[-1]) for lane, cursor in cursors.items() if cursor.holes]
        slices = await together(
            self._read_back(lane, hole, cursors[lane].knows, _BYTES_A_SLICE) for lane, hole in holes
        )
        items = [item for read in (*reads, *sweeps, *slices) for item in read.items]
        decoded = await decode_items(items, now, self._seen.unseen_in)
        events = decoded.events
        paged = newest(self._paged_heartbeat, decoded.heartbeat)
        newest_event = newest(self._newest_event, *map(last_event_of, items))
        last_recorded = newest(*(read.last_recorded for read in reads))
        unpaged = await self._lateness.look(now, instant, paged, newest_event, last_recorded)
        proof = newest(paged, newest_event) or 0
        ahead: tuple[Event, ...] = ()
        if unpaged is None:
            self._problems.forget()
        elif self._looks_ahead:
            ahead = await self._problems.read(now, instant, proof, self._unseen_beside(events))

        self._cursors = cursors
        for (lane, hole), read in zip(holes, slices, strict=True):
            cursors[lane].fill(hole, map(sort_key_of, read.items), read.left)
        for cursor, read in zip(cursors.values(), sweeps, strict=sweep):
            cursor.advance(map(sort_key_of, read.items), now)
        for cursor, read in zip(cursors.values(), reads, strict=True):
            cursor.advance(map(sort_key_of, read.items), now, read.left)
        self._seen.add(events)
        self._seen.add(ahead)
        self._lateness.learn(items)
        self._newest_event, self._paged_heartbeat = newest_event, paged
        if sweep:
            self._swept = instant
        if read_lanes:
            self._lanes_read, self._lanes_read_at = instant, now
        return self._batch(events, decoded, unpaged, len(items), ahead)

    def fill_gaps_since(self, moment: int) -> None:
        """The reader keeps nothing that was recorded before `moment` (ms): leave it unread.

        It does not take it in either, so nothing of it needs to be known by its id.
        """
        self._gaps_since = time_key(moment - OVERLAP_MS)
        self._seen.forget_before(moment)

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        await self._table.close()

    def _batch(
        self,
        events: tuple[Event, ...],
        decoded: DecodedPages,
        unpaged: int | None,
        pages_read: int,
        ahead: tuple[Event, ...] = (),
    ) -> FeedBatch:
        self._unreadable = merged_gaps(self._unreadable + decoded.unreadable)[-_UNREADABLE_GAPS:]
        now = self._clock.now_ms()
        holes = [hole.gap(now) for cursor in self._cursors.values() for hole in cursor.holes]
        late: tuple[Gap, ...] = ()
        if unpaged is not None and self._looks_ahead:
            proof = newest(self._paged_heartbeat, self._newest_event) or 0
            late = (Gap(proof + 1, max(now, proof + 2), GapReason.LATE),)
        return FeedBatch(
            events=tuple(sorted((*events, *ahead), key=event_key)) if ahead else events,
            ahead=frozenset(event.event_id for event in ahead),
            paged_heartbeat=self._paged_heartbeat,
            unpaged=unpaged,
            read_at=now,
            pages_read=pages_read,
            events_unreadable=decoded.events_unreadable,
            gaps=tuple(sorted((*self._unreadable, *merged_gaps(holes), *late), key=_since)),
        )

    async def _read_back(
        self,
        lane: int,
        stretch: Hole,
        knows: Callable[[str], bool],
        most_bytes: float = float("inf"),
    ) -> LaneRead:
        return await read_back(
            self._table,
            lane,
            stretch,
            knows=knows,
            now_ms=self._clock.now_ms(),
            most_bytes=most_bytes,
        )

    def _unseen_beside(
        self, events: Iterable[Event]
    ) -> Callable[[Iterable[Event]], tuple[Event, ...]]:
        """What picks events that have not been seen and are not among those just read."""
        read = {event.event_id for event in events}
        return lambda found: self._seen.unseen(one for one in found if one.event_id not in read)

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


def _since(gap: Gap) -> int:
    return gap.since
