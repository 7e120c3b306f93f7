"""The events in memory: ordered, without repeats, bounded, most of them packed."""

from ses_tui.core.store.chunk import EventKey, event_key
from ses_tui.core.store.event_store import (
    DEFAULT_CAPACITY,
    LOADED_CAPACITY,
    MAXIMUM_CAPACITY,
    EventStore,
    StoreChange,
)
from ses_tui.core.store.filtered_events import FilteredEvents
from ses_tui.core.store.ordered_events import OrderedEvents

__all__ = [
    "DEFAULT_CAPACITY",
    "LOADED_CAPACITY",
    "MAXIMUM_CAPACITY",
    "EventKey",
    "EventStore",
    "FilteredEvents",
    "OrderedEvents",
    "StoreChange",
    "event_key",
]
