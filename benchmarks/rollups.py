"""How fast the stream consumer is, and what pages and panels cost: `python -m benchmarks.rollups`.

Needs DynamoDB Local. Rates of `roll_up` are of processor time, everything that is read from the
engine is of wall time.
"""

import asyncio
import io
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.page_reading import PAGE_EVENTS, page_figures, page_items
from benchmarks.reading import opened_table
from benchmarks.recorder import in_batches
from benchmarks.samples import (
    SHARD,
    sample_events,
    sample_items,
    size_of,
    stream_records,
)
from benchmarks.stored_events import create_silent_table, load
from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import (
    RATE_COUNTERS,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
    rollup_keys,
)
from recorder.model.page import encode_page
from recorder.model.rate_counters import rate_counters
from recorder.model.rollup import HOUR_MS, MINUTE_MS, RATE_FAMILY, Family, keep_largest, tally
from recorder.model.settings import RecorderSettings
from recorder.model.summary import summary_item
from recorder.observability import PowertoolsObserver
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.table_client import TableClient
from ses_tui.core.rate_panel import read_panel
from ses_tui.core.windows import window_named
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

ISSUE: Final = 4
_EVENTS: Final = 4_000
_QUICK_EVENTS: Final = 1_000
TABLE: Final = "ses-events"
NOW: Final = 1_796_644_943_000
"""12:42:23, so that every window begins and ends within an hour."""
DAYS_OF_PANEL: Final = 15
"""Seven days, the seven days before, and a part of a day."""
WORLDS: Final = ((1, 1_000_000), (16, 1_000_000), (100, 1_000_000), (16, 1_000), (1, 1_000))
"""Shards and events a day."""
QUICK_WORLDS: Final = ((1, 1_000), (100, 1_000_000))
_WARM_UPS: Final = 12
_QUICK_WARM_UPS: Final = 4
"""As often an engine does a thing before it does it as fast as it will for the rest of the day."""
_MINUTES_BEHIND: Final = 2
"""Where the scheduler's tick came as this minute began: of the last one it was too early to tell.
"""
_LAST_NUMBER: Final = 4_421_584_500_000_000_017_450_439_091
"""A sequence number as long as AWS's own."""
_WRITTEN: Final = (Family.TYPE, RATE_FAMILY, Family.CONFIGURATION_SET_REST)
"""Of the summaries; other families lie in other ranges of keys, and no panel of rates reads them.
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What one opening of the strip took."""

    milliseconds: float
    processor_milliseconds: float
    requests: int
    bytes: int
    read_units: float


class StubTable:
    """Answers at once, so that the consumer's own work is left; every update finds its row new."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> dict[str, Any]:
            self.calls[name] += 1
            return {}

        return call


class FrozenClock:
    """Stands at `NOW`."""

    def now_ms(self) -> int:
        """The moment."""
        return NOW

    def monotonic(self) -> float:
        """The moment in seconds."""
        return NOW / 1000


class CountingTable:
    """Reads of a table, each counted; how large they were is worked out when that is asked."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self._answers: list[dict[str, Any]] = []

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """As the table's."""
        self._answers.append(await self._table.query(**arguments))
        return self._answers[-1]

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """As the table's."""
        self._answers.append(await self._table.get_item(**arguments))
        return self._answers[-1]

    async def close(self) -> None:
        """As the table's."""
        await self._table.close()

    def sizes(self) -> list[int]:
        """Bytes of the items of each answer so far."""
        return [
            sum(map(size_of, answer.get("Items") or [answer.get("Item") or {}]))
            for answer in self._answers
        ]


