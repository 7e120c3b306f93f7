"""What the dashboard knows. Handlers of the app change it; screens and widgets only look."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from recorder.model.event import Event
from recorder.model.rollup import MINUTE_MS, minute_start
from ses_tui.core.disagreement import Mismatch
from ses_tui.core.feed_state import FeedState
from ses_tui.core.query import Query
from ses_tui.core.rate_panel import RatePanel
from ses_tui.core.rates import RateCounters, RateEstimate
from ses_tui.core.source import FeedBatch
from ses_tui.core.store import (
    EventKey,
    EventStore,
    FilteredEvents,
    OrderedEvents,
    StoreChange,
    event_key,
)
from ses_tui.core.windows import DEFAULT_WINDOW, Window
from ses_tui.core.zone import Zone

_EVENTS_PER_SECOND_OVER_MS: Final = 60_000
_EDGE_OF_HISTORY_MS: Final = 5 * MINUTE_MS
"""Pages that were written late may be missing at the old end of what a start has loaded."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything but the events, at one moment: the one value that is fanned out to the screens."""

    label: str
    zone: Zone
    state: FeedState
    today: str = ""
    """The present day in `zone`, as `mm-dd`."""
    paused_for: int | None = None
    """How long nothing has been read because of the reader (ms); `None` while it is."""
    events_per_second: float = 0.0
    """Recorded over the last minute."""
    rates: RateEstimate | None = None
    """Over what is in memory; stands in where there is no `panel`."""
    window: Window = DEFAULT_WINDOW
    """The one that was chosen; `panel` may still be that of another."""
    panel: RatePanel | None = None
    panel_stale: bool = False
    """The last reads failed, or are overdue."""
    rates_error: str = ""
    """Why the last read of the rates failed."""
    mismatches: tuple[Mismatch, ...] = ()
    """Minutes of which rollups and feed differ, oldest first."""
    since: int | None = None
    """When the oldest event in memory was recorded (ms)."""
    shown: int = 0
    total: int = 0
    filter_text: str = ""
    filter_error: str = ""
    """Why what stands in the filter's line is no filter; the last one that was stays."""
    unreadable_events: int = 0
    revision: int = 0
    """Grows with every change of the events in memory or of the filter."""


class Feed:
    """The events in memory, those that pass the filter, and what is counted of them."""

    def __init__(self, store: EventStore | None = None) -> None:
        self.store = EventStore() if store is None else store
        self.filter = Query()
        self.events: OrderedEvents = self.store
        self.added: tuple[Event, ...] = ()
        """What the last batch brought."""
        self.unreadable_events = 0
        self.covered_since: int | None = None
        """From this minute on (ms) nothing that was recorded is missing from memory."""
        self.revision = 0
        self._filtered: FilteredEvents | None = None
        self._counters = RateCounters()

    def take(self, batch: FeedBatch) -> None:
        """Take in a batch; the first one after a start is the history."""
        self.unreadable_events += batch.events_unreadable
        if self.covered_since is None:
            oldest = min((event.recorded_at for event in batch.events), default=None)
            edge = batch.read_at if oldest is None else oldest + _EDGE_OF_HISTORY_MS
            self.covered_since = _next_minute(edge)
        change: StoreChange = self.store.add(batch.events)
        if change.dropped:
            dropped = _next_minute(change.dropped[-1].recorded_at)
            self.covered_since = max(self.covered_since, dropped)
        self.added = change.added
        if change.added or change.dropped:
            self._counters.add(change.added)
            self._counters.remove(change.dropped)
            if self._filtered is not None:
                self._filtered.apply(change)
            self.revision += 1

    def start_anew(self) -> None:
        """The next batch is a history again; what came before it may have a gap at its end."""
        self.covered_since = None

    def set_filter(self, query: Query) -> None:
        """Let only events through that `query` matches; an empty one lets all through."""
        self.filter = query
        self._filtered = FilteredEvents(self.store, self.filter) if self.filter else None
        self.events = self.store if self._filtered is None else self._filtered
        self.revision += 1

    @property
    def oldest(self) -> EventKey | None:
        """Key of the oldest event in memory."""
        return event_key(self.store[0]) if len(self.store) else None

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with the figures of what is in memory at `now_ms`."""
        return replace(
            base,
            events_per_second=self._events_per_second(now_ms),
            rates=self._counters.estimate() if len(self.store) else None,
            since=self.store[0].recorded_at if len(self.store) else None,
            shown=len(self.events),
            total=len(self.store),
            filter_text=self.filter.text,
            unreadable_events=self.unreadable_events,
            revision=self.revision,
        )

    def counted_by_minute(self, since: int, until: int) -> Counter[int]:
        """Events that rollups count too, recorded in [since, until), by the start of their minute.

        All of memory counts, whatever the filter.
        """
        first, last = self.store.position_of((since, "")), self.store.position_of((until, ""))
        return Counter(
            minute_start(event.recorded_at)
            for event in self.store.events[first:last]
            if event.counted and not event.historic
        )

    def of_message(self, message_id: str) -> tuple[Event, ...]:
        """What is in memory about one message."""
        return tuple(event for event in self.store.events if event.message_id == message_id)

    def _events_per_second(self, now_ms: int) -> float:
        """Over a minute, or over what is in memory where that reaches back less far."""
        store = self.store
        recent = len(store) - store.position_of((now_ms - _EVENTS_PER_SECOND_OVER_MS, ""))
        window = _EVENTS_PER_SECOND_OVER_MS
        if recent == len(store) and store.dropped_total and recent:
            window = max(1_000, now_ms - store[0].recorded_at)
        return recent * 1000 / window


def _next_minute(milliseconds: int) -> int:
    return minute_start(milliseconds) + MINUTE_MS
