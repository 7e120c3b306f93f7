"""Counts the new events of each stream batch into rollup rows, every event exactly once.

A row belongs to one minute, family and shard, and says up to which sequence number it has counted.
An update is conditional on that watermark, so whatever comes again (a retried, bisected or rewound
batch, an answer that got lost) finds itself counted. It rests on Lambda's order: one batch of a
shard after the other, none before all records ahead of it are through.

Which names a full row holds follows from the order of the records alone, never from the batches
they came in, since a row takes a name on its first count or never.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from recorder.dirty_minutes import DirtyMinutes
from recorder.dynamodb import DynamoDBClient
from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.keys import rollup_keys
from recorder.model.rollup import (
    LATE_AFTER_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    WATERMARK_ATTRIBUTE,
    Family,
    admit,
    counters_in,
    minute_start,
    tally,
)
from recorder.retry import Deadline, Retrier, failure_of
from recorder.worker_pool import WorkerPool

REMEMBERED_ROWS: Final = 1_024
"""A few minutes of nine families each, for more shards than one process sees."""

_SECONDS_A_DAY = 86_400
_RowKey = tuple[str, str]
_Counters = Mapping[tuple[int, Family], Mapping[str, int]]


class CountedRecord(NamedTuple):
    """A record of the stream that counts: a new event that is not history."""

    sequence_number: str
    event: Event


class RollupResult(NamedTuple):
    """What one batch took."""

    rows: int
    """Rows that the batch counts into."""
    updates: int
    """Updates sent for them, those refused by a watermark included."""
    late_minutes: int
    """Minutes marked to be summarised again."""


class _RowState(NamedTuple):
    """What a row held when it was last seen."""

    watermark: int
    names: frozenset[str]


class _Share(NamedTuple):
    """What a batch adds to one row, and the batch's first and last record of that minute."""

    minute: int
    family: Family
    counters: Mapping[str, int]
    first: int
    last: int


class RollupWriter:
    """Writes rollup rows; one instance serves one process and remembers the rows it wrote."""

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
        self._dirty_minutes = DirtyMinutes(client, table_name, retrier)
        self._remembered: OrderedDict[_RowKey, _RowState] = OrderedDict()

    def write(
        self, shard_id: str, records: Sequence[CountedRecord], deadline: Deadline
    ) -> RollupResult:
        """Count consecutive records of one shard, in the order of the stream.

        Raises the first error that did not pass in time; what was counted by then stays counted,
        and the same records may come again in any batch.
        """
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        for sequence_number, event in records:
            minute = minute_start(event.recorded_at)
            last[minute] = int(sequence_number)
            first.setdefault(minute, last[minute])
        shares = [
            _Share(minute, family, counters, first[minute], last[minute])
            for (minute, family), counters in tally(event for _, event in records).items()
        ]

        @cache
        def counters_after(watermark: int) -> _Counters:
            # One answer for all rows of a batch that came before, which stop at the same record.
            return tally(event for number, event in records if int(number) > watermark)

        def write_row(share: _Share) -> int:
            return self._write_row(shard_id, share, counters_after, deadline)

        updates = self._pool.run(write_row, shares)
        self._forget_the_oldest()
        # Judged after the writing: a row that was written before a summary could miss it needs no
        # mark, however late its records came.
        now = self._clock.now_ms()
        late = [minute for minute in last if now > minute + MINUTE_MS + LATE_AFTER_MS]
        self._pool.run(lambda minute: self._dirty_minutes.mark(minute, deadline), late)
        return RollupResult(len(shares), sum(updates), len(late))

    def _write_row(
        self,
        shard_id: str,
        share: _Share,
        counters_after: Callable[[int], _Counters],
        deadline: Deadline,
    ) -> int:
        """Count a batch's share into its row; returns how many updates that took."""
        key = rollup_keys(share.minute, share.family, shard_id)
        state = self._remembered.get(key)
        updates = 0
        while counters := _uncounted(share, state, counters_after):
            admitted = admit(state.names if state else (), counters)
            updates += 1
            try:
                self._update(key, share, admitted, state, deadline)
            except ClientError as error:
                if failure_of(error).code != "ConditionalCheckFailedException":
                    raise
                state = _state_in(error.response.get("Item"))
            else:
                names = frozenset(admitted)
                state = _RowState(share.last, state.names | names if state else names)
        if state is not None:
            self._remembered[key] = state
        return updates

    def _update(
        self,
        key: _RowKey,
        share: _Share,
        counters: Mapping[str, int],
        state: _RowState | None,
        deadline: Deadline,
    ) -> None:
        expires_at = (share.minute + MINUTE_MS) // 1000 + MINUTE_ROW_DAYS * _SECONDS_A_DAY
        values = {":w": {"S": str(share.last)}, ":x": {"N": str(expires_at)}}
        values |= {f":{number}": {"N": str(number)} for number in counters.values()}
        condition = f"attribute_not_exists({WATERMARK_ATTRIBUTE})"
        if state is not None:
            condition = f"{WATERMARK_ATTRIBUTE} = :seen"
            values[":seen"] = {"S": str(state.watermark)}
        additions = ", ".join(
            f"#{index} :{number}" for index, number in enumerate(counters.values())
        )
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "UpdateExpression": f"SET {WATERMARK_ATTRIBUTE} = :w, x = :x ADD {additions}",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{i}": name for i, name in enumerate(counters)},
            "ExpressionAttributeValues": values,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._retrier.call(lambda: self._client.update_item(**arguments), deadline)

    def _forget_the_oldest(self) -> None:
        while len(self._remembered) > REMEMBERED_ROWS:
            self._remembered.popitem(last=False)


def _state_in(item: Mapping[str, Mapping[str, Any]] | None) -> _RowState | None:
    """The state of the row that refused an update; `None` if the row is gone."""
    if not item or WATERMARK_ATTRIBUTE not in item:
        return None
    return _RowState(int(item[WATERMARK_ATTRIBUTE]["S"]), frozenset(counters_in(item)))


def _uncounted(
    share: _Share, state: _RowState | None, counters_after: Callable[[int], _Counters]
) -> Mapping[str, int]:
    """What of a share the row has not counted yet."""
    if state is None or state.watermark < share.first:
        return share.counters
    return counters_after(state.watermark).get((share.minute, share.family), {})
