"""What ten events a day cost, and 100 million a day with 100 shards: `python -m benchmarks.growth`.

Two tables on DynamoDB Local, each as its recorder would have left it: summaries and rollup rows of
two weeks, feed pages of the last minutes (of the quiet one of a week, a heartbeat a minute), items
of one customer among others. Requests and bytes are those of one client's bodies, both ways.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from typing import Any, Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.reading import opened_table
from benchmarks.rollups import NOW, rollup_items
from benchmarks.stored_events import create_silent_table, item_of, later, load, recorded_events
from benchmarks.traffic import Traffic
from recorder.functions import RecorderFunctions
from recorder.model.event import EVENT_TYPES, Event
from recorder.model.item import Item
from recorder.model.keys import CONFIGURATION_KEY, feed_partition, page_sort_key
from recorder.model.lanes import FEED_CONFIGURATION_SORT_KEY, LANES_ATTRIBUTE, lane_of_shard
from recorder.model.page import PAGE_VERSION, encode_page
from recorder.model.settings import RecorderSettings
from recorder.model.timestamps import day_of
from ses_tui.aws.feed_poller import FeedPoller
from ses_tui.aws.rollup_reader import TableRollupReader
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.follow import DEFAULT_HISTORY_EVENTS
from ses_tui.core.query import Query
from ses_tui.core.rate_panel import read_panel
from ses_tui.core.search import SearchBatch
from ses_tui.core.windows import window_named
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

ISSUE: Final = 10
TABLE: Final = "ses-events"
CUSTOMER: Final = "one.customer@inbox.example"
_CUSTOMER_EVENTS: Final = 10
_OTHER_CUSTOMERS: Final = 1_000
_DIFFERENT_EVENTS: Final = 4_000
_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
_POLL_MS: Final = 2_000
"""The window of the stream consumer, and the time between two polls."""
_BUSY_PAGES_MS: Final = 100_000
_HEAP_MEGABYTES: Final = 1_024


@dataclass(frozen=True, slots=True)
class World:
    """So much mail, and what takes it."""

    name: str
    events_a_day: int
    shards: int
    lanes: int
    pages_ms: int
    """How far back there are feed pages."""

    @property
    def events_a_poll(self) -> float:
        """How many are recorded between two polls."""
        return self.events_a_day * _POLL_MS / _DAY_MS


QUIET: Final = World("10 events a day", 10, 1, 1, 7 * _DAY_MS)
BUSY: Final = World("100 million a day", 100_000_000, 100, 4, _BUSY_PAGES_MS)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one task took."""

    requests: float
    network_bytes: float
    processor_ms: float


_MEASURES: Final = {
    "requests": ("requests", ""),
    "network_bytes": ("over the network", "bytes"),
    "processor_ms": ("processor", "ms"),
}


class SettableClock:
    """Goes on when it is told to."""

    def __init__(self, now: int) -> None:
        self.now = now

    def now_ms(self) -> int:
        """The moment."""
        return self.now

    def monotonic(self) -> float:
        """The moment in seconds."""
        return self.now / 1000


class Meter:
    """Counts what a client asks for, and processor time, while a task runs."""

    def __init__(self, client: Any) -> None:
        self._traffic = Traffic()
        self._traffic.watch(client.meta.events)
        self.costs: dict[str, list[Cost]] = {}

    @contextmanager
    def measured(self, task: str) -> Iterator[None]:
        """The cost of what is done meanwhile."""
        self._traffic.forget()
        began = time.process_time()
        yield
        processor_ms = (time.process_time() - began) * 1_000
        cost = Cost(self._traffic.requests, self._traffic.bytes, processor_ms)
        self.costs.setdefault(task, []).append(cost)


class Recorded:
    """The pages of a world, as time goes on."""

    def __init__(self, world: World, events: Sequence[Event]) -> None:
        self._world = world
        self._events = chain.from_iterable(later(events, times) for times in count())
        self._left = 0.0
        self._numbers = count(10**20)

    def pages_between(self, since: int, until: int) -> Iterator[Item]:
        """What is written within two times (ms): a page a shard and window, and heartbeats."""
        for written_at in range(since, until, _POLL_MS):
            self._left += self._world.events_a_poll
            number = int(self._left)
            self._left -= number
            recorded = [
                next(self._events)._replace(recorded_at=written_at - 1_000) for _ in range(number)
            ]
            is_minute = written_at % _MINUTE_MS < _POLL_MS
            for shard in range(self._world.shards):
                own = recorded[shard :: self._world.shards]
                heartbeats = [written_at - 1_000] if is_minute and shard == 0 else []
                if own or heartbeats:
                    yield self._page(written_at, shard, own, heartbeats)

    def _page(
        self, written_at: int, shard: int, events: Sequence[Event], heartbeats: Sequence[int]
    ) -> Item:
        name = f"shardId-00000001795413600000-5d2c1{shard:03d}"
        lane = lane_of_shard(name, self._world.lanes)
        item: Item = {
            "pk": {"S": feed_partition(day_of(written_at), lane)},
            "sk": {"S": page_sort_key(written_at + shard, name, str(next(self._numbers)))},
            "v": {"N": str(PAGE_VERSION)},
            "z": {"B": encode_page(events, heartbeats)},
            "n": {"N": str(len(events))},
        }
        if events:
            item |= {name: {"N": str(events[0].recorded_at)} for name in ("lo", "hi")}
        if heartbeats:
            item["hb"] = {"N": str(max(heartbeats))}
        return item


