"""Figures are what the events say, whatever became of rows and summaries."""

from collections.abc import Callable
from typing import Any

import pytest

from recorder.counter_repair import agrees
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import REPAIRED_SHARD, hour_summary_keys, minute_summary_keys, rollup_keys
from recorder.model.rollup import MINUTE_MS, Family
from recorder.repair import RepairReport
from tests.events import NOON, make_event
from tests.repair.support import (
    BUSY_EVERY_MS,
    DAY_MS,
    HOUR_MS,
    Installation,
    busy_hour,
    true_rate_counters,
    truth,
)

HOUR = NOON - HOUR_MS


def assert_figures(installation: Installation, events: list[Any], hour: int = HOUR) -> None:
    """Rows, summaries of minutes and of the hour say what `events` do."""
    expected = truth(events)
    assert installation.rows(hour) == expected
    assert installation.minute_summaries(hour) == expected
    assert installation.hour_summaries(hour) == truth(events, HOUR_MS).get(hour, {})
    assert installation.rate_counters(hour) == true_rate_counters(events)


_FOLDED: list[tuple[list[Event], list[Item]]] = []
"""The busy hour and what the recorder makes of it, once a test has let the recorder do so."""


def recorded_and_folded(installation: Installation) -> list[Event]:
    """A busy hour that everybody has done their work on."""
    if not _FOLDED:
        events = busy_hour(HOUR)
        installation.begin_folding(HOUR)
        installation.store(events)
        installation.consume(events)
        installation.fold()
        _FOLDED.append((events, list(installation.items().values())))
    else:
        installation.table.fill(_FOLDED[0][1])
    return _FOLDED[0][0]


def found_nothing(report: RepairReport) -> bool:
    return not (
        report.minutes_repaired
        or report.hours_repaired
        or report.events_missing
        or report.pages_written
    )


def test_what_is_right_is_left_alone(installation: Installation) -> None:
    events = recorded_and_folded(installation)
    assert_figures(installation, events)
    before = installation.items()
    report = installation.repair(HOUR, NOON)
    assert found_nothing(report)
    assert report.events == len(events)
    assert report.items_scanned == len(before)
    assert installation.items() == before


@pytest.mark.parametrize(
    "lost", [("R#",), ("S#",), ("R#", "S#"), ("S#20261123",), ("S#2026112311",)]
)
def test_lost_counters_come_back_and_then_there_is_nothing_to_do(
    installation: Installation, lost: tuple[str, ...]
) -> None:
    events = recorded_and_folded(installation)
    installation.delete(*lost)
    report = installation.repair(HOUR, NOON)
    assert not found_nothing(report)
    assert_figures(installation, events)
    after = installation.items()
    assert found_nothing(installation.repair(HOUR, NOON))
    assert installation.items() == after


def test_only_the_hour_is_wrong(installation: Installation) -> None:
    events = recorded_and_folded(installation)
    key = hour_summary_keys(HOUR, Family.DOMAIN)
    installation.table.client.put_item(
        TableName=installation.table.name,
        Item={"pk": {"S": key[0]}, "sk": {"S": key[1]}, "v": {"N": "1"}, "S|x": {"N": "9"}},
    )
    report = installation.repair(HOUR, HOUR + 5 * MINUTE_MS)
    assert (report.minutes_repaired, report.hours_repaired) == (0, 1)
    assert_figures(installation, events)


def spoil(installation: Installation, key: tuple[str, str], counter: str, number: int) -> None:
    installation.table.client.update_item(
        TableName=installation.table.name,
        Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}},
        UpdateExpression="SET #counter = :number",
        ExpressionAttributeNames={"#counter": counter},
        ExpressionAttributeValues={":number": {"N": str(number)}},
    )


def test_wrong_counters_are_put_right_and_no_other_minute_is_touched(
    installation: Installation,
) -> None:
    events = recorded_and_folded(installation)
    minute = HOUR + BUSY_EVERY_MS
    spoil(installation, rollup_keys(minute, Family.TYPE, "shardId-00000001"), "P|Permanent/", 99)
    spoil(installation, minute_summary_keys(HOUR, Family.DOMAIN), "D|nowhere.example", 3)
    report = installation.repair(HOUR, NOON)
    assert report.minutes_repaired == 2
    assert_figures(installation, events)
    repaired = [sk for pk, sk in installation.items("R#") if sk.endswith(f"#{REPAIRED_SHARD}")]
    assert repaired == ["13#t#~"]


