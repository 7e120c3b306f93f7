"""What both systems of `benchmarks.published` have stored: the same events, in one engine."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from benchmarks import published_system
from benchmarks.recorder import size_of
from benchmarks.stored_events import (
    create_silent_table,
    item_of,
    later,
    load,
    pages_of,
    recorded_events,
)
from recorder.model.event import BOUNCE, DELIVERY, Event
from recorder.model.item import Item
from recorder.model.table import STREAM_VIEW_TYPE
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.generator import TrafficGenerator

TABLE: Final = "ses-events"
LOADED_AT_ONCE: Final = 10_000
"""Events that are made, and loaded at a time."""
PART: Final = "needle"
"""Begins some addresses, and stands in no others."""
PART_EVERY: Final = 2_000
_TYPES: Final = {BOUNCE: "Bounce", DELIVERY: "Delivery"}
_RECORDED_A_SECOND: Final = 100.0
_WARM_UP_MS: Final = 60_000


class Stored:
    """Both systems over one engine, loaded further and further."""

    def __init__(self, endpoint_url: str) -> None:
        self.access = LocalAccess(endpoint_url)
        self.their_access = LocalAccess(endpoint_url)
        """A database of its own: each is loaded by itself, and slows the other down in nothing."""
        self.client = self.access.dynamodb_client()
        self.size = 0
        self.last = 0
        """When the last event was recorded (ms)."""
        self.row_bytes = 0.0
        """Of a row of the published system, in the mean."""
        self.page_bytes = 0.0
        """Of a feed page, in the mean."""
        self.events: list[Event] = []
        """All that are stored."""
        self._events = recorded_events(LOADED_AT_ONCE, frozenset(_TYPES))
        self.news = notifications()
        """What is recorded while time is taken."""
        published_system.create_tables(self.their_access.dynamodb_client())
        create_silent_table(self.access, TABLE)

    def load_to(self, size: int) -> None:
        """Store events in both until there are `size` of them."""
        while self.size < size:
            events = [
                event._replace(recipient=f"{PART}{place}@mail.example", recipient_raw=None)
                if place % PART_EVERY == 0
                else event
                for place, event in enumerate(
                    later(self._events, self.size // LOADED_AT_ONCE), start=self.size
                )
            ]
            pages = list(pages_of(events))
            rows: dict[str, list[Item]] = {}
            for table, row in map(published_system.row_of, events):
                rows.setdefault(table, []).append(row)
            with ThreadPoolExecutor(2) as threads:
                ours = threads.submit(load, self.access, TABLE, [*map(item_of, events), *pages])
                for table, own in rows.items():
                    load(self.their_access, table, own)
                ours.result()
            self.row_bytes = statistics.mean(size_of(row) for own in rows.values() for row in own)
            self.page_bytes = statistics.mean(map(size_of, pages))
            self.events += events
            self.size += len(events)
            self.last = events[-1].recorded_at

    def stream(self, *, enabled: bool) -> None:
        """Switch the stream of our table."""
        view = {"StreamViewType": STREAM_VIEW_TYPE} if enabled else {}
        specification = {"StreamEnabled": enabled, **view}
        self.client.update_table(TableName=TABLE, StreamSpecification=specification)


Notification = tuple[int, dict[str, Any]]
"""When it was written (ms), and what it says."""


def notifications() -> Iterator[Notification]:
    """Notifications of bounces and deliveries that happen now, each for one recipient."""
    start = time.time_ns() // 1_000_000 - _WARM_UP_MS
    for at, payload in TrafficGenerator(1, start).events(_RECORDED_A_SECOND):
        kind = str(payload.get("eventType") or payload.get("notificationType"))
        affected = payload.get("delivery") or payload.get("bounce") or {}
        recipients = affected.get("recipients") or affected.get("bouncedRecipients") or ()
        if kind in _TYPES.values() and len(recipients) == 1:
            payload = {"notificationType": kind, **payload}
            payload.pop("eventType", None)
            yield at, payload
