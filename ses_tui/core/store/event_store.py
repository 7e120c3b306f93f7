"""Everything in memory: the live part, and what was loaded of the time before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from recorder.model.event import Event
from ses_tui.core.source import Gap, GapReason, LoadedEvents
from ses_tui.core.store.chunk import EventKey, event_key
from ses_tui.core.store.merging_events import MergingEvents
from ses_tui.core.store.ordered_events import OrderedEvents

DEFAULT_CAPACITY: Final = 200_000
MAXIMUM_CAPACITY: Final = 1_000_000
LOADED_CAPACITY: Final = 50_000


@dataclass(frozen=True, slots=True)
class StoreChange:
    """What one batch did to the live part."""

    added: tuple[Event, ...]
    """Oldest first."""
    dropped: OrderedEvents
    """What went because of the capacity; unpacked only if somebody looks at it."""


class EventStore(OrderedEvents):
    """One ordered sequence of two bounded parts, each event at most once.

    The live part holds everything from `live_since` on; over `capacity` its oldest events go. The
    loaded part holds one stretch of the time before, without a hole; over `loaded_capacity` the end
    goes that is away from where it grew. Between the two there may be a gap.
    """

    def __init__(
        self, capacity: int = DEFAULT_CAPACITY, loaded_capacity: int = LOADED_CAPACITY
    ) -> None:
        super().__init__()
        self.capacity = capacity
        self.loaded_capacity = loaded_capacity
        self.dropped_total = 0
        self._live = MergingEvents()
        self._loaded = MergingEvents()
        self._live_since: int | None = None
        self._span: tuple[int, int] | None = None
        self._at_table_start = False
        self._dropped_to: EventKey | None = None
        self._set_aside = OrderedEvents()
        """Live events that a loaded stretch has, too."""

    @property
    def live(self) -> OrderedEvents:
        """The live part alone; for reading only."""
        return self._live

    @property
    def loaded(self) -> OrderedEvents:
        """The loaded part alone; for reading only."""
        return self._loaded

    @property
    def live_since(self) -> int | None:
        """From here on (ms) every event is live; `None` while there is none."""
        return self._live_since

    @property
    def loaded_span(self) -> tuple[int, int] | None:
        """All that was recorded in [since, until) (ms) is in the loaded part, if there is one."""
        return self._span

    @property
    def at_table_start(self) -> bool:
        """Whether nothing older than the loaded part is recorded."""
        return self._at_table_start

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What lies between the loaded part and the live one and was not loaded."""
        if self._span is None or self.live_since is None or self._span[1] >= self.live_since:
            return ()
        return (Gap(self._span[1], self.live_since, GapReason.NOT_LOADED),)

    def add(self, events: Iterable[Event]) -> StoreChange:
        """Take in a batch of the feed; events that are there already change nothing.

        What is older than the live part goes into the loaded one if that covers its time. Else it
        is left out: whoever loads that time will get it.
        """
        new = list(events)
        if self._live_since is None and new:
            # Of the oldest millisecond some may be missing.
            self._live_since = min(event.recorded_at for event in new) + 1
        late = [event for event in new if self._is_too_old(event)]
        if late:
            new = [event for event in new if not self._is_too_old(event)]
            self._loaded.merge([event for event in late if self._is_loaded(event.recorded_at)])
            self._bound_loaded(oldest=True)
        added = self._live.merge(new)
        change = StoreChange(tuple(added), self._drop_surplus())
        self._join()
        return change

    def add_loaded(self, loaded: LoadedEvents, *, backwards: bool = True) -> StoreChange:
        """Take in a stretch of history, read from newer to older if `backwards`.

        One that does not touch the loaded part takes its place. Live events from before
        `live_since`, of a moment that is not all there, are set aside: they come with their
        stretch.
        """
        strays = self._live.drop_first(self._live.position_of((self._live_since or 0, "")))
        self._set_aside.extend(strays)
        until = min(loaded.until, self._live_since or loaded.until)
        span = (min(loaded.since, until), until)
        if self._span is not None:
            if span[0] <= self._span[1] and self._span[0] <= span[1]:
                span = (min(span[0], self._span[0]), max(span[1], self._span[1]))
            else:
                self._loaded = MergingEvents()
                self._at_table_start = False
        self._at_table_start |= backwards and loaded.at_end
        self._span = span
        since = self._live_since
        self._loaded.merge([e for e in loaded.events if since is None or e.recorded_at < since])
        self._bound_loaded(oldest=not backwards)
        self._join()
        return StoreChange((), strays)

    def drop_loaded(self) -> StoreChange:
        """Let go of the loaded part; the live one is again as if there had been none."""
        self._loaded = MergingEvents()
        self._span = None
        self._at_table_start = False
        back, self._set_aside = self._set_aside, OrderedEvents()
        return self.add(back)

    def of_message(self, message_id: str) -> tuple[Event, ...]:
        """All events of one message; unpacks only chunks that have its id in them."""
        text = message_id.encode("utf-8", "surrogatepass")
        return tuple(
            event
            for piece in self._pieces
            if piece.chunk.has_text(text)
            for event in OrderedEvents((piece,))
            if event.message_id == message_id
        )

    def _is_too_old(self, event: Event) -> bool:
        """Whether the live part does not reach back so far."""
        if self._span is not None and self._live_since is not None:
            return event.recorded_at < self._live_since
        return self._dropped_to is not None and event_key(event) <= self._dropped_to

    def _is_loaded(self, recorded_at: int) -> bool:
        return self._span is not None and self._span[0] <= recorded_at < self._span[1]

    def _drop_surplus(self) -> OrderedEvents:
        surplus = len(self._live) - self.capacity
        if surplus <= 0:
            return OrderedEvents()
        dropped = self._live.drop_first(surplus)
        self.dropped_total += surplus
        self._dropped_to = dropped.key_at(surplus - 1)
        since = self._dropped_to[0] + 1
        self._live_since = max(since, self._live_since or since)
        return dropped

    def _bound_loaded(self, *, oldest: bool) -> None:
        """Let the loaded part's oldest events go over its capacity, or else its newest."""
        surplus = len(self._loaded) - self.loaded_capacity
        if surplus <= 0 or self._span is None:
            return
        since, until = self._span
        if oldest:
            dropped = self._loaded.drop_first(surplus)
            self._span = (dropped[surplus - 1].recorded_at + 1, until)
            self._at_table_start = False
        else:
            dropped = self._loaded.drop_last(surplus)
            self._span = (since, dropped[0].recorded_at)

    def _join(self) -> None:
        self._replace(0, len(self._pieces), [*self._loaded.pieces, *self._live.pieces])
