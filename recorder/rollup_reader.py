"""Reads rollup rows and summaries as they are at this moment."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from recorder.dynamodb import DynamoDBClient
from recorder.model.item import Item
from recorder.model.keys import (
    folded_key,
    rollup_partitions,
    rollup_sort_range,
    summary_family,
    summary_partition,
)
from recorder.model.rollup import Family, counters_in, keep_largest
from recorder.model.rollup_row import MergedRows, RollupRow, merge_rows, read_rollup_row
from recorder.model.summary import FoldProgress, read_fold_progress
from recorder.model.timestamps import minute_of
from recorder.query import query_items
from recorder.retry import Deadline, Retrier
from recorder.worker_pool import WorkerPool


class RollupReader:
    """Reads one table, an hour's eight partitions at a time."""

    def __init__(
        self, client: DynamoDBClient, table_name: str, retrier: Retrier, pool: WorkerPool
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._retrier = retrier
        self._pool = pool

    def rows(self, first_minute: int, last_minute: int, deadline: Deadline) -> list[RollupRow]:
        """Every shard's rows of some minutes (starts in ms, the last included) of one UTC hour."""
        first, last = rollup_sort_range(first_minute, last_minute)

        def rows_of(partition: str) -> list[RollupRow]:
            return [
                read_rollup_row(item)
                for item in self._query(
                    deadline,
                    KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
                    ExpressionAttributeValues={
                        ":pk": {"S": partition},
                        ":first": {"S": first},
                        ":last": {"S": last},
                    },
                )
            ]

        partitions = rollup_partitions(first_minute, tuple(Family))
        return [row for rows in self._pool.run(rows_of, partitions) for row in rows]

    def merged(self, first_minute: int, last_minute: int, deadline: Deadline) -> MergedRows:
        """The counters of some minutes of one UTC hour, summed over shards, repaired rows first."""
        return merge_rows(self.rows(first_minute, last_minute, deadline))

    def hour_from_minutes(self, hour: int, deadline: Deadline) -> dict[str, Counter[str]]:
        """The counters by family of a UTC hour (start in ms), from its minutes' summaries."""
        partition = summary_partition(minute_of(hour)[:10])
        sums: dict[str, Counter[str]] = {}
        for item in self._query(
            deadline,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        ):
            family = summary_family(item["sk"]["S"])
            sums.setdefault(family, Counter()).update(counters_in(item))
        return {family: keep_largest(counters) for family, counters in sums.items()}

    def progress(self, deadline: Deadline) -> FoldProgress | None:
        """How far summaries reach; `None` where there are none."""
        answer = self._retrier.call(
            lambda: self._client.get_item(
                TableName=self._table_name, Key=folded_key(), ConsistentRead=True
            ),
            deadline,
        )
        return read_fold_progress(answer.get("Item"))

    def _query(self, deadline: Deadline, **arguments: Any) -> Iterator[Item]:
        return query_items(
            self._client, self._retrier, deadline, TableName=self._table_name, **arguments
        )
