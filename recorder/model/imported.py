"""The identity of what was taken over from another recorder's table, which kept less of an event.

The published recorder (Signiant's aws-ses-recorder) stores whole seconds and no feedback id, so the
id that a bounce or delivery gets from SES's own words cannot be made of its rows. A row gets an id
of what it does hold. Whoever has the whole event can make that id, too, and so finds out whether a
row of the same event was taken over: `imported_ids`.
"""

from recorder.model.event import BOUNCE, DELIVERY, Event
from recorder.model.identity import make_event_id
from recorder.model.keys import event_sort_key, message_key

IMPORTED_TYPES = frozenset({BOUNCE, DELIVERY})
"""That recorder stores no others."""

_SECOND_MS = 1_000


def imported_id(event: Event) -> str:
    """The id of an event that was made of a row: of its own time in seconds where the row has one.

    Rows of its first version have none for bounces; then kind and reason of the bounce tell two
    bounces of one mail apart.
    """
    if event.event_time is None:
        return _make_id(event, _reason(event))
    return _make_id(event, str(event.event_time // _SECOND_MS))


def imported_ids(event: Event) -> tuple[str, ...]:
    """Every id that a row of `event` may have been stored under; none for other types."""
    if event.event_type not in IMPORTED_TYPES or event.message_id is None:
        return ()
    timeless = _make_id(event, _reason(event))
    if event.event_time is None:
        return (timeless,)
    return imported_id(event), timeless


def imported_keys(event: Event) -> tuple[tuple[str, str], ...]:
    """Partition and sort keys of the items under `imported_ids`."""
    return tuple(
        (message_key(event.message_id or ""), event_sort_key(event.event_type, None, event_id))
        for event_id in imported_ids(event)
    )


def _make_id(event: Event, discriminator: str) -> str:
    # The words in front keep it apart from every id that SES's own words lead to.
    return make_event_id(
        event.message_id, event.event_type, event.recipient, f"imported|{discriminator}"
    )


def _reason(event: Event) -> str:
    return f"{event.bounce_type or ''}|{event.bounce_subtype or ''}"
