"""Rollups read back from DynamoDB Local, as the recorder writes them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from recorder.model.event import Event
from recorder.model.keys import REPAIRED_SHARD, rollup_keys
from recorder.model.rollup import RATE_FAMILY, Family, minute_start, tally
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.core.errors import TableError
from ses_tui.core.rate_panel import read_panel
from ses_tui.core.rates import RateCounters
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.windows import WINDOWS, window_named
from tests.aws.pages import FlakyTable
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import Recorder, numbered

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@pytest.fixture
def reader(reads: FlakyTable, clock: FrozenClock) -> TableRollupReader:
    return TableRollupReader(reads, clock)


@pytest.fixture
def recorder(table: TestTable, clock: FrozenClock) -> Recorder:
    return Recorder(table.client, clock, table_name=table.name)


def mail(at: int, sends: int = 3, bounces: int = 1, **fields: Any) -> list[Event]:
    fields = {"configuration_set": "orders", "identity": "shop.example", **fields}
    return [make_event("Send", at=at, **fields) for _ in range(sends)] + [
        make_event("Bounce", at=at, bounce_type="Permanent", **fields) for _ in range(bounces)
    ]


def record(
    recorder: Recorder, clock: FrozenClock, events: Iterable[Event], *, shards: int = 1
) -> None:
    """Count events minute by minute, each minute by all shards, at the time they were recorded."""
    now = clock.now
    by_minute: dict[int, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.recorded_at):
        by_minute.setdefault(minute_start(event.recorded_at), []).append(event)
    for minute, of_minute in by_minute.items():
        clock.now = min(now, minute + MINUTE)
        for shard in range(shards):
            part = numbered(of_minute[shard::shards], first=minute)
            if part:
                recorder.write(part, f"shardId-{shard:08d}")
    clock.now = now


def fold(recorder: Recorder, clock: FrozenClock, *, at: int, since: int = NOON - 8 * HOUR) -> None:
    """Summarise everything that is closed at `at` and not older than the hour `since`."""
    recorder.begin_folding(since)
    now, clock.now = clock.now, at
    recorder.fold()
    clock.now = now


def expected(
    events: Iterable[Event], since: int, until: int, families: Iterable[Family] = Family
) -> dict[Family, Counter[str]]:
    """What the recorded events count up to, by themselves."""
    sums: dict[Family, Counter[str]] = {}
    for (minute, family), counters in tally(events).items():
        if minute_start(since) <= minute <= until and family in families:
            sums.setdefault(family, Counter()).update(counters)
    return sums


def sums_of(answer: RollupAnswer) -> dict[Family, Counter[str]]:
    return answer.between(0, NOON + DAY)


async def test_an_empty_table_has_no_rollups(reader: TableRollupReader) -> None:
    answer = await reader.read(NOON - HOUR, NOON)
    assert answer == RollupAnswer((), None)
    assert not answer.any_rollups
    assert await read_panel(reader, window_named("7d"), NOON) is None


@pytest.mark.parametrize("folded_at", [None, NOON - 2 * HOUR, NOON - 7 * MINUTE, NOON])
async def test_sums_are_the_same_wherever_summaries_end(
    reader: TableRollupReader,
    recorder: Recorder,
    clock: FrozenClock,
    folded_at: int | None,
) -> None:
    events = [
        event
        for age in (0, 1, 2, 3, 4, 5, 59, 61, 119, 121, 180, 299, 300, 301)
        for event in mail(NOON - age * MINUTE + 1, sends=age % 4, bounces=age % 3)
    ]
    record(recorder, clock, events, shards=2)
    if folded_at is not None:
        fold(recorder, clock, at=folded_at)
    since = NOON - 5 * HOUR
    for families in (tuple(Family), (RATE_FAMILY,), (Family.TYPE,)):
        for by_hour in (False, True):
            answer = await reader.read(
                since, NOON, families, hourly=tuple(Family) if by_hour else ()
            )
            assert sums_of(answer) == expected(events, since, NOON, families)
            starts = [piece.start for piece in answer.pieces]
            assert starts == sorted(set(starts))
            hours = HOUR in {piece.length for piece in answer.pieces}
            assert hours == (by_hour and folded_at is not None)


@pytest.mark.parametrize("name", ["1h", "6h"])
async def test_a_panel_is_right_and_only_dearer_while_tick_has_stood_still_for_hours(
    reads: FlakyTable,
    reader: TableRollupReader,
    recorder: Recorder,
    clock: FrozenClock,
    name: str,
) -> None:
    events = [
        event
        for age in (0, 1, 4, 14, 15, 31, 59, 60, 119, 121, 239, 241, 359, 360, 430)
        for event in mail(NOON - age * MINUTE + 1, sends=300 + age, bounces=5 + age % 3)
    ]
    record(recorder, clock, events)
    fold(recorder, clock, at=NOON - 4 * HOUR)
    window = window_named(name)
    begun = reads.calls
    stopped = await read_panel(reader, window, NOON)
    cost = reads.calls - begun
    true = RateCounters()
    true.add(event for event in events if event.recorded_at >= window.start(NOON))
    assert stopped is not None
    assert stopped.estimate == true.estimate()
    assert len(stopped.bounce_series) > 0
    fold(recorder, clock, at=NOON)
    begun = reads.calls
    assert await read_panel(reader, window, NOON) == stopped
    assert reads.calls - begun < cost


def rates_in(counters: dict[Family, Counter[str]]) -> Counter[str]:
    """What rates are made of, without the zeros of summaries."""
    return +counters.get(RATE_FAMILY, Counter())


@pytest.mark.parametrize(
    ("folded_at", "rated_since"),
    [
        (None, None),
        (NOON - 2 * HOUR, NOON - 3 * HOUR),
        (NOON - 7 * MINUTE, 0),
        (NOON - 7 * MINUTE, NOON - 3 * HOUR),
        (NOON, None),
        (NOON, NOON + HOUR),
    ],
)
async def test_rates_are_the_same_whatever_they_are_read_from(
    reader: TableRollupReader,
    recorder: Recorder,
    clock: FrozenClock,
    folded_at: int | None,
    rated_since: int | None,
) -> None:
    events = [
        event
        for age in (0, 1, 2, 3, 59, 61, 119, 121, 149, 150, 151, 180, 239, 240, 299, 300, 301)
        for event in mail(NOON - age * MINUTE + 1, sends=age % 4, bounces=age % 3)
    ]
    events += [make_event("Open", at=NOON - 70 * MINUTE), make_event("Complaint", at=NOON)]
    record(recorder, clock, events, shards=2)
    if folded_at is not None:
        fold(recorder, clock, at=folded_at)
        recorder.begin_rates(rated_since)
    since, middle = NOON - 5 * HOUR, NOON - 150 * MINUTE
    for by_hour in (False, True):
        answer = await reader.read_rates([since, middle], NOON, by_hour=by_hour)
        for begin, end in ((since, middle), (middle, NOON + MINUTE)):
            found, wanted = answer.between(begin, end), expected(events, begin, end - 1)
            assert rates_in(found) == rates_in(wanted)
        starts = [piece.start for piece in answer.pieces]
        assert starts == sorted(set(starts))
        assert all(p.start >= middle or p.start + p.length <= middle for p in answer.pieces)
        hours = HOUR in {piece.length for piece in answer.pieces}
        assert hours == (by_hour and folded_at is not None)


async def test_rates_before_their_own_rows_come_from_the_summaries_of_sets(
    reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    record(recorder, clock, mail(NOON - 30 * HOUR, 4, 2))
    fold(recorder, clock, at=NOON, since=NOON - 31 * HOUR)
    recorder.begin_rates(NOON - 2 * HOUR)
    recorder.forget_rates()
    panel = await read_panel(reader, window_named("7d"), NOON)
    assert panel is not None
    assert (panel.estimate.bounces, panel.estimate.denominator) == (2, 4)
    recorder.begin_rates(0)
    assert (await read_panel(reader, window_named("7d"), NOON)).estimate.bounces == 0  # type: ignore[union-attr]


async def test_a_stretch_ends_and_begins_on_its_minutes(
    reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    events = [event for age in range(0, 420, 7) for event in mail(NOON - age * MINUTE, 1, 0)]
    record(recorder, clock, events)
    fold(recorder, clock, at=NOON)
    since, until = NOON - 400 * MINUTE + 59_999, NOON - 17 * MINUTE
    for by_hour in (False, True):
        answer = await reader.read(
            since, until, [RATE_FAMILY], hourly=tuple(Family) if by_hour else ()
        )
        assert sums_of(answer) == expected(events, since, until, [RATE_FAMILY])
        assert answer.summarised_until == NOON - MINUTE


async def test_a_repaired_row_replaces_those_of_all_shards(
    reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    record(recorder, clock, mail(NOON - MINUTE, 4, 2), shards=2)
    recorder.repair(NOON - MINUTE, Family.TYPE, S=10)
    for families in (tuple(Family), (Family.TYPE,)):
        sums = sums_of(await reader.read(NOON - HOUR, NOON, families))
        assert sums[Family.TYPE] == Counter({"S|": 10})
    partition, sort_key = rollup_keys(NOON - MINUTE, Family.TYPE, REPAIRED_SHARD)
    assert recorder.item((partition, sort_key))


async def test_a_family_of_a_later_version_is_left_alone(
    reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    record(recorder, clock, mail(NOON))
    recorder.repair(NOON, "cx", S=10)
    sums = sums_of(await reader.read(NOON, NOON))
    assert sums == expected(mail(NOON), NOON, NOON) | {
        family: sums[family] for family in (Family.DOMAIN, Family.DOMAIN_PROBLEM)
    }


async def test_rows_that_must_have_expired_are_not_read(
    reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    record(recorder, clock, [*mail(NOON - 3 * DAY - MINUTE), *mail(NOON - 3 * DAY)])
    answer = await reader.read(NOON - 7 * DAY, NOON, hourly=tuple(Family))
    assert [piece.start for piece in answer.pieces] == [NOON - 3 * DAY]


async def test_the_first_error_ends_the_read(reads: FlakyTable, reader: TableRollupReader) -> None:
    reads.fails = lambda number: number > 3
    with pytest.raises(TableError, match="the line went dead"):
        await reader.read(NOON - 6 * HOUR, NOON)


@pytest.mark.parametrize("window", WINDOWS[2::3], ids=lambda window: window.label)
async def test_requests_of_a_panel_depend_on_neither_shards_nor_traffic(
    reads: FlakyTable,
    reader: TableRollupReader,
    recorder: Recorder,
    clock: FrozenClock,
    window: Any,
) -> None:
    quiet = mail(NOON - 4 * HOUR, 1, 0)
    record(recorder, clock, quiet)
    fold(recorder, clock, at=NOON)
    await read_panel(reader, window, NOON)
    of_quiet, reads.calls = reads.calls, 0

    busy = [event for age in range(2) for event in mail(NOON - age * MINUTE, 80, 20)]
    record(recorder, clock, busy, shards=10)
    panel = await read_panel(reader, window, NOON)
    assert reads.calls == of_quiet <= 60
    assert panel is not None
    assert panel.estimate.bounces == 40
    assert panel.estimate.denominator == 160 + (window.length > 4 * HOUR)


async def test_a_week_is_opened_by_days(
    reads: FlakyTable, reader: TableRollupReader, recorder: Recorder, clock: FrozenClock
) -> None:
    record(recorder, clock, mail(NOON - 2 * DAY))
    fold(recorder, clock, at=NOON, since=NOON - 2 * DAY)
    await reader.read(NOON - 7 * DAY, NOON, [RATE_FAMILY], hourly=tuple(Family))
    progress, days, part_of_first_hour, open_hours = 1, 8, 1, 2
    assert reads.calls == progress + days + part_of_first_hour + open_hours

    reads.calls = 0
    assert await read_panel(reader, window_named("7d"), NOON) is not None
    month, days_of_minutes = 1, 3
    assert reads.calls == progress + month + days_of_minutes + open_hours
