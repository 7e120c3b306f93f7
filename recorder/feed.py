"""Packs the new events of each stream batch into feed pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import CONFIGURATION_KEY, feed_partition, page_sort_key
from recorder.model.lanes import (
    FEED_CONFIGURATION_SORT_KEY,
    lane_of_shard,
    lanes_on,
    read_lanes,
)
from recorder.model.page import (
    MAXIMUM_COMPRESSED_BYTES,
    PAGE_VERSION,
    encode_page,
    split_into_pages,
)
from recorder.model.timestamps import day_of
from recorder.retry import Deadline, Retrier, failure_of
from recorder.stream import StreamBatch, StreamedEvent, StreamedHeartbeat

LANES_LIFETIME_SECONDS: Final = 60.0
_LONGEST_TEXT_OF_LARGE_EVENT: Final = 1_000


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What became of a batch."""

    pages: int
    first_unpaged: str | None = None
    """Lowest sequence number that is in no page; `None` when all are."""
    error: str | None = None
    """Code of what stopped the writing."""


class FeedWriter:
    """Writes feed pages; one instance serves one process and its clock."""

    def __init__(
        self, client: DynamoDBClient, table_name: str, clock: Clock, retrier: Retrier
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._retrier = retrier
        self._lanes: dict[str, int] = {}
        self._lanes_read_at: float | None = None
        self._last_written_at = 0

    def write(self, batch: StreamBatch, deadline: Deadline) -> FeedResult:
        """Write the pages of `batch` in the order of the stream; stops at the first that fails.

        Never raises. A batch that comes again writes its pages again, under other keys: readers
        drop events they have seen.
        """
        events = [entry for entry in batch.entries if isinstance(entry, StreamedEvent)]
        heartbeats = [entry for entry in batch.entries if isinstance(entry, StreamedHeartbeat)]
        pages = 0
        start = 0
        try:
            for chunk, body in split_into_pages(
                [entry.event for entry in events], [entry.recorded_at for entry in heartbeats]
            ):
                end = start + len(chunk)
                # Heartbeats are in the last page only, which is how `split_into_pages` has it.
                own_heartbeats = heartbeats if end == len(events) else []
                self._write_page(batch.shard_id, events[start:end], own_heartbeats, body, deadline)
                start = end
                pages += 1
        except Exception as error:
            unpaged = {*map(id, events[start:]), *map(id, heartbeats)}
            first = next(entry for entry in batch.entries if id(entry) in unpaged)
            return FeedResult(pages, first.sequence_number, failure_of(error).code)
        return FeedResult(pages)

    def _write_page(
        self,
        shard_id: str,
        events: Sequence[StreamedEvent],
        heartbeats: Sequence[StreamedHeartbeat],
        body: bytes,
        deadline: Deadline,
    ) -> None:
        numbers = [entry.sequence_number for entry in events]
        numbers += [entry.sequence_number for entry in heartbeats]
        first = min(numbers, key=int)
        lanes = self._current_lanes(deadline)
        written = False
        while not written:
            written_at = max(self._clock.now_ms(), self._last_written_at + 1)
            self._last_written_at = written_at
            day = day_of(written_at)
            key = (
                feed_partition(day, lane_of_shard(shard_id, lanes_on(lanes, day))),
                page_sort_key(written_at, shard_id, first),
            )
            written = self._put_new(page_item(key, events, heartbeats, body), deadline)

    def _put_new(self, item: Item, deadline: Deadline) -> bool:
        """Put an item; false where another process of the shard wrote in the same millisecond."""
        try:
            self._retrier.call(
                lambda: self._client.put_item(
                    TableName=self._table_name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk)",
                ),
                deadline,
            )
        except Exception as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def _current_lanes(self, deadline: Deadline) -> dict[str, int]:
        now = self._clock.monotonic()
        if self._lanes_read_at is None or now - self._lanes_read_at >= LANES_LIFETIME_SECONDS:
            key = {"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FEED_CONFIGURATION_SORT_KEY}}
            answer = self._retrier.call(
                lambda: self._client.get_item(TableName=self._table_name, Key=key), deadline
            )
            self._lanes = read_lanes(answer.get("Item"))
            self._lanes_read_at = now
        return self._lanes


def page_item(
    key: tuple[str, str],
    events: Sequence[StreamedEvent],
    heartbeats: Sequence[StreamedHeartbeat],
    body: bytes,
) -> Item:
    """The item of one page as `split_into_pages` gave it; it goes with the last of its events."""
    if len(body) > MAXIMUM_COMPRESSED_BYTES:
        # A single event that no page can hold whole; its item keeps what is cut here.
        body = encode_page(
            [_shortened(entry.event) for entry in events],
            [entry.recorded_at for entry in heartbeats],
        )
    item: Item = {
        "pk": {"S": key[0]},
        "sk": {"S": key[1]},
        "v": {"N": str(PAGE_VERSION)},
        "z": {"B": body},
        "n": {"N": str(len(events))},
    }
    if events:
        times = [entry.event.recorded_at for entry in events]
        item |= {"lo": {"N": str(min(times))}, "hi": {"N": str(max(times))}}
    if heartbeats:
        item["hb"] = {"N": str(max(entry.recorded_at for entry in heartbeats))}
    expiries = [entry.expires_at for entry in events or heartbeats]
    if None not in expiries:
        item["x"] = {"N": str(max(expiry for expiry in expiries if expiry is not None))}
    return item


def _shortened(event: Event) -> Event:
    """`event` with its long texts cut and its tags left out."""
    texts: dict[str, Any] = {
        name: value[:_LONGEST_TEXT_OF_LARGE_EVENT]
        for name, value in zip(event._fields, event, strict=True)
        if isinstance(value, str) and len(value) > _LONGEST_TEXT_OF_LARGE_EVENT
    }
    return event._replace(**texts, tags=None)
