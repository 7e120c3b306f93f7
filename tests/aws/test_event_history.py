"""Stretches of the past out of feed pages: whole, bounded, wherever their pages are."""

import random
from collections.abc import Sequence

import pytest

from recorder.model.event import Event
from ses_tui.aws.event_history import LATE_MS, TableEventHistory
from ses_tui.core.errors import TableError
from ses_tui.core.source import LoadedEvents
from tests.aws.fake_table import FakeTable
from tests.aws.pages import FlakyTable, set_lanes, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@pytest.fixture
def fake(clock: FrozenClock) -> FakeTable:
    return FakeTable(clock)


@pytest.fixture
def history(fake: FakeTable, clock: FrozenClock) -> TableEventHistory:
    return TableEventHistory(fake, clock)


def in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: (event.recorded_at, event.event_id)))


def put_each(fake: FakeTable, events: Sequence[Event], delay: int = 0) -> None:
    for event in events:
        fake.put_page([event], at=event.recorded_at + delay)


def assert_whole(loaded: LoadedEvents, events: Sequence[Event]) -> None:
    """The stretch holds every event that was recorded in it."""
    inside = [e for e in events if loaded.since <= e.recorded_at < loaded.until]
    assert loaded.events == in_order(inside)


async def test_a_table_without_pages_is_at_its_end(history: TableEventHistory) -> None:
    assert await history.read_before(NOON, 10) == LoadedEvents((), 0, NOON, at_end=True)
    after = await history.read_after(NOON - DAY, NOON, 10)
    assert after == LoadedEvents((), NOON - DAY, NOON, at_end=True)


async def test_going_back_gives_every_event_once_and_ends(
    fake: FakeTable, history: TableEventHistory
) -> None:
    events = [make_event(at=NOON - i * i * 7 * SECOND - SECOND) for i in range(300)]
    put_each(fake, events, delay=400)
    before, found = NOON, 0
    for _ in range(40):
        loaded = await history.read_before(before, 20)
        assert loaded.until == before
        assert loaded.since < before
        assert_whole(loaded, events)
        found += len(loaded.events)
        before = loaded.since
        if loaded.at_end:
            break
    assert loaded.at_end
    assert found == len(events)


async def test_going_forward_gives_every_event_once_and_ends(
    fake: FakeTable, history: TableEventHistory
) -> None:
    events = [make_event(at=NOON - DAY + i * i * SECOND) for i in range(200)]
    put_each(fake, events, delay=400)
    since, found = NOON - 2 * DAY, 0
    while since < NOON:
        loaded = await history.read_after(since, NOON, 20)
        assert loaded.since == since
        assert since < loaded.until <= NOON
        assert_whole(loaded, events)
        found += len(loaded.events)
        since = loaded.until
        assert loaded.at_end == (since == NOON)
    assert found == len(events)


async def test_only_what_is_asked_for_is_given_and_there_is_more_behind(
    fake: FakeTable, history: TableEventHistory
) -> None:
    events = [make_event(at=NOON - HOUR + i * SECOND) for i in range(100)]
    put_each(fake, events)
    middle = events[50].recorded_at
    loaded = await history.read_after(middle, middle + 10 * SECOND, 1_000)
    assert loaded.events == tuple(events[50:60])
    assert (loaded.until, loaded.at_end) == (middle + 10 * SECOND, False)
    before = await history.read_before(middle, 5)
    assert_whole(before, events)
    assert 5 <= len(before.events) < 50
    assert not before.at_end


async def test_silent_months_are_crossed_and_the_end_is_found(
    fake: FakeTable, history: TableEventHistory
) -> None:
    old = make_event(at=NOON - 200 * DAY)
    put_each(fake, [old], delay=1)
    loaded = await history.read_before(NOON, 10)
    assert loaded.events == (old,)
    assert loaded.at_end
    forward = await history.read_after(NOON - 300 * DAY, NOON, 10)
    assert forward.events == (old,)
    assert fake.items_given < 20


@pytest.mark.parametrize("delay", [10 * MINUTE, 3 * HOUR, 23 * HOUR])
async def test_a_consumer_that_stood_still_hides_nothing(
    fake: FakeTable, history: TableEventHistory, delay: int
) -> None:
    """It wrote no page for a while, and then all that had gathered."""
    begin = NOON - 2 * DAY
    events = [make_event(at=begin + i * MINUTE) for i in range(60)]
    for i in range(0, 60, 10):
        fake.put_page(events[i : i + 10], at=begin + HOUR + delay + i * SECOND)
    later = [make_event(at=begin + HOUR + delay + i * MINUTE) for i in range(1, 60)]
    put_each(fake, later, delay=SECOND)
    for loaded in (
        await history.read_before(begin + 30 * MINUTE, 20),
        await history.read_before(begin + HOUR, 20),
        await history.read_after(begin, begin + 30 * MINUTE, 500),
    ):
        assert loaded.events
        assert_whole(loaded, [*events, *later])


