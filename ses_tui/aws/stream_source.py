"""The live feed out of the table's stream: sooner than feed pages, and backed by them.

The stream is read from the present on, and what came before out of feed pages. Pages come some
seconds after the stream, so what was inserted just before the start is in neither at first: the
pages are therefore followed, too, now and then. They also bring whatever the stream could not be
asked for: a reader that was away for long goes on with the present, and one that AWS refuses does
not fall behind. An event that comes both ways is new once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from recorder.model.clock import Clock
from ses_tui.aws.feed_cursor import RecentIds
from ses_tui.aws.feed_pages import newest
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.stream_client import StreamGoneError, StreamReads
from ses_tui.aws.stream_records import read_records
from ses_tui.aws.stream_shards import Description, Shard, ShardRead, Shards
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.errors import TableError
from ses_tui.core.source import FeedBatch
from ses_tui.core.store import event_key

STREAM_INTERVAL_SECONDS: Final = 0.3
_SHARDS_AT_ONCE: Final = 16
_DESCRIBE_EVERY_SECONDS: Final = 60.0
_PAGES_EVERY_SECONDS: Final = 10.0
_PAGES_OFTEN_SECONDS: Final = 2.0
_PAGES_OFTEN_FOR_SECONDS: Final = 60.0
"""Since it began with the present; by then, what was before is paged by consumers that keep up."""
_AWAY_AFTER_MS: Final = 60_000
"""Without a good read for so long it goes on with the present, and the pages bring the rest."""
_REFUSALS_WORTH_TELLING: Final = 3


class StreamSource:
    """An `EventSource` over a table's stream and feed pages.

    A read that fails or is cancelled is as if it had never been.
    """

    interval: float | None = STREAM_INTERVAL_SECONDS

    def __init__(
        self,
        table: TableReads,
        open_stream: Callable[[], Awaitable[StreamReads]],
        clock: Clock,
        label: str,
    ) -> None:
        """`open_stream` is called by the first read, and again if it has raised."""
        self._table = table
        self._seen = RecentIds()
        self._pages = FeedPoller(table, clock, label, self._seen)
        self._open_stream = open_stream
        self._clock = clock
        self._stream: StreamReads | None = None
        self._shards: Shards | None = None
        self._batch = FeedBatch()
        self._began = 0.0
        self._described = 0.0
        self._pages_read = 0.0
        self._calls = asyncio.Semaphore(_SHARDS_AT_ONCE)

    @property
    def label(self) -> str:
        """Table and region or endpoint, as the header shows it."""
        return self._pages.label

    async def start(self, history_events: int) -> FeedBatch:
        """The newest events out of feed pages; the stream is read from before they were."""
        instant = self._clock.monotonic()
        stream = await self._opened()
        shards = await self._present_shards(stream)
        reads = await self._read_shards(stream, shards.readable(instant))
        history = await self._pages.start(history_events)
        self._shards, self._batch = shards, FeedBatch()
        self._began = self._described = self._pages_read = instant
        return self._take(shards, reads, history)

    async def poll(self) -> FeedBatch:
        """What the stream holds behind the last read, and what the pages have brought besides."""
        shards = self._shards
        if shards is None:
            return await self.start(0)
        instant = self._clock.monotonic()
        is_new = self._stream is None
        stream = await self._opened()
        began, described = self._began, self._described
        last_read = self._batch.read_at
        away = is_new or self._clock.now_ms() - last_read > _AWAY_AFTER_MS
        if away:
            shards, began, described = await self._present_shards(stream), instant, instant
        elif instant - described >= _DESCRIBE_EVERY_SECONDS or shards.ended:
            present = await self._describe(stream)
            described = instant
            if present is not None:
                shards.learn(present)
        reads = await self._read_shards(stream, shards.readable(instant))
        pages = None
        often = shards.refused or instant - began < _PAGES_OFTEN_FOR_SECONDS
        pages_every = _PAGES_OFTEN_SECONDS if often else _PAGES_EVERY_SECONDS
        if away or instant - self._pages_read >= pages_every:
            pages = await self._pages.poll()
            self._pages_read = instant
        self._shards, self._began, self._described = shards, began, described
        return self._take(shards, reads, pages)

    def fill_gaps_since(self, moment: int) -> None:
        """The reader has no room for what was recorded before `moment` (ms): leave it unread."""
        self._pages.fill_gaps_since(moment)

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        await self._table.close()

    async def _opened(self) -> StreamReads:
        if self._stream is None:
            self._stream = await self._open_stream()
        return self._stream

    async def _describe(self, stream: StreamReads) -> Sequence[Description] | None:
        try:
            return await stream.describe()
        except StreamGoneError:
            # Switched off and on again, a table has another stream.
            self._stream = None
            raise

    async def _present_shards(self, stream: StreamReads) -> Shards:
        present = await self._describe(stream)
        if present is None:
            raise TableError(
                "the stream cannot be described: too many ask for it just now; "
                "--source poll reads feed pages instead"
            )
        return Shards(present)

    async def _read_shards(
        self, stream: StreamReads, shards: Sequence[Shard]
    ) -> list[tuple[Shard, ShardRead]]:
        async def read(shard: Shard) -> tuple[Shard, ShardRead]:
            async with self._calls:
                return shard, await stream.read(shard)

        return await together(map(read, shards))

    def _take(
        self,
        shards: Shards,
        reads: Sequence[tuple[Shard, ShardRead]],
        pages: FeedBatch | None,
    ) -> FeedBatch:
        """Take note of everything that was read. Waits for nothing, so it is done or not."""
        now, instant = self._clock.now_ms(), self._clock.monotonic()
        entries = read_records((record for _, read in reads for record in read.records), now)
        streamed = self._seen.unseen(entries.events)
        self._seen.add(streamed)
        for shard, read in reads:
            shard.advance(read, instant)
        paged = pages or FeedBatch(gaps=self._batch.gaps)
        self._batch = FeedBatch(
            events=tuple(sorted((*paged.events, *streamed), key=event_key)),
            paged_heartbeat=newest(
                self._batch.paged_heartbeat, paged.paged_heartbeat, entries.heartbeat
            ),
            unpaged=paged.unpaged,
            read_at=now,
            pages_read=paged.pages_read,
            events_unreadable=paged.events_unreadable + entries.events_unreadable,
            gaps=paged.gaps,
            hindrance=_hindrance(shards),
        )
        return self._batch


def _hindrance(shards: Shards) -> str | None:
    if shards.refused < _REFUSALS_WORTH_TELLING:
        return None
    return (
        f"AWS refuses to read the stream ({shards.refusal}): another reader is on it, and it takes "
        "two, of which the recorder is one; feed pages are read meanwhile, as --source poll does"
    )
