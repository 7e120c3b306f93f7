"""The originals of a message as one outline: which notification each is of, and what is missing."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from recorder.model.event import Event
from ses_tui.core.event_text import display, display_address
from ses_tui.core.json_outline import OutlineLine, outline_of
from ses_tui.core.masking import MASKING, masked_document
from ses_tui.core.message_story import happened_at
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import Original
from ses_tui.core.zone import Zone

_CHARACTERS_A_LINE: Final = 1_000
"""Of a text that was cut off before its end, and so is no JSON."""


def original_lines(
    events: Sequence[Event], originals: Sequence[Original], zone: Zone
) -> list[OutlineLine]:
    """Every notification of `events` by its time, with its original or why there is none.

    One original stands for all events that were made of its notification.
    """
    by_event = {original.event_id: original for original in originals}
    lines: list[OutlineLine] = []
    for own in _by_notification(events):
        found = next((by_event.pop(e.event_id) for e in own if e.event_id in by_event), None)
        lines += _title(_named(own, zone), found)
        lines += _body(found, len(lines))
    for original in by_event.values():
        lines += _title(f"event {sanitise(original.event_id)}", original)
        lines += _body(original, len(lines))
    return lines


def _by_notification(events: Sequence[Event]) -> list[list[Event]]:
    """Events that SES told in one notification: of one type, at one time, with one feedback id."""
    groups: dict[Hashable, list[Event]] = {}
    for event in sorted(events, key=lambda event: (happened_at(event), event.event_id)):
        same = (event.event_type, event.event_time, event.feedback_id, event.link, event.user_agent)
        groups.setdefault(same, []).append(event)
    return list(groups.values())


def _named(events: Sequence[Event], zone: Zone) -> str:
    first = events[0]
    who = display_address(first.recipient) or "nobody named"
    if len(events) > 1:
        who = f"{len(events):,} recipients"
    return f"{display(first.event_type)}  {zone.format_full(happened_at(first))}  {who}"


def _title(name: str, original: Original | None) -> Iterator[OutlineLine]:
    yield OutlineLine(0, name, is_title=True)
    if original is None:
        yield OutlineLine(
            0,
            "no original is stored: too large to be kept, imported, erased, or of a recording",
            is_title=True,
        )
    elif original.cut:
        yield OutlineLine(
            0,
            "cut: it was too large, or named somebody who was erased; the end is missing",
            is_title=True,
        )


def _body(original: Original | None, first: int) -> list[OutlineLine]:
    if original is None:
        return []
    if isinstance(original.payload, str):
        # No JSON: the beginning of one, or why it cannot be read.
        text = sanitise(original.payload)
        starts = range(0, len(text), _CHARACTERS_A_LINE)
        return [OutlineLine(0, text[start : start + _CHARACTERS_A_LINE]) for start in starts]
    payload = masked_document(original.payload) if MASKING.on else original.payload
    return outline_of(payload, first)
