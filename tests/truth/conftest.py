"""The day, played once for all tests of this folder, and what readers saw of it on the way."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from recorder.model.event import Event
from recorder.model.rollup import Family
from ses_tui.aws.connection import open_connection
from ses_tui.core.rate_report import FamilyCounters
from ses_tui.core.windows import HOURLY_FROM, WINDOWS
from tests.aws.pages import options_of
from tests.engine import TestTable, fresh_table
from tests.events import FrozenClock
from tests.truth.day import (
    DAY_START,
    END,
    EVENING,
    HOUR,
    MINUTE,
    STORM,
    Day,
    last_month,
    plan_day,
)
from tests.truth.pipeline import Pipeline, seconds_past

IN_THE_STORM = STORM[0] + 9 * MINUTE + 58_000
IN_THE_EVENING = EVENING + 10_000
MOMENTS = (IN_THE_STORM, IN_THE_EVENING, END)
"""When somebody looks."""

Readings = dict[str, FamilyCounters]
"""By the label of the window."""


@dataclass
class PlayedDay:
    """A day that is over."""

    plan: Day = field(repr=False)
    pipeline: Pipeline = field(repr=False)
    readings: dict[int, Readings] = field(default_factory=dict, repr=False)
    """What a reader that was just opened saw at each of `MOMENTS`."""
    events: list[Event] = field(default_factory=list, repr=False)
    """Everything that a live feed showed which ran all along."""
    backfilled: int = 0
    readings_after_backfill: Readings = field(default_factory=dict, repr=False)


@pytest.fixture(scope="package")
def played(engine_url: str) -> Iterator[PlayedDay]:
    """The day on a table of DynamoDB Local."""
    with fresh_table(engine_url) as table:
        yield asyncio.run(_play(table))


async def _play(table: TestTable) -> PlayedDay:
    clock = FrozenClock(DAY_START)
    played = PlayedDay(plan_day(), Pipeline(table, clock, shard_splits_at=DAY_START + 12 * HOUR))
    pipeline, payloads = played.pipeline, played.plan.payloads
    hours = range(DAY_START, END, HOUR)
    minutes = (*STORM[::MINUTE], *range(END - END % MINUTE - 12 * MINUTE, END, MINUTE))
    ticks = seconds_past([*hours, *minutes])
    connection = await open_connection(options_of(table), clock)
    feed = connection.source
    await feed.start(0)
    for moment in sorted({*payloads, *ticks, *MOMENTS}):
        clock.now = max(clock.now, moment)
        if moment in payloads:
            pipeline.record(payloads[moment])
            played.events += (await feed.poll()).events
        if moment in ticks:
            pipeline.tick()
        if moment in MOMENTS:
            played.readings[moment] = await _read_all(table, clock)
    await connection.close()
    played.backfilled = pipeline.backfill(last_month())
    played.readings_after_backfill = await _read_all(table, clock)
    return played


async def _read_all(table: TestTable, clock: FrozenClock) -> Readings:
    """Every window as a newly opened reader sees it."""
    readings: Readings = {}
    connection = await open_connection(options_of(table), clock)
    now = clock.now_ms()
    for window in WINDOWS:
        since = window.start(now)
        hourly = tuple(Family) if window.length >= HOURLY_FROM else ()
        answer = await connection.rollups.read(since, now, hourly=hourly)
        readings[window.label] = answer.between(since, now)
    await connection.close()
    return readings
