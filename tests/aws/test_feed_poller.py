"""The live feed against pages written by hand into DynamoDB Local."""

import random
from collections.abc import Sequence

import pytest

from recorder.model.event import Event
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.core.errors import TableError
from ses_tui.core.source import FeedBatch, Gap, GapReason
from ses_tui.core.store import EventStore
from tests.aws.pages import FlakyTable, set_lanes, write_heartbeat, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MIDNIGHT = NOON + 12 * HOUR


@pytest.fixture
def poller(reads: FlakyTable, clock: FrozenClock) -> FeedPoller:
    return FeedPoller(reads, clock, "test")


def ids(events: Sequence[Event]) -> list[str]:
    return [event.event_id for event in events]


def ids_of(batch: FeedBatch) -> list[str]:
    return ids(batch.events)


async def test_start_brings_the_newest_events_in_order(
    table: TestTable, poller: FeedPoller
) -> None:
    events = [make_event(at=NOON - 30 * MINUTE + i * SECOND) for i in range(30)]
    for i in range(0, 30, 10):
        write_page(table, events[i : i + 10], at=events[i + 9].recorded_at)
    batch = await poller.start(15)
    assert batch.events == tuple(events[-15:])
    assert batch.read_at == NOON
    assert (await poller.poll()).events == ()


async def test_start_looks_back_over_days(table: TestTable, poller: FeedPoller) -> None:
    old = [make_event(at=NOON - day * DAY) for day in (9, 6, 3)]
    for event in old:
        write_page(table, [event], at=event.recorded_at)
    assert ids_of(await poller.start(100)) == ids(old[1:])