def configuration_of(world: World) -> Item:
    """The item that says how many lanes there are."""
    lanes = {"20260101": {"N": str(world.lanes)}}
    return {
        "pk": {"S": CONFIGURATION_KEY},
        "sk": {"S": FEED_CONFIGURATION_SORT_KEY},
        LANES_ATTRIBUTE: {"M": lanes},
    }


def customers(events: Sequence[Event], others: int) -> Iterator[Item]:
    """The items of one customer, and of others in the same part of the index."""
    for number, event in enumerate(events[: _CUSTOMER_EVENTS + others]):
        address = CUSTOMER if number < _CUSTOMER_EVENTS else f"other{number}@inbox.example"
        yield item_of(event._replace(recipient=address, recipient_raw=None, recorded_at=NOW))


async def read_world(access: LocalAccess, recorded: Recorded, polls: int) -> dict[str, list[Cost]]:
    """What a viewer's tasks take."""
    clock = SettableClock(NOW)
    async with opened_table(access, TABLE) as (table, client):
        meter = Meter(client)
        # The first use of everything takes time that no later one does.
        await open_dashboard(table, clock)
        meter.costs.clear()
        for _ in range(3):
            with meter.measured("opening"):
                poller = await open_dashboard(table, clock)
        for _ in range(polls):
            load(access, TABLE, recorded.pages_between(clock.now, clock.now + _POLL_MS))
            clock.now += _POLL_MS
            with meter.measured("a poll"):
                await poller.poll()
        tasks: dict[str, Callable[[], Awaitable[None]]] = {
            "exact search": partial(search_exactly, table, clock),
            "rates of 7 days": partial(read_rates, table, clock, "7d"),
        }
        for name, task in tasks.items():
            await task()
            for _ in range(polls):
                with meter.measured(name):
                    await task()
    return meter.costs


async def open_dashboard(table: TableClient, clock: SettableClock) -> FeedPoller:
    """What a dashboard reads before it is complete: the feed's history, and the rates."""
    poller = FeedPoller(table, clock, "benchmark")
    await poller.check()
    await poller.start(DEFAULT_HISTORY_EVENTS)
    await read_rates(table, clock, "1h")
    return poller


async def read_rates(table: TableClient, clock: SettableClock, window: str) -> None:
    """The panel of rates."""
    panel = await read_panel(TableRollupReader(table, clock), window_named(window), clock.now_ms())
    if panel is None:
        raise RuntimeError("there are no rollups")


async def search_exactly(table: TableClient, clock: SettableClock) -> None:
    """All mail to one customer but opens and clicks."""
    search = TableSearch(table, clock)
    query = Query.parse(f"to:{CUSTOMER} -type:open -type:click", now_ms=clock.now_ms())
    batch = SearchBatch()
    async for one in search.run(await search.plan(query)):
        batch = one
    if not 0 < batch.found <= _CUSTOMER_EVENTS:
        raise RuntimeError(f"{batch.found} events of one customer were found")


def tick_of(access: LocalAccess, minutes: int) -> list[Cost]:
    """What the tick of each minute takes."""
    client = access.recorder_client()
    meter = Meter(client)
    clock = SettableClock(NOW)
    functions = RecorderFunctions(client, RecorderSettings(table=TABLE), clock=clock)
    for _ in range(minutes):
        with meter.measured("tick"):
            functions.tick({})
        clock.now += _MINUTE_MS
    client.close()
    return meter.costs["tick"]


def costs_of(world: World, endpoint_url: str, events: Sequence[Event], polls: int) -> Any:
    """Every task in one world."""
    access = LocalAccess(endpoint_url)
    create_silent_table(access, TABLE)
    recorded = Recorded(world, events)
    load(
        access,
        TABLE,
        [
            configuration_of(world),
            *customers(events, _OTHER_CUSTOMERS if world is BUSY else 0),
            *rollup_items(events, world.shards, world.events_a_day),
            *recorded.pages_between(NOW - world.pages_ms, NOW),
        ],
    )
    costs = asyncio.run(read_world(access, recorded, polls))
    return costs | {"tick": tick_of(access, 3)}


def measure(quick: bool) -> Iterator[Figure]:
    """Every task in both worlds, and how often the quiet one goes into the busy one."""
    events = recorded_events(_DIFFERENT_EVENTS, frozenset(EVENT_TYPES))
    with start_dynamodb_local(heap_megabytes=_HEAP_MEGABYTES, quick_start=False) as engine:
        quiet, busy = (
            costs_of(world, engine.endpoint_url, events, 3 if quick else 7)
            for world in (QUIET, BUSY)
        )
    for task in quiet:
        for name, (measure, unit) in _MEASURES.items():
            runs = []
            for world, costs in ((QUIET, quiet), (BUSY, busy)):
                runs.append(tuple(getattr(cost, name) for cost in costs[task]))
                yield Figure(ISSUE, f"{task}, {world.name}: {measure}", unit, runs[-1])
            few, many = map(statistics.median, runs)
            if few:
                yield Figure(ISSUE, f"{task}: {measure}, busy over quiet", "times", (many / few,))


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
