"""How fast the stream consumer is, and what pages and panels cost: `python -m benchmarks.rollups`.

Needs DynamoDB Local. Rates of `roll_up` are of processor time, everything that is read from the
engine is of wall time.
"""

import argparse
import asyncio
import cProfile
import io
import pstats
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, redirect_stdout
from typing import Any, Final

import orjson

from benchmarks.recorder import in_batches
from benchmarks.samples import (
    SHARD,
    sample_events,
    sample_items,
    size_of,
    spread_of,
    stream_records,
)
from recorder.functions import RecorderFunctions
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import (
    RATE_COUNTERS,
    feed_partition,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
    page_sort_key,
    rollup_keys,
)
from recorder.model.page import encode_page
from recorder.model.rate_counters import rate_counters
from recorder.model.rollup import HOUR_MS, MINUTE_MS, WATERMARK_DIGITS, Family, keep_largest, tally
from recorder.model.settings import RecorderSettings
from recorder.model.summary import summary_item
from recorder.model.table import table_definition
from recorder.model.timestamps import day_of
from recorder.observability import PowertoolsObserver
from ses_tui.aws.connection import open_client
from ses_tui.aws.feed_pages import decode_items, query_ahead
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.table_client import TableClient
from ses_tui.core.rate_panel import read_panel
from ses_tui.core.windows import window_named
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

TABLE: Final = "ses-events"
NOW: Final = 1_796_644_943_000
"""12:42:23, so that every window begins and ends within an hour."""
PAGE_EVENTS: Final = 125
PAGES: Final = 240
DAYS_OF_PANEL: Final = 15
"""Seven days, the seven days before, and a part of a day."""
WORLDS: Final = ((1, 1_000_000), (16, 1_000_000), (100, 1_000_000), (16, 1_000), (1, 1_000))
"""Shards and events a day."""
_MINUTES_BEHIND: Final = 3
_WRITTEN: Final = (Family.TYPE, Family.CONFIGURATION_SET, Family.CONFIGURATION_SET_PROBLEM)
"""Of the summaries; other families lie in other ranges of keys, and no panel of rates reads them.
"""


