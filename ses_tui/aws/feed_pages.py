"""Reading feed pages from their partitions, and decoding what was read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from recorder.model.columns import EventColumns
from recorder.model.event import Event
from recorder.model.garbage import collection_paused
from recorder.model.item import Item, is_expired
from recorder.model.keys import PAGES_END
from recorder.model.page import PageError, decode_page
from ses_tui.aws.table_client import TableReads
from ses_tui.core.source import Gap, GapReason

ITEMS_A_QUERY: Final = 200
"""Small items, read in one response; feed pages end it sooner, since DynamoDB stops at 1 MB."""
_DECODE_ASIDE_BYTES: Final = 32_000
"""Above this, decoding takes longer than handing it to a thread."""

Choose = Callable[[Iterable[EventColumns]], tuple[Event, ...]]
"""Goes through pages once. Each is decoded when it is asked for, and gone before the next one is:
memory that was just let go of is still in the processor's cache, and to fill new memory with all
pages of a response took half as long again."""


@dataclass(frozen=True, slots=True)
class DecodedPages:
    """What a number of pages say."""

    events: tuple[Event, ...] = ()
    heartbeat: int | None = None
    """The newest in any of them (ms)."""
    events_unreadable: int = 0
    unreadable: tuple[Gap, ...] = ()
    """When the events of the pages that could not be decoded were recorded, as their items say."""


async def query_all(table: TableReads, **arguments: Any) -> AsyncIterator[list[Item]]:
    """The items of a query, a response at a time, to the end of the partition."""
    async for answer in query_answers(table, **arguments):
        yield answer["Items"]


async def query_answers(table: TableReads, **arguments: Any) -> AsyncIterator[dict[str, Any]]:
    """As `query_all`, each response whole.

    After the first one no more items are asked for than one holds, with some to spare: AWS ends
    a response at 1 MB whatever the limit, but DynamoDB Local reads up to the limit before it
    counts bytes, which took it five times as long for 1,000 pages.
    """
    most = limit = arguments.pop("Limit", ITEMS_A_QUERY)
    while True:
        answer = await table.query(**arguments, Limit=limit)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        held = answer["ScannedCount"]
        limit = min(limit * 2 if held >= limit else held + held // 4 + 1, most)


async def query_ahead(table: TableReads, **arguments: Any) -> AsyncIterator[list[Item]]:
    """As `query_all`, and each response is asked for while the one before it is worked on.

    For those who read to the end: what was asked for is paid for.
    """
    responses = query_all(table, **arguments)

    async def following() -> list[Item] | None:
        return await anext(responses, None)

    ahead = asyncio.ensure_future(following())
    try:
        while (items := await ahead) is not None:
            ahead = asyncio.ensure_future(following())
            yield items
    finally:
        ahead.cancel()
        await asyncio.wait([ahead])
        if not ahead.cancelled():
            ahead.exception()


def newest_outlines(table: TableReads, partition: str) -> AsyncIterator[list[Item]]:
    """Keys and times of the pages of a partition, newest first, a response at a time."""
    return query_all(table, **newest_first(partition), ProjectionExpression="sk, lo, hi, hb")


def newest_first(partition: str) -> dict[str, Any]:
    """What asks for the pages of a partition, newest first."""
    return {
        "KeyConditionExpression": "pk = :partition AND sk < :end",
        "ExpressionAttributeValues": {":partition": {"S": partition}, ":end": {"S": PAGES_END}},
        "ScanIndexForward": False,
    }


def sort_key_of(item: Item) -> str:
    """The sort key of a page's item."""
    return str(item["sk"]["S"])


def size_of(item: Item) -> int:
    """Bytes of the page's body."""
    return len(body_of(item))


def event_count_of(item: Item) -> int:
    """How many events the item says the page holds; 1 where it does not say."""
    return number_of(item, "n", 1)


def heartbeat_of(item: Item) -> int | None:
    """The newest heartbeat (ms) that the item says the page holds."""
    return number_of(item, "hb", 0) or None


def last_event_of(item: Item) -> int | None:
    """When (ms) the last of the page's events was recorded, as the item says."""
    return number_of(item, "hi", 0) or None


def number_of(item: Item, attribute: str, default: int) -> int:
    """A whole number that an item holds, else `default`."""
    text = str(item.get(attribute, {}).get("N", ""))
    return int(text) if text.isdecimal() else default


def every_event(pages: Iterable[EventColumns]) -> tuple[Event, ...]:
    """All events of some pages, in order."""
    return tuple(chain.from_iterable(pages))


async def decode_items(
    items: Sequence[Item], now_ms: int, choose: Choose = every_event
) -> DecodedPages:
    """What `choose` makes events of, of all that is in the pages that have not expired.

    Many are decoded in a thread, and chosen from there, too. Never raises on what a page holds.
    """
    if sum(map(size_of, items)) > _DECODE_ASIDE_BYTES:
        return await asyncio.to_thread(_decode, items, now_ms, choose)
    return _decode(items, now_ms, choose)


def newest(*moments: int | None) -> int | None:
    """The latest of those that are known."""
    return max((moment for moment in moments if moment is not None), default=None)


def _decode(items: Sequence[Item], now_ms: int, choose: Choose) -> DecodedPages:
    heartbeat: int | None = None
    events_unreadable = 0
    unreadable: list[Gap] = []

    def pages() -> Iterator[EventColumns]:
        nonlocal heartbeat, events_unreadable
        for item in items:
            if is_expired(item, now_ms):
                continue
            heartbeat = newest(heartbeat, heartbeat_of(item))
            try:
                page = decode_page(body_of(item))
            except PageError:
                events_unreadable += max(1, event_count_of(item))
                unreadable.append(_gap_of(item))
            else:
                heartbeat = newest(heartbeat, *page.heartbeats)
                yield page.columns

    with collection_paused():
        events = choose(pages())
    return DecodedPages(events, heartbeat, events_unreadable, tuple(unreadable))


def _gap_of(item: Item) -> Gap:
    """What is missing with a page, by what its item says and else by when it was written."""
    first = number_of(item, "lo", number_of({"at": {"N": sort_key_of(item)[:13]}}, "at", 0))
    return Gap(first, number_of(item, "hi", first) + 1, GapReason.UNREADABLE)


def body_of(item: Item) -> bytes:
    """The page's body; empty where the item holds none."""
    body = item.get("z", {}).get("B", b"")
    return body if isinstance(body, bytes) else b""
