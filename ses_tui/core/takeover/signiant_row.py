"""A row of one of the two tables of Signiant's aws-ses-recorder becomes an event.

A row stands for one recipient of one message: the last bounce, or the last delivery. Attributes (as
its functions write them): `recipientAddress` as received, `sesMessageId`, `sender` in lower case
and with its display name, `sesTimestamp` and `bounceTimestamp` or `deliveryTimestamp` in seconds of
the epoch, `reportingMTA`; for bounces `bounceType`, `bounceSubType`, `diagnosticCode`; for
deliveries `smtpResponse`, `processingTime` in milliseconds. What SES left out is the word
`UNKNOWN`. The first version wrote no `bounceTimestamp`. Its `expiry` is not taken over.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from recorder.model.addresses import bare_address, recipient_of, split_addresses
from recorder.model.event import BOUNCE, DELIVERY, Event
from recorder.model.fields import LONG_TEXT, SHORT_TEXT, text_of, whole_number_of
from recorder.model.imported import imported_id

Row = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB gives it, such as `{"sender": {"S": "shop@sender.example"}}`."""

KEY_ATTRIBUTES: Final = ("recipientAddress", "sesMessageId")
"""Partition and sort key of both tables."""
RECENT_MS: Final = 2 * 3_600_000
"""Rows younger than this are left out: their events may still be on their way to the recorder here,
which looks for rows only where an event comes over an hour late."""

_UNKNOWN: Final = "UNKNOWN"
_LARGEST_SECOND: Final = 253_402_300_799
"""The end of the year 9999."""
_A_DAY_MS: Final = 86_400_000
_BOUNCE_ATTRIBUTES: Final = ("bounceType", "bounceSubType", "bounceTimestamp", "diagnosticCode")
_DELIVERY_ATTRIBUTES: Final = ("smtpResponse", "deliveryTimestamp", "processingTime")


class RowKind(StrEnum):
    """The two tables."""

    BOUNCES = "bounces"
    DELIVERIES = "deliveries"


class UnreadableRowError(ValueError):
    """A row that no event can be made of; says why, and quotes no address."""


def event_of_row(row: Row, kind: RowKind, now_ms: int) -> Event:
    """The historic event of a row, recorded at its own time. Raises `UnreadableRowError`.

    The row's own time, else that of sending, is the event's place in time. An enhanced status code
    is not read out of the diagnostic, since SES did not say it.
    """
    _check_kind(row, kind)
    message_id = _text(row, "sesMessageId", LONG_TEXT)
    if message_id is None:
        raise UnreadableRowError("sesMessageId is missing")
    is_bounce = kind is RowKind.BOUNCES
    sent_time = _time(row, "sesTimestamp", now_ms)
    event_time = _time(row, "bounceTimestamp" if is_bounce else "deliveryTimestamp", now_ms)
    recorded_at = event_time if event_time is not None else sent_time
    if recorded_at is None:
        raise UnreadableRowError("no time of the event or of sending")
    raw = _text(row, "recipientAddress", LONG_TEXT)
    sender = _text(row, "sender", LONG_TEXT)
    event = Event(
        event_id="",
        event_type=BOUNCE if is_bounce else DELIVERY,
        message_id=message_id.strip(),
        event_time=event_time,
        recorded_at=recorded_at,
        historic=True,
        sent_time=sent_time,
        recipient=raw and text_of(recipient_of(raw), LONG_TEXT),
        recipient_raw=raw,
        sender=sender and bare_address(split_addresses(sender)[0]),
        bounce_type=_text(row, "bounceType"),
        bounce_subtype=_text(row, "bounceSubType"),
        diagnostic=_text(row, "diagnosticCode" if is_bounce else "smtpResponse", LONG_TEXT),
        reporting_mta=_text(row, "reportingMTA"),
        processing_ms=None if is_bounce else whole_number_of(_value(row, "processingTime")),
    )
    return event._replace(event_id=imported_id(event))


def is_recent(event: Event, now_ms: int) -> bool:
    """Whether the recorder here may still get the event itself."""
    return event.recorded_at > now_ms - RECENT_MS


def _check_kind(row: Row, kind: RowKind) -> None:
    """A table given by the wrong option must not turn bounces into deliveries."""
    bounce = any(name in row for name in _BOUNCE_ATTRIBUTES)
    delivery = any(name in row for name in _DELIVERY_ATTRIBUTES)
    own, other = (bounce, delivery) if kind is RowKind.BOUNCES else (delivery, bounce)
    if other and not own:
        raise UnreadableRowError(
            f"a row of the other table is among the {kind}: perhaps --bounces and --deliveries "
            "are the wrong way round"
        )


def _value(row: Row, name: str) -> object:
    """The attribute's value without its type; numbers are text. Null is `None`."""
    attribute = row.get(name)
    if not attribute or "NULL" in attribute:
        return None
    value: object = next(iter(attribute.values()))
    return value


def _text(row: Row, name: str, limit: int = SHORT_TEXT) -> str | None:
    text = text_of(_value(row, name), limit)
    return None if text == _UNKNOWN else text


def _time(row: Row, name: str, now_ms: int) -> int | None:
    """Milliseconds since the epoch. A missing time is none; one that cannot be is an error."""
    value = _value(row, name)
    if value is None or value == "" or value == _UNKNOWN:
        return None
    seconds = whole_number_of(value)
    if seconds is None or not 0 < seconds <= _LARGEST_SECOND:
        raise UnreadableRowError(f"{name} is no time in seconds since 1970")
    if seconds * 1000 > now_ms + _A_DAY_MS:
        raise UnreadableRowError(f"{name} lies in the future: perhaps it is not in seconds")
    return seconds * 1000
