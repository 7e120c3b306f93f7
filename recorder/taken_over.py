"""Late events of which an import has stored a row already: they fill it instead of doubling it."""

from collections.abc import Mapping, Sequence

from recorder.model.event import Event
from recorder.model.imported import imported_keys
from recorder.model.item import Item
from recorder.writer import Key


def keys_to_look_for(events: Sequence[Event]) -> list[Key]:
    """Where rows of `events` would be, each key once."""
    return list(dict.fromkeys(key for event in events for key in imported_keys(event)))


def key_of_row(event: Event, stored: Mapping[Key, Item]) -> Key | None:
    """The key of the item that a row of `event` became, if it is among `stored`.

    A row without a time stands for any event of its kind until one has filled it.
    """
    for key in imported_keys(event):
        item = stored.get(key)
        if item is not None and _may_be(event, item):
            return key
    return None


def _may_be(event: Event, item: Item) -> bool:
    if "t" in item and int(item["t"]["N"]) // 1000 != (event.event_time or 0) // 1000:
        return False
    return "fb" not in item or item["fb"]["S"] == event.feedback_id
