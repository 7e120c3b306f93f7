"""Figures, columns, percentiles and comparisons out of counters."""

from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncGenerator
from itertools import pairwise
from math import ceil, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from recorder.model.event import Event
from recorder.model.rollup import (
    DELAY_BOUNDS_MS,
    HOUR_MS,
    MINUTE_MS,
    PROCESSING_TIME_BOUNDS_MS,
    Family,
)
from ses_tui.core.errors import TableError
from ses_tui.core.follow_rates import RateControl
from ses_tui.core.health.behind import column_query, differences, row_query
from ses_tui.core.health.follow_health import (
    HealthMemory,
    HealthUpdate,
    follow_health,
    read_diagnostics,
)
from ses_tui.core.health.latency import delays, processing_times
from ses_tui.core.health.report import HealthReport, read_report, read_then
from ses_tui.core.query import Query
from ses_tui.core.windows import window_named
from tests.ui.fakes import NOON, FakeRollups, FakeSearch, FrozenClock, make_bounce, make_event

DAY_MS = 24 * HOUR_MS
HOUR = window_named("1h")


def sent(count: int, *, bounces: int = 0, at: int = NOON - HOUR_MS) -> list[Event]:
    """Mails a second, of which the first ones bounce."""
    mails = [
        make_event(n, "Send", event_id=f"S{n}", recorded_at=at + n * 100) for n in range(count)
    ]
    return mails + [
        make_bounce(n, event_id=f"B{n}", recorded_at=at + n * 100) for n in range(bounces)
    ]


async def report_of(rollups: FakeRollups, label: str = "1h") -> HealthReport:
    report = await read_report(rollups, window_named(label), NOON)
    assert report is not None
    return report


async def test_a_table_without_rollups_has_no_report() -> None:
    assert await read_report(FakeRollups(), HOUR, NOON) is None


async def test_a_column_in_which_nothing_was_recorded_is_no_nought() -> None:
    rollups = FakeRollups()
    rollups.count(sent(30, bounces=3, at=NOON - 50 * MINUTE_MS))
    rollups.count([make_event(0, recorded_at=NOON - 10 * MINUTE_MS)])
    columns = (await report_of(rollups)).columns
    assert columns[0].start == NOON - 59 * MINUTE_MS
    assert columns[-1].end == NOON + MINUTE_MS
    assert all(one.end == other.start for one, other in pairwise(columns))
    drawn = {column.start: column.bounce_height for column in columns if column.recorded}
    assert drawn == {NOON - 50 * MINUTE_MS: 0.1, NOON - 10 * MINUTE_MS: 0.0}
    empty = next(column for column in columns if not column.recorded)
    assert (empty.bounce_height, empty.volume("Send")) == (None, None)
    assert columns[-6].volume("Bounce") == 0


@settings(max_examples=60, deadline=None)
@given(some.lists(some.integers(0, 60_000_000), min_size=1, max_size=60))
def test_percentiles_are_the_bounds_of_their_buckets(times: list[int]) -> None:
    rollups = FakeRollups()
    rollups.count(make_event(n, event_id=f"D{n}", processing_ms=ms) for n, ms in enumerate(times))
    rollups.count(
        make_event(n, "DeliveryDelay", event_id=f"L{n}", event_time=NOON, sent_time=NOON - ms)
        for n, ms in enumerate(times)
    )
    counters = {
        Family.LATENCY: sum(
            (piece.families[Family.LATENCY] for piece in rollups.pieces.values()),
            start=type(next(iter(rollups.pieces.values())).families[Family.TYPE])(),
        )
    }
    for of_counters, bounds in (
        (processing_times, PROCESSING_TIME_BOUNDS_MS),
        (delays, DELAY_BOUNDS_MS),
    ):
        (found,) = of_counters(counters)
        slowest = [sorted(times)[ceil(share * len(times)) - 1] for share in (0.5, 0.95, 0.99)]
        assert [found.p50, found.p95, found.p99] == [
            (*bounds, inf)[bisect_left(bounds, each)] for each in slowest
        ]
        assert found.count == len(times)


async def test_now_and_then() -> None:
    rollups = FakeRollups()
    rollups.count(sent(400, bounces=20))
    rollups.count(sent(200, bounces=2, at=NOON - DAY_MS - HOUR_MS + MINUTE_MS))
    rollups.count(sent(10, bounces=5, at=NOON - 7 * DAY_MS - HOUR_MS + MINUTE_MS))
    rollups.count(sent(100, at=NOON - DAY_MS - 2 * HOUR_MS))
    rollups.count(sent(40, bounces=40, at=NOON - DAY_MS + MINUTE_MS))
    # The first minute has left the window, and with it the mails of that.
    now = (await report_of(rollups)).figures.estimate
    assert now.denominator == 0
    rollups.count(sent(400, bounces=20, at=NOON - 30 * MINUTE_MS))
    now = (await report_of(rollups)).figures.estimate
    yesterday = await read_then(rollups, HOUR, NOON, DAY_MS, "yesterday")
    assert yesterday.figures is not None
    assert yesterday.figures.estimate.denominator == 200
    assert yesterday.bounce_change(now) == pytest.approx(0.05 - 0.01)
    assert yesterday.volume_change(now) == pytest.approx(1.0)
    week = await read_then(rollups, HOUR, NOON, 7 * DAY_MS, "last week")
    assert week.figures is not None
    assert week.figures.estimate.denominator == 10
    assert (week.bounce_change(now), week.volume_change(now)) == (None, None)
    nothing = await read_then(rollups, HOUR, NOON, 3 * DAY_MS, "three days ago")
    assert (nothing.figures, nothing.bounce_change(now)) == (None, None)


