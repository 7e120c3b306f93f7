"""Reading the report of the chosen window for as long as somebody looks at it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.errors import SesTuiError
from ses_tui.core.follow_rates import RateControl, seconds_between_reads
from ses_tui.core.health.behind import problems_query
from ses_tui.core.health.comparison import THENS, Then
from ses_tui.core.health.kept_counters import KeptCounters
from ses_tui.core.health.patterns import Diagnostics, PatternCount
from ses_tui.core.health.report import HealthReport, read_then, report_of
from ses_tui.core.query import Query
from ses_tui.core.slices import REST_SECONDS
from ses_tui.core.source import EventSearch, RollupReader
from ses_tui.core.windows import Window

NEWEST_PROBLEMS: Final = 2_000
"""So many problems are looked at for patterns."""
_EVENTS_A_SLICE: Final = 40
_SECONDS_AFTER_ERROR: Final = 10.0
_LEAST_SECONDS_BETWEEN_THENS: Final = 60.0
_THENS_A_WINDOW: Final = 100
"""The past is read again when the window has moved on by this part of its length."""


@dataclass(frozen=True, slots=True)
class HealthUpdate:
    """What one read brought, or why it failed; immutable, so that it can go to any screen."""

    report: HealthReport | None = None
    """`None` where the read failed, or the table has no rollups at all."""
    error: str | None = None
    whole: bool = True
    """Whether nothing more of this read is to come."""


@dataclass(slots=True)
class _Before:
    """What a window is compared with, as it was read last."""

    window: Window
    read_at: float
    thens: tuple[Then, ...] = ()


class HealthMemory:
    """What was read and need not be read again yet; outlasts the readings themselves."""

    def __init__(self, rollups: RollupReader, clock: Clock) -> None:
        self.rollups = rollups
        self.clock = clock
        self.counters = KeptCounters(rollups, clock)
        self.before: _Before | None = None

    def forget(self) -> None:
        """Read everything anew."""
        self.counters.forget()
        self.before = None


async def follow_health(
    memory: HealthMemory, control: RateControl
) -> AsyncGenerator[HealthUpdate, None]:
    """One read after the other, for ever; while no event comes, one a minute.

    The window itself comes first, and then what it is compared with, which is kept for a while.
    """
    clock = memory.clock
    while True:
        window, now = control.window, clock.now_ms()
        seconds = seconds_between_reads(window)
        control.news, control.reading = False, True
        if memory.before is not None and memory.before.window != window:
            memory.before = None
        try:
            thens = memory.before.thens if memory.before else ()
            answer = await memory.counters.read(window, now)
            report = report_of(window, now, answer, thens) if answer.any_rollups else None
            if report is not None and _is_old(memory.before, clock.monotonic()):
                yield HealthUpdate(report, whole=False)
                thens = await _read_thens(memory.rollups, window, now)
                memory.before = _Before(window, clock.monotonic(), thens)
                report = replace(report, thens=thens)
        except SesTuiError as error:
            control.reading = False
            yield HealthUpdate(error=str(error))
            seconds = _SECONDS_AFTER_ERROR
            control.note_news()
        else:
            control.reading = False
            yield HealthUpdate(report)
        await control.wait_for_reason(seconds)


async def read_diagnostics(search: EventSearch, window: Window, clock: Clock) -> Diagnostics:
    """Patterns of the newest `NEWEST_PROBLEMS` problems of the window. Raises `SesTuiError`."""
    now = clock.now_ms()
    since = window.start(now)
    until = since + window.length
    plan = await search.plan(Query.parse(problems_query(since, until), now_ms=now))
    count = PatternCount()
    async for batch in search.run(plan, limit=NEWEST_PROBLEMS):
        if batch.done:
            for start in range(0, len(batch.events), _EVENTS_A_SLICE):
                count.add(batch.events[start : start + _EVENTS_A_SLICE])
                await asyncio.sleep(REST_SECONDS)
            count.more = batch.more
    return count.result(now, since, until)


async def _read_thens(rollups: RollupReader, window: Window, now: int) -> tuple[Then, ...]:
    return tuple(
        await asyncio.gather(*(read_then(rollups, window, now, ago, label) for label, ago in THENS))
    )


def _is_old(before: _Before | None, instant: float) -> bool:
    if before is None:
        return True
    lasts = max(_LEAST_SECONDS_BETWEEN_THENS, before.window.length / 1000 / _THENS_A_WINDOW)
    return instant - before.read_at >= lasts
