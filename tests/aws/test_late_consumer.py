"""The stream consumer stops: said within seconds, problems shown all the same, exact afterwards."""

from collections.abc import Callable, Sequence

import pytest

from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.settings import RecorderSettings
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.core.errors import TableError
from ses_tui.core.feed_state import Condition, FeedMemory
from ses_tui.core.source import FeedBatch, GapReason
from tests import payloads
from tests.aws.pages import (
    FlakyTable,
    put_items,
    write_heartbeat,
    write_last_recorded,
    write_page,
)
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder.support import events_of

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
POLL = 2 * SECOND


class Watch:
    """Somebody who polls every two seconds, and all that was given out."""

    def __init__(self, reads: FlakyTable, clock: FrozenClock) -> None:
        self.reads = reads
        self.clock = clock
        self.poller = FeedPoller(reads, clock, "test")
        self.memory = FeedMemory()
        self.batch = FeedBatch()
        self.events: list[Event] = []

    async def start(self) -> None:
        self._take(await self.poller.start(1_000))

    async def poll(self, after: int = POLL) -> None:
        self.clock.advance(after)
        self._take(await self.poller.poll())

    async def poll_until(self, said: Condition, within: int) -> int:
        """Poll until the state is `said`; how long (ms) it took."""
        began = self.clock.now
        while self.condition is not said:
            assert self.clock.now - began < within, f"{self.condition} after {within} ms"
            await self.poll()
        return self.clock.now - began

    @property
    def condition(self) -> Condition:
        return self.memory.state(self.clock.now).condition

    @property
    def ids(self) -> list[str]:
        return [event.event_id for event in self.events]

    def _take(self, batch: FeedBatch) -> None:
        self.batch = batch
        self.memory = self.memory.after(batch)
        self.events += batch.events


@pytest.fixture
def watch(reads: FlakyTable, clock: FrozenClock) -> Watch:
    return Watch(reads, clock)