def test_counters_of_a_minute_without_events_go(installation: Installation) -> None:
    events = [event for event in busy_hour(HOUR) if event.recorded_at >= HOUR + MINUTE_MS]
    installation.begin_folding(HOUR)
    installation.store(events)
    installation.consume([*events, make_event("Send", at=HOUR)])
    installation.fold()
    assert HOUR in installation.minute_summaries(HOUR)
    assert installation.repair(HOUR, NOON).minutes_repaired == 1
    assert_figures(installation, events)
    assert found_nothing(installation.repair(HOUR, NOON))


def test_a_dry_run_tells_the_same_and_writes_nothing(installation: Installation) -> None:
    recorded_and_folded(installation)
    installation.delete("R#", "F#")
    before = installation.items()
    told = installation.repair(HOUR, NOON, dry_run=True)
    assert installation.items() == before
    done = installation.repair(HOUR, NOON)
    assert told.dry_run
    assert not done.dry_run
    for name in ("events", "minutes_repaired", "hours_repaired", "events_missing", "pages_written"):
        assert getattr(told, name) == getattr(done, name)
    assert told.events_missing == told.events
    assert told.pages_written > 0


def test_more_names_than_a_row_holds_are_no_difference(installation: Installation) -> None:
    events = [make_event("Send", at=HOUR + n, recipient=f"a@host{n}.example") for n in range(150)]
    installation.record(events[::-1])
    assert found_nothing(installation.repair(HOUR, NOON))
    installation.delete("R#")
    assert installation.repair(HOUR, NOON).minutes_repaired == 1
    assert installation.rows(HOUR) == truth(events)


@pytest.mark.parametrize(
    ("counters", "agree"),
    [
        ({"S|a": 2, "S|b": 1}, True),
        ({"S|a": 2, "S|~other": 1}, True),
        ({"S|a": 1, "S|~other": 2}, True),
        ({"S|a": 2}, False),
        ({"S|a": 3}, False),
        ({"S|a": 2, "S|c": 1}, False),
        ({"S|a": 2, "S|b": 1, "P|b": 1}, False),
        ({}, False),
    ],
)
def test_counters_agree_if_totals_do_and_no_name_is_too_high(
    counters: dict[str, int], agree: bool
) -> None:
    assert agrees(counters, {"S|a": 2, "S|b": 1}) is agree


def test_minutes_that_are_still_open_are_left_out(installation: Installation) -> None:
    events = [make_event("Send", at=at) for at in (NOON - 1, NOON)]
    installation.store(events)
    report = installation.repair(NOON - 5 * MINUTE_MS + 20_000, NOON + HOUR_MS)
    assert (report.since, report.until) == (NOON - 5 * MINUTE_MS, NOON)
    assert report.events == 1
    assert installation.rows(NOON) == {}
    assert installation.rows(HOUR) == truth(events[:1])
    nothing = installation.repair(NOON, NOON + HOUR_MS)
    assert nothing.since == nothing.until
    assert nothing.items_scanned == 0


def test_a_range_within_an_hour_leaves_its_other_minutes_alone(installation: Installation) -> None:
    recorded_and_folded(installation)
    installation.delete("R#")
    installation.repair(HOUR + BUSY_EVERY_MS, HOUR + 2 * BUSY_EVERY_MS + 1)
    assert [*installation.rows(HOUR)] == [HOUR + BUSY_EVERY_MS, HOUR + 2 * BUSY_EVERY_MS]


class Interrupts:
    """A client that lets something happen before the first call of a name."""

    def __init__(self, client: Any, name: str, happening: Callable[[], None]) -> None:
        self._client = client
        self._name = name
        self._happening: Callable[[], None] | None = happening

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._happening is not None:
            happening, self._happening = self._happening, None
            happening()
        return getattr(self._client, name)


