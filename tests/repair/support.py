"""A recorder, its stream consumer, its `tick` and a repair, each a process of its own."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from recorder.feed import FeedWriter
from recorder.model.counting import counter_code
from recorder.model.event import Event
from recorder.model.item import Item, to_item
from recorder.model.keys import (
    LAST_RECORDED_SORT_KEY,
    RATE_COUNTERS,
    folded_key,
    hour_summary_keys,
    message_key,
    minute_summary_keys,
    summary_family,
    summary_partition,
)
from recorder.model.page import PageError, decode_page
from recorder.model.rollup import MINUTE_MS, Family, counters_in, tally
from recorder.model.rollup_row import MergedRows
from recorder.model.timestamps import minute_of
from recorder.repair import REPAIRED_AFTER_MS, Repair, RepairProgress, RepairReport
from recorder.retry import Deadline, Retrier
from recorder.rollup_writer import CountedRecord
from recorder.stream import StreamBatch, StreamedEvent
from recorder.worker_pool import WorkerPool
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import Recorder

Thing = TypeVar("Thing")

SHARD = "shardId-00000001"
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
BUSY_EVERY_MS = 13 * MINUTE_MS


class Installation:
    """Everything around one table, on a clock by which the minutes before noon are closed."""

    def __init__(self, table: TestTable) -> None:
        self.table = table
        self.clock = FrozenClock(NOON + REPAIRED_AFTER_MS)
        self.figures = Recorder(table.client, self.clock, table_name=table.name)
        self.retrier = Retrier(lambda _: None, lambda: 0.0)
        self._feed = FeedWriter(table.client, table.name, self.clock, self.retrier)
        self._sequence_number = 1_000

    def store(self, events: Iterable[Event], expires_at: int | None = None) -> None:
        """What `record` does, with an expiry in epoch seconds."""
        self.table.fill(
            to_item(event, partition_key=message_key(event.message_id or ""), expires_at=expires_at)
            for event in events
        )

    def consume(self, events: Sequence[Event], *, page: bool = True) -> None:
        """What `roll_up` does with the stream's records of `events`, all in one shard."""
        entries = []
        for event in events:
            self._sequence_number += 1
            entries.append(StreamedEvent(str(self._sequence_number), event, None))
        self.figures.write([CountedRecord(e.sequence_number, e.event) for e in entries], SHARD)
        if page:
            batch = StreamBatch(SHARD, tuple(entries), 0, ())
            assert self._feed.write(batch, Deadline(self.clock)).first_unpaged is None

    def record(self, events: Sequence[Event]) -> None:
        """Store and consume at once."""
        self.store(events)
        self.consume(events)

    def begin_folding(self, hour: int) -> None:
        """Summaries begin with an hour (its start in ms), as if there had been nothing before."""
        times = {"s": hour, "m": hour - MINUTE_MS, "h": hour - HOUR_MS}
        self.table.client.put_item(
            TableName=self.table.name,
            Item=folded_key() | {name: {"N": str(time)} for name, time in times.items()},
        )

    def fold(self) -> None:
        """What `tick` does, until nothing is left to do."""
        while True:
            report = self.figures.fold()
            if not report.minutes_behind:
                return

    def repair(
        self,
        since: int,
        until: int,
        *,
        client: Any = None,
        dry_run: bool = False,
        segments: int = 3,
        progress: Callable[[RepairProgress], None] = lambda _: None,
    ) -> RepairReport:
        made = Repair(
            client or self.table.client, self.table.name, self.clock, self.retrier, WorkerPool(3)
        )
        return made.run(since, until, dry_run=dry_run, segments=segments, progress=progress)

    def items(self, *prefixes: str) -> dict[tuple[str, str], Item]:
        """Every item by its key; with prefixes, those whose partition key starts with one."""
        found: dict[tuple[str, str], Item] = {}
        for answer in self.table.client.get_paginator("scan").paginate(
            TableName=self.table.name, ConsistentRead=True
        ):
            for item in answer["Items"]:
                if not prefixes or item["pk"]["S"].startswith(prefixes):
                    found[item["pk"]["S"], item["sk"]["S"]] = item
        return found

    def delete(self, *prefixes: str) -> None:
        """Lose items."""
        keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in self.items(*prefixes)]
        for some in batched(keys, 25):
            deletions = [{"DeleteRequest": {"Key": key}} for key in some]
            self.table.client.batch_write_item(RequestItems={self.table.name: deletions})

    def paged(self) -> list[Event]:
        """The events of every page that can be read, as often as they are there."""
        events: list[Event] = []
        for (_, sort_key), item in self.items("F#").items():
            if sort_key == LAST_RECORDED_SORT_KEY:
                continue
            with suppress(PageError):
                events += decode_page(item["z"]["B"]).events
        return events

    def rows(self, hour: int) -> dict[int, dict[str, Counter[str]]]:
        """What rollup rows say of an hour, by minute and family; what counts nothing left out."""
        last = hour + HOUR_MS - MINUTE_MS
        return _nested(self.figures.reader.merged(hour, last, Deadline(self.clock)))

    def minute_summaries(self, hour: int) -> dict[int, dict[str, Counter[str]]]:
        """What summaries say of the minutes of an hour, by minute and family."""
        items = self.items(summary_partition(minute_of(hour)[:10]))
        return _nested(
            {
                (hour + int(sk.rpartition("#")[2]) * MINUTE_MS, summary_family(sk)): counters_in(
                    item
                )
                for (_, sk), item in items.items()
            }
        )

    def rate_counters(self, hour: int) -> dict[int, Counter[str]]:
        """Rate counters of an hour's minutes; its own are under the key -1."""
        keys = {minute: minute_summary_keys(minute, RATE_COUNTERS) for minute in minutes_of(hour)}
        keys[-1] = hour_summary_keys(hour, RATE_COUNTERS)
        found = {start: counters_in(self.figures.item(key) or {}) for start, key in keys.items()}
        return {start: +counters for start, counters in found.items() if +counters}

    def hour_summaries(self, hour: int) -> dict[str, Counter[str]]:
        """What summaries say of an hour."""
        found = {str(family): self.figures.hour(hour, family) for family in Family}
        return {family: +counters for family, counters in found.items() if counters}


