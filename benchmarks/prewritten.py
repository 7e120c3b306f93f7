"""Events of the demo's traffic in a file of pages, and without end out of that."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from recorder.model.event import Event
from recorder.model.page import decode_page, encode_page
from recorder.model.payload import parse_payload
from ses_tui.demo.generator import TrafficGenerator

START: Final = 1_795_435_200_000
EVENTS_PER_SECOND: Final = 1_000.0
GENERATED_MS: Final = 60_000
TICK: Final = 333
"""Events between two pictures: what a page of the file holds."""


def write_pages(path: str) -> None:
    """Pages of one tick each, of what the recorder makes of the demo's traffic.

    Recorded a second or two after it happens, and therefore not quite in order.
    """
    generator = TrafficGenerator(7, START)
    with Path(path).open("wb") as file:
        batch: dict[str, Event] = {}
        for at, payload in generator.events(EVENTS_PER_SECOND):
            recorded_at = at + 700 + (at * 7919) % 1500
            parsed = parse_payload(
                payload, recorded_at=recorded_at, keep_subject=True, region="eu-west-1"
            )
            batch.update((event.event_id, event) for event in parsed.events)
            if len(batch) >= TICK:
                body = encode_page(tuple(batch.values()))
                file.write(len(body).to_bytes(4, "big") + body)
                batch = {}
                if at - START > GENERATED_MS:
                    return


def ticks(path: str) -> Iterator[tuple[Event, ...]]:
    """What the pages hold, again and again as other mails of a later time."""
    for number in count():
        with Path(path).open("rb") as file:
            while head := file.read(4):
                events = decode_page(file.read(int.from_bytes(head, "big"))).events
                yield tuple(_later(event, number) for event in events)


def _later(event: Event, times: int) -> Event:
    shift = times * GENERATED_MS
    message_id = event.message_id or ""
    return event._replace(
        event_id=event.event_id[:-3] + f"{times:03}",
        message_id=message_id[:-6] + f"{times:06}",
        recorded_at=event.recorded_at + shift,
        event_time=(event.event_time or 0) + shift,
    )
