"""Rows of results that are read from the top: drawn line by line, repainting only what changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from recorder.model.event import Event
from ses_tui.core.query import Query
from ses_tui.core.search.results import Result
from ses_tui.core.store import event_key
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui import keys
from ses_tui.ui.highlight import Highlight
from ses_tui.ui.marks import Marks
from ses_tui.ui.result_row import ResultLook
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.scroll_thumb import THUMB, thumb
from ses_tui.ui.widgets.toned import TonedWidget

_CURSOR: Final = "result-list--cursor"
_LEGIBLE: Final = {Tone.MUTED: Tone.PLAIN}
"""Muted text is too faint on the selected row."""
_Painted = tuple[Line, bool, bool]
"""What a line shows: the row, selected, under the scroll bar's thumb."""


class ResultList(TonedWidget, can_focus=True):
    """Under a line of headings. The selection stays on its row, whatever comes in above."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.READING,
        *keys.MATCHES,
        keys.MARK,
        keys.OPEN,
    ]

    class Opened(Message):
        """The selected row is to be shown."""

        def __init__(self, result: Result) -> None:
            super().__init__()
            self.result = result

    class Moved(Message):
        """Another row is selected, or the list has something to say."""

    class PastEnd(Message):
        """The reader wants to move on from the last row."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self.rows: tuple[Result, ...] = ()
        self.highlight = Highlight(Query())
        self.remark = ""
        """Why the last step did not lead on."""
        self._marks = marks
        self._look = ResultLook(80, UTC_ZONE)
        self._cursor = 0
        self._top = 0
        self._painted: list[_Painted] = []

    @property
    def selected(self) -> Result | None:
        """The row under the cursor."""
        return self.rows[self._cursor] if self.rows else None

    @property
    def position(self) -> int:
        """Which row that is, counted from 1."""
        return self._cursor + 1

    def show(self, rows: Sequence[Result]) -> None:
        """Show other rows. Who has not moved from the first stays on the first."""
        if (selected := self.selected) is not None and self._cursor > 0:
            numbers = {row.key: number for number, row in enumerate(rows)}
            line = self._cursor - self._top
            self._cursor = numbers.get(selected.key, self._cursor)
            self._top = self._cursor - line
        appears = bool(rows) != bool(self.rows)
        self.rows = tuple(rows)
        self._settle()
        if appears:
            self._repaint()
        else:
            self.sync()

    def start_at_top(self) -> None:
        """Select the first row."""
        self._cursor = self._top = 0
        self.sync()

    def set_look(self, look: ResultLook) -> None:
        """Draw rows in another way; the width is this widget's own."""
        if (fitting := self._fitting(look)) != self._look:
            self._look = fitting
            self._repaint()

    def set_highlight(self, highlight: Highlight) -> None:
        """Bring something else out, or nothing."""
        self.highlight, self.remark = highlight, ""
        self._repaint()

    def sync(self) -> None:
        """Ask for a new picture of exactly those lines that look different now."""
        if not self.size.width:
            return
        wanted = [self._wanted(line) for line in range(len(self._visible))]
        lines = enumerate(zip_longest(wanted, self._painted), 1)
        changed = [y for y, (new, old) in lines if new != old]
        self._painted = wanted
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """The headings, or a row."""
        width = self.size.width
        if y == 0:
            return self.strip_of(self._look.heading() if self.rows else (), width)
        if y > len(self._visible):
            return self.strip_of((), width)
        line, selected, under_thumb = self._wanted(y - 1)
        over = None
        if selected:
            over = self.get_component_rich_style(_CURSOR, partial=True)
            line = tuple(Span(text, _LEGIBLE.get(tone, tone)) for text, tone in line)
        bar = Segment(THUMB if under_thumb else " ", self.tone_style(Tone.MUTED))
        return Strip([*self.strip_of(line, width - 1, over), bar], width)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room there is."""
        self._look = self._fitting(self._look)
        self._settle()
        self._repaint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing is listed there is nothing to open."""
        return bool(self.rows) if action in ("open", "mark") else True

    def action_move(self, rows: int) -> None:
        """Move the selection."""
        self._go(self._cursor + rows, down=rows > 0)

    def action_page(self, pages: float) -> None:
        """Move by a part of what the screen shows."""
        step = max(1, int(abs(pages) * self._height) - (abs(pages) == 1))
        self._top += step if pages > 0 else -step
        self._go(self._cursor + (step if pages > 0 else -step), down=pages > 0)

    def action_oldest(self) -> None:
        """Go to the first row."""
        self._select(0)

    def action_newest(self) -> None:
        """Go to the last row."""
        self._go(len(self.rows) - 1, down=True)

    def action_open(self) -> None:
        """Show the message of the selected row."""
        if (selected := self.selected) is not None:
            self.post_message(self.Opened(selected))

    def action_mark(self) -> None:
        """Mark the event that the row tells of, or take its mark away."""
        if (selected := self.selected) is not None:
            self._marks.toggle(event_key(selected.telling))
            self.sync()

    def action_match(self, step: int) -> None:
        """Go to the next row that is brought out, or to the one before."""
        if not self.highlight:
            return
        index = self._cursor + step
        while 0 <= index < len(self.rows):
            if self._is_brought_out(self.rows[index]):
                self._select(index)
                return
            index += step
        self._select(self._cursor)
        self.remark = "no highlighted row " + ("below" if step > 0 else "above")
        self.post_message(self.Moved())

    @property
    def _height(self) -> int:
        return max(0, self.size.height - 1)

    @property
    def _visible(self) -> Sequence[Result]:
        return self.rows[self._top : self._top + self._height]

    def _wanted(self, line: int) -> _Painted:
        """What a line under the headings should show."""
        index = self._top + line
        row = self.rows[index]
        text = self._look.row(row, marked=event_key(row.telling) in self._marks)
        if self.highlight and self._is_brought_out(row):
            text = self.highlight.row(text)
        under_thumb = line in thumb(self._height, len(self.rows), self._top)
        return text, index == self._cursor, under_thumb

    def _is_brought_out(self, row: Result) -> bool:
        matches: Callable[[Event], bool] = self.highlight.matches
        return any(map(matches, row.events))

    def _go(self, index: int, *, down: bool) -> None:
        if down and self.rows and self._cursor == len(self.rows) - 1:
            self.post_message(self.PastEnd())
        self._select(index)

    def _select(self, index: int) -> None:
        self._cursor = index
        self.remark = ""
        self._settle()
        self.sync()
        self.post_message(self.Moved())

    def _settle(self) -> None:
        """Bring cursor and top within their bounds, and the cursor onto the screen."""
        self._cursor = max(0, min(self._cursor, len(self.rows) - 1))
        height = max(1, self._height)
        self._top = max(min(self._top, self._cursor), self._cursor - height + 1)
        self._top = max(0, min(self._top, len(self.rows) - height))

    def _repaint(self) -> None:
        self._painted = [self._wanted(line) for line in range(len(self._visible))]
        self.refresh()

    def _fitting(self, look: ResultLook) -> ResultLook:
        return replace(look, width=max(0, self.size.width - 2))
