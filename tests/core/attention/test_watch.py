"""What is read, how often, and what is told of it."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence

import pytest

from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family
from ses_tui.core.attention.history import HOURS_KEPT, WEEK_MS
from ses_tui.core.attention.watch import AttentionControl, watch_attention
from ses_tui.core.errors import TableError
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from tests.core.attention.shop import MONDAY, Incident, Shop

NOW = MONDAY + 34 * HOUR_MS + 20 * MINUTE_MS + 30_000


class CountedShop:
    """Rollups of a shop up to a moment; hours come by the hour where asked for."""

    def __init__(self, until: int, *incidents: Incident) -> None:
        self.until = until
        self.error: Exception | None = None
        self.asked: list[tuple[int, int]] = []
        shop = Shop(seed=2, now=MONDAY + 24 * HOUR_MS, incidents=incidents)
        self._minutes = {
            now: {family: Counter(counters) for family, counters in shop.counters(now).items()}
            for now in range(shop.now, NOW + 30 * MINUTE_MS, MINUTE_MS)
        }

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        self.asked.append((since, until))
        if self.error is not None:
            raise self.error
        pieces = (
            Piece(start, MINUTE_MS, families)
            for start, families in self._minutes.items()
            if since <= start <= until and start < self.until
        )
        return RollupAnswer(tuple(pieces), self.until)

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        raise NotImplementedError


class HeldClock:
    def __init__(self) -> None:
        self.now = NOW

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.now / 1000


class NoWaiting(AttentionControl):
    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(0)


GMAIL = Incident(NOW - 10 * MINUTE_MS - 30_000, "L", 0.5, "4.7.28", "big.test")


async def test_an_incident_under_way_is_found_at_once_with_its_beginning() -> None:
    rollups, control = CountedShop(NOW, GMAIL), NoWaiting()
    updates = watch_attention(rollups, HeldClock(), control)
    update = await anext(updates)
    (spike,) = update.spikes
    assert (spike.subject.group.name, spike.since) == ("big.test 4.7.28", GMAIL.start)
    first, second, third = rollups.asked
    hour = NOW // HOUR_MS * HOUR_MS
    assert first == (hour - (3 + HOURS_KEPT) * HOUR_MS, hour - 3 * HOUR_MS - 1)
    assert second[0] == hour - WEEK_MS - HOUR_MS
    assert third[0] == hour - 3 * HOUR_MS


async def test_later_reads_bring_the_next_minutes_and_those_that_an_error_kept() -> None:
    rollups, clock = CountedShop(NOW + 60 * MINUTE_MS), HeldClock()
    updates = watch_attention(rollups, clock, NoWaiting())
    seen = (await anext(updates)).until
    clock.now += MINUTE_MS
    assert (await anext(updates)).until == seen + MINUTE_MS
    assert rollups.asked[-1] == (seen, clock.now)
    rollups.error = TableError("not allowed")
    clock.now += MINUTE_MS
    assert (await anext(updates)).error == "not allowed"
    rollups.error = None
    clock.now += MINUTE_MS
    assert (await anext(updates)).until == seen + 3 * MINUTE_MS


async def test_every_read_gives_way_to_whoever_waits_for_another() -> None:
    rollups, clock = CountedShop(NOW + 60 * MINUTE_MS), HeldClock()
    asked, way = asyncio.Event(), asyncio.Event()

    async def give_way() -> None:
        asked.set()
        await way.wait()

    updates = watch_attention(rollups, clock, NoWaiting(), give_way)
    first = asyncio.ensure_future(anext(updates))
    await asked.wait()
    assert rollups.asked == []
    way.set()
    await first
    asked.clear()
    clock.now += MINUTE_MS
    await anext(updates)
    assert asked.is_set()


@pytest.mark.parametrize("proven", [False, True])
async def test_minutes_without_counts_are_silence_only_if_something_came_after_them(
    proven: bool,
) -> None:
    rollups, clock, control = CountedShop(NOW - 8 * MINUTE_MS), HeldClock(), NoWaiting()
    if proven:
        control.proven_until = NOW
    update = await anext(watch_attention(rollups, clock, control))
    assert bool(update.silences) == proven
    assert (
        update.until == (NOW if proven else NOW - 9 * MINUTE_MS + 30_000) // MINUTE_MS * MINUTE_MS
    )
