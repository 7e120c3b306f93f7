"""Parsing one payload, as most tests of payloads do."""

from typing import Any

from recorder.model.event import Event
from recorder.model.payload import parse_payload
from tests.payloads import Payload

RECORDED_AT = 1_795_413_610_000


def parse(payload: Payload, **options: Any) -> tuple[Event, ...]:
    """The events of `payload`."""
    return parse_payload(payload, recorded_at=RECORDED_AT, **options).events


def parse_one(payload: Payload, **options: Any) -> Event:
    """The only event of `payload`."""
    (event,) = parse(payload, **options)
    return event
