"""Feed pages written by hand, and a table that fails when it is told to."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from recorder.model.event import Event
from recorder.model.item import Item, to_item
from recorder.model.keys import (
    feed_partition,
    heartbeat_key,
    last_recorded_key,
    message_key,
    page_sort_key,
)
from recorder.model.page import PAGE_VERSION, encode_page
from recorder.model.timestamps import day_of
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.table_client import TableClient, TableReads
from ses_tui.core.errors import TableError
from tests.engine import TestTable

_sequence_numbers = count(1)


def options_of(table: TestTable, **changes: Any) -> ConnectionOptions:
    """How ses-tui reaches a test's table."""
    values: dict[str, Any] = {
        "table": table.name,
        "endpoint_url": table.endpoint_url,
        "region": table.credentials["region_name"],
        "access_key": table.credentials["aws_access_key_id"],
        "secret_key": table.credentials["aws_secret_access_key"],
    }
    return ConnectionOptions(**(values | changes))


def write_page(
    table: TestTable,
    events: Sequence[Event],
    *,
    at: int,
    lane: int = 0,
    shard: str = "shardId-1",
    body: bytes | None = None,
    heartbeats: Sequence[int] = (),
    **attributes: Any,
) -> None:
    """One page with the time of writing `at`, whenever the call is made."""
    item = {
        "pk": {"S": feed_partition(day_of(at), lane)},
        "sk": {"S": page_sort_key(at, shard, f"{next(_sequence_numbers):021d}")},
        "z": {"B": encode_page(events, heartbeats) if body is None else body},
        "n": {"N": str(len(events))},
        "v": {"N": str(PAGE_VERSION)},
    }
    if events:
        times = [event.recorded_at or at for event in events]
        item |= {"lo": {"N": str(min(times))}, "hi": {"N": str(max(times))}}
    item |= attributes
    if heartbeats:
        item["hb"] = {"N": str(max(heartbeats))}
    table.client.put_item(TableName=table.name, Item=item)


def put_items(table: TestTable, events: Sequence[Event]) -> None:
    """The items of events, as the recorder stores them, by which they come into the stream."""
    for start in range(0, len(events), 25):
        requests = [
            {
                "PutRequest": {
                    "Item": to_item(
                        event,
                        partition_key=message_key(event.message_id or ""),
                        expires_at=None,
                    )
                }
            }
            for event in events[start : start + 25]
        ]
        table.client.batch_write_item(RequestItems={table.name: requests})


def write_heartbeat(table: TestTable, at: int) -> None:
    """The heartbeat item of the minute of `at`, as the recorder writes it."""
    item = {"pk": {"S": heartbeat_key(at)}, "sk": {"S": "0"}, "r": {"N": str(at)}}
    table.client.put_item(TableName=table.name, Item=item)


def write_last_recorded(table: TestTable, at: int) -> None:
    """What the recorder says once it has recorded an event at that time (ms)."""
    item = {**last_recorded_key(at), "r": {"N": str(at)}}
    table.client.put_item(TableName=table.name, Item=item)


def set_lanes(table: TestTable, **lanes_by_day: int) -> None:
    """The configuration item; days as `d20261123=4`."""
    table.client.put_item(
        TableName=table.name,
        Item={
            "pk": {"S": "C#"},
            "sk": {"S": "feed"},
            "l": {"M": {day[1:]: {"N": str(lanes)} for day, lanes in lanes_by_day.items()}},
        },
    )


class FlakyTable:
    """Passes calls on, counts them, and fails those that `fails` picks by their number."""

    def __init__(self, table: TableReads, fails: Callable[[int], bool] = lambda _: False) -> None:
        self._table = table
        self.fails = fails
        self.calls = 0
        self.items_looked_at = 0

    async def query(self, **arguments: Any) -> dict[str, Any]:
        answer = await self._count(self._table.query, arguments)
        self.items_looked_at += answer["ScannedCount"]
        return answer

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        return await self._count(self._table.get_item, arguments)

    async def batch_get_items(self, keys: Sequence[Item], **arguments: Any) -> dict[str, Any]:
        assert isinstance(self._table, TableClient)
        return await self._count(self._table.batch_get_items, {"keys": keys, **arguments})

    async def close(self) -> None:
        await self._table.close()

    async def _count(self, call: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls += 1
        number = self.calls
        answer: dict[str, Any] = await call(**arguments)
        if self.fails(number):
            raise TableError("the line went dead")
        return answer