async def test_a_consumer_that_runs_late_all_the_time_hides_nothing(
    fake: FakeTable, history: TableEventHistory
) -> None:
    begin = NOON - DAY
    events = [make_event(at=begin + i * 30 * SECOND) for i in range(240)]
    for i, event in enumerate(events):
        fake.put_page([event], at=event.recorded_at + min(i, 200) * 10 * SECOND)
    assert events[-1].recorded_at - begin > 4 * LATE_MS
    for before in (begin + HOUR, begin + 90 * MINUTE):
        assert_whole(await history.read_before(before, 30), events)
    loaded = await history.read_after(begin, begin + HOUR, 1_000)
    assert len(loaded.events) == 120


async def test_repeated_repaired_and_early_pages(
    fake: FakeTable, history: TableEventHistory
) -> None:
    begin = NOON - 5 * HOUR
    events = [make_event(at=begin + i * MINUTE) for i in range(50)]
    # A repair files a stretch of events under the newest of them.
    for i in range(0, 50, 5):
        fake.put_page(events[i : i + 5], at=events[i + 4].recorded_at, shard="repair")
    put_each(fake, events[::2], delay=SECOND)
    early = make_event(at=begin + 10 * MINUTE + 500)
    fake.put_page([early], at=begin + 10 * MINUTE - 20 * SECOND)
    loaded = await history.read_after(begin + 10 * MINUTE, begin + 20 * MINUTE, 100)
    assert loaded.events == in_order([*events[10:20], early])
    assert_whole(await history.read_before(begin + 11 * MINUTE, 3), [*events, early])


async def test_a_stretch_that_holds_too_much_is_made_shorter(
    fake: FakeTable, history: TableEventHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.aws.event_history._LEAST_LIMIT", 100)
    begin = NOON - DAY
    events = [make_event(at=begin + i * SECOND) for i in range(3_600)]
    # All of an hour came at once, an hour late: by pages alone nothing tells how dense it is.
    for i in range(0, 3_600, 50):
        fake.put_page(events[i : i + 50], at=begin + 2 * HOUR + i)
    put_each(fake, [make_event(at=begin - HOUR)])
    back = await history.read_before(begin + HOUR, 20)
    assert_whole(back, events)
    assert 0 < len(back.events) <= 100
    forward = await history.read_after(begin, begin + 2 * HOUR, 20)
    assert_whole(forward, events)
    assert 0 < len(forward.events) <= 100
    same_moment = [make_event(at=NOON - HOUR) for _ in range(300)]
    fake.put_page(same_moment, at=NOON - HOUR)
    assert len((await history.read_before(NOON - HOUR + 1, 1)).events) == 300


async def test_unreadable_and_expired_pages_cost_nothing_but_themselves(
    fake: FakeTable, history: TableEventHistory
) -> None:
    events = [make_event(at=NOON - HOUR + i * SECOND) for i in range(3)]
    put_each(fake, events)
    fake.put_page([make_event(at=NOON - HOUR)] * 4, at=NOON - HOUR, body=b"no page", shard="b")
    fake.put_page([make_event(at=NOON - HOUR)], at=NOON - HOUR + 1, x={"N": str(NOON // 1000)})
    fake.put("F#20261123#0", "zzz", z={"B": b"?"})
    loaded = await history.read_before(NOON, 100)
    assert loaded.events == tuple(events)
    assert loaded.events_unreadable == 4


async def test_errors_are_raised_and_the_next_read_is_whole(
    fake: FakeTable, history: TableEventHistory
) -> None:
    events = [make_event(at=NOON - HOUR + i * SECOND) for i in range(30)]
    put_each(fake, events)
    fake.fails = lambda call: call == 4
    with pytest.raises(TableError):
        await history.read_before(NOON, 10)
    assert_whole(await history.read_before(NOON, 10), events)


async def test_dynamodb_gives_the_same_over_lanes_and_days(
    table: TestTable, reads: FlakyTable, clock: FrozenClock
) -> None:
    set_lanes(table, d20261101=1, d20261123=3)
    chance = random.Random(5)
    midnight = NOON - 12 * HOUR
    events: list[Event] = []
    for minute in range(-40, 60, 2):
        at = midnight + minute * MINUTE
        page = [make_event(at=at + chance.randrange(MINUTE)) for _ in range(3)]
        written = at + MINUTE + chance.choice([0, 2 * SECOND, 4 * MINUTE])
        lane = chance.randrange(3) if written >= midnight else 0
        write_page(table, page, at=written, lane=lane)
        events += page
    history = TableEventHistory(reads, clock)
    back = await history.read_before(midnight + 20 * MINUTE, 60)
    assert_whole(back, events)
    assert len(back.events) >= 40
    assert back.since < midnight
    forward = await history.read_after(midnight - 20 * MINUTE, midnight + 20 * MINUTE, 1_000)
    assert_whole(forward, events)
    assert (forward.until, forward.at_end) == (midnight + 20 * MINUTE, False)
    everything = await history.read_before(NOON, 1_000)
    assert everything.events == in_order(events)
    assert everything.at_end
