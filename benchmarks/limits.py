"""Beside what cannot be beaten: `python -m benchmarks.limits`.

Reading pages beside a bare loop of the same signed requests, and a frame of the list beside the
same lines printed with plain escape codes. Recording beside prebuilt writes is in
`benchmarks.recorder`, the first picture beside an empty app in `benchmarks.opening`.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from benchmarks.alone import run_alone
from benchmarks.bare_requests import BareConnection, BareRequest
from benchmarks.figure import Figure
from benchmarks.reading import opened_table
from benchmarks.stored_events import START, create_silent_table, load, recorded_events
from benchmarks.traffic import Traffic
from benchmarks.watched_program import WatchedProgram
from benchmarks.widgets import watch, write_page
from recorder.model.event import EVENT_TYPES, Event
from recorder.model.item import Item
from recorder.model.keys import feed_partition, page_sort_key
from recorder.model.page import PAGE_VERSION, encode_page
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_pages import decode_items, query_ahead
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

ISSUE: Final = 10
TABLE: Final = "ses-events"
PAGES: Final = 240
PAGE_EVENTS: Final = 125
_EVENTS: Final = 4_000
_ROWS: Final = 1_000
_PATIENCE: Final = 60.0
_WARM_UP_SCREENS: Final = 10


def pages_of(events: Sequence[Event]) -> Iterator[Item]:
    """`PAGES` pages of `PAGE_EVENTS` events each."""
    for number in range(PAGES):
        first = number * PAGE_EVENTS % (len(events) - PAGE_EVENTS)
        yield {
            "pk": {"S": feed_partition(day_of(START), 0)},
            "sk": {"S": page_sort_key(START + number, "shard", str(10**20 + number))},
            "v": {"N": str(PAGE_VERSION)},
            "n": {"N": str(PAGE_EVENTS)},
            "z": {"B": encode_page(events[first : first + PAGE_EVENTS])},
        }


async def read_pages(access: LocalAccess, rounds: int) -> tuple[list[float], list[bytes]]:
    """Seconds in which every page is read and decoded, in each round; and what was asked for."""
    seconds = []
    async with opened_table(access, TABLE) as (table, client):
        traffic = Traffic()
        traffic.watch(client.meta.events)
        for _ in range(rounds):
            traffic.forget()
            began = time.perf_counter()
            found = 0
            async for items in query_ahead(
                table,
                KeyConditionExpression="pk = :partition",
                ExpressionAttributeValues={":partition": {"S": feed_partition(day_of(START), 0)}},
            ):
                found += len((await decode_items(items, START)).events)
            seconds.append(time.perf_counter() - began)
            if found != PAGES * PAGE_EVENTS:
                raise RuntimeError(f"{found:,} events came back")
    return seconds, traffic.asked


def ask_barely(access: LocalAccess, asked: Sequence[bytes]) -> float:
    """Seconds of sending the same requests one after the other, and of taking their answers."""
    requests = [BareRequest(access, "Query", orjson.loads(body)) for body in asked]
    with BareConnection(access) as connection:
        began = time.perf_counter()
        for request in requests:
            connection.send(request)
        return time.perf_counter() - began


def reading(rounds: int) -> Iterator[Figure]:
    """Pages, as they are read for search and history, beside the bare loop; taking turns."""
    ours: list[float] = []
    bare: list[float] = []
    with start_dynamodb_local(quick_start=False) as engine:
        access = LocalAccess(engine.endpoint_url)
        create_silent_table(access, TABLE)
        load(access, TABLE, pages_of(recorded_events(_EVENTS, frozenset(EVENT_TYPES))))
        for _ in range(rounds + 1):
            seconds, asked = asyncio.run(read_pages(access, 2))
            ours.append(seconds[-1])
            bare.append(ask_barely(access, asked))
    events = f"{PAGES * PAGE_EVENTS:,} events in pages"
    yield Figure(ISSUE, f"{events}: read and decoded", "s", tuple(ours[1:]))
    yield Figure(
        ISSUE, f"{events}: bare loop of the same {len(asked)} requests", "s", tuple(bare[1:])
    )
    ratios = tuple(own / other for own, other in zip(ours[1:], bare[1:], strict=True))
    yield Figure(ISSUE, f"{events}: read and decoded over the bare loop", "times", ratios)


def frames() -> Iterator[Figure]:
    """A frame of the list in which every line is another, beside the same lines printed."""
    with TemporaryDirectory() as folder:
        page = write_page(Path(folder) / "page")
        own = watch("own", _ROWS, page, _PATIENCE)["page"]
        report = Path(folder) / "printed"
        program = ("benchmarks.print_program", f"--page={page}", f"--report={report}")
        with WatchedProgram(*program, report=report) as printing:
            printing.listen(_PATIENCE, lambda output: report.exists())
            printing.listen(1.0)
        said = orjson.loads(report.read_bytes())
    making, writing = (said[name][_WARM_UP_SCREENS:] for name in ("making", "writing"))
    printed = [made + written for made, written in zip(making, writing, strict=True)]
    for name, runs in (
        ("frame of 47 changed rows", own),
        ("same lines, made and printed plainly", printed),
        ("same lines, ready, printed plainly", writing),
    ):
        yield Figure(ISSUE, name, "ms", tuple(seconds * 1_000 for seconds in runs))
    ratio = statistics.median(own) / statistics.median(printed)
    yield Figure(ISSUE, "frame of 47 changed rows over plain printing", "times", (ratio,))


def measure(quick: bool) -> Iterator[Figure]:
    """Both comparisons."""
    yield from reading(3 if quick else 7)
    yield from frames()


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
