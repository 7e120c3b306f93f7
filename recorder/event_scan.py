"""A parallel scan for the stored events of a stretch of time, wherever in the table they are."""

from collections.abc import Callable, Sequence
from threading import Event as Signal
from typing import Any, Final, Protocol

from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.item import Item, is_expired
from recorder.model.keys import MESSAGE_PREFIX
from recorder.retry import Deadline, Retrier
from recorder.worker_pool import WorkerPool

SEGMENTS: Final = 8
"""As many as a `WorkerPool` has threads by default."""


class ScanningClient(DynamoDBClient, Protocol):
    """The calls of a repair, which needs permissions of its own for the two added here."""

    def scan(self, **arguments: Any) -> dict[str, Any]:
        """Items of the whole table, or of one segment of it."""
        ...

    def describe_table(self, **arguments: Any) -> dict[str, Any]:
        """What the table is, and about how large."""
        ...


class EventScan:
    """Reads every event item of one table that was recorded in some time and has not expired.

    Reads are consistent, so what was stored before is found. Items come whole: an event needs
    nearly all of its attributes, and DynamoDB charges for all of them in any case.
    """

    def __init__(
        self,
        client: ScanningClient,
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

    def run(
        self, since: int, until: int, take: Callable[[int, Sequence[Item]], None], segments: int
    ) -> None:
        """Hand over the items recorded in [since, until) (ms), a response at a time.

        `take` gets how many items of any kind the response stands for, and those found; it is
        called by several threads. Raises the error that did not pass in time.
        """
        stop = Signal()

        def read_segment(segment: int) -> None:
            try:
                self._read_segment(since, until, segment, segments, take, stop)
            except Exception:
                stop.set()
                raise

        try:
            self._pool.run(read_segment, range(segments))
        finally:
            # On an interrupt the threads are still at it, and the process would wait for them.
            stop.set()

    def _read_segment(
        self,
        since: int,
        until: int,
        segment: int,
        segments: int,
        take: Callable[[int, Sequence[Item]], None],
        stop: Signal,
    ) -> None:
        now = self._clock.now_ms()
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Segment": segment,
            "TotalSegments": segments,
            "ConsistentRead": True,
            "FilterExpression": "begins_with(pk, :events) AND r BETWEEN :since AND :last",
            "ExpressionAttributeValues": {
                ":events": {"S": MESSAGE_PREFIX},
                ":since": {"N": str(since)},
                ":last": {"N": str(until - 1)},
            },
        }
        while not stop.is_set():
            deadline = Deadline(self._clock)
            answer = self._retrier.call(lambda: self._client.scan(**arguments), deadline)
            found = [item for item in answer["Items"] if not is_expired(item, now)]
            take(answer["ScannedCount"], found)
            if "LastEvaluatedKey" not in answer:
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
