"""How fast feed pages are read from DynamoDB Local, in three ways, for `benchmarks.rollups`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from benchmarks.figure import Figure
from benchmarks.recorder import in_batches
from benchmarks.samples import SHARD
from recorder.model.columns import EventColumns
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import feed_partition, page_sort_key
from recorder.model.page import PAGE_VERSION, encode_page
from recorder.model.rollup import HOUR_MS
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_pages import decode_items, query_ahead
from ses_tui.aws.search.page_contents import PageExaminer
from ses_tui.aws.table_client import TableClient
from ses_tui.core.query import Query

ISSUE: Final = 4
PAGE_EVENTS: Final = 125
PAGES: Final = 240
_TURNS_A_ROUND: Final = 3
"""Of a tenth of a second each, so that a turn in which something else ran is not the median."""
_PROBLEMS: Final = "-type:send -type:delivery -type:open -type:click"
"""Of events no text is wanted, so that none is passed over unread; one in thirteen passes."""

Look = Callable[[Sequence[Item], int], Awaitable[int]]
"""Decodes some pages as of a moment (ms), and says how many events there were."""


def page_items(events: Sequence[Event], now: int) -> list[Item]:
    """`PAGES` pages of `PAGE_EVENTS` events each, of the hour before `now` (ms)."""
    pages = [encode_page(chunk) for chunk in in_batches(events, PAGE_EVENTS)]
    partition = feed_partition(day_of(now), 0)
    return [
        {
            "pk": {"S": partition},
            "sk": {"S": page_sort_key(now - HOUR_MS + number, SHARD, str(10**20 + number))},
            "v": {"N": str(PAGE_VERSION)},
            "n": {"N": str(PAGE_EVENTS)},
            "z": {"B": pages[number % len(pages)]},
        }
        for number in range(PAGES)
    ]


async def read_pages(table: TableClient, now: int, look: Look) -> float:
    """Seconds of reading every page; `look` decodes some and says how many events there were."""
    started = time.perf_counter()
    found = 0
    async for items in query_ahead(
        table,
        KeyConditionExpression="pk = :partition",
        ExpressionAttributeValues={":partition": {"S": feed_partition(day_of(now), 0)}},
    ):
        found += await look(items, now)
    if found != PAGES * PAGE_EVENTS:
        raise RuntimeError(f"{found:,} events came back")
    return time.perf_counter() - started


async def decode_pages(items: Sequence[Item], now: int) -> int:
    """Decodes pages and makes none of them an event."""
    found = 0

    def count(pages: Iterable[EventColumns]) -> tuple[Event, ...]:
        nonlocal found
        found = sum(map(len, pages))
        return ()

    await decode_items(items, now, count)
    return found


async def search_pages(items: Sequence[Item], now: int) -> int:
    """As a search decodes pages: every event is judged, and what passes is made an event."""
    examiner = PageExaminer(Query.parse(_PROBLEMS), now)
    examined = await asyncio.to_thread(examiner.examine, items)
    return examined.count if examined.events else 0


async def follow_pages(items: Sequence[Item], now: int) -> int:
    """As the tail decodes pages, which makes every one an event."""
    return len((await decode_items(items, now)).events)


_LOOKS: Final = (
    ("pages read and decoded", decode_pages, 250_000.0, "into columns, which are searched"),
    ("pages read and searched", search_pages, None, f"for {_PROBLEMS}"),
    ("pages read, and all events made", follow_pages, None, "as the tail does"),
)
"""Taken in turns: the engine answers in half the time once it has given some hundred large answers,
and what came first would pay for that."""


async def page_figures(table: TableClient, now: int, warm_ups: int, rounds: int) -> list[Figure]:
    """How fast pages are read that were loaded; every look is taken once a turn."""
    for _ in range(warm_ups):
        for _, look, _, _ in _LOOKS:
            await read_pages(table, now, look)
    turns = [
        [await read_pages(table, now, look) for _, look, _, _ in _LOOKS]
        for _ in range(rounds * _TURNS_A_ROUND)
    ]
    figures = []
    for (name, _, asked, note), times in zip(_LOOKS, zip(*turns, strict=True), strict=True):
        rates = tuple(PAGES * PAGE_EVENTS / one for one in times)
        figures.append(Figure(ISSUE, name, "events/s", rates, at_least=asked, note=note))
    return figures
