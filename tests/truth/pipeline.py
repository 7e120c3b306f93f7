"""The recorder around a table, played on a frozen clock: queue, stream in several shards, ticks."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, Final
from zlib import crc32

from recorder.functions import RecorderFunctions
from recorder.model.envelope import read_invocation
from recorder.model.keys import folded_key
from recorder.model.rollup import HOUR_MS, MINUTE_MS
from recorder.model.settings import RecorderSettings
from recorder.recording import Recorder
from ses_tui.demo.stream_event import lambda_event
from ses_tui.demo.stream_shard import Shard
from tests.engine import TestTable
from tests.events import FrozenClock
from tests.payloads import Payload, sns_document, sqs_event

_BATCH: Final = 100
_FELL_BACK_SHARE: Final = 0.1

StreamRecord = Any


class Pipeline:
    """What AWS does between SES and the table, and behind the table."""

    def __init__(self, table: TestTable, clock: FrozenClock, *, shard_splits_at: int) -> None:
        self.clock = clock
        self.invocations = self.fallen_back = 0
        self.table = table
        self._settings = RecorderSettings(table=table.name)
        client = table.access.recorder_client()
        self._functions = RecorderFunctions(client, self._settings, clock=clock)
        self._recorder = Recorder(client, self._settings, clock)
        self._shard_splits_at = shard_splits_at
        self._chance = Random(3)
        self._previous: dict[str, list[StreamRecord]] = {}
        # A table in use: without a mark, the first tick would go through three empty days.
        progress = {"s": clock.now - HOUR_MS, "m": clock.now - MINUTE_MS, "h": clock.now - HOUR_MS}
        numbers = {name: {"N": str(time)} for name, time in progress.items()}
        table.client.put_item(TableName=table.name, Item=folded_key() | numbers)
        description = table.client.describe_table(TableName=table.name)["Table"]
        self._stream_arn: str = description["LatestStreamArn"]
        stream = table.streams_client.describe_stream(StreamArn=self._stream_arn)
        (only,) = stream["StreamDescription"]["Shards"]
        self._stream = Shard(only["ShardId"], None)

    def record(self, payloads: Sequence[Payload]) -> None:
        """Through SNS and the queue."""
        for start in range(0, len(payloads), _BATCH):
            documents = map(sns_document, payloads[start : start + _BATCH])
            answer = self._functions.record(sqs_event(*documents))
            assert answer == {"batchItemFailures": []}
        self._follow_stream()

    def backfill(self, payloads: Sequence[Payload]) -> int:
        """As a person does who has files of the past; returns how many events are new."""
        records = read_invocation(sqs_event(*map(sns_document, payloads)))
        report = self._recorder.record(records, backfill=True)
        self._follow_stream()
        return report.total("stored")

    def tick(self) -> None:
        """What the schedule calls each minute."""
        self._functions.tick({})
        self._follow_stream()

    def _follow_stream(self) -> None:
        """Hand over what is new, some seconds after it was written."""
        self.clock.advance(1_500)
        while self._stream.read(self.table.streams_client, self._stream_arn, 0.0):
            pass
        batches: dict[str, list[StreamRecord]] = {}
        for record in self._stream.waiting:
            batches.setdefault(self._shard_of(record), []).append(record)
        self._stream.waiting.clear()
        for shard_id, batch in batches.items():
            if self._chance.random() < _FELL_BACK_SHARE:
                self.fallen_back += shard_id in self._previous
                batch[:0] = self._previous.get(shard_id, [])
            self._roll_up(shard_id, batch)
            self._previous[shard_id] = batch

    def _roll_up(self, shard_id: str, batch: Sequence[StreamRecord]) -> None:
        self.invocations += 1
        answer = self._functions.roll_up(lambda_event(batch, shard_id, self._stream_arn))
        assert answer == {"state": {}, "batchItemFailures": []}

    def _shard_of(self, record: StreamRecord) -> str:
        """By partition key, as streams are sharded; one of the shards splits during the day."""
        place = crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode())
        shard_id = f"shardId-{place % 3:08d}"
        if place % 3 == 0 and self.clock.now >= self._shard_splits_at:
            shard_id += f"-{place // 3 % 2}"
        return shard_id


def seconds_past(moments: Iterable[int]) -> set[int]:
    """Five seconds past each of some minutes: when a schedule calls."""
    return {moment + 5_000 for moment in moments}
