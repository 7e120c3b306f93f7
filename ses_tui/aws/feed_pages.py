"""Reading feed pages from their partitions, and decoding what was read."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.event import Event
from recorder.model.item import Item, is_expired
from recorder.model.page import Page, PageError, decode_page
from ses_tui.aws.table_client import TableReads

_ITEMS_A_QUERY: Final = 200
"""Parsing a response holds up the event loop; 200 small items take it a few milliseconds."""
_DECODE_ASIDE_BYTES: Final = 32_000
"""Above this, decoding takes longer than handing it to a thread."""


@dataclass(frozen=True, slots=True)
class DecodedPages:
    """What a number of pages say."""

    events: tuple[Event, ...] = ()
    heartbeat: int | None = None
    """The newest in any of them (ms)."""
    events_unreadable: int = 0


async def query_all(table: TableReads, **arguments: Any) -> AsyncIterator[list[Item]]:
    """The items of a query, a response at a time, to the end of the partition."""
    arguments.setdefault("Limit", _ITEMS_A_QUERY)
    while True:
        answer = await table.query(**arguments)
        yield answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def pages_after(table: TableReads, partition: str, sort_key: str) -> AsyncIterator[list[Item]]:
    """Pages with greater sort keys, oldest first, a response at a time."""
    return query_all(
        table,
        KeyConditionExpression="pk = :partition AND sk > :after",
        ExpressionAttributeValues={":partition": {"S": partition}, ":after": {"S": sort_key}},
    )


def newest_pages(
    table: TableReads, partition: str, *, keys_only: bool = False
) -> AsyncIterator[list[Item]]:
    """Pages of a partition, newest first, a response at a time; or no more than their keys."""
    arguments: dict[str, Any] = {"ProjectionExpression": "sk, hb"} if keys_only else {}
    return query_all(
        table,
        KeyConditionExpression="pk = :partition",
        ExpressionAttributeValues={":partition": {"S": partition}},
        ScanIndexForward=False,
        **arguments,
    )


def sort_key_of(item: Item) -> str:
    """The sort key of a page's item."""
    return str(item["sk"]["S"])


def size_of(item: Item) -> int:
    """Bytes of the page's body."""
    return len(_body_of(item))


def event_count_of(item: Item) -> int:
    """How many events the item says the page holds; 1 where it does not say."""
    return number_of(item, "n", 1)


def heartbeat_of(item: Item) -> int | None:
    """The newest heartbeat (ms) that the item says the page holds."""
    return number_of(item, "hb", 0) or None


def number_of(item: Item, attribute: str, default: int) -> int:
    """A whole number that an item holds, else `default`."""
    text = str(item.get(attribute, {}).get("N", ""))
    return int(text) if text.isdecimal() else default


async def decode_items(items: Sequence[Item], now_ms: int) -> DecodedPages:
    """Everything in the pages that have not expired. Never raises on what a page holds."""
    if sum(map(size_of, items)) > _DECODE_ASIDE_BYTES:
        return await asyncio.to_thread(_decode, items, now_ms)
    return _decode(items, now_ms)


def newest(*moments: int | None) -> int | None:
    """The latest of those that are known."""
    return max((moment for moment in moments if moment is not None), default=None)


def _decode(items: Sequence[Item], now_ms: int) -> DecodedPages:
    events: list[Event] = []
    heartbeat: int | None = None
    unreadable = 0
    for item in items:
        if is_expired(item, now_ms):
            continue
        heartbeat = newest(heartbeat, heartbeat_of(item))
        try:
            page = _readable(decode_page(_body_of(item)))
        except PageError:
            unreadable += max(1, event_count_of(item))
        else:
            events += page.events
            heartbeat = newest(heartbeat, *page.heartbeats)
    return DecodedPages(tuple(events), heartbeat, unreadable)


def _readable(page: Page) -> Page:
    """`page`, if its events can be told apart and put in order. Raises `PageError`."""
    for event in page.events:
        if type(event.recorded_at) is not int or type(event.event_id) is not str:
            raise PageError("feed page holds an event without id or time")
    if not all(type(heartbeat) is int for heartbeat in page.heartbeats):
        raise PageError("feed page holds a heartbeat without time")
    return page


def _body_of(item: Item) -> bytes:
    body = item.get("z", {}).get("B", b"")
    return body if isinstance(body, bytes) else b""
