"""Finds the events that no feed page holds, and packs them into pages where their time is.

A repaired page is filed under the time of its newest event, never under the present: who reads a
stretch of time finds it, and nobody who follows the feed takes it for news. It spans few minutes,
and its key follows from what it holds, so that a second repair finds it and adds nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from recorder.dynamodb import DynamoDBClient
from recorder.feed import page_item
from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.keys import CONFIGURATION_KEY, feed_partition, page_sort_key, page_sort_range
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY, lanes_on, read_lanes
from recorder.model.page import REPAIRED_PAGE_SPAN_MS, PageError, decode_page, split_into_pages
from recorder.model.rollup import HOUR_MS
from recorder.model.timestamps import day_of
from recorder.query import query_items
from recorder.retry import Deadline, Retrier
from recorder.stream import StreamedEvent
from recorder.worker_pool import WorkerPool

REPAIR_SHARD: Final = "repair"
LATEST_PAGING_MS: Final = 24 * HOUR_MS
"""A stream keeps its records for a day, so no event is paged later than that."""
CLOCK_DIFFERENCE_MS: Final = 900_000
"""AWS refuses requests of a clock further off than 15 minutes, so no writer's is."""

_DAY_MS: Final = 24 * HOUR_MS
_LANE: Final = 0
"""There is one on every day, however many the day has."""


class PageRepair:
    """Reads and writes feed pages of one table."""

    def __init__(
        self,
        client: DynamoDBClient,
        table_name: str,
        clock: Clock,
        retrier: Retrier,
        pool: WorkerPool,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._retrier = retrier
        self._pool = pool

    def read_paged(self, since: int, until: int) -> set[str]:
        """Ids of the events recorded in [since, until) (ms) that some page holds.

        A page that cannot be read holds none.
        """
        first, last = since - CLOCK_DIFFERENCE_MS, until + LATEST_PAGING_MS
        answer = self._retrier.call(
            lambda: self._client.get_item(
                TableName=self._table_name,
                Key={"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FEED_CONFIGURATION_SORT_KEY}},
            ),
            Deadline(self._clock),
        )
        lanes = read_lanes(answer.get("Item"))
        last = min(last, self._clock.now_ms() + CLOCK_DIFFERENCE_MS)
        days = [day_of(day * _DAY_MS) for day in range(first // _DAY_MS, last // _DAY_MS + 1)]
        sort_range = page_sort_range(first, last)

        def read_partition(partition: str) -> set[str]:
            return set(self._ids_in(partition, sort_range, since, until))

        partitions = [
            feed_partition(day, lane) for day in days for lane in range(lanes_on(lanes, day))
        ]
        return set().union(*self._pool.run(read_partition, partitions))

    def pack(self, events: Sequence[StreamedEvent]) -> list[Item]:
        """The items of the pages that hold `events`."""
        ordered = sorted(events, key=lambda entry: (entry.event.recorded_at, entry.event.event_id))
        return [
            item
            for _, together in groupby(
                ordered, lambda entry: entry.event.recorded_at // REPAIRED_PAGE_SPAN_MS
            )
            for item in _pages_of(list(together))
        ]

    def write(self, pages: Sequence[Item]) -> None:
        """Write the items of pages. Raises the first error that did not pass in time."""

        def put(item: Item) -> None:
            self._retrier.call(
                lambda: self._client.put_item(TableName=self._table_name, Item=item),
                Deadline(self._clock),
            )

        self._pool.run(put, pages)

    def _ids_in(
        self, partition: str, sort_range: tuple[str, str], since: int, until: int
    ) -> Iterator[str]:
        for item in query_items(
            self._client,
            self._retrier,
            Deadline(self._clock),
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            FilterExpression="lo < :until AND hi >= :since",
            ExpressionAttributeValues={
                ":pk": {"S": partition},
                ":first": {"S": sort_range[0]},
                ":last": {"S": sort_range[1]},
                ":since": {"N": str(since)},
                ":until": {"N": str(until)},
            },
        ):
            try:
                page = decode_page(item["z"]["B"])
            except PageError:
                continue
            for event in page.events:
                if isinstance(event.recorded_at, int) and since <= event.recorded_at < until:
                    yield event.event_id


def _pages_of(entries: list[StreamedEvent]) -> Iterator[Item]:
    """The pages of events in order, all of one stretch."""
    start = 0
    for chunk, body in split_into_pages([entry.event for entry in entries]):
        held = entries[start : start + len(chunk)]
        start += len(chunk)
        newest = held[-1].event.recorded_at
        sort_key = page_sort_key(newest, REPAIR_SHARD, held[0].event.event_id)
        yield page_item((feed_partition(day_of(newest), _LANE), sort_key), held, (), body)
