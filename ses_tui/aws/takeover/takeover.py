"""Rows become events: looked for, stored where they are missing, entered in the ledger."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from recorder.inserting import VALIDATION_CODES
from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.imported import imported_ids
from recorder.model.item import from_item, to_item
from recorder.model.keys import event_id_of_sort_key, message_key
from recorder.model.rollup import HOUR_MS
from recorder.model.settings import RecorderSettings
from recorder.retry import Deadline, Retrier
from recorder.worker_pool import WorkerPool
from recorder.writer import Outcome, TableWriter
from ses_tui.aws.blocking_client import BlockingConnection
from ses_tui.core.errors import TableError
from ses_tui.core.takeover.ledger import Ledger, TableLedger
from ses_tui.core.takeover.signiant_row import (
    Row,
    RowKind,
    UnreadableRowError,
    event_of_row,
    is_recent,
)

_FIELDS: Final = "pk,sk,m,y,a,r,t,bt,bs"
"""What tells whether a stored event is that of a row."""


class TakeOver:
    """Stores the rows of another recorder as historic events of one table."""

    def __init__(
        self,
        connection: BlockingConnection,
        settings: RecorderSettings,
        ledger: Ledger,
        clock: Clock,
        *,
        retrier: Retrier | None = None,
        dry_run: bool = False,
    ) -> None:
        """With `dry_run` nothing is written, and what would be stored counts as stored."""
        self._connection = connection
        self._client = connection.client
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._retrier = retrier or Retrier()
        self._writer = TableWriter(self._client, settings.table, self._retrier)
        self._pool = WorkerPool()
        self._dry_run = dry_run

    def take(
        self,
        kind: RowKind,
        pages: Iterable[tuple[Sequence[Row], dict[str, Any] | None]],
        taken: Callable[[], None],
    ) -> None:
        """Take over the pages of one table; `taken` is called when all of a page is done.

        Raises `SesTuiError` where rows could not be stored: then that page is not done, and
        another run begins with it.
        """
        table = self._ledger.tables[kind]
        for rows, position in pages:
            self._take_page(kind, table, rows)
            table.position = position
            table.finished = position is None
            taken()

    def _take_page(self, kind: RowKind, table: TableLedger, rows: Sequence[Row]) -> None:
        now = self._clock.now_ms()
        events: list[Event] = []
        unreadable: list[str] = []
        recent = 0
        for row in rows:
            try:
                event = event_of_row(row, kind, now)
            except UnreadableRowError as error:
                unreadable.append(str(error))
                continue
            if is_recent(event, now):
                recent += 1
            else:
                events.append(event)
        there = self._stored_events(events)
        missing: dict[str, Event] = {}
        for event in events:
            if event.event_id in there:
                if there[event.event_id]:
                    # An earlier run may have ended before its repair.
                    self._remember(event)
            else:
                missing.setdefault(event.event_id, event)
        refused = self._store(list(missing.values()), now)
        table.read += len(rows)
        table.recent += recent
        table.unreadable.update(unreadable)
        table.unreadable.update(refused)
        table.stored += len(missing) - len(refused)
        table.already_there += len(events) - len(missing)

    def _stored_events(self, events: Sequence[Event]) -> Mapping[str, bool]:
        """Ids under which rows are stored already, and whether as rows or as the event itself."""
        messages = {message_key(event.message_id or "") for event in events}
        found: dict[str, bool] = {}
        for items in self._pool.run(self._items_of, messages):
            for item in items:
                try:
                    stored = from_item(item)
                except (KeyError, ValueError):
                    continue
                stored_id = event_id_of_sort_key(item["sk"]["S"])
                ids = imported_ids(stored)
                for event_id in ids:
                    found.setdefault(event_id, False)
                if stored_id in ids:
                    found[stored_id] = True
        return found

    def _items_of(self, key: str) -> list[dict[str, Any]]:
        """Everything stored of one message but opens and clicks."""
        arguments: dict[str, Any] = {
            "TableName": self._settings.table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :not_engagement)",
            "ExpressionAttributeValues": {":pk": {"S": key}, ":not_engagement": {"S": "0#"}},
            "ProjectionExpression": _FIELDS,
        }
        items: list[dict[str, Any]] = []
        while True:
            answer = self._retrier.call(
                lambda: self._client.query(**arguments), Deadline(self._clock)
            )
            items += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return items
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _store(self, events: Sequence[Event], now: int) -> list[str]:
        """Write events; the reasons for those that the table refuses for what they hold."""
        if self._dry_run or not events:
            return []
        expires_at = self._settings.expires_at(now)
        items = [
            to_item(
                event,
                partition_key=message_key(event.message_id or ""),
                expires_at=expires_at,
            )
            for event in events
        ]
        refused = []
        failures: list[str] = []
        for event, result in zip(
            events, self._writer.write(items, Deadline(self._clock)), strict=True
        ):
            if result.outcome is not Outcome.FAILED:
                self._remember(event)
            elif result.error in VALIDATION_CODES:
                refused.append(f"the table refused the event: {result.error}")
            else:
                failures.append(result.error or "Unknown")
        if failures:
            # Perhaps the way to the table is to blame: then this raises, and says more.
            self._connection.check()
            raise TableError(
                f"{len(failures):,} rows could not be stored ({', '.join(sorted(set(failures)))}): "
                "run the same command again, it goes on with them"
            )
        return refused

    def _remember(self, event: Event) -> None:
        self._ledger.events_by_hour[event.recorded_at - event.recorded_at % HOUR_MS] += 1
