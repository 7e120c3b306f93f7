"""One shard of a stream, read from its oldest record on, in order."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any, Final

from botocore.exceptions import ClientError

from ses_tui.demo.stream_event import Record, passes_filter, window_of

_READ_LIMIT: Final = 1000
_ITERATOR_LOST: Final = frozenset({"ExpiredIteratorException", "TrimmedDataAccessException"})


@dataclass(slots=True)
class Shard:
    """Where reading and handing over of one shard stand."""

    shard_id: str
    parent_id: str | None
    waiting: deque[Record] = field(default_factory=deque)
    """Records that passed the filter and are not yet handed over, oldest first."""
    waiting_since: float = 0.0
    """Monotonic seconds at which the oldest waiting record was read."""
    batch_limit: int = 0
    """Most records of the next batch; halved by each failure. 0: not set."""
    not_before: float = 0.0
    """Monotonic seconds before which nothing may be asked of the stream or of the function."""
    failures: int = 0
    """Failures in a row; sets the pause before the next try."""
    read_to_end: bool = False
    _iterator: str | None = None
    _last_read: str | None = None

    @property
    def finished(self) -> bool:
        """Whether the shard is closed and all of it handed over: its children may begin."""
        return self.read_to_end and not self.waiting

    def read(self, streams_client: Any, stream_arn: str, now: float) -> int:
        """One `GetRecords`; the number of records it brought, the filtered ones included.

        Raises what the client raises; the next call then goes on behind the last record read.
        """
        try:
            if self._iterator is None:
                self._iterator = self._new_iterator(streams_client, stream_arn)
            answer = streams_client.get_records(ShardIterator=self._iterator, Limit=_READ_LIMIT)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _ITERATOR_LOST:
                raise
            if error.response["Error"]["Code"] == "TrimmedDataAccessException":
                self._last_read = None
            self._iterator = None
            return 0
        records: list[Mapping[str, Any]] = answer["Records"]
        self._iterator = answer.get("NextShardIterator")
        self.read_to_end = self._iterator is None
        if records:
            self._last_read = records[-1]["dynamodb"]["SequenceNumber"]
            if not self.waiting:
                self.waiting_since = now
            self.waiting.extend(record for record in records if passes_filter(record))
        return len(records)

    def next_batch(self) -> list[Record]:
        """The oldest waiting records that one invocation may hold: a limit, and one window."""
        window = window_of(self.waiting[0])
        oldest = islice(self.waiting, self.batch_limit)
        return list(takewhile(lambda record: window_of(record) == window, oldest))

    def hand_over(self, number: int, now: float) -> None:
        """The oldest `number` waiting records have been handled."""
        for _ in range(number):
            self.waiting.popleft()
        self.waiting_since = now

    def _new_iterator(self, streams_client: Any, stream_arn: str) -> str:
        position = (
            {"ShardIteratorType": "TRIM_HORIZON"}
            if self._last_read is None
            else {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": self._last_read,
            }
        )
        iterator: str = streams_client.get_shard_iterator(
            StreamArn=stream_arn, ShardId=self.shard_id, **position
        )["ShardIterator"]
        return iterator
