"""The event store without a dashboard around it: adding, dropping, filtering, and the loop.

`python -m benchmarks.store`. Milliseconds are of processor time, unless they are somebody's wait.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure, percentile_95
from benchmarks.stored_events import events_without_end
from recorder.model.clock import SystemClock
from recorder.model.event import EVENT_TYPES, Event
from recorder.model.garbage import collect_seldom
from ses_tui.core.query import Query
from ses_tui.core.slices import REST_SECONDS, SLICE_SECONDS, work_for
from ses_tui.core.store import EventStore, FilteredEvents

ISSUE: Final = 6
SIZE: Final = 200_000
QUICK_SIZE: Final = 50_000
TICK: Final = 333
"""Events between two pictures."""
SCREEN: Final = 40
QUERIES: Final = (
    "gmail",
    "domain:gmail.com status:4.* subject:order",
    "outcome:bounced",
)
_TICKS_THAT_DROP: Final = 300


def ticks() -> Iterator[tuple[Event, ...]]:
    """What comes between two pictures; recorded soon after it happens, and not quite in order."""
    events = events_without_end(frozenset(EVENT_TYPES))
    while True:
        yield tuple(
            event._replace(recorded_at=event.recorded_at + place * 7919 % 1500)
            for place, event in enumerate(islice(events, TICK))
        )


def adding(store: EventStore, source: Iterator[tuple[Event, ...]]) -> Iterator[Figure]:
    """Fill the store, then let each tick drop as many as it adds."""
    times: list[float] = []
    while len(store) < store.capacity:
        times.append(processor_ms(partial(store.add, next(source))))
    yield Figure(ISSUE, f"store: adding {TICK} events", "ms", tuple(times))
    dropping = [
        processor_ms(partial(_add_and_look_at_what_went, store, next(source)))
        for _ in range(_TICKS_THAT_DROP)
    ]
    yield Figure(ISSUE, f"store: adding {TICK} events, dropping as many", "ms", tuple(dropping))
    picture = store.snapshot()
    half = processor_ms(lambda: picture.drop_first(len(picture) // 2))
    yield Figure(ISSUE, "store: half of all dropped at once", "ms", (half,))


def _add_and_look_at_what_went(store: EventStore, batch: tuple[Event, ...]) -> None:
    for _ in store.add(batch).dropped:
        pass


def filtering(store: EventStore, text: str) -> Iterator[Figure]:
    """Until a screen is full, or all is searched, and for all of it."""
    filtered = FilteredEvents(store, Query.parse(text))
    begin = time.process_time()
    while filtered.scanning and len(filtered) < SCREEN:
        filtered.scan_next()
    filtered.events_between(len(filtered) - SCREEN, len(filtered))
    first = (time.process_time() - begin) * 1e3
    steps: list[float] = []
    while filtered.scanning:
        steps.append(processor_ms(filtered.scan_next))
    every = (time.process_time() - begin) * 1e3
    name = f"filter {text}, {len(store):,} events"
    yield Figure(ISSUE, f"{name}: first screen", "ms", (first,))
    note = f"longest step {max(steps, default=0.0):.1f} ms; {len(filtered):,} found"
    yield Figure(ISSUE, f"{name}: all", "ms", (every,), note=note)


async def answering(store: EventStore) -> Figure:
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
    note = f"95 % within {percentile_95(waits):.1f} ms"
    return Figure(ISSUE, "filter at work: ten turns of the loop", "ms", tuple(waits), note=note)


def processor_ms(work: Callable[[], object]) -> float:
    """Milliseconds of processor time of one call."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1e3


def measure(quick: bool) -> Iterator[Figure]:
    """Everything, over one store, with the collector as the dashboard has it."""
    collect_seldom()
    store = EventStore(QUICK_SIZE if quick else SIZE)
    yield from adding(store, ticks())
    for text in QUERIES:
        yield from filtering(store, text)
    yield asyncio.run(answering(store))


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
