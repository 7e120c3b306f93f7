"""Counters of a stretch of time, read from as few rows as there are.

Closed hours and minutes come from summaries, which are the same few rows whatever the traffic; the
minutes that no summary holds yet come from the stream consumer's own rows.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.model import keys
from recorder.model.item import Item
from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family, counters_in, minute_start
from recorder.model.rollup_row import RollupRow, merge_rows, read_rollup_row
from recorder.model.summary import read_fold_progress
from recorder.model.timestamps import day_of, minute_of
from ses_tui.aws.feed_pages import query_all
from ses_tui.aws.table_client import TableReads

_DAY_MS: Final = 24 * HOUR_MS
RATE_FAMILIES: Final = (Family.CONFIGURATION_SET, Family.CONFIGURATION_SET_PROBLEM)
"""What rates need: a denominator is chosen for each configuration set."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Counters of one minute or hour: `start` and `length` in ms."""

    start: int
    length: int
    families: dict[Family, Counter[str]]


@dataclass(frozen=True, slots=True)
class RollupAnswer:
    """Pieces in order of time."""

    pieces: tuple[Piece, ...]

    def between(self, since: int, until: int) -> dict[Family, Counter[str]]:
        """The sums of every piece that starts within [since, until)."""
        sums: dict[Family, Counter[str]] = {}
        for piece in self.pieces:
            if since <= piece.start < until:
                for family, counters in piece.families.items():
                    sums.setdefault(family, Counter()).update(counters)
        return sums


class RollupReader:
    """Reads rollups of one table."""

    def __init__(self, table: TableReads) -> None:
        self._table = table

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        by_hour: bool = False,
    ) -> RollupAnswer:
        """Counters from the minute of `since` up to that of `until` (ms), its own included.

        `by_hour` reads whole closed hours as one piece each. Raises `SesTuiError`.
        """
        since = minute_start(since)
        until = minute_start(until) + MINUTE_MS
        answer = await self._table.get_item(Key=keys.folded_key())
        progress = read_fold_progress(answer.get("Item"))
        closed_until = max(since, min(until, progress.minutes_until)) if progress else since
        hours = range(0)
        if by_hour and progress:
            hours = _whole_hours(since, min(closed_until, progress.last_hour + HOUR_MS))
        reads = []
        if hours:
            reads += self._hour_reads(hours, families)
            reads += self._minute_reads(since, hours[0], families)
            reads += self._minute_reads(hours[-1] + HOUR_MS, closed_until, families)
        else:
            reads += self._minute_reads(since, closed_until, families)
        reads.append(self._rows(closed_until, until, families))
        answers = await asyncio.gather(*reads)
        pieces = sorted((piece for answer in answers for piece in answer), key=_start)
        return RollupAnswer(tuple(_merged(pieces)))

    def _hour_reads(self, hours: range, families: Sequence[Family]) -> list[Any]:
        return [
            self._summaries(
                keys.summary_partition(day_of(day)),
                [hour for hour in hours if hour - hour % _DAY_MS == day],
                HOUR_MS,
                families,
            )
            for day in sorted({hour - hour % _DAY_MS for hour in hours})
        ]

    def _minute_reads(self, since: int, until: int, families: Sequence[Family]) -> list[Any]:
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
        hours = sorted({minute - minute % HOUR_MS for minute in range(since, until, MINUTE_MS)})
        reads = [
            self._rows_of(partition, max(since, hour), min(until, hour + HOUR_MS) - MINUTE_MS)
            for hour in hours
            for partition in keys.rollup_partitions(hour)
        ]
        merged = merge_rows(row for rows in await asyncio.gather(*reads) for row in rows)
        return [
            Piece(minute, MINUTE_MS, {Family(family): counters})
            for (minute, family), counters in merged.items()
            if family in families
        ]

    async def _rows_of(
        self, partition: str, first_minute: int, last_minute: int
    ) -> list[RollupRow]:
        low, high = keys.rollup_sort_range(first_minute, last_minute)
        return [
            read_rollup_row(item)
            async for items in self._query(partition, low, high)
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

    def _query(self, partition: str, low: str, high: str) -> Any:
        return query_all(
            self._table,
            KeyConditionExpression="pk = :partition AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":partition": {"S": partition},
                ":low": {"S": low},
                ":high": {"S": high},
            },
        )


def _piece(start: int, length: int, family: str, item: Item) -> Piece:
    return Piece(start, length, {Family(family): counters_in(item)})


def _start(piece: Piece) -> int:
    return piece.start


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """One piece for each start."""
    current: Piece | None = None
    for piece in pieces:
        if current is None or piece.start != current.start:
            if current is not None:
                yield current
            current = Piece(piece.start, piece.length, {})
        for family, counters in piece.families.items():
            current.families.setdefault(family, Counter()).update(counters)
    if current is not None:
        yield current


def _whole_hours(since: int, until: int) -> range:
    return range(since + -since % HOUR_MS, until - until % HOUR_MS, HOUR_MS)


def _part(start: int, length: int) -> str:
    text = minute_of(start)
    return text[8:10] if length == HOUR_MS else text[10:12]


def _ranges(families: Sequence[Family]) -> list[tuple[Family, Family]]:
    """Families as ranges of sort keys; volume and problems of one kind are neighbours."""
    ranges: list[tuple[Family, Family]] = []
    for family in sorted(families):
        if ranges and family == f"{ranges[-1][1]}p":
            ranges[-1] = (ranges[-1][0], family)
        else:
            ranges.append((family, family))
    return ranges
