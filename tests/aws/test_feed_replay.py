"""An hour of a feed replayed: late, repeated and out-of-order pages, outages, reads that fail."""

import asyncio
import random
from collections import Counter

import pytest

from recorder.model.event import Event
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.core.errors import TableError
from ses_tui.core.source import GapReason
from tests.aws.fake_table import FakeTable
from tests.events import NOON, FrozenClock, make_event

SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE
MIDNIGHT = NOON + 12 * HOUR


def record_hour(table: FakeTable, chance: random.Random, begin: int) -> list[Event]:
    """An hour of pages by three shards over two lanes, seen up to 35 s after their key says."""
    table.put("C#", "feed", l={"M": {"20261101": {"N": "2"}}})
    events: list[Event] = []
    for second in range(0, 3_600, 2):
        at = begin + second * SECOND + chance.randrange(2_000)
        page = [make_event(at=at - chance.randrange(2_500)) for _ in range(chance.randrange(1, 5))]
        events += page
        late = chance.choice([0, 0, 0, 0, 300, 4_000, 35_000])
        shard = chance.randrange(3)
        table.put_page(page, at=at, seen_from=at + late, lane=shard % 2, shard=f"shard-{shard}")
        if chance.random() < 0.2:
            again = at + chance.randrange(1, 20_000)
            some = page[: chance.randrange(len(page)) + 1]
            table.put_page(some, at=again, seen_from=again, lane=shard % 2, shard=f"shard-{shard}")
    return events


@pytest.mark.parametrize("seed", range(2))
async def test_nothing_is_missing_or_doubled_after_an_hour_with_outages(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_POLL", 60_000)
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_SLICE", 30_000)
    chance = random.Random(seed)
    begin = MIDNIGHT - 30 * MINUTE
    clock = FrozenClock(begin)
    table = FakeTable(clock)
    events = record_hour(table, chance, begin + 3 * SECOND)
    table.most_items = 20
    poller = FeedPoller(table, clock, "test")
    await poller.start(0)
    read: Counter[str] = Counter()
    failures = gaps_seen = 0
    while clock.now < begin + HOUR + 5 * MINUTE:
        clock.advance(2 * SECOND)
        if chance.random() < 0.004:
            clock.advance(chance.randrange(20, 600) * SECOND)
        bad = chance.random() < 0.1
        table.fails = lambda _, bad=bad: bad and chance.random() < 0.4  # type: ignore[misc]
        try:
            batch = await poller.poll()
        except TableError:
            failures += 1
            continue
        read.update(event.event_id for event in batch.events)
        gaps_seen += bool(batch.gaps)
        newest = max((event.recorded_at for event in batch.events), default=0)
        for gap in batch.gaps:
            assert gap.reason is GapReason.LOADING
            assert gap.since < gap.until <= clock.now
            # What is new comes first: no gap reaches past the newest that is read.
            assert not newest or gap.until <= newest + MINUTE
    assert failures
    assert gaps_seen
    assert batch.gaps == ()
    assert read == Counter(event.event_id for event in events)


async def test_a_read_that_is_cancelled_is_as_if_it_had_never_been() -> None:
    clock = FrozenClock()
    table = FakeTable(clock)
    poller = FeedPoller(table, clock, "test")
    await poller.start(0)
    event = make_event()
    table.put_page([event], at=NOON + 500)
    clock.advance(2 * SECOND)
    table.gate.clear()
    reading = asyncio.ensure_future(poller.poll())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    table.gate.set()
    assert (await poller.poll()).events == (event,)


async def test_holes_of_several_outages_are_filled_newest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_POLL", 10_000)
    monkeypatch.setattr("ses_tui.aws.feed_poller._BYTES_A_SLICE", 10_000)
    clock = FrozenClock()
    table = FakeTable(clock)
    table.most_items = 5
    poller = FeedPoller(table, clock, "test")
    table.put_page([make_event()], at=NOON)
    await poller.start(0)
    events = [make_event(at=NOON + (i + 1) * SECOND) for i in range(240)]
    for event in events:
        table.put_page([event], at=event.recorded_at, seen_from=event.recorded_at)
    clock.advance(120 * SECOND)
    first = await poller.poll()
    clock.advance(120 * SECOND)
    second = await poller.poll()
    assert len(second.gaps) == 2
    assert second.gaps[0].until <= second.gaps[1].since
    assert second.gaps[0].since == NOON
    third = await poller.poll()
    assert [gap.until for gap in third.gaps] == [
        second.gaps[0].until,
        third.events[0].recorded_at,
    ]
    read = [*first.events, *second.events, *third.events]
    while batch := await poller.poll():
        read += batch.events
        if not batch.gaps:
            break
    assert sorted(read) == sorted(events)