def matching(query: str | None, events: list[Event]) -> list[str]:
    assert query is not None
    parsed = Query.parse(query, now_ms=NOON)
    return [event.event_id for event in events if parsed.matches(event)]


def test_the_events_behind_a_row_and_a_column() -> None:
    events = [
        make_bounce(1, event_id="HERE"),
        make_bounce(2, event_id="ELSEWHERE", recipient="a@other.example", smtp_status="5.7.1"),
        make_event(3, event_id="DELIVERED"),
        make_event(6, "DeliveryDelay", event_id="DELAYED", recipient="a@slow.example"),
        make_bounce(4, event_id="BEFORE", recorded_at=NOON - 2 * HOUR_MS),
        make_bounce(5, event_id="AFTER", recorded_at=NOON),
    ]
    since = NOON - HOUR_MS
    for table, name in (
        *(("domain", "inbox.test"), ("status", "5.1.1")),
        *(("diagnostic", "smtp; 550 5.1.1 nobody of that name here, case 1"),),
    ):
        assert matching(row_query(table, name, since, NOON), events) == ["HERE"]
    for table, name in (
        *(("identity", "sender.example"), ("set", "receipts"), ("subtype", "Permanent/General")),
    ):
        found = matching(row_query(table, name, since, NOON), events)
        assert found == ["HERE", "ELSEWHERE", *(["DELAYED"] if table != "subtype" else [])]
    assert matching(row_query("time", "inbox.test", since, NOON), events) == ["DELIVERED"]
    assert matching(row_query("delay", "slow.example", since, NOON), events) == ["DELAYED"]
    assert row_query("domain", "other", since, NOON) is None
    assert row_query("identity", "", since, NOON) is None
    found = matching(column_query((), since, NOON), events)
    assert found == ["HERE", "ELSEWHERE", "DELIVERED", "DELAYED"]


async def test_why_figure_and_rows_may_differ() -> None:
    rollups = FakeRollups()
    rollups.count(sent(10, at=NOON - 2 * MINUTE_MS))
    counted = rollups.pieces[NOON - 2 * MINUTE_MS].families
    counted[Family.DOMAIN]["S|~other"] = 7
    counted[Family.LATENCY] = Counter({"03|~other": 2, "L03|~other": 5})
    report = await report_of(rollups)
    assert report.groups["domain"][-1].name == "other" or report.surplus["domain"] == 7
    assert "at least this, and up to 7 events more" in " ".join(differences(report, "domain"))
    assert "at least this" not in " ".join(differences(report, "identity"))
    assert (report.surplus["time"], report.surplus["delay"]) == (2, 5)
    assert "newest problems only" in " ".join(differences(report, "diagnostic"))
    week = await report_of(rollups, "7d")
    assert "retention" in " ".join(differences(week, "status"))


class OneWait(RateControl):
    """Lets the reader decide when the next read comes."""

    async def wait_for_reason(self, seconds: float) -> None:
        self.news = False


async def next_update(updates: AsyncGenerator[HealthUpdate, None]) -> HealthUpdate:
    return await anext(updates)


async def test_the_window_comes_before_what_it_is_compared_with() -> None:
    rollups, clock = FakeRollups(), FrozenClock()
    rollups.count(sent(300, at=NOON - 10 * MINUTE_MS))
    updates = follow_health(HealthMemory(rollups, clock), OneWait())
    first, second = await next_update(updates), await next_update(updates)
    assert first.report is not None
    assert second.report is not None
    assert (first.whole, first.report.thens) == (False, ())
    assert [then.label for then in second.report.thens] == ["yesterday", "last week"]
    asked = len(rollups.asked)
    third = await next_update(updates)
    assert third.whole
    assert third.report == second.report
    assert len(rollups.asked) == asked + 1, "the past is not read at each tick"
    rollups.error = TableError("too busy")
    assert (await next_update(updates)).error == "too busy"
    rollups.error = None
    clock.now += 2 * MINUTE_MS
    assert not (await next_update(updates)).whole
    await updates.aclose()


async def test_patterns_are_of_the_newest_problems() -> None:
    search = FakeSearch()
    search.events = [make_bounce(n, event_id=f"B{n:05d}") for n in range(2_100)]
    search.events.append(make_event(1))
    found = await read_diagnostics(search, HOUR, FrozenClock())
    assert (found.events, found.more) == (2_000, True)
    assert [(each.count, each.pattern) for each in found.patterns] == [
        (2_000, "smtp; 550 5.1.1 nobody of that name here, case *")
    ]
