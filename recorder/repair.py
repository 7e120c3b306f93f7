"""Makes rollups, summaries and feed pages of a stretch of time from the events that are stored.

It may run beside the recorder and beside another repair. Of a minute that has ended
`REPAIRED_AFTER_MS` ago every event is stored, whether or not the stream consumer has come to it: a
scan that begins now counts them all. What the consumer counts into its rows afterwards is replaced
by the repaired row for every reader, and what it packs into pages again is dropped by event id.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from recorder.counter_repair import CounterRepair, HourRepair
from recorder.day_names import DayNames
from recorder.event_scan import SEGMENTS, EventScan, ScanningClient
from recorder.model.clock import Clock
from recorder.model.item import ORIGINAL_ATTRIBUTE, Item, expiry_of
from recorder.model.keys import event_id_of_sort_key
from recorder.model.rollup import HOUR_MS, MINUTE_MS, minute_start, tally
from recorder.page_repair import PageRepair
from recorder.retry import Deadline, Retrier
from recorder.stream import StreamedEvent, countable_event
from recorder.worker_pool import WorkerPool

REPAIRED_AFTER_MS: Final = 3 * MINUTE_MS
"""So long after a minute's end it may be repaired: whoever took an event in by then has stored it,
as long as the function that records may run for two minutes at most."""

_DAY_MS: Final = 24 * HOUR_MS
_SCAN_RESPONSE_BYTES: Final = 1_048_576
_READ_UNIT_BYTES: Final = 4_096
_DOLLARS_A_MILLION_READ_UNITS: Final = 0.125
"""On demand in us-east-1; other regions are up to a half dearer."""


@dataclass(frozen=True, slots=True)
class RepairEstimate:
    """What the scan will read, as DynamoDB counted some hours ago at most: the whole table."""

    items: int
    table_bytes: int

    @property
    def requests(self) -> int:
        """`Scan` calls, of 1 MB each."""
        return max(1, -(-self.table_bytes // _SCAN_RESPONSE_BYTES))

    @property
    def read_units(self) -> int:
        """Read request units, consistent."""
        return max(1, -(-self.table_bytes // _READ_UNIT_BYTES))

    @property
    def dollars(self) -> float:
        """About what they cost on demand."""
        return self.read_units * _DOLLARS_A_MILLION_READ_UNITS / 1_000_000


@dataclass(frozen=True, slots=True)
class RepairProgress:
    """How far a run is."""

    items_scanned: int
    events: int
    """Those of the range."""
    seconds: float
    """Since the scan began."""
    hours_done: int = 0
    hours: int = 0
    """0 until the scan is over and the number of hours to be compared is known."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a run did, or what a dry run would have done."""

    since: int
    until: int
    """The whole minutes [since, until) that were looked at, in ms; none if they are equal."""
    dry_run: bool
    items_scanned: int = 0
    events: int = 0
    unreadable_events: int = 0
    """Items that no counter and no page can take."""
    minutes_repaired: int = 0
    """Minutes whose figures differed from their events."""
    minutes_kept: int = 0
    """Minutes left as they were, since they count events that have expired."""
    hours_repaired: int = 0
    events_missing: int = 0
    """Events that no feed page held."""
    pages_written: int = 0


def whole_minutes(since: int, until: int, now: int) -> tuple[int, int]:
    """The minutes of [since, until) (ms) that can be repaired now: whole ones, and closed."""
    first = minute_start(max(since, 0))
    last = min(minute_start(until + MINUTE_MS - 1), minute_start(now - REPAIRED_AFTER_MS))
    return first, max(first, last)


