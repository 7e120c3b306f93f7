"""A recorder, its stream consumer, its `tick` and a repair, each a process of its own."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from recorder.feed import FeedWriter
from recorder.model.event import Event
from recorder.model.item import Item, to_item
from recorder.model.keys import message_key
from recorder.model.page import decode_page
from recorder.model.rollup import MINUTE_MS, Family, minute_start, tally
from recorder.repair import REPAIRED_AFTER_MS, Repair, RepairProgress, RepairReport
from recorder.retry import Deadline, Retrier
from recorder.rollup_writer import CountedRecord
from recorder.stream import StreamBatch, StreamedEvent
from recorder.worker_pool import WorkerPool
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import Recorder

SHARD = "shardId-00000001"
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Installation:
    """Everything around one table, on a clock that stands where the minutes before noon are closed."""

    def __init__(self, table: TestTable) -> None:
        self.table = table
        self.clock = FrozenClock(NOON + REPAIRED_AFTER_MS)
        self.figures = Recorder(table.client, self.clock, table_name=table.name)
        self.retrier = Retrier(lambda _: None, lambda: 0.0)
        self._feed = FeedWriter(table.client, table.name, self.clock, self.retrier)
        self._sequence_number = 1_000

    def store(self, events: Iterable[Event], expires_at: int | None = None) -> None:
        """What `record` does, with an expiry in epoch seconds."""
        for event in events:
            item = to_item(
                event, partition_key=message_key(event.message_id or ""), expires_at=expires_at
            )
            self.table.client.put_item(TableName=self.table.name, Item=item)

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
        for pk, sk in self.items(*prefixes):
            self.table.client.delete_item(
                TableName=self.table.name, Key={"pk": {"S": pk}, "sk": {"S": sk}}
            )

    def paged(self) -> list[Event]:
        """The events of every page, as often as they are there."""
        pages = self.items("F#").values()
        return [event for item in pages for event in decode_page(item["z"]["B"]).events]

    def rows(self, minute: int) -> dict[str, Counter[str]]:
        """What rollup rows say of a minute, by family; families that count nothing left out."""
        merged = self.figures.reader.merged(minute, minute, Deadline(self.clock))
        return {family: +counters for (_, family), counters in merged.items() if +counters}

    def minute_summaries(self, minute: int) -> dict[str, Counter[str]]:
        """What summaries say of a minute."""
        return self._summaries(minute, self.figures.minute)

    def hour_summaries(self, hour: int) -> dict[str, Counter[str]]:
        """What summaries say of an hour."""
        return self._summaries(hour, self.figures.hour)

    def _summaries(
        self, start: int, read: Callable[[int, str], Counter[str] | None]
    ) -> dict[str, Counter[str]]:
        found = {str(family): read(start, family) for family in Family}
        return {family: +counters for family, counters in found.items() if counters}


def truth(events: Iterable[Event], length: int = MINUTE_MS) -> dict[int, dict[str, Counter[str]]]:
    """Counters by minute (or whatever is `length` long) and family."""
    sums: dict[int, dict[str, Counter[str]]] = {}
    for (minute, family), counters in tally(events).items():
        of_start = sums.setdefault(minute - minute % length, {})
        of_start.setdefault(str(family), Counter()).update(counters)
    return sums


def busy_hour(hour: int) -> list[Event]:
    """Events of many kinds, some in each minute of an hour, in the order of their recording."""
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
        for minute in range(hour, hour + HOUR_MS, MINUTE_MS)
        for number, kind in enumerate(kinds[: 3 + minute_start(minute) // MINUTE_MS % 5])
    ]
