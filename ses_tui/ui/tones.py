"""What a piece of text means on screen. Colours for it are in `app.tcss`, and nowhere else."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len

from ses_tui.ui.text import clip


class Tone(StrEnum):
    """The part a piece of text plays; each is a class of the style sheet, `tone--<name>`."""

    PLAIN = "plain"
    MUTED = "muted"
    STRONG = "strong"
    HEADING = "heading"
    KEY = "key"
    HIGHLIGHT = "highlight"
    GOOD = "good"
    INFORMATION = "information"
    WARNING = "warning"
    BAD = "bad"
    GOOD_BADGE = "good-badge"
    CALM_BADGE = "calm-badge"
    WARNING_BADGE = "warning-badge"
    BAD_BADGE = "bad-badge"


class Span(NamedTuple):
    """Sanitised text in one tone."""

    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Span, ...]
"""One line of the screen, or one paragraph that is still to be wrapped."""


def line_width(line: Iterable[Span]) -> int:
    """Cells that a line takes."""
    return sum(cell_len(span.text) for span in line)


def clip_line(line: Iterable[Span], width: int) -> Line:
    """A line in at most `width` cells; what is cut ends in an ellipsis."""
    kept: list[Span] = []
    room = width
    for span in line:
        cells = cell_len(span.text)
        if cells > room:
            kept.append(Span(clip(span.text, room), span.tone))
            break
        kept.append(span)
        room -= cells
    return tuple(kept)


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two ends of a line; `left` is cut where there is no room."""
    room = max(0, width - line_width(right) - 1)
    start = clip_line(left, room)
    gap = width - line_width(start) - line_width(right)
    return (*start, Span(" " * max(0, gap)), *clip_line(right, width))
