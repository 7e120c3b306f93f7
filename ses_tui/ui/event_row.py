"""One event as one row of the list: what is in each of its columns."""

from typing import Final

from rich.cells import cell_len

from recorder.model import event as types
from recorder.model.event import Event
from ses_tui.core.event_text import (
    display,
    display_address,
    display_words,
    reason_of,
    type_label,
    type_mark,
)
from ses_tui.core.list_columns import Column
from ses_tui.core.message_story import happened_at
from ses_tui.core.zone import Zone
from ses_tui.ui.columns import COLUMN_GAP, MARGIN, Columns
from ses_tui.ui.text import clip_address, fit
from ses_tui.ui.tones import Line, Span, Tone

TYPE_TONES: Final = {
    types.SEND: Tone.MUTED,
    types.DELIVERY: Tone.GOOD,
    types.DELIVERY_DELAY: Tone.WARNING,
    types.BOUNCE: Tone.BAD,
    types.COMPLAINT: Tone.BAD,
    types.REJECT: Tone.BAD,
    types.RENDERING_FAILURE: Tone.BAD,
    types.OPEN: Tone.INFORMATION,
    types.CLICK: Tone.INFORMATION,
    types.SUBSCRIPTION: Tone.INFORMATION,
}
NO_RECIPIENT: Final = "(no recipient)"
_SAYING_LITTLE: Final = frozenset({None, "General", "Undetermined"})
MARKED: Final = "*"
_ON_THE_LEFT: Final = "‹"
_NARROW: Final = 26
"""A reason of so few cells would end before its status."""


def heading(columns: Columns) -> Line:
    """The names of the columns, above them; says where some are out of sight on the left."""
    names = [Span(column, Tone.HEADING) for column, _ in columns.cells]
    margin, time, kind, first, *rest = _row(names, columns)
    if columns.skipped:
        first = Span(f"{_ON_THE_LEFT} {first.text[COLUMN_GAP:]}", first.tone)
    return (margin, time, kind, first, *rest)


def event_row(
    event: Event, columns: Columns, zone: Zone, today: str, *, marked: bool = False
) -> Line:
    """The row of `event`. `today` is the present day as `mm-dd`; other days are named."""
    cells = [_cell(event, column, width, zone, today) for column, width in columns.cells]
    return _row(cells, columns, marked)


def _cell(event: Event, column: Column, width: int, zone: Zone, today: str) -> Span:
    match column:
        case Column.TIME:
            return Span(time_text(happened_at(event), zone, today, width), Tone.MUTED)
        case Column.TYPE:
            return Span(f"{type_mark(event)} {type_label(event)}", type_tone(event))
        case Column.RECIPIENT:
            recipient = display_address(event.recipient)
            if not recipient:
                return Span(NO_RECIPIENT, Tone.MUTED)
            return Span(clip_address(recipient, width))
        case Column.SENDER:
            return Span(clip_address(address_of(display_address(event.sender)), width), Tone.MUTED)
        case Column.REASON:
            problem = event.event_type in types.PROBLEM_TYPES
            return Span(reason_within(event, width), Tone.PLAIN if problem else Tone.MUTED)
        case Column.SET:
            return Span(display(event.configuration_set), Tone.MUTED)
        case Column.IDENTITY:
            return Span(display(event.identity), Tone.MUTED)
        case Column.MESSAGE:
            return Span(display(event.message_id), Tone.MUTED)


def type_tone(event: Event) -> Tone:
    """The tone of the event's type; a soft bounce is a warning, an unknown type is plain."""
    if event.event_type == types.BOUNCE and event.bounce_type == "Transient":
        return Tone.WARNING
    return TYPE_TONES.get(event.event_type, Tone.PLAIN)


def day_text(milliseconds: int, zone: Zone) -> str:
    """The day of a moment as `mm-dd`."""
    return f"{zone.at(milliseconds):%m-%d}"


def time_text(milliseconds: int, zone: Zone, today: str, width: int) -> str:
    """A moment in `width` cells; a day that is not `today` is named."""
    moment = zone.at(milliseconds)
    other_day = day_text(milliseconds, zone) != today
    if width > len("HH:MM:SS"):
        return f"{moment:%m-%d %H:%M:%S}" if other_day else f"{moment:%H:%M:%S}".rjust(width)
    return f"{moment:%d %H:%M}" if other_day else f"{moment:%H:%M:%S}"


def reason_within(event: Event, width: int) -> str:
    """The reason; where it has no room, a bounce or delay without the words that say little.

    Where hardly anything has room, the status stands first.
    """
    reason = reason_of(event)
    if cell_len(reason) <= width or not event.diagnostic:
        return reason
    if event.event_type == types.BOUNCE:
        kind = event.bounce_type if event.bounce_subtype in _SAYING_LITTLE else event.bounce_subtype
    elif event.event_type == types.DELIVERY_DELAY:
        kind = event.delay_type
    else:
        return reason
    words = event.diagnostic.removeprefix("smtp; ")
    if width < _NARROW and event.smtp_status:
        return display_words(event, " ".join(filter(None, (event.smtp_status, kind, words))))
    status = None if event.smtp_status and event.smtp_status in words[:20] else event.smtp_status
    return display_words(event, " ".join(filter(None, (kind, status, words))))


def address_of(sender: str) -> str:
    """The address alone, where a display name stands before it."""
    start = sender.rfind("<")
    return sender[start + 1 : -1] if start >= 0 and sender.endswith(">") else sender


def _row(cells: list[Span], columns: Columns, marked: bool = False) -> Line:
    """The margin, then every cell as wide as its column, with the gap before it."""
    spans = [Span(MARKED if marked else " " * MARGIN, Tone.KEY)]
    for number, (cell, (_, width)) in enumerate(zip(cells, columns.cells, strict=True)):
        gap = " " * COLUMN_GAP if number else ""
        spans.append(Span(gap + fit(cell.text, width), cell.tone))
    return tuple(spans)
