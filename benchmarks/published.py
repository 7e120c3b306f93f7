"""Beside the published system, at 10, 50 and 100 thousand events: `python -m benchmarks.published`.

Both store the same bounces and deliveries (it stores nothing else) in DynamoDB Local, each in a
database of its own: rows of its two tables, items and feed pages of ours. Then both record some
more, look for a part of an address, and show what is new. Seconds are of this machine; requests and
bytes are the same anywhere.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, Final

import boto3
import orjson

from benchmarks import published_system
from benchmarks.alone import run_alone
from benchmarks.answers import queries_of, wrong_answers
from benchmarks.figure import Figure
from benchmarks.published_store import LOADED_AT_ONCE, PART, PART_EVERY, TABLE, Stored
from benchmarks.reading import FixedMoment, opened_table
from benchmarks.recorder import BATCH, environment_of, in_batches
from benchmarks.stored_events import START
from benchmarks.traffic import Traffic
from recorder.functions import RecorderFunctions
from recorder.handler import TABLE_CONFIGURATION
from recorder.model.item import Item
from recorder.model.settings import RecorderSettings
from recorder.model.timestamps import format_timestamp
from recorder.observability import PowertoolsObserver
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.query import Query
from ses_tui.core.search import SearchBatch
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.traffic import queue_message

ISSUE: Final = 10
_SEARCH_ISSUE: Final = 7
SIZES: Final = (LOADED_AT_ONCE, 50_000, 100_000)
OURS: Final = "ses-tui"
THEIRS: Final = "published"
_EXACT: Final = "exact recipient"
_NEWEST: Final = 100
_RECENT_MS: Final = 60_000
_OUR_RECORDS: Final = 400
_THEIR_RECORDS: Final = 50
"""Fewer, since it is slow; what one event takes is the same."""
_ROUNDS: Final = 2
_HEAP_MEGABYTES: Final = 3_000
_ROWS_A_PIECE: Final = 10_000
"""DynamoDB Local takes the longer for each page of a scan the more rows there are, AWS does not."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a task took; of recording, for a single event."""

    seconds: float
    requests: float
    network_bytes: float
    """Of bodies, both ways."""
    read_bytes: float = 0.0
    """Of items that the table had to read, which is what DynamoDB charges for."""


_MEASURES: Final = {
    "seconds": ("time", "s"),
    "requests": ("requests", ""),
    "network_bytes": ("over the network", "bytes"),
    "read_bytes": ("read in the table", "bytes"),
}


def we_record(stored: Stored) -> Taken:
    """`record` with batches of 100 from a queue, on a table with a stream."""
    records = [queue_message(*one) for one in islice(stored.news, _OUR_RECORDS)]
    client = boto3.client(
        "dynamodb", config=TABLE_CONFIGURATION, **stored.access.client_arguments()
    )
    traffic = Traffic()
    traffic.watch(client.meta.events)
    stored.stream(enabled=True)
    with redirect_stdout(StringIO()):
        observer = PowertoolsObserver(TABLE)
        functions = RecorderFunctions(client, RecorderSettings(table=TABLE), observer=observer)
        began = time.perf_counter()
        for batch in in_batches(records, BATCH):
            if functions.record({"Records": batch})["batchItemFailures"]:
                raise RuntimeError("not everything was stored")
        seconds = time.perf_counter() - began
    stored.stream(enabled=False)
    client.close()
    count = len(records)
    return Taken(seconds / count, traffic.requests / count, traffic.bytes / count)


def they_record(stored: Stored) -> Taken:
    """Its function, a notification a call."""
    events = [
        {"Records": [{"Sns": {"Message": orjson.dumps(payload).decode()}}]}
        for _, payload in islice(stored.news, _THEIR_RECORDS)
    ]
    with environment_of(stored.their_access):
        session = boto3.session.Session()
        session.client("dynamodb")
        boto3.DEFAULT_SESSION = session
        traffic = Traffic()
        traffic.watch(session.events)
        began = time.perf_counter()
        for event in events:
            published_system.record(event)
        seconds = time.perf_counter() - began
    count = len(events)
    return Taken(seconds / count, traffic.requests / count, traffic.bytes / count)