async def test_start_looks_past_many_heartbeats_with_few_requests(
    table: TestTable, poller: FeedPoller, reads: FlakyTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.aws.feed_history.ITEMS_A_QUERY", 10)
    set_lanes(table, d20261101=2)
    for minute in range(300):
        at = NOON - minute * MINUTE
        write_page(table, [], at=at, heartbeats=[at])
    old = [make_event(at=NOON - 13 * HOUR + i) for i in range(3)]
    write_page(table, old, at=old[-1].recorded_at, lane=1)
    batch = await poller.start(1_000)
    assert ids_of(batch) == ids(old)
    assert batch.paged_heartbeat == NOON
    configuration, baselines, days, lanes, doublings = 1, 4, 8, 2, 5
    assert reads.calls <= configuration + baselines + days * lanes + doublings
    assert (await poller.poll()).events == ()


async def test_start_reads_no_more_pages_than_it_can_use(
    table: TestTable, poller: FeedPoller, reads: FlakyTable
) -> None:
    for i in range(60):
        write_page(table, [make_event(at=NOON - i * SECOND)], at=NOON - i * SECOND)
    await poller.start(0)
    for_the_baseline = reads.items_looked_at
    assert len((await poller.start(10)).events) == 10
    assert reads.items_looked_at - 2 * for_the_baseline <= 30


async def test_start_reads_every_lane_back_to_the_same_moment(
    table: TestTable, poller: FeedPoller
) -> None:
    set_lanes(table, d20261101=2)
    dense = [make_event(at=NOON - HOUR + i * SECOND) for i in range(300)]
    for event in dense:
        write_page(table, [event], at=event.recorded_at, lane=0)
    sparse = [make_event(at=NOON - 2 * HOUR), make_event(at=NOON - HOUR + 250 * SECOND)]
    for event in sparse:
        write_page(table, [event], at=event.recorded_at, lane=1)
    batch = await poller.start(60)
    expected = sorted([*dense, *sparse], key=lambda event: event.recorded_at)[-60:]
    assert {event.event_id for event in batch.events} == {event.event_id for event in expected}


async def test_nothing_from_before_the_start_comes_later_as_news(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    for i in range(50):
        at = NOON - 50 * SECOND + i * SECOND
        write_page(table, [make_event(at=at)], at=at)
    assert (await poller.start(0)).events == ()
    for _ in range(4):
        clock.advance(20 * SECOND)
        assert (await poller.poll()).events == ()


async def test_poll_brings_what_is_new_once(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(100)
    first, second = make_event(at=NOON + 10), make_event(at=NOON + 20)
    write_page(table, [second, first], at=NOON + 900)
    clock.advance(2 * SECOND)
    assert ids_of(await poller.poll()) == ids([first, second])
    for _ in range(3):
        clock.advance(20 * SECOND)
        assert (await poller.poll()).events == ()


async def test_a_page_written_again_brings_nothing(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(100)
    events = [make_event(at=NOON + i) for i in range(3)]
    write_page(table, events, at=NOON + SECOND)
    clock.advance(2 * SECOND)
    await poller.poll()
    extra = make_event(at=NOON + 5)
    write_page(table, [*events, extra], at=NOON + 2 * SECOND)
    assert ids_of(await poller.poll()) == [extra.event_id]


async def test_a_page_inside_the_overlap_is_seen_by_the_next_poll(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    write_page(table, [make_event()], at=NOON + 5 * SECOND)
    clock.advance(6 * SECOND)
    await poller.poll()
    late = make_event()
    write_page(table, [late], at=NOON + 2 * SECOND + 1, shard="shardId-2")
    assert ids_of(await poller.poll()) == [late.event_id]


async def test_a_page_up_to_a_minute_late_is_seen_by_the_sweep(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    clock.advance(60 * SECOND)
    write_page(table, [make_event()], at=clock.now)
    await poller.poll()
    late = make_event()
    write_page(table, [late], at=NOON + 5 * SECOND, shard="shardId-2")
    assert (await poller.poll()).events == ()
    clock.advance(20 * SECOND)
    assert ids_of(await poller.poll()) == [late.event_id]


async def test_yesterdays_bucket_is_read_after_midnight(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    clock.now = MIDNIGHT - 2 * SECOND
    await poller.start(0)
    before, after = make_event(), make_event()
    write_page(table, [after], at=MIDNIGHT + SECOND)
    clock.now = MIDNIGHT + 2 * SECOND
    assert ids_of(await poller.poll()) == [after.event_id]
    write_page(table, [before], at=MIDNIGHT - SECOND, shard="shardId-2")
    assert ids_of(await poller.poll()) == [before.event_id]
    much_later = make_event()
    write_page(table, [much_later], at=MIDNIGHT - 50 * SECOND, shard="shardId-3")
    clock.now = MIDNIGHT + 20 * SECOND
    assert ids_of(await poller.poll()) == [much_later.event_id]


async def test_a_gap_of_days_is_filled(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    missed = [make_event(at=NOON + offset) for offset in (HOUR, DAY, DAY + HOUR, 3 * DAY)]
    for event in missed:
        write_page(table, [event], at=event.recorded_at)
    clock.advance(3 * DAY + SECOND)
    assert ids_of(await poller.poll()) == ids(missed)


async def test_a_reader_whose_clock_is_slow_sees_the_present(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    clock.now = MIDNIGHT - 5 * MINUTE
    await poller.start(0)
    event = make_event()
    write_page(table, [event], at=MIDNIGHT + MINUTE)
    assert ids_of(await poller.poll()) == [event.event_id]


async def test_a_writer_from_the_future_hides_nobody(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    write_page(table, [make_event()], at=NOON + 10 * MINUTE)
    await poller.start(0)
    write_page(table, [make_event()], at=NOON + 11 * MINUTE)
    await poller.poll()
    event = make_event()
    write_page(table, [event], at=NOON + SECOND, shard="shardId-2")
    clock.advance(20 * SECOND)
    assert ids_of(await poller.poll()) == [event.event_id]


async def test_all_lanes_are_read_and_new_ones_found(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    set_lanes(table, d20261101=2)
    await poller.start(0)
    first = [make_event(at=NOON + lane) for lane in range(2)]
    for lane, event in enumerate(first):
        write_page(table, [event], at=NOON + SECOND, lane=lane)
    clock.advance(2 * SECOND)
    assert ids_of(await poller.poll()) == ids(first)
    set_lanes(table, d20261101=2, d20261123=4)
    grown = [make_event(at=NOON + 2 * SECOND + lane) for lane in range(4)]
    for lane, event in enumerate(grown):
        write_page(table, [event], at=NOON + 3 * SECOND, lane=lane)
    clock.advance(2 * SECOND)
    assert ids_of(await poller.poll()) == ids(grown[:2])
    clock.advance(30 * SECOND)
    assert ids_of(await poller.poll()) == ids(grown[2:])


async def test_pages_over_a_megabyte_together_are_all_read(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    noise = random.Random(7)
    events = [make_event(diagnostic=noise.randbytes(120_000).hex(), at=NOON + i) for i in range(24)]
    for i, event in enumerate(events):
        write_page(table, [event], at=NOON + SECOND + i)
    clock.advance(2 * SECOND)
    assert ids_of(await poller.poll()) == ids(events)


async def test_a_long_backlog_begins_with_the_newest_and_leaves_a_gap_that_is_filled(
    table: TestTable,
    poller: FeedPoller,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_POLL", 100_000)
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_SLICE", 100_000)
    await poller.start(0)
    events = [make_event(at=NOON + i * SECOND) for i in range(600)]
    for event in events:
        write_page(table, [event], at=event.recorded_at)
    clock.advance(600 * SECOND)
    first = await poller.poll()
    assert first.events == tuple(events[-len(first.events) :])
    assert 0 < len(first.events) < len(events)
    assert first.gaps == (Gap(NOON - 15 * MINUTE, first.events[0].recorded_at),)
    fresh = make_event(at=clock.now)
    write_page(table, [fresh], at=clock.now)
    second = await poller.poll()
    assert second.events[-1] == fresh
    assert second.events[-2].recorded_at == first.events[0].recorded_at - SECOND
    assert second.gaps == (Gap(NOON - 15 * MINUTE, second.events[0].recorded_at),)
    rest = [await poller.poll() for _ in range(3)]
    read = sorted(id for batch in (first, second, *rest) for id in ids_of(batch))
    assert read == sorted(ids([*events, fresh]))
    assert rest[-1].gaps == ()


async def test_of_a_gap_only_what_there_is_room_for_is_filled(
    table: TestTable,
    poller: FeedPoller,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_POLL", 100_000)
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_SLICE", 10_000)
    await poller.start(0)
    events = [make_event(at=NOON + i * SECOND) for i in range(300)]
    for event in events:
        write_page(table, [event], at=event.recorded_at)
    clock.advance(300 * SECOND)
    batches = [await poller.poll()]
    oldest = batches[0].events[0].recorded_at
    assert oldest > NOON + 60 * SECOND
    poller.fill_gaps_since(oldest - 40 * SECOND)
    while batches[-1].gaps:
        batches.append(await poller.poll())
    read = {event.recorded_at for batch in batches for event in batch.events}
    assert len(batches) > 2
    assert min(read) <= oldest - 40 * SECOND
    assert min(read) >= oldest - 44 * SECOND


async def test_what_the_reader_let_go_of_is_forgotten_and_taken_in_by_nobody(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    store = EventStore(capacity=10)
    events = [make_event(at=NOON + i * SECOND) for i in range(30)]
    for first in range(0, 30, 10):
        write_page(table, events[first : first + 10], at=NOON + (first + 10) * SECOND)
        clock.advance(10 * SECOND)
        store.add((await poller.poll()).events)
    assert store.live_since is not None
    poller.fill_gaps_since(store.live_since)
    write_page(table, [events[0], events[-1]], at=clock.now)
    clock.advance(2 * SECOND)
    again = await poller.poll()
    assert ids_of(again) == [events[0].event_id]
    assert store.add(again.events).added == ()


async def test_what_cannot_be_decoded_is_counted_once_and_costs_nothing_else(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    event = make_event()
    write_page(table, [make_event(), make_event()], at=NOON + 10, body=b"no page")
    write_page(table, [make_event(recorded_at=None)], at=NOON + 20)
    write_page(table, [event], at=NOON + 30)
    clock.advance(2 * SECOND)
    batch = await poller.poll()
    assert ids_of(batch) == [event.event_id]
    assert batch.events_unreadable == 3
    clock.advance(20 * SECOND)
    again = await poller.poll()
    assert again.events_unreadable == 0
    unreadable = [(gap.since, gap.until) for gap in again.gaps]
    assert unreadable == [(NOON, NOON + 1), (NOON + 20, NOON + 21)]
    assert {gap.reason for gap in again.gaps} == {GapReason.UNREADABLE}


async def test_start_brings_no_stretch_with_a_hole(table: TestTable, poller: FeedPoller) -> None:
    """A late page holds old events, too, whose neighbours are in pages that were not read."""
    old = [make_event(at=NOON - 2 * HOUR + i * SECOND) for i in range(20)]
    for event in old[:10]:
        write_page(table, [event], at=event.recorded_at)
    recent = [make_event(at=NOON - HOUR + i * SECOND) for i in range(250)]
    for event in recent:
        write_page(table, [event], at=event.recorded_at)
    write_page(table, old[10:], at=NOON - MINUTE, shard="shardId-2")
    batch = await poller.start(200)
    assert set(batch.events) <= set(recent)
    first = recent.index(batch.events[0])
    assert batch.events == tuple(recent[first:])


async def test_items_that_are_no_pages_do_no_harm(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    await poller.start(0)
    for key in ("zzz", "#", "\u0661795435200000#a#1"):
        item = {"pk": {"S": "F#20261123#0"}, "sk": {"S": key}}
        table.client.put_item(TableName=table.name, Item=item)
    event = make_event()
    write_page(table, [event], at=NOON + 30)
    clock.advance(2 * SECOND)
    assert ids_of(await poller.poll()) == [event.event_id]


async def test_expired_pages_are_dropped(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    write_page(table, [make_event()], at=NOON - MINUTE, x={"N": str(NOON // 1000)})
    alive = make_event()
    write_page(table, [alive], at=NOON - MINUTE + 1, x={"N": str(NOON // 1000 + 1)})
    assert ids_of(await poller.start(10)) == [alive.event_id]


async def test_heartbeats_come_by_pages(
    table: TestTable, poller: FeedPoller, clock: FrozenClock, reads: FlakyTable
) -> None:
    write_page(table, [], at=NOON - 40 * SECOND, heartbeats=[NOON - 41 * SECOND])
    batch = await poller.start(0)
    assert batch.paged_heartbeat == NOON - 41 * SECOND
    write_page(table, [], at=NOON + 20 * SECOND, heartbeats=[NOON + 19 * SECOND])
    clock.advance(21 * SECOND)
    batch = await poller.poll()
    assert batch.paged_heartbeat == NOON + 19 * SECOND
    assert batch.unpaged is None


async def test_a_heartbeat_that_never_came_by_a_page_is_looked_for(
    table: TestTable, poller: FeedPoller, clock: FrozenClock
) -> None:
    write_page(table, [], at=NOON - SECOND, heartbeats=[NOON - SECOND])
    await poller.start(0)
    clock.advance(80 * SECOND)
    assert (await poller.poll()).unpaged is None
    write_heartbeat(table, NOON + 59 * SECOND)
    assert (await poller.poll()).unpaged == NOON + 59 * SECOND
    write_heartbeat(table, NOON + 79 * SECOND)
    assert (await poller.poll()).unpaged == NOON + 79 * SECOND


async def test_a_failed_read_loses_and_repeats_nothing(
    table: TestTable, poller: FeedPoller, clock: FrozenClock, reads: FlakyTable
) -> None:
    set_lanes(table, d20261101=3)
    await poller.start(0)
    events = [make_event(at=NOON + lane) for lane in range(3)]
    for lane, event in enumerate(events):
        write_page(table, [event], at=NOON + SECOND, lane=lane)
    clock.advance(31 * SECOND)
    calls_before = reads.calls
    reads.fails = lambda call: call == calls_before + 3
    with pytest.raises(TableError, match="the line went dead"):
        await poller.poll()
    assert ids_of(await poller.poll()) == ids(events)
    assert (await poller.poll()).events == ()


async def test_a_failed_start_can_be_repeated(
    table: TestTable, poller: FeedPoller, reads: FlakyTable
) -> None:
    event = make_event(at=NOON - HOUR)
    write_page(table, [event], at=NOON - HOUR)
    for failing in (1, 2, 5):
        calls_before = reads.calls
        reads.fails = lambda call, last=calls_before + failing: call == last  # type: ignore[misc]
        with pytest.raises(TableError):
            await poller.start(10)
    assert ids_of(await poller.start(10)) == [event.event_id]


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_missing_or_doubled_whatever_happens(
    table: TestTable, poller: FeedPoller, clock: FrozenClock, reads: FlakyTable, seed: int
) -> None:
    """Late, repeated and out-of-order pages of several shards over midnight, with failing reads."""
    chance = random.Random(seed)
    clock.now = MIDNIGHT - 60 * SECOND
    set_lanes(table, d20261101=1, d20261124=3)
    begin = clock.now
    pending: list[tuple[int, int, int, list[Event]]] = []
    events: list[Event] = []
    for tick in range(120):
        at = begin + 500 + tick * SECOND
        page = [make_event(at=at - chance.randrange(2000)) for _ in range(chance.randrange(1, 4))]
        events += page
        lane = chance.randrange(3) if at >= MIDNIGHT else 0
        written = at + chance.randrange(-30, 30)
        if (written >= MIDNIGHT) != (at >= MIDNIGHT):
            written = at
        delay = chance.choice([0, 0, 0, 0, 200, 2_500, 15_000])
        pending.append((written + delay, written, lane, page))
        if chance.random() < 0.2:
            again = at + chance.randrange(1, 10_000)
            pending.append((again, again, 0, page))
    pending.sort(key=lambda entry: entry[0])
    reads.fails = lambda _: False
    await poller.start(0)
    got: list[str] = []
    failures = 0
    while clock.now < begin + 240 * SECOND:
        clock.advance(2 * SECOND)
        while pending and pending[0][0] <= clock.now:
            _, written, lane, page = pending.pop(0)
            shard = f"shardId-{chance.randrange(4)}"
            write_page(table, page, at=written, lane=lane, shard=shard)
        bad = chance.random() < 0.05
        reads.fails = lambda _, bad=bad: bad and chance.random() < 0.3  # type: ignore[misc]
        try:
            got += ids_of(await poller.poll())
        except TableError:
            failures += 1
    assert failures > 0
    assert len(got) == len(set(got))
    assert set(got) == {event.event_id for event in events}
