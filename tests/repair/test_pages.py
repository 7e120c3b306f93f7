"""Every event is in a page, where its time is, and none is put into a second one."""

from contextlib import AsyncExitStack

from recorder.model.keys import feed_partition, page_written_at
from recorder.model.page import REPAIRED_PAGE_SPAN_MS
from recorder.model.rollup import MINUTE_MS
from recorder.model.timestamps import day_of
from ses_tui.aws.connection import open_connection
from tests.aws.pages import options_of, set_lanes, write_page
from tests.events import NOON, make_event
from tests.repair.support import DAY_MS, HOUR_MS, Installation, busy_hour, ids

HOUR = NOON - HOUR_MS
MIDNIGHT = NOON - 12 * HOUR_MS


def test_missing_events_are_packed_where_their_time_is(installation: Installation) -> None:
    events = [*busy_hour(MIDNIGHT - HOUR_MS), *busy_hour(MIDNIGHT), *busy_hour(HOUR)]
    installation.store(events, expires_at=installation.clock.now // 1000 + 9)
    report = installation.repair(MIDNIGHT - HOUR_MS, NOON)
    stretches = {event.recorded_at // REPAIRED_PAGE_SPAN_MS for event in events}
    assert (report.events_missing, report.pages_written) == (len(events), len(stretches))
    assert ids(installation.paged()) == ids(events)
    for (pk, sk), item in installation.items("F#").items():
        low, high = int(item["lo"]["N"]), int(item["hi"]["N"])
        assert page_written_at(sk) == high
        assert pk == feed_partition(day_of(high), 0)
        assert low // REPAIRED_PAGE_SPAN_MS == high // REPAIRED_PAGE_SPAN_MS
        assert item["x"] == {"N": str(installation.clock.now // 1000 + 9)}
    before = installation.items()
    again = installation.repair(MIDNIGHT - HOUR_MS, NOON)
    assert (again.events_missing, again.pages_written) == (0, 0)
    assert installation.items() == before


def test_only_what_is_missing_is_packed(installation: Installation) -> None:
    """Pages of a late consumer, of other lanes, of another day, and one that cannot be read."""
    set_lanes(installation.table, d20261101=2)
    events = busy_hour(HOUR)
    installation.store(events)
    write_page(installation.table, events[:10], at=HOUR + HOUR_MS, lane=1)
    installation.clock.now = NOON + 13 * HOUR_MS
    write_page(installation.table, events[10:15], at=installation.clock.now)
    write_page(installation.table, events[15:20], at=NOON, body=b"damaged")
    report = installation.repair(HOUR, NOON)
    assert report.events_missing == len(events) - 15
    assert ids(installation.paged()) == ids(events)
    assert installation.repair(HOUR, NOON).events_missing == 0


def test_overlapping_ranges_double_nothing(installation: Installation) -> None:
    events = busy_hour(HOUR)
    installation.store(events)
    installation.repair(HOUR + 40 * MINUTE_MS, NOON)
    installation.repair(HOUR, HOUR + 50 * MINUTE_MS)
    installation.repair(HOUR - DAY_MS, NOON)
    assert ids(installation.paged()) == ids(events)


def test_pages_hold_tags_and_everything_else(installation: Installation) -> None:
    event = make_event("Click", at=HOUR, tags={"campaign": ["spring"]}, link="https://x.example")
    event = event._replace(recipient_raw="A Person <Person@customer.example>")
    installation.store([event])
    installation.repair(HOUR, NOON)
    assert installation.paged() == [event]


async def test_repaired_pages_are_history_for_a_feed_and_no_news(
    installation: Installation,
) -> None:
    old = [*busy_hour(HOUR - 3 * HOUR_MS), *busy_hour(HOUR - 2 * HOUR_MS)]
    live = [make_event("Send", at=installation.clock.now + number) for number in range(3)]
    installation.record(live[:2])
    async with AsyncExitStack() as resources:
        running = await open_connection(options_of(installation.table), installation.clock)
        resources.push_async_callback(running.close)
        assert ids((await running.source.start(100)).events) == ids(live[:2])
        installation.store(old)
        installation.repair(HOUR - 3 * HOUR_MS, NOON)
        installation.clock.advance(30_000)
        installation.record(live[2:])
        assert (await running.source.poll()).events == tuple(live[2:])
        installation.clock.advance(30_000)
        assert (await running.source.poll()).events == ()

        later = await open_connection(options_of(installation.table), installation.clock)
        resources.push_async_callback(later.close)
        history = (await later.source.start(1_000)).events
        assert [event.event_id for event in history] == [e.event_id for e in (*old, *live)]
