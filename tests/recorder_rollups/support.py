"""Writers and summarisers on a frozen clock, and short ways to what a table holds."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import (
    REPAIRED_SHARD,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
    rate_partition,
    rollup_keys,
)
from recorder.model.rollup import HOUR_MS, MINUTE_MS, counters_in
from recorder.retry import Deadline, Retrier
from recorder.rollup_reader import RollupReader
from recorder.rollup_writer import CountedRecord, RollupResult, RollupWriter
from recorder.summaries import FoldReport, Summariser
from recorder.worker_pool import WorkerPool
from tests.events import FrozenClock

SHARD = "shardId-00000001"


class Recorder:
    """One process of each function, over one table and clock."""

    def __init__(
        self, client: Any, clock: FrozenClock, *, table_name: str = "ses-events", workers: int = 1
    ) -> None:
        self.client = client
        self.clock = clock
        self.table_name = table_name
        retrier = Retrier(lambda _: None, lambda: 0.0)
        pool = WorkerPool(workers)
        self.writer = RollupWriter(client, table_name, clock, retrier, pool)
        self.summariser = Summariser(client, table_name, clock, retrier, pool)
        self.reader = RollupReader(client, table_name, retrier, pool)

    def write(self, records: Iterable[CountedRecord], shard_id: str = SHARD) -> RollupResult:
        return self.writer.write(shard_id, list(records), Deadline(self.clock))

    def fold(self) -> FoldReport:
        return self.summariser.fold(Deadline(self.clock))

    def item(self, key: tuple[str, str]) -> Item | None:
        answer = self.client.get_item(
            TableName=self.table_name,
            Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            ConsistentRead=True,
        )
        found: Item | None = answer.get("Item")
        return found

    def row(self, minute: int, family: str, shard_id: str = SHARD) -> Counter[str]:
        return counters_in(self.item(rollup_keys(minute, family, shard_id)) or {})

    def minute(self, minute: int, family: str) -> Counter[str] | None:
        item = self.item(minute_summary_keys(minute, family))
        return None if item is None else counters_in(item)

    def hour(self, hour: int, family: str) -> Counter[str] | None:
        item = self.item(hour_summary_keys(hour, family))
        return None if item is None else counters_in(item)

    def repair(self, minute: int, family: str, **counters: int) -> None:
        """Put a repaired row; counters are named by their code, with an empty name."""
        partition_key, sort_key = rollup_keys(minute, family, REPAIRED_SHARD)
        item = {"pk": {"S": partition_key}, "sk": {"S": sort_key}}
        item |= {f"{code}|": {"N": str(number)} for code, number in counters.items()}
        self.client.put_item(TableName=self.table_name, Item=item)

    def begin_folding(self, hour: int) -> None:
        """As if every hour before `hour` (its start in ms) had been summarised and held nothing.

        Going through three empty days takes a thousand requests.
        """
        minute, hour_before = hour - MINUTE_MS, hour - HOUR_MS
        times = {"r": 0, "s": hour, "m": minute, "t": minute, "h": hour_before, "g": hour_before}
        self.client.put_item(
            TableName=self.table_name,
            Item=folded_key() | {name: {"N": str(time)} for name, time in times.items()},
        )

    def begin_rates(self, since: int | None) -> None:
        """As if rate counters had been made from a time (ms) on; `None`: never."""
        self.client.update_item(
            TableName=self.table_name,
            Key=folded_key(),
            **(
                {"UpdateExpression": "REMOVE r"}
                if since is None
                else {
                    "UpdateExpression": "SET r = :since",
                    "ExpressionAttributeValues": {":since": {"N": str(since)}},
                }
            ),
        )

    def forget_rates(self) -> None:
        """Take all rate counters away."""
        for page in self.client.get_paginator("scan").paginate(
            TableName=self.table_name,
            FilterExpression="begins_with(pk, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": rate_partition("")}},
        ):
            for item in page["Items"]:
                self.client.delete_item(
                    TableName=self.table_name, Key={"pk": item["pk"], "sk": item["sk"]}
                )


def numbered(events: Iterable[Event], first: int = 100) -> list[CountedRecord]:
    """Records with rising sequence numbers."""
    return [CountedRecord(str(first + number), event) for number, event in enumerate(events)]
