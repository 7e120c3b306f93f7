"""One event as one row of the list: which columns a width has room for, and what is in them."""

from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from recorder.model import event as types
from recorder.model.event import Event
from ses_tui.core.event_text import display, reason_of, type_label, type_mark
from ses_tui.core.message_story import happened_at
from ses_tui.core.zone import Zone
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
_TYPE_CELLS: Final = 11
"""The mark, a blank and nine cells of the type's label."""
_GAP: Final = 2
_MARGIN: Final = 1
"""A blank at the left edge, as in the lines above and below the list."""
_DATED_FROM: Final = 98
"""Cells of the list, as in a terminal of 100 columns."""
_SENDER_FROM: Final = 118
"""Narrower than this the reason is worth more than the sender."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column; a column of no cells is left out. A gap stands between columns."""

    time: int
    type: int
    recipient: int
    sender: int
    reason: int


def columns_for(width: int, dated: bool) -> Columns:
    """Share `width` cells out: fixed ones first, then addresses, and the rest for the reason.

    `dated` says that there are events of other days, which need a date where there is room.
    """
    time = 14 if dated and width >= _DATED_FROM else 8
    shared = width - _MARGIN - time - _TYPE_CELLS - 3 * _GAP
    recipient = max(12, min(38, shared * 3 // 7))
    sender = 0
    if width >= _SENDER_FROM:
        sender = min(30, shared // 4)
        shared -= sender + _GAP
    return Columns(time, _TYPE_CELLS, recipient, sender, max(0, shared - recipient))


def heading(columns: Columns) -> Line:
    """The names of the columns, above them."""
    names = ("TIME", "TYPE", "RECIPIENT", "SENDER", "REASON OR SUBJECT")
    return _row([Span(name, Tone.HEADING) for name in names], columns)


def event_row(event: Event, columns: Columns, zone: Zone, today: str) -> Line:
    """The row of `event`. `today` is the present day as `mm-dd`; other days are named."""
    tone = type_tone(event)
    problem = event.event_type in types.PROBLEM_TYPES
    recipient = display(event.recipient)
    cells = [
        Span(_time_text(happened_at(event), zone, today, columns.time), Tone.MUTED),
        Span(f"{type_mark(event)} {type_label(event)}", tone),
        Span(clip_address(recipient, columns.recipient))
        if recipient
        else Span(NO_RECIPIENT, Tone.MUTED),
        Span(clip_address(_address_of(display(event.sender)), columns.sender), Tone.MUTED),
        Span(_reason(event, columns.reason), Tone.PLAIN if problem else Tone.MUTED),
    ]
    return _row(cells, columns)


def type_tone(event: Event) -> Tone:
    """The tone of the event's type; a soft bounce is a warning, an unknown type is plain."""
    if event.event_type == types.BOUNCE and event.bounce_type == "Transient":
        return Tone.WARNING
    return TYPE_TONES.get(event.event_type, Tone.PLAIN)


def day_text(milliseconds: int, zone: Zone) -> str:
    """The day of a moment as `mm-dd`."""
    return f"{zone.at(milliseconds):%m-%d}"


def _time_text(milliseconds: int, zone: Zone, today: str, width: int) -> str:
    moment = zone.at(milliseconds)
    other_day = day_text(milliseconds, zone) != today
    if width > len("HH:MM:SS"):
        return f"{moment:%m-%d %H:%M:%S}" if other_day else f"{moment:%H:%M:%S}".rjust(width)
    return f"{moment:%d %H:%M}" if other_day else f"{moment:%H:%M:%S}"


def _reason(event: Event, width: int) -> str:
    """The reason; where it has no room, a bounce or delay without the words that say little."""
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
    status = None if event.smtp_status and event.smtp_status in words[:20] else event.smtp_status
    return display(" ".join(part for part in (kind, status, words) if part))


def _address_of(sender: str) -> str:
    """The address alone, where a display name stands before it."""
    start = sender.rfind("<")
    return sender[start + 1 : -1] if start >= 0 and sender.endswith(">") else sender


def _row(cells: list[Span], columns: Columns) -> Line:
    widths = (columns.time, columns.type, columns.recipient, columns.sender, columns.reason)
    spans: list[Span] = []
    for cell, width in zip(cells, widths, strict=True):
        if width:
            gap = " " * (_GAP if spans else _MARGIN)
            spans.append(Span(gap + fit(cell.text, width), cell.tone))
    return tuple(spans)
