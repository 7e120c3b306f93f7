"""Events as lines of a table, in columns that stay the same."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from recorder.model.event import Event
from ses_tui.core.event_text import display, display_address, reason_of, type_label
from ses_tui.core.zone import Zone

TABLE_HEADINGS: Final = ("RECORDED", "EVENT", "RECIPIENT", "MESSAGE", "REASON")
_MESSAGE: Final = 3
_GAP: Final = "  "
_RECIPIENT_SHARE: Final = 3
"""Of a terminal's width, a recipient takes a third at most."""
_LEAST_REASON: Final = 24


def table_lines(events: Sequence[Event], zone: Zone, width: int | None) -> Iterator[str]:
    """A heading and a line for each event, sanitised.

    Fits into `width` cells, or is as wide as it takes. A narrow terminal shows no message ids:
    those are for copying, and who and why are for reading.
    """
    rows = [TABLE_HEADINGS, *(_row(event, zone) for event in events)]
    widths = [max(map(cells_of, column)) for column in zip(*rows, strict=True)]
    shown = [0, 1, 2, _MESSAGE]
    if width is not None:
        widths[2] = min(widths[2], width // _RECIPIENT_SHARE)
        if sum(widths[:4]) + len(_GAP) * 4 + _LEAST_REASON > width:
            shown.remove(_MESSAGE)
    for row in rows:
        cells = [_fitted(row[column], widths[column]) for column in shown]
        line = _GAP.join([*cells, row[-1]])
        yield (line if width is None else _cut(line, width)).rstrip()


def cells_of(text: str) -> int:
    """How many cells of a terminal sanitised text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of_character, text))


def _row(event: Event, zone: Zone) -> tuple[str, ...]:
    return (
        f"{zone.at(event.recorded_at):%Y-%m-%d %H:%M:%S}",
        type_label(event),
        display_address(event.recipient) or "(no recipient)",
        display(event.message_id) or "-",
        reason_of(event),
    )


def _fitted(text: str, width: int) -> str:
    text = _cut(text, width)
    return text + " " * (width - cells_of(text))


def _cut(text: str, width: int) -> str:
    if cells_of(text) <= width:
        return text
    used = 1
    for position, character in enumerate(text):
        used += _cells_of_character(character)
        if used > width:
            return text[:position] + "…"
    return text


def _cells_of_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
