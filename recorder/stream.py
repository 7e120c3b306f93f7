"""A batch of the table's stream as Lambda hands it over, read as far as the recorder needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, NamedTuple

from recorder.model.event import Event
from recorder.model.item import expiry_of, from_item
from recorder.model.keys import HEARTBEAT_PREFIX, MESSAGE_PREFIX

SINGLE_SHARD: Final = "single"
"""Stands in for the shard where an engine names none."""
LARGEST_NUMBER: Final = 2**53
"""No time and no duration that means anything is larger; a page's JSON holds 64 bits."""
LATEST_TIME: Final = 253_402_300_799_999
"""The last millisecond of the year 9999: no key names a minute beyond it."""
_numbers_of: Final = attrgetter("recorded_at", "event_time", "sent_time", "processing_ms")


class StreamError(ValueError):
    """A stream event that is not what the event source mapping should send."""


class StreamedEvent(NamedTuple):
    """An event that was just stored."""

    sequence_number: str
    event: Event
    expires_at: int | None
    """Epoch seconds; `None` keeps it for ever."""


class StreamedHeartbeat(NamedTuple):
    """A heartbeat that was just stored."""

    sequence_number: str
    recorded_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """Consecutive records of one shard, in the order of the stream."""

    shard_id: str
    entries: tuple[StreamedEvent | StreamedHeartbeat, ...]
    """New events and heartbeats, history left out."""
    skipped: int
    """Records that are of no concern: history, changes, removals, other items."""
    unparsed: tuple[str, ...]
    """Sequence numbers of records that could not be read."""


def read_stream_batch(stream_event: Mapping[str, Any], *, single_shard: bool) -> StreamBatch:
    """The batch in a Lambda event of a DynamoDB stream; content never makes it raise.

    Raises `StreamError` where the event names no shard, unless `single_shard` says that there is
    but one: without it, what is written could not be told from another shard's.
    """
    shard_id = stream_event.get("shardId")
    if not shard_id:
        if not single_shard:
            raise StreamError(
                "stream event without shardId: set TumblingWindowInSeconds over 0 on the event "
                "source mapping, or SES_SINGLE_SHARD=1 for an engine with one serial shard"
            )
        shard_id = SINGLE_SHARD
    entries: list[StreamedEvent | StreamedHeartbeat] = []
    skipped = 0
    unparsed: list[str] = []
    for record in stream_event.get("Records") or ():
        try:
            entry = _read_record(record)
        except Exception:
            # One record must not hold up its shard: it is counted, told by number, and its item
            # stays in the table.
            unparsed.append(_sequence_number_of(record))
            continue
        if entry is None:
            skipped += 1
        else:
            entries.append(entry)
    return StreamBatch(str(shard_id), tuple(entries), skipped, tuple(unparsed))


def countable_event(item: Mapping[str, Mapping[str, Any]]) -> Event:
    """The event of an item, if it can be counted and paged.

    Raises `StreamError`, `KeyError` or `ValueError` for any other.
    """
    event = from_item(item)
    for number in _numbers_of(event):
        if number is not None and not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
            raise StreamError("a number that no feed page can hold")
    if not 0 <= event.recorded_at <= LATEST_TIME:
        raise StreamError("a time of recording that no key can name")
    return event


def _read_record(record: Mapping[str, Any]) -> StreamedEvent | StreamedHeartbeat | None:
    if record["eventName"] != "INSERT":
        return None
    change = record["dynamodb"]
    partition_key = change["Keys"]["pk"]["S"]
    sequence_number = change["SequenceNumber"]
    if partition_key.startswith(MESSAGE_PREFIX):
        item = change["NewImage"]
        event = countable_event(item)
        if event.historic:
            return None
        return StreamedEvent(sequence_number, event, expiry_of(item))
    if partition_key.startswith(HEARTBEAT_PREFIX):
        item = change["NewImage"]
        return StreamedHeartbeat(sequence_number, int(item["r"]["N"]), expiry_of(item))
    return None


def _sequence_number_of(record: object) -> str:
    change = record.get("dynamodb") if isinstance(record, dict) else None
    number = change.get("SequenceNumber") if isinstance(change, dict) else None
    return number if isinstance(number, str) and number.isdigit() else "unknown"
