"""Reading a stretch of one lane from its newest page back, no more of it than is wanted at once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.keys import LAST_RECORDED_SORT_KEY, feed_partition
from ses_tui.aws.feed_cursor import CLOCK_DIFFERENCE_MS, Hole, days_between, written_at
from ses_tui.aws.feed_pages import newest, number_of, query_ahead, size_of, sort_key_of
from ses_tui.aws.table_client import TableReads

_BYTES_OF_AN_ITEM: Final = 1_000
"""What an item counts for beside its body, so that many small pages are no endless read either."""


@dataclass(frozen=True, slots=True)
class LaneRead:
    """The pages that were read, and the stretch that was left for later."""

    items: tuple[Item, ...]
    """Newest first; none that was known."""
    left: Hole | None = None
    last_recorded: int | None = None
    """When (ms) an event was last recorded, as the item behind the newest page says."""


async def read_back(
    table: TableReads,
    lane: int,
    stretch: Hole,
    *,
    knows: Callable[[str], bool],
    now_ms: int,
    most_bytes: float,
) -> LaneRead:
    """Pages of a stretch, newest first, about `most_bytes` of what is not known yet.

    Raises `SesTuiError`.
    """
    items: list[Item] = []
    size = 0
    last_recorded: int | None = None
    until = written_at(stretch.before) or now_ms + CLOCK_DIFFERENCE_MS
    for day in reversed([*days_between(written_at(stretch.after), until)]):
        async for response in _pages(table, feed_partition(day, lane), stretch):
            if sort_key_of(response[0]) == LAST_RECORDED_SORT_KEY:
                last_recorded = newest(last_recorded, number_of(response.pop(0), "r", 0))
            fresh = [item for item in response if not knows(sort_key_of(item))]
            items += fresh
            size += sum(size_of(item) + _BYTES_OF_AN_ITEM for item in fresh)
            if size > most_bytes:
                left = Hole(stretch.after, sort_key_of(response[-1]))
                return LaneRead(tuple(items), left, last_recorded)
    return LaneRead(tuple(items), None, last_recorded)


async def _pages(table: TableReads, partition: str, stretch: Hole) -> AsyncIterator[list[Item]]:
    condition, values = "sk > :after", {":after": {"S": stretch.after}}
    if stretch.before:
        condition, values[":before"] = "sk BETWEEN :after AND :before", {"S": stretch.before}
    arguments: dict[str, Any] = {
        "KeyConditionExpression": f"pk = :partition AND {condition}",
        "ExpressionAttributeValues": {":partition": {"S": partition}, **values},
        "ScanIndexForward": False,
    }
    async for items in query_ahead(table, **arguments):
        # BETWEEN includes its ends, which a stretch does not.
        inside = [i for i in items if sort_key_of(i) not in (stretch.after, stretch.before)]
        if inside:
            yield inside
