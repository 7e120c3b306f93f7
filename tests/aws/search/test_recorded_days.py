"""Whoever looks for the beginning looks into the days on which something is, and misses none."""

from collections.abc import Sequence
from dataclasses import replace

from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import folded_key, message_key
from recorder.model.settings import RecorderSettings
from recorder.repair import Repair
from recorder.retry import Deadline, Retrier
from recorder.worker_pool import WorkerPool
from recorder.writer import TableWriter
from ses_tui.aws.event_history import TableEventHistory
from ses_tui.aws.recorded_days import RecordedDays
from ses_tui.aws.search import TableSearch
from ses_tui.core.query import Query
from ses_tui.core.search import Way
from ses_tui.core.search.emptiness import EmptinessFacts
from tests.aws.pages import FlakyTable, put_items, write_last_recorded, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder.support import Context, StillClock

DAY = 86_400_000
HOUR = DAY // 24
MINUTE = HOUR // 60
TENS = 80
"""Requests; day after day there would be over a thousand."""


def tick(table: TestTable) -> None:
    """The recorder's first minute, with no time to summarise anything."""
    functions = RecorderFunctions(table.client, RecorderSettings(table=table.name))
    functions.tick({}, Context(StillClock(), seconds=3))


def summarised(table: TestTable, last_minute: int) -> None:
    """As if `tick` had gone on until then (ms)."""
    times = {"s": 0, "m": last_minute, "h": last_minute - last_minute % HOUR - HOUR}
    numbers = {name: {"N": str(time)} for name, time in times.items()}
    table.client.put_item(TableName=table.name, Item=folded_key() | numbers)


def store(table: TestTable, events: Sequence[Event], expires_at: int | None = None) -> None:
    """What `record`, `ingest` and `import` do."""
    items = [
        to_item(event, partition_key=message_key(event.message_id or ""), expires_at=expires_at)
        for event in events
    ]
    TableWriter(table.client, table.name, Retrier()).write(items, Deadline(FrozenClock()))


async def test_old_mail_and_gaps_are_found_with_few_requests(
    table: TestTable, reads: FlakyTable
) -> None:
    tick(table)
    midnight = NOON - NOON % DAY
    times = (
        NOON - 3_000 * DAY,
        NOON - 900 * DAY,
        midnight - 32 * DAY,
        midnight - 32 * DAY - 1,
        NOON - 4 * DAY,
        NOON - HOUR,
    )
    events = [make_event("Bounce", at=at, subject="wanted") for at in times]
    for event in events:
        store(table, [event])
        # As late as a stream lets a consumer be, on the clock that is furthest ahead.
        late = event.recorded_at < NOON - DAY
        write_page(table, [event], at=event.recorded_at + (DAY + 900_000 if late else 2_000))
    summarised(table, NOON - 2 * MINUTE)
    ids = {event.event_id for event in events}
    search = TableSearch(reads, FrozenClock())
    for text, way in (("subject:wanted", Way.PAGES), ("type:bounce", Way.PROBLEMS)):
        reads.calls = 0
        plan = await search.plan(Query.parse(text, now_ms=NOON))
        plan = replace(plan, way=way, types=("Bounce",))
        *_, last = [batch async for batch in search.run(plan)]
        assert {event.event_id for event in last.events} == ids, text
        assert last.exhausted
        assert reads.calls < TENS, text
    history = TableEventHistory(reads, FrozenClock())
    reads.calls = 0
    loaded = await history.read_before(NOON, 1_000)
    assert {event.event_id for event in loaded.events} == ids
    assert loaded.at_end
    assert reads.calls < TENS, reads.calls


async def test_a_day_is_named_as_long_as_its_events_live(
    table: TestTable, reads: FlakyTable
) -> None:
    tick(table)
    today = NOON // DAY
    seconds = NOON // 1000

    async def named(at_second: int) -> bool:
        return today in ((await RecordedDays.read(reads, at_second * 1000)).named or ())

    assert not await named(seconds)
    for expires_at in (seconds + 90, seconds + 9, seconds + 1_000_000):
        store(table, [make_event()], expires_at)
        assert await named(expires_at - 1)
    assert await named(seconds + 999_999)
    assert not await named(seconds + 3_000_000)
    for keeps in (None, seconds + 90):
        store(table, [make_event()], keeps)
        assert await named(10**12)


async def test_a_table_that_others_filled_names_no_days(
    table: TestTable, reads: FlakyTable
) -> None:
    summarised(table, NOON)
    tick(table)
    store(table, [make_event()])
    recorded = await RecordedDays.read(reads, NOON)
    assert recorded.named is None
    assert recorded.of_events(3, 5) == recorded.of_pages(3, 5) == range(3, 6)


async def test_nobody_looks_for_pages_day_after_day_to_judge_a_search(
    table: TestTable, reads: FlakyTable
) -> None:
    search = TableSearch(reads, FrozenClock())
    week = Query.parse("wanted since:7d", now_ms=NOON)

    async def explained() -> EmptinessFacts:
        """After a plan, and both with few requests."""
        reads.calls = 0
        await search.plan(week)
        assert reads.calls < TENS / 2
        reads.calls = 0
        facts = await search.explain_nothing(week)
        assert reads.calls < TENS / 4
        return facts

    summarised(table, NOON)
    assert (await explained()).any_events, "days are not named: there may be old events"
    table.client.delete_item(TableName=table.name, Key=folded_key())
    tick(table)
    assert not (await explained()).any_events
    summarised(table, NOON)
    for days in range(300, 330):
        store(table, [make_event(at=NOON - days * DAY)])
    assert (await explained()).any_events, "no page holds them"
    late, expiry = NOON - 299 * DAY, NOON // 1000 + DAY
    write_page(table, [make_event(at=NOON - 300 * DAY)], at=late, x={"N": str(expiry)})
    assert (await explained()).retention_days is not None, "the newest page is looked at"


async def test_a_repair_names_the_days_of_a_table_that_others_began_to_fill(
    table: TestTable, reads: FlakyTable
) -> None:
    summarised(table, NOON)
    tick(table)
    old = (NOON - 3_000 * DAY, NOON - 90 * DAY)
    put_items(table, [make_event("Bounce", at=at, subject="wanted") for at in old])

    def repair() -> None:
        made = Repair(table.client, table.name, FrozenClock(), Retrier(), WorkerPool(2))
        made.run(NOON - HOUR, NOON - 30 * MINUTE)

    repair()
    assert (await RecordedDays.read(reads, NOON)).named is None, "who records may name none still"
    store(table, [make_event("Bounce", at=NOON - 1)])
    write_last_recorded(table, NOON - 1)
    repair()
    named = (await RecordedDays.read(reads, NOON)).named
    assert named == (*(at // DAY for at in old), NOON // DAY)
    search = TableSearch(reads, FrozenClock())
    reads.calls = 0
    plan = await search.plan(Query.parse("type:bounce", now_ms=NOON))
    plan = replace(plan, way=Way.PROBLEMS, types=("Bounce",))
    *_, last = [batch async for batch in search.run(plan)]
    assert len(last.events) == 3
    assert reads.calls < TENS
