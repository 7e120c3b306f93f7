"""Rollup rows count every event exactly once, whatever Lambda's event source does."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from recorder.model.keys import feed_partition, hour_summary_keys, minute_summary_keys
from recorder.model.page import decode_page
from recorder.model.rollup import OTHER, counters_in, tally
from recorder.model.timestamps import day_of
from tests.engine import TestTable
from tests.events import NOON
from tests.simulator.memory_table import MemoryTable
from tests.simulator.plain_add import plainly_adding
from tests.simulator.scenario import (
    Scenario,
    expected_hours,
    expected_minutes,
    expected_rates,
    expected_rows,
    run,
    totals_by_code,
)
from tests.simulator.stream import Mail, Shard

SEEDS = range(300)
LOCAL_SEEDS = range(1_000, 1_020)
AT_ONCE = 60
LOCAL_AT_ONCE = 5
"""So many of the seeds go with every run of the tests, the others with the long ones."""
DAY_MS = 86_400_000


def some_at_once(seeds: range, number: int) -> list[Any]:
    """All seeds, those after the first `number` marked as long."""
    later = (pytest.param(seed, marks=pytest.mark.long) for seed in seeds[number:])
    return [*seeds[:number], *later]


def counted(scenario: Scenario) -> dict[tuple[str, int, str], Counter[str]]:
    return {(row.shard, row.minute, row.family): row.counters for row in scenario.rows()}


def is_exact(scenario: Scenario) -> bool:
    return counted(scenario) == expected_rows(scenario.shards)


def paged(items: Iterable[Mapping[str, Any]]) -> tuple[set[str], set[int]]:
    """The ids of the events in feed pages, and the times of the heartbeats."""
    pages = [decode_page(item["z"]["B"]) for item in items]
    return (
        {event.event_id for page in pages for event in page.events},
        {time for page in pages for time in page.heartbeats},
    )


def everything_paged(shards: Iterable[Shard]) -> tuple[set[str], set[int]]:
    return (
        {event.event_id for shard in shards for event in shard.events},
        {time for shard in shards for time in shard.heartbeats},
    )


@pytest.mark.parametrize("seed", some_at_once(SEEDS, AT_ONCE))
def test_rows_pages_and_summaries_equal_the_events(seed: int) -> None:
    table = MemoryTable()
    scenario = run(table, seed)
    assert counted(scenario) == expected_rows(scenario.shards)
    assert paged(table.under("F#")) == everything_paged(scenario.shards)
    stored = {(item["pk"]["S"], item["sk"]["S"]): counters_in(item) for item in table.under("S#")}
    minutes = expected_minutes(scenario.shards)
    hours = expected_hours(scenario.shards)
    assert stored == (
        {minute_summary_keys(*place): counters for place, counters in minutes.items()}
        | {hour_summary_keys(*place): counters for place, counters in hours.items()}
        | expected_rates(scenario.shards)
    )


@pytest.mark.parametrize("seed", range(2_000, 2_006))
def test_totals_are_exact_where_names_overflow(seed: int) -> None:
    scenario = run(MemoryTable(), seed, events=900, minutes=1, mail=Mail(domains=300), ticks=False)
    rows = scenario.rows()
    assert any(name.endswith(f"|{OTHER}") for row in rows for name in row.counters)
    assert is_exact(scenario)
    uncapped = [
        (str(family), counters)
        for shard in scenario.shards
        for (_, family), counters in tally(shard.events).items()
    ]
    merged = [(row.family, row.counters) for row in rows]
    assert totals_by_code(merged) == totals_by_code(uncapped)


@pytest.mark.parametrize("seed", some_at_once(LOCAL_SEEDS, LOCAL_AT_ONCE))
def test_rows_equal_the_events_on_dynamodb_local(seed: int, shared_table: TestTable) -> None:
    # A day for each seed: they share a table, since making one takes longer than a seed.
    start = NOON + (seed - LOCAL_SEEDS.start) * DAY_MS
    scenario = run(
        shared_table.client,
        seed,
        table_name=shared_table.name,
        events=60,
        minutes=2,
        start=start,
        ticks=False,
    )
    assert is_exact(scenario)
    ids, heartbeats = everything_paged(scenario.shards)
    days = (
        shared_table.client.query(
            TableName=shared_table.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": feed_partition(day_of(day), 0)}},
        )
        for day in (start - DAY_MS, start)
    )
    paged_ids, paged_heartbeats = paged(item for day in days for item in day["Items"])
    assert ids <= paged_ids
    assert heartbeats <= paged_heartbeats


def test_the_simulator_catches_a_plain_add() -> None:
    wrong = sum(
        not is_exact(run(MemoryTable(), seed, start_process=plainly_adding, ticks=False))
        for seed in range(25)
    )
    assert wrong >= 22


def test_seeds_go_through_everything_that_may_happen() -> None:
    happened: Counter[str] = Counter()
    for seed in range(12):
        table = MemoryTable()
        source = run(table, seed).source
        happened["bisected"] += source.bisected
        happened["rewound"] += source.rewound
        happened["overtaken"] += source.overtaken
        happened["died"] += source.died
        happened["split"] += any(shard.parent is not None for shard in source.shards)
        happened["late"] += table.calls["delete_item"]
    assert set(happened) == {"bisected", "rewound", "overtaken", "died", "split", "late"}
    assert all(number >= 4 for number in happened.values()), happened
