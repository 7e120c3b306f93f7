"""Where a feed begins: what is there already, and the newest events of it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from recorder.model.item import Item
from recorder.model.keys import feed_partition
from ses_tui.aws.feed_cursor import (
    CLOCK_DIFFERENCE_MS,
    OVERLAP_MS,
    LaneCursor,
    days_between,
    high_water_limit,
    reaches_back,
    time_key,
    written_at,
)
from ses_tui.aws.feed_pages import (
    ITEMS_A_QUERY,
    heartbeat_of,
    newest,
    newest_first,
    newest_outlines,
    sort_key_of,
)
from ses_tui.aws.feed_walk import Step, Walk, walk_together
from ses_tui.aws.table_client import TableReads

_DAY_MS: Final = 86_400_000
HISTORY_DAYS: Final = 7
"""How far back a start looks for events; the days of a quiet table cost a query each."""
_LEAST_PAGES: Final = 20
_EVENTS_HOPED_FOR_A_PAGE: Final = 4
"""By which the first response is bounded, for those who want few events."""
PAGES_WITH_EVENTS: Final = "attribute_not_exists(n) OR n > :none"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The pages of one lane that a sweep would see, read or not: none of them is news."""

    lane: int
    outlines: tuple[Item, ...]
    """Newest first."""

    @property
    def heartbeat(self) -> int | None:
        """The newest (ms) in any of them."""
        return newest(*map(heartbeat_of, self.outlines))

    def cursor(self, now_ms: int) -> LaneCursor:
        """A cursor behind these pages; on an empty lane, behind what any clock may write next."""
        if not self.outlines:
            return LaneCursor(now_ms - CLOCK_DIFFERENCE_MS)
        sort_keys = list(map(sort_key_of, self.outlines))
        return LaneCursor(min(written_at(sort_keys[0]), high_water_limit(now_ms)), sort_keys)


def days_of_history(now_ms: int) -> list[str]:
    """The days that a start looks into, oldest first."""
    return [*days_between(now_ms - HISTORY_DAYS * _DAY_MS, now_ms + CLOCK_DIFFERENCE_MS)]


async def read_baseline(table: TableReads, lane: int, now_ms: int) -> Baseline:
    """The newest pages' keys and times of a lane, as far back as a sweep looks."""
    found: list[Item] = []
    for day in reversed([*days_between(now_ms - _DAY_MS, now_ms + CLOCK_DIFFERENCE_MS)]):
        async for outlines in newest_outlines(table, feed_partition(day, lane)):
            found += outlines
            if found and reaches_back(sort_key_of(found[-1]), sort_key_of(found[0]), now_ms):
                return Baseline(lane, tuple(found))
    return Baseline(lane, tuple(found))


@dataclass(frozen=True, slots=True)
class NewestPages:
    """The newest pages of every lane, all read back to the same moment."""

    by_lane: tuple[tuple[Item, ...], ...]
    whole_since: int
    """Every event recorded since (ms) is in them, but for what comes late; 0 at the very end.

    Of what was recorded before, they may hold some and not the rest.
    """


async def read_history(table: TableReads, lanes: int, now_ms: int, wanted: int) -> NewestPages:
    """The newest pages with events, until they hold `wanted` or the days are at an end."""
    days = days_of_history(now_ms)[::-1]
    walked = await walk_together(
        [Walk(_newest_of_days(table, lane, days, wanted)) for lane in range(lanes)], wanted
    )
    return NewestPages(walked.by_lane, 0 if walked.reached is None else written_at(walked.reached))


async def _newest_of_days(
    table: TableReads, lane: int, days: Sequence[str], wanted: int
) -> AsyncIterator[Step]:
    """Pages with events of a lane; the further back, the more are looked at for one response.

    On a quiet table nearly all of a week's ten thousand pages hold a heartbeat and nothing else:
    the table leaves them out, and DynamoDB ends a response at a megabyte whatever the limit.
    """
    limit = min(max(wanted // _EVENTS_HOPED_FOR_A_PAGE, _LEAST_PAGES), ITEMS_A_QUERY)
    for day in days:
        query: dict[str, Any] = newest_first(feed_partition(day, lane))
        query["FilterExpression"] = PAGES_WITH_EVENTS
        query["ExpressionAttributeValues"][":none"] = {"N": "0"}
        while True:
            answer = await table.query(**query, Limit=limit)
            limit *= 2
            last: Item | None = answer.get("LastEvaluatedKey")
            reached = _start_of(day) if last is None else written_at(sort_key_of(last))
            # Of what was recorded right before a page was written, some may be in older ones.
            yield Step(answer["Items"], time_key(reached + OVERLAP_MS))
            if last is None:
                break
            query["ExclusiveStartKey"] = last


def _start_of(day: str) -> int:
    """When a UTC day (`yyyymmdd`) begins (ms)."""
    return int(datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).timestamp()) * 1000
