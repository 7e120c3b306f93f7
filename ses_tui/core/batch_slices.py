"""A read that brought much, in pieces that do not keep a key waiting."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ses_tui.core.source import FeedBatch

EVENTS_A_SLICE: Final = 200
"""Taking in one event costs some 15 microseconds; a key waits for several slices."""


def slices_of(batch: FeedBatch, most: int = EVENTS_A_SLICE) -> Iterator[FeedBatch]:
    """`batch` in pieces of `most` events, oldest first; what is counted is in the first alone."""
    yield replace(batch, events=batch.events[:most])
    for start in range(most, len(batch.events), most):
        events = batch.events[start : start + most]
        yield replace(batch, events=events, pages_read=0, events_unreadable=0)
