"""A word looked for in a million events, and keys pressed meanwhile: `python -m benchmarks.search`.

The events lie in prewritten feed pages, which is where a wildcard is looked for. An exact recipient
at two sizes, and the scan of the published query tool, are in `benchmarks.published`.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure, percentile_95
from benchmarks.reading import FixedMoment, opened_table
from benchmarks.recorder import in_batches
from benchmarks.stored_events import START, create_silent_table, later, load, recorded_events
from benchmarks.watched_program import WatchedProgram
from recorder.model.event import EVENT_TYPES, Event
from recorder.model.item import Item
from recorder.model.keys import feed_partition, page_sort_key
from recorder.model.page import encode_page
from recorder.model.timestamps import day_of, format_timestamp
from ses_tui.aws.search import TableSearch
from ses_tui.core.query import Query
from ses_tui.core.search import SearchBatch
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

ISSUE: Final = 7
TABLE: Final = "ses-events"
EVENTS: Final = 1_000_000
QUICK_EVENTS: Final = 200_000
DIFFERENT_EVENTS: Final = 12_500
EVENTS_A_PAGE: Final = 500
WORD: Final = "needleword"
_WITH_WORD: Final = 2_000
"""The place of the one of all different events whose subject has the word."""
_QUERY: Final = f"*{WORD}* since:{format_timestamp(START - 1_000)}"
_ROUNDS: Final = 2
_KEYS: Final = 30
_QUICK_KEYS: Final = 10
"""Fewer, since the search of fewer events is sooner over."""
_PAUSE_BETWEEN_KEYS: Final = (0.03, 0.15)
_ZONE: Final = "Asia/Kolkata"
_HEAP_MEGABYTES: Final = 2_000


def different_events() -> list[Event]:
    """Events of the demo's traffic, one of them with a word that no other has."""
    events = recorded_events(DIFFERENT_EVENTS, frozenset(EVENT_TYPES))
    events[_WITH_WORD] = events[_WITH_WORD]._replace(subject=f"An order for {WORD}")
    return events


def pages_of(events: Sequence[Event]) -> Iterator[Item]:
    """The feed pages of events in order."""
    for own in in_batches(events, EVENTS_A_PAGE):
        at = own[-1].recorded_at + 1_000
        yield {
            "pk": {"S": feed_partition(day_of(at), 0)},
            "sk": {"S": page_sort_key(at, "shard", own[0].event_id)},
            "z": {"B": encode_page(own)},
            "n": {"N": str(len(own))},
            "lo": {"N": str(own[0].recorded_at)},
            "hi": {"N": str(own[-1].recorded_at)},
        }


def load_pages(access: LocalAccess, count: int) -> int:
    """A table with `count` events in pages; when the last of them was recorded (ms)."""
    create_silent_table(access, TABLE)
    events = different_events()
    for times in range(count // DIFFERENT_EVENTS):
        copies = later(events, times)
        load(access, TABLE, pages_of(copies))
    return copies[-1].recorded_at


async def searches(access: LocalAccess, now: int, count: int, rounds: int) -> Iterator[Figure]:
    """The word in all pages, by the search that the screen and the command line use."""
    seconds: list[float] = []
    busy: list[float] = []
    batch = SearchBatch()
    async with opened_table(access, TABLE) as (table, _):
        search = TableSearch(table, FixedMoment(now))
        for _ in range(rounds):
            plan = await search.plan(Query.parse(_QUERY, now_ms=now))
            began, processor = time.perf_counter(), time.process_time()
            async for one in search.run(plan):
                batch = one
            seconds.append(time.perf_counter() - began)
            busy.append(time.process_time() - processor)
            if (batch.examined, batch.found) != (count, count // DIFFERENT_EVENTS):
                raise RuntimeError(f"{batch.found} of {batch.examined:,} events were found")
    name, note = f"*word* in {count:,} events", f"{batch.cost.requests} requests"
    rates, own = tuple(count / one for one in seconds), tuple(count / one for one in busy)
    return iter(
        (
            Figure(ISSUE, name, "events/s", rates, at_least=150_000, note=note),
            Figure(ISSUE, f"{name}, of its processor time", "events/s", own),
        )
    )


def key_to_screen(access: LocalAccess, keys: int) -> Iterator[Figure]:
    """How soon a key is answered while the search screen looks for the word.

    The key changes the zone, whose name then stands in the header.
    """
    os.environ["TZ"] = _ZONE
    waits: list[float] = []
    chance = Random(1)
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        arguments = (
            *("benchmarks.dashboard_program", f"--report={report}", f"--table={TABLE}"),
            f"--endpoint-url={access.endpoint_url}",
            f"--access-key={access.access_key_id}",
        )
        with WatchedProgram(*arguments, report=report) as program:
            program.listen_for("Quit")
            program.type("s")
            program.listen(1.0)
            program.type(f"{_QUERY}\r")
            program.listen_for("(?i)esc stops|Found|looked at")
            for number in range(keys):
                program.listen(chance.uniform(*_PAUSE_BETWEEN_KEYS))
                pressed = time.monotonic()
                program.type("z")
                program.listen_for("UTC" if number % 2 == 0 else "IST")
                waits.append((time.monotonic() - pressed) * 1000)
    name, note = "key to screen while *word* is looked for", f"of {len(waits)} keys"
    late = (percentile_95(waits),)
    yield Figure(ISSUE, f"{name}, p95", "ms", late, at_most=100, note=note)
    yield Figure(ISSUE, name, "ms", tuple(waits))


def measure(quick: bool) -> Iterator[Figure]:
    """The search by itself, then keys beside one."""
    count = QUICK_EVENTS if quick else EVENTS
    with start_dynamodb_local(heap_megabytes=_HEAP_MEGABYTES, quick_start=False) as engine:
        access = LocalAccess(engine.endpoint_url)
        last = load_pages(access, count)
        yield from asyncio.run(searches(access, last + 60_000, count, 1 if quick else _ROUNDS))
        yield from key_to_screen(access, _QUICK_KEYS if quick else _KEYS)


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