class Repair:
    """Repairs one table."""

    def __init__(
        self,
        client: ScanningClient,
        table_name: str,
        clock: Clock,
        retrier: Retrier,
        pool: WorkerPool,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._retrier = retrier
        self._scan = EventScan(client, table_name, clock, retrier, pool)
        self._day_names = DayNames(client, table_name, retrier)
        self._pages = PageRepair(client, table_name, clock, retrier, pool)
        self._counters = CounterRepair(client, table_name, clock, retrier, pool)

    def estimate(self) -> RepairEstimate:
        """How much a run reads. Raises what the client raises when it cannot be asked."""
        answer = self._retrier.call(
            lambda: self._client.describe_table(TableName=self._table_name), Deadline(self._clock)
        )
        return RepairEstimate(answer["Table"]["ItemCount"], answer["Table"]["TableSizeBytes"])

    def run(
        self,
        since_ms: int,
        until_ms: int,
        *,
        progress: Callable[[RepairProgress], None] = lambda _: None,
        dry_run: bool = False,
        segments: int = SEGMENTS,
    ) -> RepairReport:
        """Repair the closed minutes of [since_ms, until_ms); a second run finds nothing to do.

        `progress` is called by several threads, never by two at once. With `dry_run` nothing is
        written. Raises the first error that did not pass in time; run again, it does what is left.
        """
        begun_at = self._clock.now_ms()
        since, until = whole_minutes(since_ms, until_ms, begun_at)
        if since == until:
            return RepairReport(since, until, dry_run)
        gathered = _Gathered(
            since, until, self._pages.read_paged(since, until), self._clock, progress
        )
        # The scan reads all events in any case; where that is of use, they are looked at, too.
        names_all = not dry_run and self._day_names.lacks_old_days(begun_at, Deadline(self._clock))
        scanned = (0, begun_at) if names_all else (since, until)
        self._scan.run(*scanned, gathered.take, segments)
        if names_all:
            self._day_names.name(gathered.days.items(), Deadline(self._clock))
            self._day_names.say_all_are_named(Deadline(self._clock))
        # First the pages: who is told of a count can then look at what was counted.
        pages = self._pages.pack(gathered.missing)
        if not dry_run:
            self._day_names.name(
                ((each.event.recorded_at, each.expires_at) for each in gathered.missing),
                Deadline(self._clock),
            )
            self._pages.write(pages)
        # Events live for whole days, so those of the last one are all there.
        complete_since = min(gathered.oldest_ordinary, begun_at - _DAY_MS)
        hours: list[HourRepair] = []
        # Where nothing may be lowered, an hour without events needs no look.
        counted = {minute - minute % HOUR_MS for minute, _ in gathered.counters}
        ranges = [
            minutes
            for minutes in _by_hour(since, until)
            if minutes[-1] >= complete_since or minutes[0] - minutes[0] % HOUR_MS in counted
        ]
        for minutes in ranges:
            hours.append(
                self._counters.repair_hour(
                    minutes,
                    gathered.counters,
                    begun_at=begun_at,
                    complete_since=complete_since,
                    dry_run=dry_run,
                )
            )
            gathered.tell(len(hours), len(ranges))
        return RepairReport(
            since,
            until,
            dry_run,
            items_scanned=gathered.items_scanned,
            events=gathered.events,
            unreadable_events=gathered.unreadable,
            minutes_repaired=sum(len(hour.minutes) for hour in hours),
            minutes_kept=sum(len(hour.kept) for hour in hours),
            hours_repaired=sum(hour.hour for hour in hours),
            events_missing=len(gathered.missing),
            pages_written=len(pages),
        )


class _Gathered:
    """What a scan has found so far: counters by minute, and the events that no page holds."""

    def __init__(
        self,
        since: int,
        until: int,
        paged: set[str],
        clock: Clock,
        progress: Callable[[RepairProgress], None],
    ) -> None:
        self.days: dict[int, int | None] = {}
        """When (ms) each day of an event of any time began, and when (epoch seconds, `None`: never)
        the last of its events expires."""
        self.items_scanned = 0
        self.events = 0
        self.unreadable = 0
        self.counters: dict[tuple[int, str], Counter[str]] = {}
        self.missing: list[StreamedEvent] = []
        self.oldest_ordinary = clock.now_ms()
        """The oldest `recorded_at` of an event that is no history: events recorded later, which
        live as long, are there as well."""
        self._since = since
        self._until = until
        self._paged = paged
        self._clock = clock
        self._begun = clock.monotonic()
        self._progress = progress
        self._lock = Lock()

    def take(self, scanned: int, items: Sequence[Item]) -> None:
        """Take in one response of the scan."""
        with self._lock:
            self.items_scanned += scanned
            events = []
            for item in items:
                if not self._is_of_range(item):
                    continue
                missing = event_id_of_sort_key(item["sk"]["S"]) not in self._paged
                if not missing:
                    # It holds the tags, which take time to read and count for nothing.
                    item.pop(ORIGINAL_ATTRIBUTE, None)
                try:
                    event = countable_event(item)
                except (KeyError, ValueError):
                    self.unreadable += 1
                    continue
                events.append(event)
                if missing:
                    self.missing.append(StreamedEvent("", event, expiry_of(item)))
                if not event.historic:
                    self.oldest_ordinary = min(self.oldest_ordinary, event.recorded_at)
            self.events += len(events)
            for place, counters in tally(events).items():
                self.counters.setdefault(place, Counter()).update(counters)
            self.tell()

    def _is_of_range(self, item: Item) -> bool:
        """Whether it was recorded in the range; notes its day in any case."""
        recorded_at, expires_at = int(item["r"]["N"]), expiry_of(item)
        day = recorded_at - recorded_at % _DAY_MS
        known = self.days.setdefault(day, expires_at)
        if known is not None and (expires_at is None or expires_at > known):
            self.days[day] = expires_at
        return self._since <= recorded_at < self._until

    def tell(self, hours_done: int = 0, hours: int = 0) -> None:
        """Say how far the run is."""
        seconds = self._clock.monotonic() - self._begun
        self._progress(RepairProgress(self.items_scanned, self.events, seconds, hours_done, hours))


def _by_hour(since: int, until: int) -> Iterator[range]:
    """The minutes of [since, until) by the UTC hour they are in."""
    while since < until:
        end = min(until, since - since % HOUR_MS + HOUR_MS)
        yield range(since, end, MINUTE_MS)
        since = end
