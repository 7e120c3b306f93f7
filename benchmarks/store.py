"""Measures the event store: memory, adding, dropping, filtering, and what a scan costs a key."""

import argparse
import asyncio
import gc
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.samples import spread_of
from recorder.model.clock import SystemClock
from recorder.model.event import Event
from recorder.model.page import decode_page, encode_page
from recorder.model.payload import parse_payload
from ses_tui.core.query import Query
from ses_tui.core.slices import REST_SECONDS, SLICE_SECONDS, work_for
from ses_tui.core.store import EventStore, FilteredEvents
from ses_tui.demo.generator import TrafficGenerator

START: Final = 1_795_435_200_000
EVENTS_PER_SECOND: Final = 1_000.0
GENERATED_MS: Final = 60_000
TICK: Final = 333
"""Events between two pictures."""
SIZES: Final = (200_000, 1_000_000)
SCREEN: Final = 40
QUERIES: Final = (
    "type:bounce",
    "gmail",
    "-domain:gmail.com",
    "domain:gmail.com status:4.* subject:order",
    "nobodyhere",
    "outcome:bounced",
)
_MEGABYTE: Final = 1024 * 1024


def write_pages(path: str) -> None:
    """Pages of one tick each, of what the recorder makes of the demo's traffic.

    Recorded a second or two after it happens, and therefore not quite in order.
    """
    generator = TrafficGenerator(7, START)
    with Path(path).open("wb") as file:
        batch: dict[str, Event] = {}
        for at, payload in generator.events(EVENTS_PER_SECOND):
            recorded_at = at + 700 + (at * 7919) % 1500
            parsed = parse_payload(
                payload, recorded_at=recorded_at, keep_subject=True, region="eu-west-1"
            )
            batch.update((event.event_id, event) for event in parsed.events)
            if len(batch) >= TICK:
                body = encode_page(tuple(batch.values()))
                file.write(len(body).to_bytes(4, "big") + body)
                batch = {}
                if at - START > GENERATED_MS:
                    return


def ticks(path: str) -> Iterator[tuple[Event, ...]]:
    """What the pages hold, again and again as other mails of a later time."""
    for number in count():
        with Path(path).open("rb") as file:
            while head := file.read(4):
                events = decode_page(file.read(int.from_bytes(head, "big"))).events
                yield tuple(_later(event, number) for event in events)


def _later(event: Event, times: int) -> Event:
    shift = times * GENERATED_MS
    message_id = event.message_id or ""
    return event._replace(
        event_id=event.event_id[:-3] + f"{times:03}",
        message_id=message_id[:-6] + f"{times:06}",
        recorded_at=event.recorded_at + shift,
        event_time=(event.event_time or 0) + shift,
    )


def measure(size: int, pages: str) -> dict[str, Any]:
    """Everything at one size, in a process of its own."""
    source = ticks(pages)
    next(ticks(pages))
    store = EventStore(size)
    before = resident_bytes()
    adding: list[float] = []
    while len(store) < size:
        batch = next(source)
        adding.append(processor_seconds(partial(store.add, batch)))
    gc.collect()
    figures: dict[str, Any] = {
        "events": len(store),
        "resident megabytes": (resident_bytes() - before) / _MEGABYTE,
        "bytes an event": (resident_bytes() - before) / len(store),
        "adding, microseconds an event": sum(adding) / len(adding) / TICK * 1e6,
        "adding, longest tick in ms": max(adding) * 1e3,
    }
    dropping: list[float] = []
    for _ in range(300):
        dropping.append(processor_seconds(partial(_add_and_look_at_what_went, store, next(source))))
    figures["dropping, longest tick in ms"] = max(dropping) * 1e3
    figures["dropping, ms a tick"] = spread_of([seconds * 1e3 for seconds in dropping])["median"]
    figures["picture, microseconds"] = processor_seconds(store.snapshot) * 1e6
    wanted = store[len(store) // 2].message_id or ""
    figures["one message, ms"] = processor_seconds(lambda: store.of_message(wanted)) * 1e3
    figures["half dropped at once, ms"] = dropped_at_once(store)
    figures["filters"] = {text: filtering(store, Query.parse(text)) for text in QUERIES}
    figures["loop"] = asyncio.run(answering(store))
    return figures


def _add_and_look_at_what_went(store: EventStore, batch: Sequence[Event]) -> None:
    for _ in store.add(batch).dropped:
        pass


def dropped_at_once(store: EventStore) -> float:
    """How long it takes to let go of half of what there is, without touching `store`."""
    picture = store.snapshot()
    return processor_seconds(lambda: picture.drop_first(len(picture) // 2)) * 1e3


def filtering(store: EventStore, query: Query) -> dict[str, float]:
    """Seconds of processor time until a screen is full, or all is searched, and for all of it."""
    before = resident_bytes()
    filtered = FilteredEvents(store, query)
    begin = time.process_time()
    while filtered.scanning and len(filtered) < SCREEN:
        filtered.scan_next()
    filtered.events_between(len(filtered) - SCREEN, len(filtered))
    first = time.process_time() - begin
    steps: list[float] = []
    while filtered.scanning:
        steps.append(processor_seconds(filtered.scan_next))
    return {
        "shown": len(filtered),
        "first screen, ms": first * 1e3,
        "all, seconds": time.process_time() - begin,
        "longest step, ms": max(steps, default=0.0) * 1e3,
        "megabytes": (resident_bytes() - before) / _MEGABYTE,
    }


async def answering(store: EventStore) -> dict[str, float]:
    """How long a chain of ten turns of the loop takes while a filter is at work, as a key does."""
    clock = SystemClock()
    filtered = FilteredEvents(store, Query.parse("-domain:gmail.com"))

    def step() -> bool:
        filtered.scan_next()
        return filtered.scanning

    async def scan() -> None:
        while work_for(SLICE_SECONDS, step, clock):  # noqa: ASYNC110 - as the dashboard does it
            await asyncio.sleep(REST_SECONDS)

    scanning = asyncio.create_task(scan())
    waits: list[float] = []
    while not scanning.done():
        begin = time.perf_counter()
        for _ in range(10):
            await asyncio.sleep(0)
        waits.append((time.perf_counter() - begin) * 1e3)
        await asyncio.sleep(0.013)
    waits.sort()
    return {"p50, ms": waits[len(waits) // 2], "p95, ms": waits[len(waits) * 95 // 100]}


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of one call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def resident_bytes() -> int:
    """Memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def main() -> None:
    """Print the figures of each size as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    context = multiprocessing.get_context("spawn")
    sizes = parser.parse_args().sizes
    with TemporaryDirectory() as folder:
        pages = f"{folder}/pages"
        write_pages(pages)
        for size in sizes:
            with context.Pool(1) as pool:
                figures = pool.apply(measure, (size, pages))
            json.dump(figures, sys.stdout, indent=1)
            sys.stdout.write("\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
