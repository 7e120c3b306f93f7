"""Records of the table's stream as events and heartbeats, the same that the consumer packs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recorder.model.event import Event
from recorder.model.item import from_item, is_expired
from recorder.model.keys import HEARTBEAT_PREFIX, MESSAGE_PREFIX
from ses_tui.aws.feed_pages import newest

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StreamedEntries:
    """What a number of records say."""

    events: tuple[Event, ...] = ()
    """New events in the order of the records; old mail that was taken in now is left out."""
    heartbeat: int | None = None
    """The newest (ms)."""
    events_unreadable: int = 0


def read_records(records: Iterable[Record], now_ms: int) -> StreamedEntries:
    """Everything that was inserted and has not expired. Never raises on what a record holds.

    Binary attributes may be bytes or base64.
    """
    events: list[Event] = []
    heartbeat: int | None = None
    unreadable = 0
    for record in records:
        try:
            change = record["dynamodb"]
            partition_key: str = change["Keys"]["pk"]["S"]
            if record["eventName"] != "INSERT" or not partition_key.startswith(
                (MESSAGE_PREFIX, HEARTBEAT_PREFIX)
            ):
                continue
            item = change["NewImage"]
            if is_expired(item, now_ms):
                continue
            if partition_key.startswith(HEARTBEAT_PREFIX):
                heartbeat = newest(heartbeat, int(item["r"]["N"]))
            elif not (event := from_item(item)).historic:
                events.append(event)
        except (KeyError, ValueError, TypeError, AttributeError):
            unreadable += 1
    return StreamedEntries(tuple(events), heartbeat, unreadable)
