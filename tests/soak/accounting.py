"""What was told by SES against what is stored, counted and shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.clock import SystemClock
from recorder.model.event import Event
from recorder.model.item import from_item
from recorder.model.rollup import HOUR_MS, MINUTE_MS, tally
from recorder.retry import Deadline, Retrier
from recorder.rollup_reader import RollupReader
from recorder.worker_pool import WorkerPool
from tests.engine import TestTable

Key = tuple[str, str]
"""Partition and sort key of an event's item."""

_KEYS_A_READ: Final = 100


@dataclass(frozen=True, slots=True)
class Account:
    """One place against the truth."""

    place: str
    seen: int
    missing: int
    doubled: int
    strange: int
    """What is there and never was."""

    @property
    def is_exact(self) -> bool:
        """Whether it is all there, once."""
        return not (self.missing or self.doubled or self.strange)


def account_of(place: str, truth: Iterable[str], seen: Mapping[str, int]) -> Account:
    """How often each event was `seen` against the ids of those that there are."""
    expected = set(truth)
    return Account(
        place,
        seen=len(expected & seen.keys()),
        missing=len(expected - seen.keys()),
        doubled=sum(number - 1 for number in seen.values()),
        strange=len(seen.keys() - expected),
    )


def stored_events(table: TestTable, keys: Iterable[Key]) -> Iterator[Event]:
    """Those events of `keys` that the table holds.

    By their keys: the engine goes through everything for each page of a scan.
    """
    left = list(keys)
    while left:
        asked, left = left[:_KEYS_A_READ], left[_KEYS_A_READ:]
        wanted = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in asked]
        answer = table.client.batch_get_item(
            RequestItems={table.name: {"Keys": wanted, "ConsistentRead": True}}
        )
        yield from map(from_item, answer["Responses"][table.name])
        unread = answer["UnprocessedKeys"].get(table.name, {}).get("Keys", ())
        left += [(key["pk"]["S"], key["sk"]["S"]) for key in unread]


def rollups_account(table: TestTable, events: Iterable[Event]) -> Account:
    """Rollup rows against the events: a count that is too low is missing, too high doubled."""
    true, counted = Counter[Any](), Counter[Any]()
    expected = tally(events)
    for (minute, family), counters in expected.items():
        true += _by_code(minute, str(family), counters)
    reader = RollupReader(table.client, table.name, Retrier(), WorkerPool())
    hours = {minute - minute % HOUR_MS for minute, _ in expected}
    for hour in sorted(hours):
        deadline = Deadline(SystemClock())
        merged = reader.merged(hour, hour + HOUR_MS - MINUTE_MS, deadline)
        for (minute, name), counters in merged.items():
            counted += _by_code(minute, name, counters)
    return Account(
        "rollup rows",
        seen=(counted & true).total(),
        missing=(true - counted).total(),
        doubled=(counted - true).total(),
        strange=0,
    )


def _by_code(minute: int, family: str, counters: Mapping[str, int]) -> Counter[Any]:
    """Without names, some of which a full row counts as `other`."""
    sums: Counter[Any] = Counter()
    for counter, number in counters.items():
        sums[minute, family, counter.partition("|")[0]] += number
    return sums
