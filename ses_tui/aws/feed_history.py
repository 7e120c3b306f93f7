"""Where a feed begins: what is there already, and the newest events of it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.item import Item
from recorder.model.keys import feed_partition
from ses_tui.aws.feed_cursor import (
    CLOCK_DIFFERENCE_MS,
    OVERLAP_MS,
    LaneCursor,
    days_between,
    high_water_limit,
    reaches_back,
    written_at,
)
from ses_tui.aws.feed_pages import heartbeat_of, newest, newest_pages, sort_key_of
from ses_tui.aws.feed_walk import Walk, walk_together
from ses_tui.aws.table_client import TableReads

_DAY_MS: Final = 86_400_000
HISTORY_DAYS: Final = 7
"""How far back a start looks for events; the days of a quiet table cost a query each."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The pages of one lane that a sweep would see, read or not: none of them is news."""

    lane: int
    sort_keys: tuple[str, ...]
    """Newest first."""
    heartbeat: int | None
    """The newest (ms) in any of them."""

    def cursor(self, now_ms: int) -> LaneCursor:
        """A cursor behind these pages; on an empty lane, behind what any clock may write next."""
        if not self.sort_keys:
            return LaneCursor(now_ms - CLOCK_DIFFERENCE_MS)
        high_water = min(written_at(self.sort_keys[0]), high_water_limit(now_ms))
        return LaneCursor(high_water, self.sort_keys)


def days_of_history(now_ms: int) -> list[str]:
    """The days that a start looks into, oldest first."""
    return [*days_between(now_ms - HISTORY_DAYS * _DAY_MS, now_ms + CLOCK_DIFFERENCE_MS)]


async def read_baseline(table: TableReads, lane: int, now_ms: int) -> Baseline:
    """The newest page keys of a lane, as far back as a sweep looks."""
    sort_keys: list[str] = []
    heartbeat: int | None = None
    for day in reversed([*days_between(now_ms - _DAY_MS, now_ms + CLOCK_DIFFERENCE_MS)]):
        async for items in newest_pages(table, feed_partition(day, lane), keys_only=True):
            sort_keys += map(sort_key_of, items)
            heartbeat = newest(heartbeat, *map(heartbeat_of, items))
            if sort_keys and reaches_back(sort_keys[-1], sort_keys[0], now_ms):
                return Baseline(lane, tuple(sort_keys), heartbeat)
    return Baseline(lane, tuple(sort_keys), heartbeat)


@dataclass(frozen=True, slots=True)
class NewestPages:
    """The newest pages of every lane, all read back to the same moment."""

    by_lane: tuple[tuple[Item, ...], ...]
    whole_since: int
    """Every event recorded since (ms) is in them, but for what comes late; 0 at the very end.

    Of what was recorded before, they may hold some and not the rest.
    """


async def read_history(table: TableReads, lanes: int, now_ms: int, wanted: int) -> NewestPages:
    """The newest pages, until they hold `wanted` events or the days are at an end."""
    days = days_of_history(now_ms)[::-1]
    walked = await walk_together(
        [Walk(_newest_of_days(table, lane, days)) for lane in range(lanes)], wanted
    )
    whole_since = 0 if walked.reached is None else written_at(walked.reached) + OVERLAP_MS
    return NewestPages(walked.by_lane, whole_since)


async def _newest_of_days(
    table: TableReads, lane: int, days: Sequence[str]
) -> AsyncIterator[list[Item]]:
    for day in days:
        async for items in newest_pages(table, feed_partition(day, lane)):
            yield items