def read_units(sizes: Iterable[int]) -> float:
    """Eventually consistent: half a unit for each 4 KB of an answer, or part of them."""
    return sum(max(1, -(-size // 4_096)) / 2 for size in sizes)


def roll_up_seconds(records: Sequence[dict[str, Any]], batch: int) -> float:
    """Seconds of processor time of `roll_up` over a table that answers at once."""
    client: Any = StubTable()
    with redirect_stdout(io.StringIO()):
        functions = RecorderFunctions(
            client, RecorderSettings(), observer=PowertoolsObserver(RecorderSettings().table)
        )
        started = time.process_time()
        for chunk in in_batches(records, batch):
            answer = functions.roll_up({"Records": chunk, "shardId": SHARD})
            if answer["batchItemFailures"]:
                raise RuntimeError("a batch was not rolled up")
        return time.process_time() - started


def rollup_items(events: Sequence[Event], shards: int, events_a_day: int) -> Iterator[Item]:
    """What two weeks of even traffic leave: summaries, and rows of the minutes not yet closed.

    Every hour and minute has a draw of its own: where there are few events, which sets had mail in
    an hour is chance, and one hour repeated three hundred times would measure that.
    """
    chance = random.Random(1)
    an_hour, a_minute = events_a_day / 24, events_a_day / 1_440
    of_all = cache(lambda times: _counters(events, times))

    def drawn_counters(number: float) -> dict[str, Counter[str]]:
        chosen, times = _drawn(events, number, chance)
        return of_all(times) if chosen is events else _counters(chosen, times)

    first = NOW - DAYS_OF_PANEL * 24 * HOUR_MS
    last_minute = NOW - NOW % MINUTE_MS - _MINUTES_BEHIND * MINUTE_MS
    last_hour = NOW - NOW % HOUR_MS - HOUR_MS
    for hour in range(first - first % HOUR_MS, last_hour + 1, HOUR_MS):
        for family, counters in drawn_counters(an_hour).items():
            yield summary_item(hour_summary_keys(hour, family), hour, counters, 1)
    week = 7 * 24 * HOUR_MS
    for start in (NOW - 2 * week, NOW - week, NOW - 2 * HOUR_MS, NOW - HOUR_MS, NOW):
        hour = start - start % HOUR_MS
        for minute in range(hour, min(hour + HOUR_MS, last_minute + 1), MINUTE_MS):
            for family, counters in drawn_counters(a_minute).items():
                yield summary_item(minute_summary_keys(minute, family), minute, counters, 1)
    progress = {"s": first, "m": last_minute, "h": last_hour, "r": 0}
    progress |= {"t": last_minute, "g": last_hour}
    yield folded_key() | {name: {"N": str(value)} for name, value in progress.items()}
    for minute in range(last_minute + MINUTE_MS, NOW, MINUTE_MS):
        by_shard: dict[int, list[Event]] = {}
        for event in _drawn(events, a_minute, chance)[0]:
            recorded_then = event._replace(recorded_at=minute)
            by_shard.setdefault(chance.randrange(shards), []).append(recorded_then)
        for shard, recorded in by_shard.items():
            for (_, family), counters in tally(recorded).items():
                pk, sk = rollup_keys(minute, family, f"{SHARD[:-3]}{shard:03d}")
                yield {
                    "pk": {"S": pk},
                    "sk": {"S": sk},
                    "w": {"S": str(_LAST_NUMBER)},
                    "x": {"N": str(minute // 1000 + 3 * 86_400)},
                    **{name: {"N": str(number)} for name, number in counters.items()},
                }


async def open_strip(table: TableClient, window: str = "7d") -> Opening:
    """What the first look at the strip takes."""
    counting = CountingTable(table)
    reader = TableRollupReader(counting, FrozenClock())
    started, busy = time.perf_counter(), time.process_time()
    panel = await read_panel(reader, window_named(window), NOW)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    if panel is None or not panel.estimate.denominator:
        raise RuntimeError("the strip found nothing")
    sizes = counting.sizes()
    return Opening(seconds * 1_000, busy * 1_000, len(sizes), sum(sizes), read_units(sizes))


@asynccontextmanager
async def world(
    endpoint_url: str, events: Sequence[Event], shards: int, events_a_day: int
) -> AsyncIterator[tuple[LocalAccess, TableClient]]:
    """A table after two weeks of such traffic: the way to it, and a client that reads."""
    access = LocalAccess(endpoint_url)
    create_silent_table(access, TABLE)
    load(access, TABLE, rollup_items(events, shards, events_a_day))
    async with opened_table(access, TABLE) as (table, _):
        yield access, table


async def read_engine(
    endpoint_url: str, events: Sequence[Event], rounds: int, worlds: Sequence[tuple[int, int]]
) -> list[Figure]:
    """Reading pages, and opening the strip in each of `worlds`."""
    warm_ups = _WARM_UPS if len(worlds) == len(WORLDS) else _QUICK_WARM_UPS
    figures: list[Figure] = []
    openings: list[Opening] = []
    async with world(endpoint_url, events, *worlds[0]) as (access, table):
        # Engine and process are slower until they have seen a world.
        for _ in range(warm_ups):
            await open_strip(table)
        load(access, TABLE, page_items(events, NOW))
        figures += await page_figures(table, NOW, warm_ups, rounds)
    for shards, events_a_day in worlds:
        async with world(endpoint_url, events, shards, events_a_day) as (_, table):
            looks = [await open_strip(table) for _ in range(rounds + 1)][1:]
        openings.append(looks[0])
        name = f"strip of 7 days, {shards} shards, {events_a_day:,} a day"
        took = tuple(look.milliseconds for look in looks)
        busy = tuple(look.processor_milliseconds for look in looks)
        figures += [
            Figure(ISSUE, f"{name}: opening", "ms", took, at_most=100),
            Figure(ISSUE, f"{name}: processor time", "ms", busy),
        ]
    for name, values in (
        ("requests", [opening.requests for opening in openings]),
        ("bytes", [opening.bytes for opening in openings]),
        ("read units", [opening.read_units for opening in openings]),
    ):
        asked = None if name == "read units" else 2.0
        factor = (max(values) / min(values),)
        note = f"from {min(values):,g} to {max(values):,g}"
        figures.append(
            Figure(ISSUE, f"strip: most {name} over fewest", "times", factor, asked, note=note)
        )
    return figures


def measure(quick: bool) -> Iterator[Figure]:
    """The consumer's own work, the size of pages, and what is read of an engine."""
    rounds = 2 if quick else 5
    items = sample_items(_QUICK_EVENTS if quick else _EVENTS, keep_subject=True)
    records = stream_records(items)
    recorded = sample_events(items)
    roll_up_seconds(records, 1_000)
    for batch, asked in ((1_000, 15_000.0), (100, None)):
        rates = tuple(len(records) / roll_up_seconds(records, batch) for _ in range(rounds))
        name = f"roll_up on a stubbed table, batches of {batch:,}"
        yield Figure(ISSUE, name, "records/s", rates, at_least=asked)
    pages = [encode_page(chunk) for chunk in in_batches(recorded, PAGE_EVENTS)]
    size = (sum(map(len, pages)) / len(recorded),)
    name = f"page bytes an event, {PAGE_EVENTS} a page"
    yield Figure(ISSUE, name, "bytes", size, at_most=90)
    with start_dynamodb_local(quick_start=False) as engine:
        worlds = QUICK_WORLDS if quick else WORLDS
        yield from asyncio.run(read_engine(engine.endpoint_url, recorded, rounds, worlds))


def _drawn(
    events: Sequence[Event], number: float, chance: random.Random
) -> tuple[Sequence[Event], int]:
    """`number` events, and how many times each stands for itself where there are not so many.

    Of a number under one that is the chance of an event.
    """
    whole = int(number) + (chance.random() < number % 1)
    if whole >= len(events):
        return events, round(whole / len(events))
    return chance.sample(events, whole), 1


def _counters(events: Sequence[Event], times: int) -> dict[str, Counter[str]]:
    """Counters by family, as summaries hold them: a family without events has no summary."""
    sums: dict[str, Counter[str]] = {}
    for (_, family), counters in tally(events).items():
        for name, count in counters.items():
            sums.setdefault(family, Counter())[name] += count * times
    kept: dict[str, Counter[str]] = {
        family: keep_largest(sums[family]) for family in _WRITTEN if family in sums
    }
    if RATE_FAMILY not in kept:
        return kept
    return kept | {RATE_COUNTERS: rate_counters(kept[RATE_FAMILY])}


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
