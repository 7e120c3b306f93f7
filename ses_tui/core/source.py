"""Where events come from, as everything that shows them sees it."""

from dataclasses import dataclass
from typing import Protocol

from recorder.model.event import Event


@dataclass(frozen=True, slots=True)
class FeedBatch:
    """What one read of a source brought: immutable, so that it can cross from worker to screen."""

    events: tuple[Event, ...] = ()
    """New events, oldest first by (`recorded_at`, `event_id`); never one that came before."""
    paged_heartbeat: int | None = None
    """Newest heartbeat (ms) that came all the way: recorder, stream, consumer, page."""
    recorded_heartbeat: int | None = None
    """Newest heartbeat (ms) that the recorder wrote, where the source had reason to look."""
    read_at: int = 0
    """The clock (ms) when the read ended."""
    pages_read: int = 0
    events_unreadable: int = 0
    """Pages that could not be decoded; their events are missing from the picture."""


class EventSource(Protocol):
    """A live feed of events. Errors come as `SesTuiError`; after one, `poll` may be called again.

    A read that failed loses nothing: the next one starts where the last good one ended.
    """

    @property
    def label(self) -> str:
        """Table and engine or region, as the header shows it."""
        ...

    async def start(self, history_events: int) -> FeedBatch:
        """The newest recorded events, up to about `history_events`; later reads go on from here."""
        ...

    async def poll(self) -> FeedBatch:
        """What is new since the last read; returns at once, with an empty batch if there is none."""
        ...

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        ...
