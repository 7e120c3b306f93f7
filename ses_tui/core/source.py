"""Where events come from, as everything that shows them sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from recorder.model.event import Event
from recorder.model.rollup import Family
from ses_tui.core.rollup_pieces import RollupAnswer


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


@dataclass(frozen=True, slots=True)
class Original:
    """A SES event as it was received, with the event ids that were made of it."""

    event_id: str
    payload: Any
    """The JSON of the event; a string where the original was cut because of its size."""
    cut: bool = False


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
        """What is new since the last read; an empty batch if nothing is. Does not wait for more."""
        ...

    async def close(self) -> None:
        """Release connections. Safe to call twice."""
        ...


class MessageReader(Protocol):
    """Reads the whole story of single messages. Errors come as `SesTuiError`."""

    async def read_message(self, message_id: str) -> tuple[Event, ...]:
        """Every stored event of the message that has not expired, by event time; empty if none."""
        ...

    async def read_originals(self, message_id: str) -> tuple[Original, ...]:
        """The SES events of the message as received, one a notification, less private parts."""
        ...


class RollupReader(Protocol):
    """Reads counters of any stretch of time. Errors come as `SesTuiError`."""

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        by_hour: bool = False,
    ) -> RollupAnswer:
        """Counters from the minute of `since` up to that of `until` (ms), its own included.

        With `by_hour`, whole closed hours may come as one piece each.
        """
        ...


class Connection(Protocol):
    """One open way to one table: what a dashboard or a command holds while it runs."""

    @property
    def source(self) -> EventSource:
        """The live feed."""
        ...

    @property
    def messages(self) -> MessageReader:
        """Single messages."""
        ...

    @property
    def rollups(self) -> RollupReader:
        """Counters of any stretch of time."""
        ...

    async def close(self) -> None:
        """End everything that is under way, then release connections. Safe to call twice."""
        ...