def busy_minute() -> list[Event]:
    """Sends, two a second, up to noon."""
    return [
        make_event("Send", at=NOON - MINUTE + n * SECOND // 2, message_id=f"m{n}")
        for n in range(120)
    ]


def page(table: TestTable, events: Sequence[Event]) -> None:
    """As a consumer in time has paged them until noon, with a heartbeat half a minute before."""
    for start in range(0, len(events), 4):
        some = events[start : start + 4]
        write_page(table, some, at=some[-1].recorded_at or 0, heartbeats=[NOON - 30 * SECOND])


def follows(sends: Sequence[Event]) -> list[Event]:
    """What is recorded of the last mails in the seconds after noon, by a consumer that stopped."""
    return [
        make_event(
            "Bounce" if n == 0 else "Delivery",
            at=NOON + 500 + n * SECOND,
            message_id=send.message_id,
            bounce_type="Permanent" if n == 0 else None,
            tags={"campaign": ["autumn"]},
        )
        for n, send in enumerate(sends[-4:])
    ]


@pytest.mark.parametrize("behind_the_poll", [1, POLL - 1])
async def test_of_a_mail_a_minute_it_is_said_within_ten_seconds(
    table: TestTable, watch: Watch, behind_the_poll: int
) -> None:
    clock = watch.clock
    recorder = RecorderFunctions(table.client, RecorderSettings(table=table.name), clock=clock)
    recorder.record(payloads.sqs_event(payloads.send()))
    write_page(table, events_of(table), at=NOON + SECOND, heartbeats=[NOON])
    clock.advance(SECOND)
    await watch.start()
    for _ in range(29):
        await watch.poll()
        assert watch.condition is Condition.LIVE
    clock.advance(behind_the_poll)
    recorder.record(payloads.sqs_event(payloads.send()))
    await watch.poll(POLL - behind_the_poll)
    took = POLL - behind_the_poll + await watch.poll_until(Condition.STREAM_BEHIND, 10 * SECOND)
    assert took <= 10 * SECOND


async def test_of_a_quiet_feed_it_is_said_ten_seconds_after_the_heartbeat_that_got_stuck(
    table: TestTable, watch: Watch
) -> None:
    write_page(table, [], at=NOON, heartbeats=[NOON])
    await watch.start()
    await watch.poll(MINUTE)
    assert watch.condition is Condition.QUIET
    write_heartbeat(table, NOON + MINUTE)
    assert await watch.poll_until(Condition.STREAM_BEHIND, 11 * SECOND) <= 10 * SECOND


async def test_a_consumer_that_gathers_for_long_is_not_late(table: TestTable, watch: Watch) -> None:
    window = 12 * SECOND
    for n in range(8):
        heartbeat = NOON - (8 - n) * MINUTE
        write_page(
            table, [], at=heartbeat + window, heartbeats=[heartbeat], lo={"N": str(heartbeat)}
        )
    watch.clock.now = NOON - MINUTE + window
    await watch.start()
    await watch.poll(MINUTE - window)
    write_last_recorded(table, NOON)
    write_heartbeat(table, NOON)
    for _ in range(window // POLL):
        await watch.poll()
        assert watch.condition is Condition.QUIET
    write_page(table, [], at=NOON + window, heartbeats=[NOON])
    await watch.poll()
    assert watch.condition is Condition.QUIET


@pytest.mark.parametrize("recorded", [NOON - SECOND // 2, NOON + SECOND])
async def test_what_was_recorded_last_is_read_along_with_pages(
    table: TestTable, watch: Watch, recorded: int
) -> None:
    page(table, busy_minute())
    write_last_recorded(table, recorded)
    await watch.start()
    before = watch.reads.calls
    await watch.poll()
    await watch.poll()
    assert watch.reads.calls == before + 2
    assert len(watch.ids) == 120


async def test_mail_that_was_paged_proves_nothing_when_no_more_comes(
    table: TestTable, watch: Watch
) -> None:
    page(table, busy_minute())
    write_last_recorded(table, NOON - SECOND // 2)
    await watch.start()
    for _ in range(14):
        await watch.poll()
        assert watch.condition is Condition.LIVE


async def test_where_nobody_writes_heartbeats_few_polls_ask_for_them_and_the_first_is_met(
    table: TestTable, watch: Watch
) -> None:
    write_page(table, busy_minute()[-4:], at=NOON)
    await watch.start()
    await watch.poll(5 * MINUTE)
    before = watch.reads.calls
    polls = 30
    for _ in range(polls):
        await watch.poll()
    sweeps, lanes, heartbeats = 3, 2, 2 * polls * POLL // (8 * SECOND)
    assert watch.reads.calls - before <= polls + sweeps + lanes + heartbeats
    assert watch.condition is Condition.RECORDER_DOWN
    write_heartbeat(table, watch.clock.now)
    assert await watch.poll_until(Condition.STREAM_BEHIND, 11 * SECOND) <= 10 * SECOND


async def test_problems_are_shown_for_an_hour_and_all_is_exact_when_it_comes_back(
    table: TestTable, watch: Watch
) -> None:
    sends = busy_minute()
    page(table, sends)
    await watch.start()
    missed = follows(sends)
    put_items(table, missed)
    write_last_recorded(table, missed[-1].recorded_at)
    await watch.poll_until(Condition.STREAM_BEHIND, 11 * SECOND)
    bounce = missed[0]
    assert watch.ids[len(sends) :] == [bounce.event_id]
    assert watch.events[-1].tags == bounce.tags, "with what no list shows"
    (gap,) = watch.batch.gaps
    assert (gap.reason, gap.since) == (GapReason.LATE, NOON - MINUTE + 119 * SECOND // 2 + 1)

    for minute in range(1, 61):
        write_heartbeat(table, NOON + minute * MINUTE)
        watch.clock.now = NOON + minute * MINUTE
        if minute % 20 == 0:
            complaint = make_event("Complaint", at=watch.clock.now - SECOND)
            delivery = make_event(at=watch.clock.now - SECOND)
            put_items(table, [complaint, delivery])
            missed += [complaint, delivery]
            before = watch.reads.calls
            await watch.poll(11 * SECOND)
            assert watch.reads.calls - before < 120
            assert watch.ids[-1] == complaint.event_id
            assert watch.condition is Condition.STREAM_BEHIND
        if minute % 20 == 1:
            before = watch.reads.calls
            await watch.poll()
            assert watch.reads.calls - before < 120
            await watch.poll()

    heartbeats = [NOON + minute * MINUTE for minute in range(1, 61)]
    write_page(table, missed, at=watch.clock.now, heartbeats=heartbeats)
    await watch.poll()
    assert watch.condition is Condition.LIVE
    assert watch.batch.gaps == ()
    assert sorted(watch.ids) == sorted(e.event_id for e in (*sends, *missed))


@pytest.mark.parametrize("fails_at", [lambda n: n % 3 == 0, lambda n: n % 50 == 7])
async def test_reads_that_fail_meanwhile_lose_and_double_nothing(
    table: TestTable, watch: Watch, fails_at: Callable[[int], bool]
) -> None:
    sends = busy_minute()
    page(table, sends)
    await watch.start()
    missed = follows(sends)
    put_items(table, missed)
    write_last_recorded(table, missed[-1].recorded_at)
    watch.reads.fails = fails_at
    for _ in range(12):
        try:
            await watch.poll()
        except TableError:
            continue
    watch.reads.fails = lambda _: False
    await watch.poll_until(Condition.STREAM_BEHIND, 11 * SECOND)
    write_page(table, missed, at=watch.clock.now)
    await watch.poll()
    assert sorted(watch.ids) == sorted(e.event_id for e in (*sends, *missed))
