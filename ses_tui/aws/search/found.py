"""What a way of reading has come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from recorder.model.event import Event


@dataclass(frozen=True, slots=True)
class Found:
    """What one step brought: events that pass the query."""

    events: Sequence[Event] = ()
    reached_back_to: int | None = None
    """Every event recorded since then (ms) has been looked at; `None` where that cannot be told."""
    examined: int = 0
    """How many events this step looked at."""
    events_unreadable: int = 0