def batched(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Lists of at most `size` (of Python 3.12's `itertools`)."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def minutes_of(hour: int) -> range:
    """Starts of the minutes of an hour."""
    return range(hour, hour + HOUR_MS, MINUTE_MS)


def _nested(merged: MergedRows) -> dict[int, dict[str, Counter[str]]]:
    found: dict[int, dict[str, Counter[str]]] = {}
    for (minute, family), counters in sorted(merged.items()):
        if +counters:
            found.setdefault(minute, {})[str(family)] = +counters
    return found


def ids(events: Iterable[Event]) -> list[str]:
    """Ids in order, with repeats."""
    return sorted(event.event_id for event in events)


def true_rate_counters(events: Iterable[Event]) -> dict[int, Counter[str]]:
    """As `Installation.rate_counters`, of events that are all of one hour."""
    sums: dict[int, Counter[str]] = {}
    for event in events:
        code = counter_code(event)
        if event.counted and code in ("S", "D", "P", "X", "K"):
            for start in (event.recorded_at - event.recorded_at % MINUTE_MS, -1):
                counter = f"{code}|{event.configuration_set or ''}"
                sums.setdefault(start, Counter())[counter] += 1
    return sums


def truth(events: Iterable[Event], length: int = MINUTE_MS) -> dict[int, dict[str, Counter[str]]]:
    """Counters by minute (or whatever is `length` long) and family."""
    sums: dict[int, dict[str, Counter[str]]] = {}
    for (minute, family), counters in tally(events).items():
        of_start = sums.setdefault(minute - minute % length, {})
        of_start.setdefault(str(family), Counter()).update(counters)
    return sums


def busy_hour(hour: int) -> list[Event]:
    """Events of many kinds in some minutes of an hour, in the order of their recording."""
    kinds: list[dict[str, Any]] = [
        {"event_type": "Send"},
        {"event_type": "Delivery", "processing_ms": 700},
        {"event_type": "Delivery", "recipient": "who@other.example", "processing_ms": 90_000},
        {
            "event_type": "Bounce",
            "bounce_type": "Permanent",
            "bounce_subtype": "General",
            "smtp_status": "5.1.1",
        },
        {"event_type": "Complaint", "complaint_type": "abuse"},
        {"event_type": "DeliveryDelay", "sent_time": hour - 40 * MINUTE_MS},
        {"event_type": "Open"},
        {"event_type": "Complaint", "counted": False},
    ]
    return [
        make_event(
            at=minute + 1_000 * number,
            configuration_set="receipts" if number % 2 else "news",
            identity="shop.example",
            **kind,
        )
        for minute in range(hour, hour + HOUR_MS, BUSY_EVERY_MS)
        for number, kind in enumerate(kinds[: 3 + minute // BUSY_EVERY_MS % 6])
    ]
