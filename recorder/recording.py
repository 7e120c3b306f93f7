"""From the records of an invocation to stored events: the one path of Lambda and of `ingest`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from recorder.dynamodb import DynamoDBClient
from recorder.last_recorded import LastRecorded
from recorder.later_form import missing_attributes
from recorder.model.clock import Clock, SystemClock
from recorder.model.envelope import EnvelopeRecord, Ignored, MailEvent, Unparseable
from recorder.model.event import Event
from recorder.model.item import (
    Item,
    attach_original,
    to_item,
)
from recorder.model.json_text import write_json
from recorder.model.original import compress_original
from recorder.model.payload import UnparseablePayload, parse_payload
from recorder.model.settings import RecorderSettings
from recorder.retry import Deadline, Retrier, failure_of
from recorder.taken_over import key_of_row, keys_to_look_for
from recorder.unparseable import CopyUnparseable
from recorder.writer import DEFAULT_CONCURRENCY, Key, Outcome, TableWriter, key_of

HISTORIC_AFTER_MS: Final = 3_600_000
"""A backfilled event older than this is history: in the past on every screen, and no news."""

STORED: Final = Outcome.STORED.value
DUPLICATE: Final = Outcome.DUPLICATE.value
FAILED: Final = Outcome.FAILED.value
IGNORED: Final = "ignored"
UNPARSEABLE: Final = "unparseable"
OUTCOMES: Final = (STORED, DUPLICATE, IGNORED, UNPARSEABLE, FAILED)


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What became of one record. Events count one by one; what is no event counts as one."""

    item_identifier: str | None
    stored: int = 0
    duplicate: int = 0
    ignored: int = 0
    unparseable: int = 0
    failed: int = 0
    reasons: tuple[str, ...] = ()
    """Why something was ignored, unparseable or failed; may quote the record, so never log it."""


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """What became of the records of one invocation, in their order."""

    results: tuple[RecordResult, ...]
    by_type: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many events by (event type as SES named it, outcome)."""
    errors: Mapping[str, int] = field(default_factory=dict)
    """How often which error code made something fail; a code quotes nothing."""
    historic: tuple[int, int] | None = None
    """First and last `recorded_at` (ms) of the historic events among them that the table now holds;
    the stream consumer leaves these to a repair."""
    untold: str | None = None
    """The code of what kept `LastRecorded` from telling of them, which costs none of them."""

    def total(self, outcome: str) -> int:
        """Sum of one of `OUTCOMES` over all records."""
        return sum(getattr(result, outcome) for result in self.results)


class _Claim(NamedTuple):
    """An event of a record that hopes for the item under `key`."""

    record: int
    key: Key
    event: Event


class _Tally:
    """Counts and reasons of one invocation while it is under way."""

    def __init__(self, records: Sequence[EnvelopeRecord]) -> None:
        self._records = records
        self._counts: list[dict[str, int]] = [{} for _ in records]
        self._reasons: list[list[str]] = [[] for _ in records]
        self._by_type: Counter[tuple[str, str]] = Counter()
        self._errors: Counter[str] = Counter()
        self._historic: list[int] = []
        self.news: int | None = None
        """When (ms) the last event was recorded that the stream consumer is to page."""
        self.untold: str | None = None

    def add(self, record: int, outcome: str, reason: str | None = None) -> None:
        counts = self._counts[record]
        counts[outcome] = counts.get(outcome, 0) + 1
        if reason is not None:
            self._reasons[record].append(reason)

    def add_failure(self, record: int, code: str) -> None:
        self._errors[code] += 1
        self.add(record, FAILED, code)

    def add_event(self, claim: _Claim, outcome: str, error: str | None) -> None:
        self._by_type[claim.event.event_type, outcome] += 1
        if outcome == FAILED:
            self.add_failure(claim.record, error or "Unknown")
            return
        self.add(claim.record, outcome)
        if claim.event.historic:
            self._historic.append(claim.event.recorded_at)
        elif outcome == STORED:
            self.news = max(self.news or 0, claim.event.recorded_at)

    def report(self) -> RecordingReport:
        results = tuple(
            RecordResult(record.item_identifier, reasons=tuple(reasons), **counts)
            for record, counts, reasons in zip(
                self._records, self._counts, self._reasons, strict=True
            )
        )
        historic = (min(self._historic), max(self._historic)) if self._historic else None
        return RecordingReport(results, self._by_type, self._errors, historic, self.untold)


class Recorder:
    """Records SES events in one table. Safe to call again and again, by one thread at a time."""

    def __init__(
        self,
        client: DynamoDBClient,
        settings: RecorderSettings,
        clock: Clock | None = None,
        *,
        copy_unparseable: CopyUnparseable | None = None,
        retrier: Retrier | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        """`copy_unparseable` takes what cannot be read; without it that is only counted.

        The client's connection pool has to hold `concurrency` connections, and its own retries
        should be off.
        """
        self._settings = settings
        self._clock = clock or SystemClock()
        self._copy_unparseable = copy_unparseable
        self._retrier = retrier or Retrier()
        self._writer = TableWriter(client, settings.table, self._retrier, concurrency=concurrency)
        self._last_recorded = LastRecorded(client, settings.table, self._clock)

    def record(
        self,
        records: Sequence[EnvelopeRecord],
        *,
        backfill: bool = False,
        remaining_ms: Callable[[], int] | None = None,
    ) -> RecordingReport:
        """Store whatever `records` hold, and say what became of each. Never raises for a record.

        With `backfill`, an event over an hour old is historic: its `recorded_at` is its own time
        and only its retention runs from now. `remaining_ms` bounds the work; without it, thirty
        seconds do.
        """
        deadline = Deadline(self._clock, remaining_ms)
        now = self._clock.now_ms()
        tally = _Tally(records)
        items: dict[Key, Item] = {}
        claims: list[_Claim] = []
        unparseable: list[tuple[int, Unparseable]] = []
        for index, record in enumerate(records):
            for content in record.contents:
                if isinstance(content, MailEvent):
                    try:
                        prepared = self._prepare(content, now, backfill)
                    except Exception as error:
                        unparseable.append((index, _as_unparseable(content, error)))
                        continue
                    for event, item in prepared:
                        key = key_of(item)
                        first = items.setdefault(key, item)
                        if first is not item:
                            first.update(missing_attributes(first, item))
                        claims.append(_Claim(index, key, event))
                elif isinstance(content, Ignored):
                    tally.add(index, IGNORED, content.reason)
                else:
                    unparseable.append((index, content))
        items, claims = self._join_rows(items, claims, now, deadline, tally)
        self._store(items, claims, deadline, tally)
        for index, content in unparseable:
            self._set_aside(index, content, deadline, tally)
        if tally.news is not None:
            tally.untold = self._last_recorded.tell(tally.news, deadline)
        return tally.report()

    def _prepare(self, content: MailEvent, now: int, backfill: bool) -> list[tuple[Event, Item]]:
        """The events of one notification with their items; the first item has the original.

        Raises `UnparseablePayload`, or anything at all for input that nobody thought of.
        """
        settings = self._settings
        parsed = parse_payload(
            content.payload,
            recorded_at=now,
            keep_subject=settings.keep_subject,
            region=content.region,
        )
        expires_at = settings.expires_at(now)
        partition_key = parsed.partition_key
        prepared = []
        for event in parsed.events:
            if backfill:
                event = _as_history(event, now)
            item = to_item(event, partition_key=partition_key, expires_at=expires_at)
            prepared.append((event, item))
        original = compress_original(
            content.payload,
            keep_headers=settings.keep_headers,
            keep_subject=settings.keep_subject,
        )
        attach_original(prepared[0][1], original)
        return prepared

    def _join_rows(
        self,
        items: dict[Key, Item],
        claims: list[_Claim],
        now: int,
        deadline: Deadline,
        tally: _Tally,
    ) -> tuple[dict[Key, Item], list[_Claim]]:
        """The same, with events that an import has stored a row of under the key of that row.

        Only events over an hour old are looked for, which an import leaves the younger ones to.
        """
        late = {
            claim.key: claim.event
            for claim in claims
            if (moment := _moment_of(claim.event)) is not None and _is_history(moment, now)
        }
        keys = keys_to_look_for(list(late.values()))
        if not keys:
            return items, claims
        try:
            stored = self._writer.read(keys, deadline)
        except Exception as error:
            code = failure_of(error).code
            for claim in claims:
                if claim.key in late:
                    tally.add_event(claim, FAILED, code)
            kept = {key: item for key, item in items.items() if key not in late}
            return kept, [claim for claim in claims if claim.key not in late]
        rows = {key: row for key, event in late.items() if (row := key_of_row(event, stored))}
        joined: dict[Key, Item] = {}
        for key, item in items.items():
            row = rows.get(key, key)
            # Of two events that one row may stand for, it takes the first.
            if row in joined:
                del rows[key]
                row = key
            joined[row] = item if row == key else {**item, "sk": {"S": row[1]}}
        return joined, [claim._replace(key=rows.get(claim.key, claim.key)) for claim in claims]

    def _store(
        self,
        items: Mapping[Key, Item],
        claims: Sequence[_Claim],
        deadline: Deadline,
        tally: _Tally,
    ) -> None:
        results = dict(zip(items, self._writer.write(list(items.values()), deadline), strict=True))
        taken: set[Key] = set()
        for claim in claims:
            result = results[claim.key]
            outcome = result.outcome.value
            if outcome == STORED and claim.key in taken:
                outcome = DUPLICATE
            taken.add(claim.key)
            tally.add_event(claim, outcome, result.error)

    def _set_aside(
        self, record: int, content: Unparseable, deadline: Deadline, tally: _Tally
    ) -> None:
        copy = self._copy_unparseable
        if copy is not None:
            try:
                self._retrier.call(lambda: copy(content), deadline)
            except Exception as error:
                tally.add_failure(record, failure_of(error).code)
                return
        tally.add(record, UNPARSEABLE, content.reason)


def _as_history(event: Event, now: int) -> Event:
    moment = _moment_of(event)
    if moment is None or not _is_history(moment, now):
        return event
    return event._replace(recorded_at=moment, historic=True)


def _moment_of(event: Event) -> int | None:
    return event.event_time if event.event_time is not None else event.sent_time


def _is_history(moment: int, now: int) -> bool:
    return 0 <= moment < now - HISTORIC_AFTER_MS


def _as_unparseable(content: MailEvent, error: Exception) -> Unparseable:
    reason = str(error) if isinstance(error, UnparseablePayload) else type(error).__name__
    return Unparseable(reason, write_json(content.payload))
