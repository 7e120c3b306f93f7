"""Rows as lines of text: everything that decides how a row looks, but for the colours."""

from dataclasses import dataclass, field

from rich.cells import cell_len

from recorder.model.event import Event
from ses_tui.core.list_columns import Column
from ses_tui.core.query import Query
from ses_tui.core.store import event_key
from ses_tui.core.zone import Zone
from ses_tui.ui.columns import Columns, columns_for
from ses_tui.ui.event_row import event_row, heading
from ses_tui.ui.gap_lines import GapLine, gap_text
from ses_tui.ui.highlight import Highlight
from ses_tui.ui.marks import Marks
from ses_tui.ui.rows import Row
from ses_tui.ui.tones import Line, Span, Tone, clip_line

_RULE = "─"
_MORE_ON_THE_RIGHT = "›"
Look = tuple[str | GapLine, bool]
"""Rows of one look have one line: the event's id, or the gap; and whether it is marked."""


@dataclass(slots=True)
class RowLines:
    """How rows look at present. Whoever changes a field has to draw every row anew."""

    zone: Zone
    marks: Marks
    today: str = ""
    dated: bool = False
    """There are events of other days than `today`."""
    highlight: Highlight = field(default_factory=lambda: Highlight(Query()))
    chosen: tuple[Column, ...] = ()
    """Columns that were asked for; empty: those that suit the width."""
    columns: Columns = field(default_factory=lambda: columns_for(80, dated=False))
    width: int = 0

    def lay_out(self, width: int, skipped: int) -> None:
        """Share `width` cells out among the columns."""
        self.width = width
        self.columns = columns_for(width, self.dated, skipped, self.chosen)

    def heading(self) -> Line:
        """The names of the columns; says where there is more on the right."""
        line = clip_line(heading(self.columns), self.width)
        return (*line, Span(f" {_MORE_ON_THE_RIGHT}", Tone.HEADING)) if self.columns.more else line

    def look(self, row: Row) -> Look:
        """What tells whether a row looks like another."""
        if isinstance(row, GapLine):
            return (row, False)
        return (row.event_id, event_key(row) in self.marks)

    def line(self, row: Row) -> Line:
        """The text of a row."""
        if isinstance(row, GapLine):
            return self._gap(row)
        return self._event(row)

    def _event(self, event: Event) -> Line:
        marked = event_key(event) in self.marks
        line = event_row(event, self.columns, self.zone, self.today, marked=marked)
        if self.highlight and self.highlight.matches(event):
            return self.highlight.row(line)
        return line

    def _gap(self, gap: GapLine) -> Line:
        """Between rules, so that nobody takes it for an event."""
        text, tone = gap_text(gap, self.zone, self.today)
        line = (Span(f" {_RULE * 2} {text} ", tone),)
        rest = max(0, self.width - cell_len(line[0].text))
        return clip_line((*line, Span(_RULE * rest, Tone.MUTED)), self.width)
