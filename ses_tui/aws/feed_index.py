"""Where the pages of a feed are: keys and what their items say, without their bodies."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.keys import CONFIGURATION_KEY, feed_partition, page_sort_range
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY, lanes_on, read_lanes
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_cursor import CLOCK_DIFFERENCE_MS, written_at
from ses_tui.aws.feed_pages import event_count_of, query_all, sort_key_of
from ses_tui.aws.feed_walk import Step, Walk, walk_together
from ses_tui.aws.recorded_days import LONGEST_SILENCE_DAYS, RecordedDays
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together

_DAYS_WITH_PAGES: Final = 31
"""A search for events looks into no more days than these, and then does with what there is."""
_DAYS_AT_ONCE: Final = 32
_KEYS_A_QUERY: Final = 1_000
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class PageOutlines:
    """Items of pages without body, in the order of the search, and whether it came to the end."""

    items: tuple[Item, ...]
    at_end: bool


class FeedIndex:
    """The partitions of every day, by the lanes that the day has."""

    def __init__(
        self, table: TableReads, lanes: Mapping[str, int], recorded: RecordedDays, now_ms: int
    ) -> None:
        self._table = table
        self._lanes = lanes
        self.recorded = recorded
        """On which days there may be anything."""
        self.end = now_ms + CLOCK_DIFFERENCE_MS
        """No page has been written later than this (ms), whatever the clocks."""

    @classmethod
    async def read(cls, table: TableReads, now_ms: int) -> "FeedIndex":
        """The index with lanes and days as they are now. Raises `SesTuiError`."""
        answer = await table.get_item(
            Key={"pk": {"S": CONFIGURATION_KEY}, "sk": {"S": FEED_CONFIGURATION_SORT_KEY}}
        )
        recorded = await RecordedDays.read(table, now_ms)
        return cls(table, read_lanes(answer.get("Item")), recorded, now_ms)

    def partitions(self, first: int, last: int) -> list[str]:
        """Every partition that has pages written within two times (ms), both included."""
        days = range(max(first, 0) // _DAY_MS, min(last, self.end) // _DAY_MS + 1)
        return [partition for day in days for partition in self._partitions_of(day)]

    def partitions_with_events(self, first: int, last: int) -> list[str]:
        """As `partitions`, but for days that can have no page with events."""
        days = self.recorded.of_pages(max(first, 0) // _DAY_MS, min(last, self.end) // _DAY_MS)
        return [partition for day in days for partition in self._partitions_of(day)]

    async def newest_before(
        self, before: int, wanted: int, most_days: int | None = None
    ) -> PageOutlines:
        """The newest pages written before `before` (ms), until they hold `wanted` events.

        With `most_days`, no more of the days on which there may be any are looked into.
        """
        last = min(before, self.end) // _DAY_MS
        first = last - LONGEST_SILENCE_DAYS + 1 if self.recorded.named is None else 0
        days = self.recorded.of_pages(first, last)[::-1][:most_days]
        return await self._search(days, 0, min(before, self.end) - 1, wanted, forward=False)

    async def oldest_from(self, since: int, until: int, wanted: int) -> PageOutlines:
        """The oldest pages written in [`since`, `until`) (ms), until they hold `wanted` events."""
        until = min(until, self.end)
        days = self.recorded.of_pages(max(since, 0) // _DAY_MS, until // _DAY_MS)
        return await self._search(days, since, until - 1, wanted, forward=True)

    async def next_written(self, after: int, until: int) -> int | None:
        """When (ms) the next page behind `after` was written, if one was up to `until`."""
        sort_range = page_sort_range(after + 1, min(until, self.end))
        found = await together(
            self._first(partition, sort_range) for partition in self.partitions(after, until)
        )
        return min((written_at(sort_key) for sort_key in found if sort_key), default=None)

    async def _search(
        self, days: Sequence[int], first: int, last: int, wanted: int, *, forward: bool
    ) -> PageOutlines:
        items: list[Item] = []
        events = 0
        for _ in range(_DAYS_WITH_PAGES):
            day = await self._first_with_pages(days, page_sort_range(first, last))
            if day is None:
                return PageOutlines(tuple(items), at_end=True)
            walked = await walk_together(
                [
                    Walk(self._outlines(partition, page_sort_range(first, last), forward))
                    for partition in self._partitions_of(day)
                ],
                wanted - events,
                forward=forward,
            )
            days = days[days.index(day) + 1 :]
            found = [item for lane in walked.by_lane for item in lane]
            for item in sorted(found, key=sort_key_of, reverse=not forward):
                if events >= wanted:
                    return PageOutlines(tuple(items), at_end=False)
                items.append(item)
                events += event_count_of(item)
            if walked.reached is not None or (events >= wanted and days):
                return PageOutlines(tuple(items), at_end=False)
        return PageOutlines(tuple(items), at_end=False)

    async def _first_with_pages(
        self, days: Sequence[int], sort_range: tuple[str, str]
    ) -> int | None:
        """The first of `days` that has any; looks at ever more of them at once."""
        at_once = 1
        while days:
            probed, days = days[:at_once], days[at_once:]
            found = await together(self._has_pages(day, sort_range) for day in probed)
            for day, has_pages in zip(probed, found, strict=True):
                if has_pages:
                    return day
            at_once = min(at_once * 2, _DAYS_AT_ONCE)
        return None

    async def _has_pages(self, day: int, sort_range: tuple[str, str]) -> bool:
        return any(await together(self._first(one, sort_range) for one in self._partitions_of(day)))

    async def _first(self, partition: str, sort_range: tuple[str, str]) -> str | None:
        """The first sort key of a partition within bounds."""
        answer = await self._table.query(**_outline_query(partition, sort_range), Limit=1)
        return next(map(sort_key_of, answer["Items"]), None)

    async def _outlines(
        self, partition: str, sort_range: tuple[str, str], forward: bool
    ) -> AsyncIterator[Step]:
        responses = query_all(
            self._table,
            **_outline_query(partition, sort_range),
            ScanIndexForward=forward,
            Limit=_KEYS_A_QUERY,
        )
        async for items in responses:
            if items:
                yield Step(items, sort_key_of(items[-1]))

    def _partitions_of(self, day: int) -> list[str]:
        name = day_of(day * _DAY_MS)
        return [feed_partition(name, lane) for lane in range(lanes_on(self._lanes, name))]


def written_in(items: Iterable[Item]) -> Iterator[int]:
    """When each of the pages was written (ms)."""
    return map(written_at, map(sort_key_of, items))


def _outline_query(partition: str, sort_range: tuple[str, str]) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :partition AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": {
            ":partition": {"S": partition},
            ":first": {"S": sort_range[0]},
            ":last": {"S": sort_range[1]},
        },
        "ProjectionExpression": "pk, sk, lo, hi, n",
    }
