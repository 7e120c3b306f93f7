"""Events for tests, each with an id of its own, and a clock that stands still."""

from itertools import count
from typing import Any

from recorder.model.event import Event

NOON = 1_795_435_200_000
"""2026-11-23T12:00:00Z."""

_numbers = count()


def make_event(event_type: str = "Delivery", *, at: int = NOON, **fields: Any) -> Event:
    """An event recorded at `at` (ms); give any field by name."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "event_id": f"{number:016d}",
        "event_type": event_type,
        "message_id": f"message-{number}",
        "event_time": at,
        "recorded_at": at,
        "recipient": f"person{number}@customer.example",
        "sender": "orders@shop.example",
    }
    values.update(fields)
    return Event(**values)


class FrozenClock:
    """Moves only when a test moves it."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.now / 1000

    def advance(self, milliseconds: int) -> None:
        self.now += milliseconds
