"""Summaries of closed minutes and hours: absolute, exact, and caught up with."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from recorder.model.keys import (
    RATE_COUNTERS,
    folded_key,
    minute_summary_keys,
    rollup_keys,
    rollup_shard,
)
from recorder.model.rate_counters import MAXIMUM_SETS, rate_counters
from recorder.model.rollup import (
    CLOSED_AFTER_MS,
    HOUR_MS,
    MAXIMUM_COUNTERS_IN_SUMMARY,
    MINUTE_MS,
    OTHER,
    Family,
)
from recorder.model.summary import FoldProgress, read_fold_progress
from recorder.retry import Deadline
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import SHARD, Recorder, numbered
from tests.simulator.memory_table import MemoryTable

DAY_MS = 24 * HOUR_MS


@pytest.fixture
def memory() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def recorder(memory: MemoryTable) -> Recorder:
    return Recorder(memory, FrozenClock())


def close(recorder: Recorder, minute: int) -> None:
    """Move the clock to where `minute` has just closed."""
    recorder.clock.now = minute + MINUTE_MS + CLOSED_AFTER_MS


def sends(
    recorder: Recorder, number: int, at: int, *, first: int = 100, shard: str = SHARD
) -> None:
    recorder.write(numbered((make_event("Send", at=at) for _ in range(number)), first), shard)


def test_a_minute_is_summed_over_shards_once_it_is_closed(recorder: Recorder) -> None:
    sends(recorder, 2, NOON, shard="one")
    sends(recorder, 3, NOON + 59_999, shard="another")
    close(recorder, NOON)
    recorder.clock.advance(-1)
    recorder.fold()
    assert recorder.minute(NOON, Family.TYPE) is None
    recorder.clock.advance(1)
    assert recorder.fold().minutes == 1
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 5}
    item = recorder.item(minute_summary_keys(NOON, Family.TYPE))
    assert item is not None
    assert item["x"] == {"N": str(NOON // 1000 + 400 * 86_400)}


def test_an_hour_is_summed_when_its_last_minute_is_closed(recorder: Recorder) -> None:
    for minute in (0, 30, 59):
        sends(recorder, 1, NOON + minute * MINUTE_MS, first=100 + minute)
    close(recorder, NOON + 58 * MINUTE_MS)
    recorder.fold()
    assert recorder.hour(NOON, Family.TYPE) is None
    close(recorder, NOON + 59 * MINUTE_MS)
    assert recorder.fold().hours == 1
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 3}
    assert recorder.hour(NOON, Family.DOMAIN) == {"S|customer.example": 3}


def test_folding_again_writes_nothing(recorder: Recorder, memory: MemoryTable) -> None:
    sends(recorder, 2, NOON)
    close(recorder, NOON)
    recorder.fold()
    memory.calls.clear()
    report = recorder.fold()
    assert (report.minutes, report.hours, report.again) == (0, 0, 0)
    assert memory.calls.keys() == {"get_item", "query"}


def test_a_late_row_changes_the_summaries_of_its_minute_and_hour(recorder: Recorder) -> None:
    sends(recorder, 2, NOON)
    recorder.clock.now = NOON + HOUR_MS + 10 * MINUTE_MS
    recorder.fold()
    sends(recorder, 3, NOON, first=200)
    sends(recorder, 4, NOON, shard="late")
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 2}
    assert recorder.fold().again == 1
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 9}
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 9}
    assert recorder.fold().again == 0


def test_a_late_row_of_an_hour_that_is_not_over_is_in_the_hour(recorder: Recorder) -> None:
    close(recorder, NOON + 20 * MINUTE_MS)
    recorder.fold()
    sends(recorder, 3, NOON)
    assert recorder.fold().again == 1
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 3}
    assert recorder.hour(NOON, Family.TYPE) is None
    close(recorder, NOON + 59 * MINUTE_MS)
    recorder.fold()
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 3}


def test_a_mark_put_while_a_minute_is_folded_again_stays(memory: MemoryTable) -> None:
    recorder = Recorder(memory, FrozenClock(NOON + 10 * MINUTE_MS))
    recorder.fold()
    sends(recorder, 1, NOON)

    class WritesInBetween:
        """Another late batch, after the rows were read and before the mark is taken away."""

        def __getattr__(self, name: str) -> Callable[..., Any]:
            return getattr(memory, name)  # type: ignore[no-any-return]

        def delete_item(self, **arguments: Any) -> Any:
            sends(recorder, 1, NOON, first=200)
            return memory.delete_item(**arguments)

    Recorder(WritesInBetween(), recorder.clock).fold()
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 1}
    recorder.fold()
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 2}


def test_two_ticks_at_once_end_with_what_the_later_reading_gave(memory: MemoryTable) -> None:
    clock = FrozenClock(NOON + 2 * HOUR_MS)
    recorder = Recorder(memory, clock)
    sends(recorder, 1, NOON)

    class Slow:
        """Before its first write of a summary another tick has seen more, and written it."""

        overtaken = False

        def __getattr__(self, name: str) -> Callable[..., Any]:
            return getattr(memory, name)  # type: ignore[no-any-return]

        def put_item(self, **arguments: Any) -> Any:
            if not self.overtaken:
                self.overtaken = True
                sends(recorder, 5, NOON, first=200)
                recorder.fold()
                recorder.fold()
            return memory.put_item(**arguments)

    Recorder(Slow(), clock).fold()
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 6}
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 6}


def test_a_stale_hour_is_not_written_over_a_newer_one(memory: MemoryTable) -> None:
    clock = FrozenClock(NOON + HOUR_MS)
    recorder = Recorder(memory, clock)
    sends(recorder, 1, NOON)
    recorder.fold()
    clock.advance(10 * MINUTE_MS)

    class SlowWithTheHour:
        overtaken = False

        def __getattr__(self, name: str) -> Callable[..., Any]:
            return getattr(memory, name)  # type: ignore[no-any-return]

        def put_item(self, **arguments: Any) -> Any:
            hourly = len(arguments["Item"]["pk"]["S"]) == len("S#20261123")
            if hourly and not self.overtaken:
                self.overtaken = True
                sends(recorder, 5, NOON, first=200)
                recorder.fold()
            return memory.put_item(**arguments)

    slow = SlowWithTheHour()
    Recorder(slow, clock).fold()
    assert slow.overtaken
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 6}


def test_a_second_writing_is_not_put_over_a_third(memory: MemoryTable) -> None:
    clock = FrozenClock(NOON + 10 * MINUTE_MS)
    recorder = Recorder(memory, clock)
    sends(recorder, 1, NOON)
    recorder.fold()
    sends(recorder, 2, NOON, first=200)

    class SlowTheSecondTime:
        overtaken = False

        def __getattr__(self, name: str) -> Callable[..., Any]:
            return getattr(memory, name)  # type: ignore[no-any-return]

        def put_item(self, **arguments: Any) -> Any:
            if arguments.get("ConditionExpression") == "v = :seen" and not self.overtaken:
                self.overtaken = True
                sends(recorder, 5, NOON, first=300)
                recorder.fold()
            return memory.put_item(**arguments)

    slow = SlowTheSecondTime()
    Recorder(slow, clock).fold()
    assert slow.overtaken
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 8}


def test_three_hours_without_a_tick_are_caught_up_with(recorder: Recorder) -> None:
    close(recorder, NOON - MINUTE_MS)
    recorder.fold()
    for number in range(180):
        sends(recorder, 1, NOON + number * MINUTE_MS, first=100 + number)
    recorder.clock.now = NOON + 3 * HOUR_MS + CLOSED_AFTER_MS
    report = recorder.fold()
    assert report.hours == 3
    assert report.minutes_behind == 0
    for hour in range(3):
        assert recorder.hour(NOON + hour * HOUR_MS, Family.TYPE) == {"S|": 60}


def test_catching_up_stops_when_time_runs_out_and_goes_on(recorder: Recorder) -> None:
    recorder.fold()
    for number in range(180):
        sends(recorder, 1, NOON + number * MINUTE_MS, first=100 + number)
    recorder.clock.now = NOON + 3 * HOUR_MS + CLOSED_AFTER_MS
    behind = [180]
    while behind[-1]:
        looks = iter((20_000, 20_000, 20_000, 0, 0, 0, 0, 0, 0))
        deadline = Deadline(recorder.clock, lambda looks=looks: next(looks))  # type: ignore[misc]
        behind.append(recorder.summariser.fold(deadline).minutes_behind)
        assert behind[-1] < behind[-2]
    assert len(behind) > 3
    recorder.fold()
    assert recorder.hour(NOON + 2 * HOUR_MS, Family.TYPE) == {"S|": 60}


def test_progress_says_what_is_complete(recorder: Recorder) -> None:
    close(recorder, NOON + 5 * MINUTE_MS)
    recorder.fold()
    progress = read_fold_progress(
        recorder.client.get_item(TableName="ses-events", Key=folded_key())["Item"]
    )
    assert progress is not None
    assert progress.minutes_until == NOON + 6 * MINUTE_MS
    assert progress.last_hour == NOON - HOUR_MS
    assert progress.first_minute <= NOON - 2 * DAY_MS


def progress_of(recorder: Recorder) -> FoldProgress:
    progress = recorder.reader.progress(Deadline(recorder.clock))
    assert progress is not None
    return progress


def older_recorder(recorder: Recorder, *, minute: int, hour: int | None = None) -> None:
    """Move progress on as a recorder of before rate counters did, which knew `s`, `m` and `h`."""
    values = {":m": {"N": str(minute)}} | ({":h": {"N": str(hour)}} if hour else {})
    recorder.client.update_item(
        TableName="ses-events",
        Key=folded_key(),
        UpdateExpression="SET m = :m" + (", h = :h" if hour else ""),
        ConditionExpression="m <= :m",
        ExpressionAttributeValues=values,
    )


def test_rates_have_a_row_of_their_own_from_the_very_first_fold(recorder: Recorder) -> None:
    recorder.write(
        numbered(
            make_event(event_type, at=NOON, bounce_type="Permanent", configuration_set=name)
            for event_type in ("Send", "Send", "Bounce", "Open")
            for name in ("orders", None)
        )
    )
    close(recorder, NOON + 59 * MINUTE_MS)
    recorder.fold()
    for read in (recorder.minute, recorder.hour):
        counters = read(NOON, RATE_COUNTERS)
        assert counters is not None
        assert dict(counters) == {
            f"{code}|{name}": number
            for name in ("orders", "")
            for code, number in {"S": 2, "D": 0, "P": 1, "X": 0, "K": 0}.items()
        }
    assert progress_of(recorder).rates_since == 0


def test_a_late_row_changes_the_rates_too(recorder: Recorder) -> None:
    sends(recorder, 2, NOON)
    recorder.clock.now = NOON + HOUR_MS + 10 * MINUTE_MS
    recorder.fold()
    sends(recorder, 3, NOON, first=200)
    recorder.fold()
    for read in (recorder.minute, recorder.hour):
        assert +(read(NOON, RATE_COUNTERS) or Counter()) == {"S|": 5}


def test_rates_of_an_older_recorders_time_are_not_relied_upon(recorder: Recorder) -> None:
    close(recorder, NOON)
    recorder.fold()
    older_recorder(recorder, minute=NOON + 10 * MINUTE_MS)
    assert progress_of(recorder).rates_since is None
    close(recorder, NOON + 20 * MINUTE_MS)
    recorder.fold()
    # That older one may be at work for a quarter of an hour more.
    assert progress_of(recorder).rates_since == NOON + HOUR_MS
    close(recorder, NOON + 59 * MINUTE_MS)
    recorder.fold()
    older_recorder(recorder, minute=NOON + 59 * MINUTE_MS, hour=NOON + HOUR_MS)
    assert progress_of(recorder).rates_since is None
    close(recorder, NOON + 130 * MINUTE_MS)
    recorder.fold()
    assert progress_of(recorder).rates_since == NOON + 3 * HOUR_MS
    recorder.clock.advance(3 * HOUR_MS)
    recorder.fold()
    assert progress_of(recorder).rates_since == NOON + 3 * HOUR_MS


def test_rates_begin_anew_after_minutes_that_are_lost(recorder: Recorder) -> None:
    close(recorder, NOON)
    recorder.fold()
    recorder.clock.advance(5 * DAY_MS)
    recorder.fold()
    assert (progress_of(recorder).rates_since or 0) > recorder.clock.now


def test_many_sets_end_in_an_other() -> None:
    volume = {f"S|set{number:03d}": number + 1 for number in range(MAXIMUM_SETS + 2)}
    rates = rate_counters(volume | {"P|set001": 5})
    assert {name.partition("|")[2] for name in rates} == {
        f"set{number:03d}" for number in range(1, MAXIMUM_SETS + 2) if number != 2
    } | {OTHER}
    assert rates[f"S|{OTHER}"] == 1 + 3
    assert rates["P|set001"] == 5
    assert sum(rates.values()) == sum(volume.values()) + 5


def test_minutes_whose_rows_are_gone_are_reported_and_left_alone(recorder: Recorder) -> None:
    sends(recorder, 1, NOON)
    close(recorder, NOON)
    recorder.fold()
    recorder.clock.advance(5 * DAY_MS)
    sends(recorder, 1, NOON, first=300)
    report = recorder.fold()
    assert DAY_MS < report.minutes_lost * MINUTE_MS <= 3 * DAY_MS
    assert report.again == 0
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 1}
    progress = recorder.reader.progress(Deadline(recorder.clock))
    assert progress is not None
    assert progress.first_minute % HOUR_MS == 0
    assert 0 < progress.first_minute - (recorder.clock.now - 3 * DAY_MS) <= HOUR_MS
    assert recorder.fold().minutes_lost == 0


def test_a_repaired_row_replaces_the_shards(recorder: Recorder) -> None:
    sends(recorder, 5, NOON, shard="one")
    sends(recorder, 5, NOON, shard="another")
    recorder.clock.now = NOON + 2 * HOUR_MS
    recorder.fold()
    recorder.repair(NOON, Family.TYPE, S=7)
    recorder.repair(NOON, Family.DOMAIN)
    recorder.summariser.fold_again([NOON], Deadline(recorder.clock))
    for read in (recorder.minute, recorder.hour):
        assert read(NOON, Family.TYPE) == {"S|": 7}
        assert read(NOON, Family.DOMAIN) == {}
        assert read(NOON, Family.IDENTITY) == {"S|": 10}


def test_a_summary_holds_the_largest_names_and_every_total(recorder: Recorder) -> None:
    for shard in range(5):
        events = [
            make_event("Send", recipient=f"a@host{shard}-{number}.example")
            for number in range(99)
            for _ in range(2 if number == 98 else 1)
        ]
        recorder.write(numbered(events), f"shard-{shard}")
    recorder.clock.now = NOON + 2 * HOUR_MS
    recorder.fold()
    for read in (recorder.minute, recorder.hour):
        summary = read(NOON, Family.DOMAIN)
        assert summary is not None
        assert len(summary) == MAXIMUM_COUNTERS_IN_SUMMARY + 1
        assert summary.total() == 500
        assert summary[f"S|{OTHER}"] == 95
        assert all(summary[f"S|host{shard}-98.example"] == 2 for shard in range(5))


def test_it_all_works_on_dynamodb_local(table: TestTable) -> None:
    clock = FrozenClock(NOON)
    recorder = Recorder(table.client, clock, table_name=table.name, workers=8)
    table.client.put_item(
        TableName=table.name,
        Item={
            **folded_key(),
            "s": {"N": str(NOON)},
            "m": {"N": str(NOON - MINUTE_MS)},
            "h": {"N": str(NOON - HOUR_MS)},
        },
    )
    for shard in range(12):
        for number in range(0, 60, 20):
            at = NOON + number * MINUTE_MS
            sends(recorder, 2, at, first=100 + number, shard=f"shard-{shard}")
    clock.now = NOON + HOUR_MS + CLOSED_AFTER_MS
    assert recorder.fold().hours == 1
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 72}
    sends(recorder, 3, NOON, first=500, shard="shard-3")
    assert recorder.fold().again > 0
    assert recorder.minute(NOON, Family.TYPE) == {"S|": 27}
    assert recorder.hour(NOON, Family.TYPE) == {"S|": 75}
    assert recorder.fold().again == 0
    rows = recorder.reader.rows(NOON, NOON + 59 * MINUTE_MS, Deadline(clock))
    assert {row.shard for row in rows} == {rollup_shard(f"shard-{shard}") for shard in range(12)}
    assert rollup_keys(NOON, "t", "shard-3")[0].startswith("R#2026112312#")