@pytest.mark.parametrize(
    "moment",
    [
        "query",
        "get_item",
        pytest.param("scan", marks=pytest.mark.long),
        pytest.param("put_item", marks=pytest.mark.long),
    ],
)
def test_a_consumer_that_comes_late_changes_nothing(
    installation: Installation, moment: str
) -> None:
    """The consumer has done half of an hour, and does the rest while a repair is at work."""
    events = busy_hour(HOUR)
    installation.begin_folding(HOUR)
    installation.store(events)
    installation.consume(events[:20])

    def consume_and_fold() -> None:
        installation.consume(events[20:30])
        installation.fold()

    client = Interrupts(installation.table.client, moment, consume_and_fold)
    installation.repair(HOUR, NOON, client=client)
    installation.consume(events[30:])
    installation.fold()
    assert_figures(installation, events)
    assert {event.event_id for event in installation.paged()} == {e.event_id for e in events}
    after = installation.items()
    assert found_nothing(installation.repair(HOUR, NOON))
    assert installation.items() == after


def test_of_two_repairs_the_one_that_began_later_stands(installation: Installation) -> None:
    early, late = make_event("Send", at=HOUR), make_event("Send", at=HOUR + 1)
    installation.store([early])

    def another_repair() -> None:
        installation.clock.advance(1_000)
        installation.store([late])
        installation.repair(HOUR, NOON)

    # The first has scanned by the time it asks how far summaries are.
    client = Interrupts(installation.table.client, "put_item", another_repair)
    installation.repair(HOUR, NOON, client=client)
    assert installation.rows(HOUR) == truth([early, late])
    assert {event.event_id for event in installation.paged()} == {early.event_id, late.event_id}


def test_old_summaries_are_made_without_rows(installation: Installation) -> None:
    hour = HOUR - 30 * DAY_MS
    events = busy_hour(hour)
    installation.store(events)
    report = installation.repair(hour, hour + HOUR_MS)
    assert (report.minutes_repaired, report.hours_repaired) == (len(truth(events)), 1)
    assert installation.items("R#") == {}
    assert installation.minute_summaries(hour) == truth(events)
    assert installation.hour_summaries(hour) == truth(events, HOUR_MS)[hour]
    more = make_event("Send", at=hour + 5)
    installation.store([more])
    installation.clock.advance(1)
    assert installation.repair(hour, hour + MINUTE_MS).minutes_repaired == 1
    assert installation.hour_summaries(hour) == truth([*events, more], HOUR_MS)[hour]
    assert installation.rate_counters(hour) == true_rate_counters([*events, more])
    assert found_nothing(installation.repair(hour, hour + HOUR_MS))


def test_counters_of_expired_events_stay(installation: Installation) -> None:
    """Summaries outlive the events that they count."""
    hour = HOUR - 30 * DAY_MS
    expired, living = busy_hour(hour), make_event("Send", at=hour + 5, historic=True)
    installation.store(expired)
    installation.repair(hour, hour + HOUR_MS)
    before = installation.items("S#")
    installation.delete("M#")
    installation.store(expired, expires_at=installation.clock.now // 1000)
    installation.store([living])
    report = installation.repair(hour, hour + HOUR_MS)
    assert report.events == 1
    assert (report.minutes_repaired, report.minutes_kept) == (0, len(truth(expired)))
    assert installation.items("S#") == before


def test_what_is_no_event_is_counted_and_passed_over(installation: Installation) -> None:
    installation.store([make_event("Send", at=HOUR)])
    for item in (
        {"pk": "M#odd", "sk": "0#odd"},
        {"pk": "M#huge", "sk": "0#huge", "y": "Send", "t": 2**60},
    ):
        values = {k: {"N": str(v)} if isinstance(v, int) else {"S": v} for k, v in item.items()}
        installation.table.client.put_item(
            TableName=installation.table.name, Item=values | {"r": {"N": str(HOUR)}}
        )
    report = installation.repair(HOUR, NOON)
    assert (report.events, report.unreadable_events) == (1, 2)


def test_progress_rises_to_the_end(installation: Installation) -> None:
    installation.store(busy_hour(HOUR))
    seen: list[Any] = []
    report = installation.repair(HOUR - 2 * HOUR_MS, NOON, progress=seen.append)
    scanned = [progress.items_scanned for progress in seen]
    assert scanned == sorted(scanned)
    assert scanned[-1] == report.items_scanned > 0
    assert seen[-1].hours_done == seen[-1].hours == 3
