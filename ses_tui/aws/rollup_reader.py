"""Counters of a stretch of time, read from as few rows as there are.

Closed hours and minutes come from summaries, which are the same few rows whatever the traffic; the
minutes that no summary holds yet come from the stream consumer's own rows.
"""

import asyncio
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from recorder.model import keys
from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.rollup import (
    HOUR_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    RATE_FAMILY,
    Family,
    counters_in,
    minute_start,
)
from recorder.model.rollup_row import RollupRow, merge_rows, read_rollup_row
from recorder.model.summary import FoldProgress, read_fold_progress
from recorder.model.timestamps import day_of, minute_of
from ses_tui.aws.feed_pages import ITEMS_A_QUERY, query_all
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.rollup_pieces import Piece, RollupAnswer

_DAY_MS: Final = 24 * HOUR_MS
_ROWS_LIVE_MS: Final = MINUTE_ROW_DAYS * _DAY_MS
_ROWS_A_QUERY: Final = 1_000
"""Two weeks of hours come in one response, and so do the open minutes of a hundred shards."""
_ROW_READS_AT_ONCE: Final = 16
"""To sign and send a request takes the event loop a millisecond or two. Where no summaries are
written, hours of rows are some hundred requests, and a key would wait for all of them."""


class TableRollupReader:
    """Reads rollups of one table."""

    def __init__(self, table: TableReads, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
        hours_of_rows: int | None = None,
    ) -> RollupAnswer:
        """Counters from the minute of `since` up to that of `until` (ms), its own included.

        Whole closed hours of the families in `hourly` are read as one piece each. Of what is not
        summarised, at most `hours_of_rows` are read, the newest: an hour takes up to eight
        requests. Raises `SesTuiError`.
        """
        since = minute_start(since)
        until = minute_start(until) + MINUTE_MS
        progress = await self._progress()
        closed_until = _closed_until(since, until, progress)
        reads: list[Coroutine[Any, Any, list[Piece]]] = []
        for by_hour in (False, True):
            chosen = [family for family in families if (family in hourly) == by_hour]
            if chosen:
                hours_until = _hours_until(progress, by_hour)
                reads += self._summary_reads(since, closed_until, chosen, hours_until)
        rows_since = closed_until
        if hours_of_rows is not None:
            first_hour = until - 1 - (until - 1) % HOUR_MS - (hours_of_rows - 1) * HOUR_MS
            rows_since = max(closed_until, first_hour)
        reads.append(self._rows(rows_since, until, families))
        answer = await _answer(reads, progress)
        unread = max(closed_until, self._oldest_rows()), rows_since
        return replace(answer, unread=unread) if unread[0] < unread[1] else answer

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        """What rates need, from the minute of the first start up to that of `until` (ms).

        The stretches that begin at `starts`, in order of time, share no piece. Reads summaries
        made for this, and those of sets where there were none yet. Raises `SesTuiError`.
        """
        end = minute_start(until) + MINUTE_MS
        progress = await self._progress()
        hours_until = _hours_until(progress, by_hour)
        reads: list[Coroutine[Any, Any, list[Piece]]] = []
        hours: list[int] = []
        minutes: list[int] = []
        for since, stretch_end in pairwise([*map(minute_start, starts), end]):
            closed_until = _closed_until(since, stretch_end, progress)
            rated_since = closed_until
            if progress and progress.rates_since is not None:
                rated_since = min(max(since, progress.rates_since), closed_until)
            reads += self._summary_reads(since, rated_since, [RATE_FAMILY], hours_until)
            whole, parts = _hours_and_minutes(rated_since, closed_until, hours_until)
            hours += whole
            minutes += parts
            reads.append(self._rows(closed_until, stretch_end, [RATE_FAMILY]))
        reads += self._rate_reads(hours, HOUR_MS, keys.hour_summary_keys)
        reads += self._rate_reads(minutes, MINUTE_MS, keys.minute_summary_keys)
        return await _answer(reads, progress)

    async def _progress(self) -> FoldProgress | None:
        answer = await self._table.get_item(Key=keys.folded_key())
        return read_fold_progress(answer.get("Item"))

    def _summary_reads(
        self, since: int, until: int, families: Sequence[Family], hours_until: int
    ) -> list[Coroutine[Any, Any, list[Piece]]]:
        """Reads of summaries of [since, until), of hours as far as they may be read."""
        hours, _ = _hours_and_minutes(since, until, hours_until)
        if not hours:
            return self._minute_reads(since, until, families)
        return [
            *self._hour_reads(hours, families),
            *self._minute_reads(since, hours[0], families),
            *self._minute_reads(hours[-1] + HOUR_MS, until, families),
        ]

    def _rate_reads(
        self, starts: Sequence[int], length: int, keys_of: Callable[[int, str], tuple[str, str]]
    ) -> list[Coroutine[Any, Any, list[Piece]]]:
        """One range of keys for each partition."""
        by_partition: dict[str, dict[str, int]] = {}
        for start in starts:
            partition, sort_key = keys_of(start, keys.RATE_COUNTERS)
            by_partition.setdefault(partition, {})[sort_key] = start
        return [
            self._rate_counters(partition, wanted, length)
            for partition, wanted in by_partition.items()
        ]

    async def _rate_counters(
        self, partition: str, wanted: Mapping[str, int], length: int
    ) -> list[Piece]:
        """Pieces of those sort keys that are `wanted`; these are the starts (ms) behind them."""
        return [
            _piece(start, length, RATE_FAMILY, item)
            async for items in self._query(partition, min(wanted), max(wanted), _ROWS_A_QUERY)
            for item in items
            if (start := wanted.get(item["sk"]["S"])) is not None
        ]

    def _hour_reads(
        self, hours: range, families: Sequence[Family]
    ) -> list[Coroutine[Any, Any, list[Piece]]]:
        return [
            self._summaries(
                keys.summary_partition(day_of(day)),
                [hour for hour in hours if hour - hour % _DAY_MS == day],
                HOUR_MS,
                families,
            )
            for day in sorted({hour - hour % _DAY_MS for hour in hours})
        ]

    def _minute_reads(
        self, since: int, until: int, families: Sequence[Family]
    ) -> list[Coroutine[Any, Any, list[Piece]]]:
        minutes = range(since, until, MINUTE_MS)
        return [
            self._summaries(
                keys.summary_partition(minute_of(hour)[:10]),
                [minute for minute in minutes if minute - minute % HOUR_MS == hour],
                MINUTE_MS,
                families,
            )
            for hour in sorted({minute - minute % HOUR_MS for minute in minutes})
        ]

    async def _rows(self, since: int, until: int, families: Sequence[Family]) -> list[Piece]:
        """Minutes that no summary holds, over every shard; a repaired row replaces the shards'."""
        since = max(since, self._oldest_rows())
        turns = asyncio.Semaphore(_ROW_READS_AT_ONCE)
        reads = [
            self._rows_of(partition, first, last, turns)
            for first, last in _within_hours(since, until)
            for partition in keys.rollup_partitions(first, families)
        ]
        merged = merge_rows(row for rows in await together(reads) for row in rows)
        return [
            Piece(minute, MINUTE_MS, {Family(family): counters})
            for (minute, family), counters in merged.items()
            if family in families
        ]

    def _oldest_rows(self) -> int:
        """Older rows have expired, and those still there need not be all of a minute's."""
        return minute_start(self._clock.now_ms()) - _ROWS_LIVE_MS

    async def _rows_of(
        self, partition: str, first: int, last: int, turns: asyncio.Semaphore
    ) -> list[RollupRow]:
        low, high = keys.rollup_sort_range(first, last)
        async with turns:
            return [
                read_rollup_row(item)
                async for items in self._query(partition, low, high, _ROWS_A_QUERY)
                for item in items
            ]

    async def _summaries(
        self, partition: str, starts: Sequence[int], length: int, families: Sequence[Family]
    ) -> list[Piece]:
        parts = {_part(start, length): start for start in starts}
        pieces: list[Piece] = []
        for first, last in _ranges(families):
            async for items in self._query(
                partition, f"{first}#{min(parts)}", f"{last}#{max(parts)}"
            ):
                for item in items:
                    family, _, part = item["sk"]["S"].partition("#")
                    if family in families and part in parts:
                        pieces.append(_piece(parts[part], length, family, item))
        return pieces

    def _query(
        self, partition: str, low: str, high: str, limit: int = ITEMS_A_QUERY
    ) -> AsyncIterator[list[Item]]:
        return query_all(
            self._table,
            Limit=limit,
            KeyConditionExpression="pk = :partition AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":partition": {"S": partition},
                ":low": {"S": low},
                ":high": {"S": high},
            },
        )


