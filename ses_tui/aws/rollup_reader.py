"""Counters of a stretch of time, read from as few rows as there are.

Closed hours and minutes come from summaries, which are the same few rows whatever the traffic; the
minutes that no summary holds yet come from the stream consumer's own rows.
"""

from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from typing import Any, Final

from recorder.model import keys
from recorder.model.clock import Clock
from recorder.model.item import Item
from recorder.model.rollup import (
    HOUR_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    Family,
    counters_in,
    minute_start,
)
from recorder.model.rollup_row import RollupRow, merge_rows, read_rollup_row
from recorder.model.summary import read_fold_progress
from recorder.model.timestamps import day_of, minute_of
from ses_tui.aws.feed_pages import query_all
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.rollup_pieces import Piece, RollupAnswer

_DAY_MS: Final = 24 * HOUR_MS
_ROWS_LIVE_MS: Final = MINUTE_ROW_DAYS * _DAY_MS
_MINUTES_READ_BY_FAMILY: Final = 6
"""As many minutes as summaries normally are behind, with some to spare. Rows are sorted by minute
and then by family, so that fewer families cost more requests: one for each minute."""


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
        reads: list[Coroutine[Any, Any, list[Piece]]] = []
        if hours:
            reads += self._hour_reads(hours, families)
            reads += self._minute_reads(since, hours[0], families)
            reads += self._minute_reads(hours[-1] + HOUR_MS, closed_until, families)
        else:
            reads += self._minute_reads(since, closed_until, families)
        # Older rows have expired, and those that are still there need not be all of a minute's.
        rows_since = minute_start(self._clock.now_ms()) - _ROWS_LIVE_MS
        reads.append(self._rows(max(closed_until, rows_since), until, families))
        answers = await together(reads)
        pieces = sorted((piece for answer in answers for piece in answer), key=_start)
        return RollupAnswer(
            tuple(_merged(pieces)), None if progress is None else progress.minutes_until
        )

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
        ranges = _row_ranges(since, until, families)
        reads = [
            self._rows_of(partition, low, high)
            for hour, low, high in ranges
            for partition in keys.rollup_partitions(hour)
        ]
        merged = merge_rows(row for rows in await together(reads) for row in rows)
        return [
            Piece(minute, MINUTE_MS, {Family(family): counters})
            for (minute, family), counters in merged.items()
            if family in families
        ]

    async def _rows_of(self, partition: str, low: str, high: str) -> list[RollupRow]:
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

    def _query(self, partition: str, low: str, high: str) -> AsyncIterator[list[Item]]:
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


def _row_ranges(since: int, until: int, families: Sequence[Family]) -> list[tuple[int, str, str]]:
    """What to read of every partition of an hour: hour (ms), and bounds of sort keys."""
    minutes = range(since, until, MINUTE_MS)
    if len(minutes) <= _MINUTES_READ_BY_FAMILY and set(families) != set(Family):
        return [
            (minute, f"{_part(minute, MINUTE_MS)}#{first}#", f"{_part(minute, MINUTE_MS)}#{last}$")
            for minute in minutes
            for first, last in _ranges(families)
        ]
    return [
        (
            hour,
            *keys.rollup_sort_range(max(since, hour), min(until, hour + HOUR_MS) - MINUTE_MS),
        )
        for hour in sorted({minute - minute % HOUR_MS for minute in minutes})
    ]
