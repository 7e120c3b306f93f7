"""Events of any kind out of feed pages, the newest first.

A page is filed under the time at which it was written. So an event is in a page that was written
no more than `EARLY_MS` before it was recorded, and mostly soon after; what late pages there are
behind the range is found as `ses_tui.aws.event_history` says.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.keys import page_sort_range
from ses_tui.aws.event_history import EARLY_MS, LATE_MS, LATEST_MS
from ses_tui.aws.feed_cursor import written_at
from ses_tui.aws.feed_index import FeedIndex
from ses_tui.aws.feed_pages import query_ahead, query_answers, size_of, sort_key_of
from ses_tui.aws.recorded_days import LONGEST_SILENCE_DAYS
from ses_tui.aws.search.candidates import Candidates
from ses_tui.aws.search.found import Found
from ses_tui.aws.search.page_contents import Examined, PageExaminer
from ses_tui.aws.search.page_judge import PageJudge
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.search.plan import DAY_MS, SearchPlan
from ses_tui.core.search.progress import NewestEvents

_PAGES_A_QUERY: Final = 1_000
_DAYS_AT_ONCE: Final = 32
_EXAMINE_ASIDE_BYTES: Final = 16_000
"""Above this, examining takes longer than handing it to a thread."""


class PageWay:
    """Reads the pages of a plan's range."""

    def __init__(
        self,
        table: TableReads,
        candidates: Candidates,
        plan: SearchPlan,
        newest: NewestEvents,
        now_ms: int,
    ) -> None:
        self._table = table
        self._plan = plan
        self._newest = newest
        self._now_ms = now_ms
        self._judge = PageJudge(candidates, plan, newest, now_ms)
        self._examiner = PageExaminer(plan.query, now_ms, self._judge.outcomes)

    async def read(self) -> AsyncGenerator[Found, None]:
        """Pages, a response at a time. Raises `SesTuiError`.

        Where days are not named and there is no bound, the beginning is where for
        `LONGEST_SILENCE_DAYS` there is no page.
        """
        index = await FeedIndex.read(self._table, self._now_ms)
        await self._judge.begin(self._table)
        async with aclosing(self._pages(index)) as pages:
            async for found in pages:
                yield found
        async for found in self._judge.end():
            yield found

    async def _pages(self, index: FeedIndex) -> AsyncGenerator[Found, None]:
        async for found in self._late_pages(index):
            yield found
        last = min(self._judge.until, index.end)
        first = max(self._judge.since - EARLY_MS, 0)
        days = index.recorded.of_pages(first // DAY_MS, last // DAY_MS)[::-1]
        bounded = self._plan.since > 0 or index.recorded.named is not None
        silent, at_once = 0, 1
        while days and (bounded or silent < LONGEST_SILENCE_DAYS):
            group, days = days[:at_once], days[at_once:]
            present = await self._days_with_pages(index, group, first, last)
            for day in present:
                async with aclosing(self._day(index, day, first, last)) as pages:
                    async for found in pages:
                        yield found
                if not self._newest.may_take(day * DAY_MS + EARLY_MS):
                    return
            silent = 0 if present else silent + len(group)
            at_once = min(at_once * 2, _DAYS_AT_ONCE)
        async for found in self._judge.judge((), self._judge.since):
            yield found

    async def _days_with_pages(
        self, index: FeedIndex, group: Sequence[int], first: int, last: int
    ) -> list[int]:
        if len(group) == 1:
            return list(group)

        async def has_pages(day: int) -> bool:
            partitions = index.partitions(day * DAY_MS, day * DAY_MS + DAY_MS - 1)
            return any(await together(self._has_pages(one, first, last) for one in partitions))

        found = await together(map(has_pages, group))
        return [day for day, any_pages in zip(group, found, strict=True) if any_pages]

    async def _has_pages(self, partition: str, first: int, last: int) -> bool:
        low, high = page_sort_range(first, last)
        answer = await self._table.query(
            KeyConditionExpression="pk = :partition AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":partition": {"S": partition},
                ":first": {"S": low},
                ":last": {"S": high},
            },
            ProjectionExpression="sk",
            Limit=1,
        )
        return bool(answer["Items"])

    async def _day(
        self, index: FeedIndex, day: int, first: int, last: int
    ) -> AsyncGenerator[Found, None]:
        start = day * DAY_MS
        partitions = index.partitions(start, start + DAY_MS - 1)
        async with AsyncExitStack() as open_lanes:
            lanes = []
            for partition in partitions:
                responses: Any = query_ahead(self._table, **self._query(partition, first, last))
                await open_lanes.enter_async_context(aclosing(responses))
                lanes.append(_Lane(responses, start + DAY_MS))
            while reading := [lane for lane in lanes if not lane.finished]:
                responses_of_lanes = await together(lane.step() for lane in reading)
                items = [item for items in responses_of_lanes for item in items]
                self._judge.compare(items)
                frontier = max((lane.reached for lane in lanes if not lane.finished), default=start)
                async for found in self._found_in(items, frontier + EARLY_MS):
                    yield found
                if not self._newest.may_take(frontier + EARLY_MS):
                    return

    async def _late_pages(self, index: FeedIndex) -> AsyncGenerator[Found, None]:
        searched = latest = self._judge.until
        end = min(self._judge.until + LATEST_MS, index.end)
        while searched < min(latest + LATE_MS, end):
            target = min(latest + LATE_MS, end)
            any_written = False
            for partition in index.partitions(searched + 1, target):
                query = self._query(partition, searched + 1, target)
                async for answer in query_answers(self._table, **query):
                    any_written |= answer["ScannedCount"] > 0
                    held = (i for i in answer["Items"] if "lo" in i)
                    latest = max([latest, *map(written_at, map(sort_key_of, held))])
                    async for found in self._found_in(answer["Items"], None):
                        yield found
            searched = target
            if not any_written:
                went_on = await index.next_written(searched, end)
                if went_on is None:
                    return
                searched, latest = went_on - 1, went_on

    async def _found_in(
        self, items: Sequence[Item], reached_back_to: int | None
    ) -> AsyncGenerator[Found, None]:
        examined = await self._examine(items)
        read_since = self._judge.until if reached_back_to is None else reached_back_to
        async for found in self._judge.judge(examined.events, read_since):
            yield found
        if reached_back_to is not None:
            reached_back_to = max(min(reached_back_to, self._plan.until), self._plan.since)
        yield Found((), reached_back_to, examined.count, examined.unreadable)

    async def _examine(self, items: Sequence[Item]) -> Examined:
        if sum(map(size_of, items)) > _EXAMINE_ASIDE_BYTES:
            return await asyncio.to_thread(self._examiner.examine, items)
        return self._examiner.examine(items)

    def _query(self, partition: str, first: int, last: int) -> dict[str, Any]:
        """Pages written within two times (ms), both included, that may hold something."""
        low, high = page_sort_range(first, last)
        return {
            "KeyConditionExpression": "pk = :partition AND sk BETWEEN :first AND :last",
            "FilterExpression": "attribute_not_exists(lo) OR (lo < :until AND hi >= :since)",
            "ExpressionAttributeValues": {
                ":partition": {"S": partition},
                ":first": {"S": low},
                ":last": {"S": high},
                ":since": {"N": str(self._judge.since)},
                ":until": {"N": str(self._judge.until)},
            },
            "ScanIndexForward": False,
            "Limit": _PAGES_A_QUERY,
        }


@dataclass(slots=True)
class _Lane:
    """The way back through one lane."""

    responses: AsyncIterator[list[Item]]
    reached: int
    """Every page written since then (ms) has been read."""
    finished: bool = False

    async def step(self) -> list[Item]:
        items = await anext(self.responses, None)
        if items is None:
            self.finished = True
            return []
        if items:
            self.reached = written_at(sort_key_of(items[-1]))
        return items