async def we_search(table: TableClient, now: int) -> int:
    """Everything whose recipient has the part anywhere; how many events that are."""
    search = TableSearch(table, FixedMoment(now))
    query = Query.parse(f"to:*{PART}* since:{format_timestamp(START)}", now_ms=now)
    batch = SearchBatch()
    async for one in search.run(await search.plan(query)):
        batch = one
    return batch.found


async def we_find(table: TableClient, now: int) -> int:
    """Everything about one recipient; how many events that are."""
    search = TableSearch(table, FixedMoment(now))
    query = Query.parse(f"to:{PART}0@mail.example since:{format_timestamp(START)}", now_ms=now)
    batch = SearchBatch()
    async for one in search.run(await search.plan(query)):
        batch = one
    return batch.found


async def we_open(table: TableClient, now: int) -> int:
    """The feed as a dashboard opens it; how many events it begins with."""
    batch = await FeedPoller(table, FixedMoment(now), "benchmark").start(_NEWEST)
    return len(batch.events)


def we_read(
    stored: Stored,
    task: Callable[[TableClient, int], Any],
    expected: int,
    rounds: int,
    row_bytes: float | None = None,
) -> list[Taken]:
    """What one of our reads took, in each round; `row_bytes` are those of what it reads.

    They are those of a feed page unless given.
    """
    row_bytes = stored.page_bytes if row_bytes is None else row_bytes

    async def read() -> list[Taken]:
        results = []
        async with opened_table(stored.access, TABLE) as (table, client):
            traffic = Traffic()
            traffic.watch(client.meta.events)
            for _ in range(rounds + 1):
                traffic.forget()
                began = time.perf_counter()
                found = await task(table, stored.last + 1_000)
                seconds = time.perf_counter() - began
                if found != expected:
                    raise RuntimeError(f"{found} events were found instead of {expected}")
                read = row_bytes * traffic.scanned()
                results.append(Taken(seconds, traffic.requests, traffic.bytes, read))
        return results[1:]

    return asyncio.run(read())


def they_read(
    stored: Stored, task: Callable[[Any], Sequence[Item]], expected: int, rounds: int
) -> list[Taken]:
    """What one of its scans took, in each round; it reads every row there is."""
    client = stored.their_access.dynamodb_client()
    traffic = Traffic()
    traffic.watch(client.meta.events)
    results = []
    for _ in range(rounds):
        traffic.forget()
        began = time.perf_counter()
        found = len(task(client))
        seconds = time.perf_counter() - began
        if found != expected:
            raise RuntimeError(f"{found} rows were found instead of {expected}")
        read = stored.row_bytes * traffic.scanned()
        results.append(Taken(seconds, traffic.requests, traffic.bytes, read))
    client.close()
    return results


Outcome = tuple[str, str, list[Taken]]
"""A task, who did it, and what it took in each round."""


def tasks_at(stored: Stored, rounds: int) -> Iterator[Outcome]:
    """Each task by each system, at the size that is stored now."""
    search, recent, record = "wildcard search", "recent events", "recording one event"
    parts, pieces = stored.size // PART_EVERY, stored.size // _ROWS_A_PIECE
    since, until = stored.last - _RECENT_MS, stored.last

    def they_search(client: Any) -> list[Item]:
        return published_system.find_recipients(client, pieces, PART, START, until)

    def they_open(client: Any) -> list[Item]:
        return published_system.newest_rows(client, pieces, since, until, _NEWEST)

    yield search, OURS, we_read(stored, we_search, parts, rounds)
    yield search, THEIRS, they_read(stored, they_search, parts, rounds)
    yield _EXACT, OURS, we_read(stored, we_find, 1, rounds, row_bytes=0.0)
    yield recent, OURS, we_read(stored, we_open, _NEWEST, rounds)
    yield recent, THEIRS, they_read(stored, they_open, _NEWEST, rounds)
    if stored.size == SIZES[0]:
        we_record(stored)
        they_record(stored)
    yield record, OURS, [we_record(stored) for _ in range(rounds)]
    yield record, THEIRS, [they_record(stored) for _ in range(rounds)]