class StubTable:
    """Answers at once, so that the consumer's own work is left; every update finds its row new."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> dict[str, Any]:
            self.calls[name] += 1
            return {}

        return call


class FrozenClock:
    """Stands at `NOW`."""

    def now_ms(self) -> int:
        """The moment."""
        return NOW

    def monotonic(self) -> float:
        """The moment in seconds."""
        return NOW / 1000


class CountingTable:
    """Reads of a table, with how many there were and the bytes of the items that came."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self.requests = 0
        self.bytes = 0
        self.read_units = 0.0
        """Eventually consistent: half a unit for each 4 KB of an answer, or part of them."""

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """As the table's."""
        return self._counted(await self._table.query(**arguments))

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """As the table's."""
        return self._counted(await self._table.get_item(**arguments))

    async def close(self) -> None:
        """As the table's."""
        await self._table.close()

    def _counted(self, answer: dict[str, Any]) -> dict[str, Any]:
        items = answer.get("Items") or [answer.get("Item") or {}]
        size = sum(map(size_of, items))
        self.requests += 1
        self.bytes += size
        self.read_units += max(1, -(-size // 4_096)) / 2
        return answer


def roll_up_seconds(records: Sequence[dict[str, Any]], batch: int) -> float:
    """Seconds of processor time of `roll_up` over a table that answers at once."""
    client: Any = StubTable()
    with redirect_stdout(io.StringIO()):
        functions = RecorderFunctions(
            client, RecorderSettings(), observer=PowertoolsObserver(RecorderSettings().table)
        )
        started = time.process_time()
        for chunk in in_batches(records, batch):
            answer = functions.roll_up({"Records": chunk, "shardId": SHARD})
            if answer["batchItemFailures"]:
                raise RuntimeError("a batch was not rolled up")
        return time.process_time() - started


def hot_spots(records: Sequence[dict[str, Any]], lines: int = 12) -> list[str]:
    """Where the time of `roll_up` goes: seconds of their own, calls and names of functions."""
    profile = cProfile.Profile()
    profile.enable()
    roll_up_seconds(records, 1_000)
    profile.disable()
    table: Any = pstats.Stats(profile, stream=io.StringIO())
    total = sum(values[2] for values in table.stats.values())
    ranked = sorted(table.stats.items(), key=lambda entry: -entry[1][2])[:lines]
    return [
        f"{values[2] / total:>6.1%}  {name} ({file.rpartition('/')[2]})"
        for (file, _, name), values in ranked
    ]


def page_items(events: Sequence[Event]) -> list[Item]:
    """`PAGES` pages of `PAGE_EVENTS` events each, as the consumer writes them."""
    pages = [encode_page(chunk) for chunk in in_batches(events, PAGE_EVENTS)]
    partition = feed_partition(day_of(NOW), 0)
    return [
        {
            "pk": {"S": partition},
            "sk": {"S": page_sort_key(NOW - HOUR_MS + number, SHARD, str(10**20 + number))},
            "v": {"N": "1"},
            "n": {"N": str(PAGE_EVENTS)},
            "z": {"B": pages[number % len(pages)]},
        }
        for number in range(PAGES)
    ]


def rollup_items(events: Sequence[Event], shards: int, events_a_day: int) -> Iterator[Item]:
    """What two weeks of even traffic leave: summaries, and rows of the minutes not yet closed."""
    of_hour = _counters(events, events_a_day / 24)
    of_minute = _counters(events, events_a_day / 1_440)
    first = NOW - DAYS_OF_PANEL * 24 * HOUR_MS
    last_minute = NOW - NOW % MINUTE_MS - _MINUTES_BEHIND * MINUTE_MS
    last_hour = NOW - NOW % HOUR_MS - HOUR_MS
    for hour in range(first - first % HOUR_MS, last_hour + 1, HOUR_MS):
        for family, counters in of_hour.items():
            yield summary_item(hour_summary_keys(hour, family), hour, counters, 1)
    week = 7 * 24 * HOUR_MS
    for start in (NOW - 2 * week, NOW - week, NOW - 2 * HOUR_MS, NOW - HOUR_MS, NOW):
        hour = start - start % HOUR_MS
        for minute in range(hour, min(hour + HOUR_MS, last_minute + 1), MINUTE_MS):
            for family, counters in of_minute.items():
                key = minute_summary_keys(minute, family)
                yield summary_item(key, minute, counters, 1)
    progress = {"s": first, "m": last_minute, "h": last_hour, "r": 0}
    progress |= {"t": last_minute, "g": last_hour}
    yield folded_key() | {name: {"N": str(value)} for name, value in progress.items()}
    chance = random.Random(1)
    for minute in range(last_minute + MINUTE_MS, NOW, MINUTE_MS):
        by_shard: dict[int, list[Event]] = {}
        for number in range(round(events_a_day / 1_440)):
            event = events[number % len(events)]._replace(recorded_at=minute)
            by_shard.setdefault(chance.randrange(shards), []).append(event)
        for shard, recorded in by_shard.items():
            for (_, family), counters in tally(recorded).items():
                pk, sk = rollup_keys(minute, family, f"{SHARD[:-3]}{shard:03d}")
                yield {
                    "pk": {"S": pk},
                    "sk": {"S": sk},
                    "w": {"S": str(10**20).zfill(WATERMARK_DIGITS)},
                    "x": {"N": str(minute // 1000 + 3 * 86_400)},
                    **{name: {"N": str(number)} for name, number in counters.items()},
                }


def put_all(client: Any, items: Iterator[Item]) -> None:
    """Write items, 25 a call."""
    for chunk in in_batches(list(items), 25):
        requests = [{"PutRequest": {"Item": item}} for item in chunk]
        answer = client.batch_write_item(RequestItems={TABLE: requests})
        if answer.get("UnprocessedItems"):
            raise RuntimeError("the engine left items unwritten")


async def read_pages(table: TableClient) -> float:
    """Seconds of reading and decoding every page."""
    started = time.perf_counter()
    found = 0
    async for items in query_ahead(
        table,
        KeyConditionExpression="pk = :partition",
        ExpressionAttributeValues={":partition": {"S": feed_partition(day_of(NOW), 0)}},
    ):
        found += len((await decode_items(items, NOW)).events)
    if found != PAGES * PAGE_EVENTS:
        raise RuntimeError(f"{found:,} events came back")
    return time.perf_counter() - started


async def open_strip(table: TableClient, window: str = "7d") -> dict[str, float]:
    """What the first look at the strip takes."""
    counting = CountingTable(table)
    reader = TableRollupReader(counting, FrozenClock())
    started, busy = time.perf_counter(), time.process_time()
    panel = await read_panel(reader, window_named(window), NOW)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    if panel is None or not panel.estimate.denominator:
        raise RuntimeError("the strip found nothing")
    return {
        "milliseconds": seconds * 1_000,
        "processor": busy * 1_000,
        "requests": counting.requests,
        "bytes": counting.bytes,
        "read_units": counting.read_units,
    }


async def read_engine(
    endpoint_url: str, events: Sequence[Event], rounds: int
) -> tuple[list[float], list[dict[str, Any]]]:
    """Events a second of reading pages, and what the strip took in each of `WORLDS`."""
    page_rates: list[float] = []
    strips: list[dict[str, Any]] = []
    # The first world is made twice: engine and process are slower until they have seen one.
    for shards, events_a_day in (WORLDS[0], *WORLDS):
        access = LocalAccess(endpoint_url)
        client = access.dynamodb_client()
        client.create_table(**table_definition(TABLE))
        put_all(client, rollup_items(events, shards, events_a_day))
        options = ConnectionOptions(
            table=TABLE,
            endpoint_url=endpoint_url,
            region=access.region,
            access_key=access.access_key_id,
            secret_key=access.secret_access_key,
        )
        async with AsyncExitStack() as resources:
            table = TableClient((await open_client(options, resources))[0], options, resources)
            looks = [await open_strip(table) for _ in range(rounds + 1)][1:]
            hour = await open_strip(table, "1h")
            if not page_rates:
                put_all(client, iter(page_items(events)))
                seconds = [await read_pages(table) for _ in range(rounds + 1)][1:]
                page_rates = [PAGES * PAGE_EVENTS / one for one in seconds]
        strips.append(
            {
                "shards": shards,
                "events_a_day": events_a_day,
                "milliseconds": spread_of([look["milliseconds"] for look in looks]),
                "processor": spread_of([look["processor"] for look in looks])["median"],
                "requests": looks[0]["requests"],
                "bytes": looks[0]["bytes"],
                "read_units": looks[0]["read_units"],
                "read_units_of_an_hour": hour["read_units"],
            }
        )
        client.delete_table(TableName=TABLE)
        client.close()
    return page_rates, strips[1:]


def run(rounds: int, events: int) -> dict[str, Any]:
    """All measurements."""
    items = sample_items(events, keep_subject=True)
    records = stream_records(items)
    recorded = sample_events(items)
    roll_up_seconds(records, 1_000)
    rates = {
        f"roll_up, batches of {batch:,}": spread_of(
            [len(records) / roll_up_seconds(records, batch) for _ in range(rounds)]
        )
        for batch in (100, 1_000)
    }
    pages = [encode_page(chunk) for chunk in in_batches(recorded, PAGE_EVENTS)]
    with start_dynamodb_local(quick_start=False) as engine:
        page_rates, strips = asyncio.run(read_engine(engine.endpoint_url, recorded, rounds))
    rates["pages read and decoded"] = spread_of(page_rates)
    return {
        "rounds": rounds,
        "events": len(recorded),
        "events_per_second": rates,
        "page_bytes_an_event": sum(map(len, pages)) / len(recorded),
        "item_bytes": sum(map(size_of, items)) / len(items),
        "strip": strips,
        "strip_requests_factor": _factor(strips, "requests"),
        "strip_bytes_factor": _factor(strips, "bytes"),
        "strip_read_units_factor": _factor(strips, "read_units"),
        "hot_spots": hot_spots(records),
    }


def show(result: Mapping[str, Any]) -> str:
    """The table of a run, and under it the same as one line of JSON."""
    lines = [f"{result['events']:,} events, {result['rounds']} rounds", ""]
    lines.append(f"{'events a second':<28}{'median':>10}{'lowest':>10}{'highest':>10}")
    for name, rate in result["events_per_second"].items():
        values = "".join(f"{rate[which]:>10,.0f}" for which in ("median", "lowest", "highest"))
        lines.append(f"{name:<28}{values}")
    lines += [
        "",
        f"page bytes an event, {PAGE_EVENTS} a page   {result['page_bytes_an_event']:.1f}",
        "",
        "opening the strip for 7 days",
        f"{'shards':>8}{'events a day':>14}{'ms':>8}{'lowest':>8}{'highest':>8}{'of processor':>14}"
        f"{'requests':>10}{'bytes':>10}{'read units':>12}{'for 1h':>8}",
    ]
    for strip in result["strip"]:
        took = strip["milliseconds"]
        lines.append(
            f"{strip['shards']:>8}{strip['events_a_day']:>14,}{took['median']:>8.1f}"
            f"{took['lowest']:>8.1f}{took['highest']:>8.1f}{strip['processor']:>14.1f}"
            f"{strip['requests']:>10,}{strip['bytes']:>10,}"
            f"{strip['read_units']:>12}{strip['read_units_of_an_hour']:>8}"
        )
    lines += [
        f"most over fewest: requests {result['strip_requests_factor']:.2f}, "
        f"bytes {result['strip_bytes_factor']:.2f}, "
        f"read units {result['strip_read_units_factor']:.2f}",
        "",
        "where the time of roll_up goes",
        *result["hot_spots"],
        "",
        orjson.dumps(result).decode(),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=4_000)
    arguments = parser.parse_args()
    sys.stdout.write(show(run(arguments.rounds, arguments.events)))


def _counters(events: Sequence[Event], number: float) -> dict[str, Counter[str]]:
    """The counters of so many events, by family."""
    chosen = random.Random(2).sample(events, min(len(events), max(1, round(number))))
    times = max(1, round(number / max(1, len(chosen))))
    sums: dict[str, Counter[str]] = {family: Counter() for family in Family}
    for (_, family), counters in tally(chosen).items():
        for name, count in counters.items():
            sums[family][name] += count * times
    kept = {family: keep_largest(sums[family]) for family in _WRITTEN}
    rates = rate_counters(kept[Family.CONFIGURATION_SET], kept[Family.CONFIGURATION_SET_PROBLEM])
    return kept | {RATE_COUNTERS: rates}


def _factor(strips: Sequence[Mapping[str, Any]], name: str) -> float:
    values = [float(strip[name]) for strip in strips]
    return max(values) / min(values)


if __name__ == "__main__":
    main()
