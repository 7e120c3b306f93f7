"""One result of a search as one row: a message for a recipient, or an event."""

from dataclasses import dataclass
from typing import Final

from ses_tui.core.event_text import display_address, display_words
from ses_tui.core.message_story import happened_at
from ses_tui.core.search.results import Result
from ses_tui.core.zone import Zone
from ses_tui.ui.columns import COLUMN_GAP, MARGIN, columns_for
from ses_tui.ui.event_row import (
    MARKED,
    NO_RECIPIENT,
    address_of,
    event_row,
    heading,
    reason_within,
    time_text,
)
from ses_tui.ui.outcome_look import OUTCOME_CELLS, outcome_span
from ses_tui.ui.text import clip_address, fit
from ses_tui.ui.tones import Line, Span, Tone

_DATED_FROM: Final = 98
_SENDER_FROM: Final = 118
_SUBJECT_FROM: Final = 98
"""Narrower than this, the subject shares a column with the reason."""


@dataclass(frozen=True, slots=True)
class ResultLook:
    """How rows look at one width."""

    width: int
    zone: Zone
    today: str = ""
    by_message: bool = True
    dated: bool = False
    """There are rows of other days than `today`."""
    with_subjects: bool = False
    """There are subjects to show."""

    @property
    def cells(self) -> tuple[tuple[str, int], ...]:
        """Columns with their widths, by their headings."""
        time = 14 if self.dated and self.width >= _DATED_FROM else 8
        room = self.width - MARGIN - time - OUTCOME_CELLS - 2 * COLUMN_GAP
        recipient = max(12, min(38, room * 2 // 5))
        columns = [("TIME", time), ("STATUS", OUTCOME_CELLS), ("RECIPIENT", recipient)]
        room -= recipient + COLUMN_GAP
        if self.width >= _SENDER_FROM:
            sender = min(26, room // 3)
            columns.append(("SENDER", sender))
            room -= sender + COLUMN_GAP
        if self.with_subjects and self.width >= _SUBJECT_FROM:
            subject = min(40, room // 2)
            columns.append(("SUBJECT", subject))
            room -= subject + COLUMN_GAP
            return (*columns, ("REASON", max(0, room)))
        return (*columns, ("REASON OR SUBJECT", max(0, room)))

    def heading(self) -> Line:
        """The names of the columns."""
        if not self.by_message:
            return heading(columns_for(self.width, self.dated))
        return _joined([Span(fit(name, width), Tone.HEADING) for name, width in self.cells])

    def row(self, result: Result, *, marked: bool) -> Line:
        """The row of `result`."""
        if not self.by_message:
            columns = columns_for(self.width, self.dated)
            return event_row(result.newest, columns, self.zone, self.today, marked=marked)
        cells = [self._cell(result, name, width) for name, width in self.cells]
        return _joined(cells, MARKED if marked else " " * MARGIN)

    def _cell(self, result: Result, name: str, width: int) -> Span:
        event = result.telling
        match name:
            case "TIME":
                text = time_text(happened_at(event), self.zone, self.today, width)
                return Span(fit(text, width), Tone.MUTED)
            case "STATUS":
                span = outcome_span(result.outcome, whole=result.whole)
                return Span(fit(span.text, width), span.tone)
            case "RECIPIENT":
                recipient = display_address(event.recipient)
                tone = Tone.PLAIN if recipient else Tone.MUTED
                return Span(fit(clip_address(recipient or NO_RECIPIENT, width), width), tone)
            case "SENDER":
                text = clip_address(address_of(display_address(event.sender)), width)
                return Span(fit(text, width), Tone.MUTED)
            case "SUBJECT":
                return Span(fit(_subject(result), width), Tone.MUTED)
            case "REASON":
                # The subject has a column of its own.
                return Span(fit(reason_within(event._replace(subject=None), width), width))
        return Span(fit(reason_within(event, width) or _subject(result), width))


def _subject(result: Result) -> str:
    return next(
        (display_words(event, event.subject) for event in result.events if event.subject), ""
    )


def _joined(cells: list[Span], margin: str = " " * MARGIN) -> Line:
    gap = " " * COLUMN_GAP
    first, *rest = cells
    return (Span(margin, Tone.KEY), first, *(Span(gap + text, tone) for text, tone in rest))
