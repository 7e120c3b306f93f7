"""Packs the new events of each stream batch into feed pages."""

from collections.abc import Sequence
from typing import Final

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
from recorder.retry import Deadline, Failure, Retrier, failure_of
from recorder.stream import StreamBatch, StreamedEvent, StreamedHeartbeat

LANES_LIFETIME_SECONDS: Final = 60.0
_LONGEST_TEXT_OF_LARGE_EVENT: Final = 1_000


class FeedWriter:
    """Writes feed pages for one serial reader of a stream."""

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

    def write(self, batch: StreamBatch, deadline: Deadline) -> tuple[int, str, Failure] | int:
        """Write the pages of `batch` in order; see `FeedResult`."""
        raise NotImplementedError
