"""A table of feed pages in memory, for what has to be replayed by the thousand."""

import asyncio
import re
from bisect import insort
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from recorder.model.event import Event
from recorder.model.keys import feed_partition, page_sort_key
from recorder.model.page import encode_page
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_history import PAGES_WITH_EVENTS
from ses_tui.core.errors import TableError
from tests.events import FrozenClock

_BOUNDS = re.compile(r"sk > (:\w+)|sk BETWEEN (:\w+) AND (:\w+)")
_RECORDED_WITHIN = "attribute_not_exists(lo) OR (lo < :until AND hi >= :since)"


class FakeTable:
    """Answers the queries of feed readers. An item is seen from its time on, and not before.

    `fails` is asked with the number of each call; `gate` holds calls up while it is shut.
    """

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self._numbers = count()
        self._partitions: dict[str, list[tuple[str, int, dict[str, Any]]]] = {}
        self.fails: Callable[[int], bool] = lambda _: False
        self.gate = asyncio.Event()
        self.gate.set()
        self.most_items = 1_000
        """In one answer, as DynamoDB ends one at a megabyte."""
        self.calls = 0
        self.items_given = 0
        self.closed = False

    def put_page(
        self,
        events: Sequence[Event],
        *,
        at: int,
        seen_from: int = 0,
        lane: int = 0,
        shard: str = "shardId-1",
        body: bytes | None = None,
        **attributes: Any,
    ) -> None:
        times = [event.recorded_at for event in events] or [at]
        key = page_sort_key(at, shard, f"{next(self._numbers):021d}")
        partition = feed_partition(day_of(at), lane)
        item: dict[str, Any] = {
            "z": {"B": encode_page(events) if body is None else body},
            "n": {"N": str(len(events))},
            "lo": {"N": str(min(times))},
            "hi": {"N": str(max(times))},
        }
        self.put(partition, key, seen_from=seen_from, **(item | attributes))

    def put(self, partition: str, sort_key: str, *, seen_from: int = 0, **attributes: Any) -> None:
        item = {"pk": {"S": partition}, "sk": {"S": sort_key}, **attributes}
        insort(self._partitions.setdefault(partition, []), (sort_key, seen_from, item))

    async def query(self, **arguments: Any) -> dict[str, Any]:
        await self._begin()
        values: dict[str, dict[str, str]] = arguments["ExpressionAttributeValues"]
        # Of messages there is nothing here but what pages tell.
        items = self._seen(values[":partition"]["S"]) if ":partition" in values else []
        if not arguments.get("ScanIndexForward", True):
            items.reverse()
        if bounds := _BOUNDS.search(arguments["KeyConditionExpression"]):
            low = values[bounds[1] or bounds[2]]["S"]
            high = values[bounds[3]]["S"] if bounds[3] else "\U0010ffff"
            items = [
                i for i in items if (low < i["sk"]["S"]) or (bounds[2] and low == i["sk"]["S"])
            ]
            items = [i for i in items if i["sk"]["S"] <= high]
        if start := arguments.get("ExclusiveStartKey"):
            keys = [item["sk"]["S"] for item in items]
            items = items[keys.index(start["sk"]["S"]) + 1 :]
        limit = min(arguments.get("Limit", 1_000), self.most_items)
        answer: dict[str, Any] = {"ScannedCount": len(items[:limit])}
        if len(items) > limit:
            last = items[limit - 1]
            answer["LastEvaluatedKey"] = {"pk": last["pk"], "sk": last["sk"]}
        items = items[:limit]
        if arguments.get("FilterExpression") == PAGES_WITH_EVENTS:
            items = [i for i in items if "n" not in i or int(i["n"]["N"]) > 0]
        elif "FilterExpression" in arguments:
            assert arguments["FilterExpression"] == _RECORDED_WITHIN
            since, until = int(values[":since"]["N"]), int(values[":until"]["N"])
            items = [
                i
                for i in items
                if "lo" not in i or (int(i["lo"]["N"]) < until and int(i["hi"]["N"]) >= since)
            ]
        self.items_given += len(items)
        return answer | {"Items": items}

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        await self._begin()
        key = arguments["Key"]
        found = [i for i in self._seen(key["pk"]["S"]) if i["sk"] == key["sk"]]
        return {"Item": found[0]} if found else {}

    async def close(self) -> None:
        self.closed = True

    async def _begin(self) -> None:
        self.calls += 1
        number = self.calls
        await self.gate.wait()
        if self.fails(number):
            raise TableError("the line went dead")

    def _seen(self, partition: str) -> list[dict[str, Any]]:
        return [
            item
            for _, seen_from, item in self._partitions.get(partition, ())
            if seen_from <= self._clock.now
        ]