def note_of(task: str, system: str, measure: str, size: int) -> str:
    """Why scans ask more often than they must: the last page of each piece is not full."""
    pieces = size // _ROWS_A_PIECE
    scans = system == THEIRS and not task.startswith("recording")
    if not scans or measure != "requests" or pieces == 1:
        return ""
    return f"up to {2 * (pieces - 1)} fewer in one piece, which DynamoDB Local is slow at"


def figures_of(outcomes: Iterable[Outcome], size: int) -> Iterator[Figure]:
    """What each task took at one size, and how many times as long the other system took."""
    seconds: dict[str, dict[str, float]] = {}
    for task, system, rounds in outcomes:
        for name, (measure, unit) in _MEASURES.items():
            values = tuple(getattr(taken, name) for taken in rounds)
            if any(values):
                yield Figure(
                    ISSUE,
                    f"{task}, {size:,} stored, {system}: {measure}",
                    unit,
                    values,
                    note=note_of(task, system, measure, size),
                )
        median = statistics.median(taken.seconds for taken in rounds)
        seconds.setdefault(task, {})[system] = median
    for task, by_system in seconds.items():
        if by_system.keys() != {OURS, THEIRS}:
            continue
        times = by_system[THEIRS] / by_system[OURS]
        name = f"{task}, {size:,} stored: {THEIRS} over {OURS}, time"
        yield Figure(ISSUE, name, "times", (times,))


def answers(stored: Stored) -> Figure:
    """How many queries of every kind find something else than a plain filter over all events."""
    queries = queries_of(stored.events[-1], PART)

    async def ask() -> list[str]:
        async with opened_table(stored.access, TABLE) as (table, _):
            return await wrong_answers(table, stored.events, queries, START)

    wrong = asyncio.run(ask())
    note = ", ".join(wrong) or f"of {len(queries)} queries"
    name = f"answers unlike a plain filter's, {stored.size:,} stored"
    return Figure(_SEARCH_ISSUE, name, "", (float(len(wrong)),), at_most=0, note=note)


def growth_of(first: Sequence[Outcome], last: Sequence[Outcome]) -> Iterator[Figure]:
    """How each task grew from the smallest size to the largest, which is ten times as much."""
    for (task, system, few), (_, _, many) in zip(first, last, strict=True):
        for name, (measure, _) in _MEASURES.items():
            before, after = (
                statistics.median(getattr(taken, name) for taken in rounds)
                for rounds in (few, many)
            )
            if before:
                name = f"{task}, {system}: {measure} at {SIZES[-1]:,} over {SIZES[0]:,}"
                same = (task, measure) == (_EXACT, "requests")
                asked = 1.0 if same else None
                yield Figure(ISSUE, name, "times", (after / before,), at_most=asked)


def kept_in(kept: list[Outcome], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Those outcomes as they come, each of which is kept, too."""
    for outcome in outcomes:
        kept.append(outcome)
        yield outcome


def measure(quick: bool) -> Iterator[Figure]:
    """Every task at every size, and how they grow; quickly at the smallest size alone."""
    outcomes: list[list[Outcome]] = []
    with start_dynamodb_local(heap_megabytes=_HEAP_MEGABYTES, quick_start=False) as engine:
        stored = Stored(engine.endpoint_url)
        for size in SIZES[:1] if quick else SIZES:
            stored.load_to(size)
            rounds = 1 if quick else _ROUNDS
            outcomes.append([])
            yield from figures_of(kept_in(outcomes[-1], tasks_at(stored, rounds)), size)
        yield answers(stored)
    if len(outcomes) > 1:
        yield from growth_of(outcomes[0], outcomes[-1])


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
