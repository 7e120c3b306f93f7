"""One seed from its traffic to the summaries of its hours, and what they have to be."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from recorder.functions import RecorderFunctions
from recorder.model.counting import counter_code
from recorder.model.keys import (
    RATE_COUNTERS,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
    rollup_shard,
)
from recorder.model.rollup import HOUR_MS, MINUTE_MS, admit, keep_largest, minute_start, tally
from recorder.model.rollup_row import MergedRows, RollupRow, merge_rows
from recorder.model.settings import RecorderSettings
from recorder.retry import Deadline, Retrier
from recorder.rollup_reader import RollupReader
from recorder.summaries import Summariser
from recorder.worker_pool import WorkerPool
from tests.events import NOON, FrozenClock
from tests.simulator.event_source import EventSource, Process
from tests.simulator.faults import FaultyClient, ProcessDied
from tests.simulator.stream import Mail, Shard, make_shards

START = NOON - 2 * MINUTE_MS
"""So that most seeds cross an hour."""
_TICK_SHARE = 0.08

StartProcess = Callable[[Any, str, FrozenClock], Process]
"""Makes a process over (client, table name, clock)."""


def retrier() -> Retrier:
    """Tries again without a pause."""
    return Retrier(lambda _: None, lambda: 0.0)


def rolling_up(client: Any, table_name: str, clock: FrozenClock) -> Process:
    """A process of the function as it is deployed, but with one thread: seeds repeat exactly."""
    functions = RecorderFunctions(
        client,
        RecorderSettings(table=table_name),
        clock=clock,
        retrier=retrier(),
        workers=1,
    )
    return functions.roll_up


@dataclass
class Scenario:
    """A run that has ended: everything read, every summary made."""

    shards: list[Shard]
    source: EventSource
    reader: RollupReader
    client: Any
    table_name: str
    clock: FrozenClock
    minutes: range
    """The starts of the minutes that may hold events."""

    def rows(self) -> list[RollupRow]:
        """Every rollup row of the run."""
        found: list[RollupRow] = []
        for first, last in _by_hour(self.minutes):
            found += self.reader.rows(first, last, Deadline(self.clock))
        marks = {rollup_shard(shard.shard_id) for shard in self.shards}
        return [row for row in found if row.shard in marks]


def run(
    table: Any,
    seed: int,
    *,
    table_name: str = "ses-events",
    start_process: StartProcess = rolling_up,
    events: int = 60,
    minutes: int = 3,
    mail: Mail | None = None,
    start: int = START,
    ticks: bool = True,
) -> Scenario:
    """Play `seed` to its end on a table; `ticks` summarises along the way and at the end."""
    chance = random.Random(seed)
    clock = FrozenClock(start)
    shards = make_shards(chance, start=start, events=events, minutes=minutes, mail=mail or Mail())
    faulty = FaultyClient(table, chance, clock)
    source = EventSource(shards, chance, clock, lambda: start_process(faulty, table_name, clock))
    ticking = [False]

    def tick() -> None:
        summariser = Summariser(faulty, table_name, clock, retrier(), WorkerPool(1))
        try:
            summariser.fold(Deadline(clock))
        except (ProcessDied, Exception):
            return

    def interlude() -> None:
        if chance.random() < 0.5:
            source.overtake()
        elif ticks and not ticking[0]:
            ticking[0] = True
            tick()
            ticking[0] = False

    faulty.interlude = interlude
    if ticks:
        table.put_item(TableName=table_name, Item=_summarised_until(start - 5 * MINUTE_MS))
    while not source.done:
        source.step()
        if ticks and chance.random() < _TICK_SHARE:
            tick()
    clock.now = max(clock.now, start + 2 * HOUR_MS + 5 * MINUTE_MS)
    if ticks:
        summariser = Summariser(table, table_name, clock, retrier(), WorkerPool(1))
        report = summariser.fold(Deadline(clock))
        assert report.minutes_behind == 0
        assert report.minutes_lost == 0
    return Scenario(
        shards,
        source,
        RollupReader(table, table_name, retrier(), WorkerPool(1)),
        table,
        table_name,
        clock,
        range(start - MINUTE_MS, start + (minutes + 1) * MINUTE_MS, MINUTE_MS),
    )


def expected_rows(shards: Iterable[Shard]) -> dict[tuple[str, int, str], Counter[str]]:
    """Counters by (shard, minute, family), straight from the events."""
    return {
        (rollup_shard(shard.shard_id), minute, str(family)): admit((), counters)
        for shard in shards
        for (minute, family), counters in tally(shard.events).items()
    }


def expected_minutes(shards: Iterable[Shard]) -> MergedRows:
    """The summaries of minutes, straight from the events."""
    rows = [
        RollupRow(minute, family, shard, counters)
        for (shard, minute, family), counters in expected_rows(shards).items()
    ]
    return {place: keep_largest(counters) for place, counters in merge_rows(rows).items()}


def expected_hours(shards: Iterable[Shard]) -> MergedRows:
    """The summaries of hours, straight from the events."""
    hours: MergedRows = {}
    for (minute, family), counters in expected_minutes(shards).items():
        hour = minute - minute % HOUR_MS
        hours.setdefault((hour, family), Counter()).update(counters)
    return {place: keep_largest(counters) for place, counters in hours.items()}


def expected_rates(shards: Iterable[Shard]) -> dict[tuple[str, str], Counter[str]]:
    """The rate counters of minutes and hours by their keys, straight from the events."""
    rates: dict[tuple[str, str], Counter[str]] = {}
    for event in (event for shard in shards for event in shard.events if event.counted):
        code = counter_code(event)
        minute = event.recorded_at - event.recorded_at % MINUTE_MS
        for key in (
            minute_summary_keys(minute, RATE_COUNTERS),
            hour_summary_keys(minute - minute % HOUR_MS, RATE_COUNTERS),
        ):
            if code in ("S", "D", "P", "X", "K"):
                counters = rates.setdefault(key, Counter())
                counters[f"{code}|{event.configuration_set or ''}"] += 1
    return rates


def totals_by_code(rows: Iterable[tuple[str, Counter[str]]]) -> Counter[tuple[str, str]]:
    """Sums by (family, code), names left out."""
    totals: Counter[tuple[str, str]] = Counter()
    for family, counters in rows:
        for counter, number in counters.items():
            totals[family, counter.partition("|")[0]] += number
    return totals


def _by_hour(minutes: range) -> list[tuple[int, int]]:
    hours: dict[int, list[int]] = {}
    for minute in minutes:
        hours.setdefault(minute - minute % HOUR_MS, []).append(minute)
    return [(of_hour[0], of_hour[-1]) for of_hour in hours.values()]


def _summarised_until(time: int) -> dict[str, Any]:
    minute = minute_start(time)
    return {
        **folded_key(),
        "s": {"N": str(minute)},
        "m": {"N": str(minute)},
        "h": {"N": str(minute - minute % HOUR_MS - HOUR_MS)},
    }