def _piece(start: int, length: int, family: str, item: Item) -> Piece:
    return Piece(start, length, {Family(family): counters_in(item)})


def _stretch(piece: Piece) -> tuple[int, int]:
    return piece.start, piece.length


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """One piece for each stretch of time."""
    current: Piece | None = None
    for piece in pieces:
        if current is None or _stretch(piece) != _stretch(current):
            if current is not None:
                yield current
            current = Piece(piece.start, piece.length, {})
        for family, counters in piece.families.items():
            current.families.setdefault(family, Counter()).update(counters)
    if current is not None:
        yield current


async def _answer(
    reads: Sequence[Coroutine[Any, Any, list[Piece]]], progress: FoldProgress | None
) -> RollupAnswer:
    pieces = sorted((piece for found in await together(reads) for piece in found), key=_stretch)
    return RollupAnswer(tuple(_merged(pieces)), progress.minutes_until if progress else None)


def _closed_until(since: int, until: int, progress: FoldProgress | None) -> int:
    """Where summaries of [since, until) end."""
    return max(since, min(until, progress.minutes_until)) if progress else since


def _hours_until(progress: FoldProgress | None, by_hour: bool) -> int:
    """Up to where (ms) summaries of hours are to be read."""
    return progress.last_hour + HOUR_MS if progress and by_hour else 0


def _hours_and_minutes(since: int, until: int, hours_until: int) -> tuple[range, list[int]]:
    """Starts of the whole hours in [since, until) that may be read, and of the other minutes."""
    end = min(until, hours_until)
    hours = range(since + -since % HOUR_MS, end - end % HOUR_MS, HOUR_MS)
    if not hours:
        return hours, [*range(since, until, MINUTE_MS)]
    return hours, [
        *range(since, hours[0], MINUTE_MS),
        *range(hours[-1] + HOUR_MS, until, MINUTE_MS),
    ]


def _part(start: int, length: int) -> str:
    text = minute_of(start)
    return text[8:10] if length == HOUR_MS else text[10:12]


def _ranges(families: Sequence[Family]) -> list[tuple[Family, Family]]:
    """Families as ranges of sort keys; both families of one kind are neighbours."""
    ranges: list[tuple[Family, Family]] = []
    for family in sorted(families):
        if ranges and family[:-1] == ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], family)
        else:
            ranges.append((family, family))
    return ranges


def _within_hours(since: int, until: int) -> Iterator[tuple[int, int]]:
    """First and last minute of each UTC hour's part of [since, until)."""
    while since < until:
        end = min(until, since - since % HOUR_MS + HOUR_MS)
        yield since, end - MINUTE_MS
        since = end
