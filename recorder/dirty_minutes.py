"""Marks on minutes whose rollup rows changed late, so that their summaries are made again.

A mark is put after the rows it stands for are written, and again by every retry of that batch: who
reads a mark and then the rows finds all of them. Each has a version that no other has, and is only
taken away by that version, so a mark put in the meantime stays.
"""

from dataclasses import dataclass
from uuid import uuid4

from recorder.dynamodb import DynamoDBClient
from recorder.model.keys import (
    CONFIGURATION_KEY,
    DIRTY_MINUTE_PREFIX,
    dirty_minute_of,
    dirty_minute_sort_key,
)
from recorder.model.rollup import MINUTE_ROW_DAYS
from recorder.query import query_items
from recorder.retry import Deadline, Retrier, failure_of

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class DirtyMinute:
    """A minute (its start in ms) to be summarised again, and the version of the mark on it."""

    minute: int
    version: str


class DirtyMinutes:
    """The marks of one table."""

    def __init__(self, client: DynamoDBClient, table_name: str, retrier: Retrier) -> None:
        self._client = client
        self._table_name = table_name
        self._retrier = retrier

    def mark(self, minute: int, deadline: Deadline) -> None:
        """Mark a minute; the mark goes with the rows, which live as many days."""
        item = {
            **_key(minute),
            "v": {"S": uuid4().hex},
            "x": {"N": str(minute // 1000 + MINUTE_ROW_DAYS * _SECONDS_A_DAY)},
        }
        self._retrier.call(
            lambda: self._client.put_item(TableName=self._table_name, Item=item), deadline
        )

    def read(self, deadline: Deadline) -> list[DirtyMinute]:
        """All marks, the oldest first."""
        items = query_items(
            self._client,
            self._retrier,
            deadline,
            TableName=self._table_name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": CONFIGURATION_KEY},
                ":prefix": {"S": DIRTY_MINUTE_PREFIX},
            },
        )
        return [DirtyMinute(dirty_minute_of(item["sk"]["S"]), item["v"]["S"]) for item in items]

    def clear(self, dirty: DirtyMinute, deadline: Deadline) -> None:
        """Take a mark away, unless another was put since it was read."""
        try:
            self._retrier.call(
                lambda: self._client.delete_item(
                    TableName=self._table_name,
                    Key=_key(dirty.minute),
                    ConditionExpression="v = :seen",
                    ExpressionAttributeValues={":seen": {"S": dirty.version}},
                ),
                deadline,
            )
        except Exception as error:
            if failure_of(error).code != "ConditionalCheckFailedException":
                raise


def _key(minute: int) -> dict[str, dict[str, str]]:
    return {"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": dirty_minute_sort_key(minute)}}
