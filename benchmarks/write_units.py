"""What one event costs to write, counted from items: `python -m benchmarks.write_units`.

Nothing is asked of an engine, since none reports write units as AWS bills them. The recorder's own
writers run over a table that keeps every row and measures it; a write unit is 1 KB, rounded up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.samples import sample_events, sample_items, size_of, write_units
from recorder.feed import FeedWriter
from recorder.heartbeat import write_heartbeat
from recorder.last_recorded import LastRecorded
from recorder.model.event import Event
from recorder.model.item import Item
from recorder.model.keys import (
    LAST_RECORDED_SORT_KEY,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
)
from recorder.model.rate_counters import rate_summaries
from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family, counters_in, keep_largest
from recorder.model.summary import summary_item
from recorder.model.table import table_definition
from recorder.retry import Deadline, Retrier
from recorder.rollup_writer import CountedRecord, RollupWriter
from recorder.stream import StreamBatch, StreamedEvent, StreamedHeartbeat
from recorder.worker_pool import WorkerPool

ISSUE: Final = 4
_EVENTS: Final = 4_000
START: Final = 1_796_644_800_000
WINDOW_SECONDS: Final = 2.0
"""The batching window of the event source mapping: how long a batch waits for more."""
LOADS: Final = ((1, 1), (1, 16), (10, 1), (10, 16), (1_000, 1), (1_000, 16))
"""Events a second and shards of the stream."""
DAYS: Final = ((10_000, 4), (1_000_000, 4), (100_000_000, 16))
"""Events a day and shards; a new on-demand table has four."""
_KINDS: Final = (
    *("item", "rcpt", "prob", "pages", "rollups"),
    *("minute summaries", "hour summaries", "heartbeats", "progress", "last recorded"),
)
_INDEXES: Final = {"rcpt": ("rp", "rs"), "prob": ("pp", "ps")}


class MeasuringTable:
    """Keeps rows as updates leave them, and counts the write units of every write."""

    def __init__(self) -> None:
        self.units: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self.rows: dict[tuple[str, str], Item] = {}

    def get_item(self, **arguments: Any) -> dict[str, Any]:
        """There is no configuration."""
        return {}

    def put_item(self, **arguments: Any) -> dict[str, Any]:
        """A page or a heartbeat."""
        item = arguments["Item"]
        kind = {"F": "pages", "H": "heartbeats", "C": "marks"}[item["pk"]["S"][0]]
        self.units[kind] += write_units(size_of(item))
        self.bytes[kind] += size_of(item)
        return {}

    def update_item(self, **arguments: Any) -> dict[str, Any]:
        """A rollup row; billed by the larger of the row before and after. Or the last recorded."""
        key = arguments["Key"]
        if key["sk"]["S"] == LAST_RECORDED_SORT_KEY:
            self.units["last recorded"] += 1
            return {}
        row = self.rows.setdefault((key["pk"]["S"], key["sk"]["S"]), dict(key))
        before = size_of(row)
        names, values = (
            arguments["ExpressionAttributeNames"],
            arguments["ExpressionAttributeValues"],
        )
        row |= {"w": values[":w"], "x": values[":x"]}
        additions = arguments["UpdateExpression"].partition(" ADD ")[2].split(", ")
        for place, value in (addition.split() for addition in additions):
            total = int(row.get(names[place], {"N": "0"})["N"]) + int(values[value]["N"])
            row[names[place]] = {"N": str(total)}
        self.units["rollups"] += write_units(max(before, size_of(row)))
        self.bytes["rollups"] += size_of(row) - before
        return {}


@dataclass
class MovingClock:
    """Moves with the simulated time."""

    now: int = START

    def now_ms(self) -> int:
        """The simulated moment."""
        return self.now

    def monotonic(self) -> float:
        """The same in seconds."""
        return self.now / 1_000


def item_costs(items: Sequence[Item]) -> dict[str, float]:
    """Write units and bytes an event of the items and their entries in the indexes."""
    projected = {
        index["IndexName"]: set(index["Projection"]["NonKeyAttributes"])
        for index in table_definition("any")["GlobalSecondaryIndexes"]
    }
    totals: dict[str, int] = Counter()
    for item in items:
        totals["item_units"] += write_units(size_of(item))
        totals["item_bytes"] += size_of(item)
        for index, keys in _INDEXES.items():
            if keys[0] in item:
                kept = projected[index] | {"pk", "sk", *keys}
                size = size_of({name: value for name, value in item.items() if name in kept})
                totals[f"{index}_units"] += write_units(size)
                totals[f"{index}_bytes"] += size
    return {name: total / len(items) for name, total in totals.items()}


def stream_costs(events: Sequence[Event], a_second: float, shards: int) -> dict[str, float]:
    """Write units and bytes an event of what `roll_up` and `tick` write, at an even load.

    And of what one process of `record` says of the last event.
    """
    minutes = _minutes_of(a_second)
    table, clock = MeasuringTable(), MovingClock()
    client: Any = table
    writers = [
        (
            RollupWriter(client, "any", clock, Retrier(), WorkerPool(1)),
            FeedWriter(client, "any", clock, Retrier()),
        )
        for _ in range(shards)
    ]
    number = 0
    for shard, batch in _batches(events, a_second, shards, minutes):
        clock.now = batch[-1][1] + 500
        shard_id = f"shardId-00000001795413600000-{shard:08x}"
        entries: list[StreamedEvent | StreamedHeartbeat] = []
        for event, moment in batch:
            number += 1
            sequence = str(10**20 + clock.now * 10**4 + number)
            if event is None:
                entries.append(StreamedHeartbeat(sequence, moment, moment // 1_000))
            else:
                recorded = event._replace(recorded_at=moment)
                entries.append(StreamedEvent(sequence, recorded, moment // 1_000))
        rollups, feed = writers[shard]
        counted = [
            CountedRecord(entry.sequence_number, entry.event)
            for entry in entries
            if isinstance(entry, StreamedEvent)
        ]
        rollups.write(shard_id, counted, Deadline(clock))
        feed.write(StreamBatch(shard_id, tuple(entries), 0, ()), Deadline(clock))
    for minute in range(minutes):
        clock.now = START + minute * MINUTE_MS
        write_heartbeat(client, "any", clock, Retrier(), Deadline(clock))
    last_recorded = LastRecorded(client, "any", clock)
    for place in range(round(a_second * minutes * 60)):
        clock.now = START + round(place * 1_000 / a_second)
        last_recorded.tell(clock.now, Deadline(clock))
    _summarise(table, minutes)
    recorded_events = a_second * minutes * 60
    return {f"{name}_units": units / recorded_events for name, units in table.units.items()} | {
        f"{name}_bytes": size / recorded_events for name, size in table.bytes.items()
    }


def _minutes_of(a_second: float) -> int:
    """How long a load is played: long enough for some hundred events, or for a minute."""
    if a_second < 1:
        return 60
    return 10 if a_second < 1_000 else 1


def _batches(
    events: Sequence[Event], a_second: float, shards: int, minutes: int
) -> Iterator[tuple[int, list[tuple[Event | None, int]]]]:
    """Batches as the event source forms them: from a first record on for the batching window.

    Events come evenly, each to the shard that its place gives; `None` is a heartbeat.
    """
    step = 1_000 / a_second
    arrivals: list[tuple[int, int, Event | None]] = [
        (START + int(place * step), (place * 7_919) % shards, events[place % len(events)])
        for place in range(round(a_second * minutes * 60))
    ]
    arrivals += [(START + m * MINUTE_MS + 300, m % shards, None) for m in range(minutes)]
    arrivals.sort(key=lambda arrival: arrival[0])
    waiting: dict[int, list[tuple[Event | None, int]]] = defaultdict(list)
    for moment, shard, event in arrivals:
        batch = waiting[shard]
        if batch and moment - batch[0][1] > WINDOW_SECONDS * 1_000:
            yield shard, batch
            batch = waiting[shard] = []
        batch.append((event, moment))
    yield from ((shard, batch) for shard, batch in waiting.items() if batch)


def _summarise(table: MeasuringTable, minutes: int) -> None:
    """What ticks write of the rows: minutes, the share of an hour, and the progress."""
    by_minute: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    of_hour: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, sort_key), row in table.rows.items():
        minute, family, _ = sort_key.split("#", 2)
        by_minute[minute].setdefault(family, Counter()).update(counters_in(row))
        of_hour[family].update(counters_in(row))
    for families in by_minute.values():
        for family, counters in _summaries(families).items():
            key = minute_summary_keys(START, family)
            size = size_of(summary_item(key, START, counters, 1))
            table.units["minute summaries"] += write_units(size)
            table.bytes["minute summaries"] += size
    # An hour's counters are larger numbers under more or less the same names.
    for family, counters in _summaries({family: of_hour[family] for family in Family}).items():
        item = summary_item(hour_summary_keys(START, family), START, counters, 1)
        share = minutes * MINUTE_MS / HOUR_MS
        table.units["hour summaries"] += write_units(size_of(item)) * share  # type: ignore[assignment]
        table.bytes["hour summaries"] += size_of(item) * share  # type: ignore[assignment]
    progress = folded_key() | {name: {"N": str(START)} for name in "smhrtg"}
    table.units["progress"] += minutes * write_units(size_of(progress))


def _summaries(families: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    """What is kept of a minute's or hour's counters, and the rate counters made of it."""
    kept = {(START, family): keep_largest(counters) for family, counters in families.items()}
    return {family: counters for (_, family), counters in (kept | rate_summaries(kept)).items()}


def measure(quick: bool) -> Iterator[Figure]:
    """Write units and stored bytes of an event, at every load; the kinds of rows in the notes."""
    items = sample_items(_EVENTS, keep_subject=False)
    recorded = sample_events(items)
    own = item_costs(items)
    loads = LOADS[:4] if quick else (*LOADS, *((a_day / 86_400, shards) for a_day, shards in DAYS))
    for a_second, shards in loads:
        costs = own | stream_costs(recorded, a_second, shards)
        name = f"an event, {a_second:,.4g}/s, shards: {shards}"
        for measured in ("units", "bytes"):
            kinds = {kind: costs.get(f"{kind}_{measured}", 0.0) for kind in _KINDS}
            note = ", ".join(f"{kind} {value:.3g}" for kind, value in kinds.items() if value)
            what = "write units" if measured == "units" else "stored bytes"
            yield Figure(ISSUE, f"{what} of {name}", measured, (sum(kinds.values()),), note=note)


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
