"""A memory that is full stays as large as it is, whatever comes and goes."""

import tracemalloc
from itertools import count

from ses_tui.core.store import EventStore
from ses_tui.core.store.chunk import CHUNK_EVENTS
from tests.events import NOON, make_event

_CAPACITY = 12 * CHUNK_EVENTS
"""The newest eight chunks are never packed."""


def test_what_was_dropped_takes_no_memory() -> None:
    store = EventStore(_CAPACITY)
    pattern = make_event("Delivery")
    numbers = count()

    def let_pass(events: int) -> int:
        """Have so many come, look at those that go, and say what memory (bytes) is in use."""
        for _ in range(0, events, CHUNK_EVENTS // 4):
            change = store.add(
                pattern._replace(
                    event_id=f"{number:016d}",
                    message_id=f"message-{number}",
                    recipient=f"person{number}@customer.example",
                    recorded_at=NOON + number,
                )
                for number in [next(numbers) for _ in range(CHUNK_EVENTS // 4)]
            )
            assert sum(1 for _ in change.dropped) == len(change.dropped)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        full = let_pass(2 * _CAPACITY)
        later = let_pass(2 * _CAPACITY)
    finally:
        tracemalloc.stop()
    assert store.dropped_total == 3 * _CAPACITY
    # One chunk's events, unpacked, take some 300 KB.
    assert later - full < 400_000
