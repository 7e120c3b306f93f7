"""The events in memory: ordered, without repeats, bounded."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from recorder.model.event import Event

DEFAULT_CAPACITY: Final = 200_000

EventKey = tuple[int, str]


def event_key(event: Event) -> EventKey:
    """What events are ordered by: when they were recorded, then their id."""
    return (event.recorded_at, event.event_id)


class OrderedEvents:
    """Events oldest first. Knows each by its key, so it never searches from one end."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: list[Event] = sorted(events, key=event_key)

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, index: int) -> Event:
        return self._events[index]

    @property
    def events(self) -> Sequence[Event]:
        """Oldest first. Read only; it changes as events come and go."""
        return self._events

    def merge(self, new: Sequence[Event]) -> None:
        """Add events in any order. Costs as much as the stretch they fall into is long."""
        if not new:
            return
        ordered = sorted(new, key=event_key)
        start = bisect_left(self._events, event_key(ordered[0]), key=event_key)
        if start < len(self._events):
            ordered = sorted(self._events[start:] + ordered, key=event_key)
        self._events[start:] = ordered

    def drop_before(self, key: EventKey) -> int:
        """Let go of everything older than `key`; the number that went."""
        count = bisect_left(self._events, key, key=event_key)
        del self._events[:count]
        return count

    def index_of(self, key: EventKey) -> int | None:
        """Where the event with this key stands now, or `None`."""
        index = bisect_left(self._events, key, key=event_key)
        if index < len(self._events) and event_key(self._events[index]) == key:
            return index
        return None

    def position_of(self, key: EventKey) -> int:
        """Where an event with this key stands or would stand."""
        return bisect_left(self._events, key, key=event_key)


class Selection(Protocol):
    """What chooses events: a query."""

    def matches(self, event: Event) -> bool:
        """Whether `event` is chosen."""
        ...


@dataclass(frozen=True, slots=True)
class StoreChange:
    """What one batch did to the store."""

    added: tuple[Event, ...]
    dropped: tuple[Event, ...]


class EventStore(OrderedEvents):
    """Everything in memory, by event id at most once, the oldest dropped over `capacity`."""

    def __init__(self, capacity: int = DEFAULT_CAPACITY) -> None:
        super().__init__()
        self.capacity = capacity
        self.dropped_total = 0
        self._ids: set[str] = set()

    def add(self, events: Iterable[Event]) -> StoreChange:
        """Take in a batch; events that are there already change nothing."""
        added: list[Event] = []
        for event in events:
            if event.event_id not in self._ids:
                self._ids.add(event.event_id)
                added.append(event)
        self.merge(added)
        surplus = max(0, len(self._events) - self.capacity)
        dropped = tuple(self._events[:surplus])
        if surplus:
            del self._events[:surplus]
            self._ids.difference_update(event.event_id for event in dropped)
            self.dropped_total += surplus
        return StoreChange(tuple(added), dropped)


class FilteredEvents(OrderedEvents):
    """The events of a store that pass a filter, kept up with every change instead of made anew."""

    def __init__(self, store: EventStore, chosen: Selection) -> None:
        super().__init__(event for event in store.events if chosen.matches(event))
        self.selection = chosen

    def apply(self, change: StoreChange) -> None:
        """Follow a change of the store."""
        gone = {event.event_id for event in change.dropped}
        self.merge(
            [
                event
                for event in change.added
                if event.event_id not in gone and self.selection.matches(event)
            ]
        )
        if change.dropped:
            recorded_at, event_id = event_key(change.dropped[-1])
            self.drop_before((recorded_at, event_id + "\0"))
