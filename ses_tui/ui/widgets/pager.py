"""Text to read and scroll through: paragraphs, wrapped under their labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.strip import Strip

from ses_tui.ui import keys
from ses_tui.ui.text import wrap
from ses_tui.ui.tones import Line, Span, Tone, clip_line, line_width
from ses_tui.ui.widgets.scroll_thumb import THUMB, thumb
from ses_tui.ui.widgets.toned import TonedWidget

_WHEEL_LINES = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sanitised text behind a label; further lines stand under the text, not under the label."""

    label: Line = ()
    text: str = ""
    tone: Tone = Tone.PLAIN

    def lines(self, width: int) -> list[Line]:
        """The paragraph in lines of at most `width` cells."""
        label = clip_line(self.label, width)
        indent = line_width(label)
        first, *more = wrap(self.text, max(1, width - indent))
        blank = Span(" " * indent)
        return [
            (*label, Span(first, self.tone)),
            *((blank, Span(line, self.tone)) for line in more),
        ]


class Pager(TonedWidget, can_focus=True):
    """Paragraphs, scrolled by lines."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.READING]

    def __init__(self) -> None:
        super().__init__()
        self._paragraphs: Sequence[Paragraph] = ()
        self._lines: list[Line] = []
        self._top = 0

    def show(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show other paragraphs; the reader stays on the same line."""
        if paragraphs != self._paragraphs:
            self._paragraphs = paragraphs
            self._wrap()

    def render_line(self, y: int) -> Strip:
        """A line of text, and the bar's part of it."""
        width = self.size.width
        index = self._top + y
        line = self._lines[index] if index < len(self._lines) else ()
        under_thumb = y in thumb(self.size.height, len(self._lines), self._top)
        bar = Segment(THUMB if under_thumb else " ", self.tone_style(Tone.MUTED))
        return Strip([*self.strip_of(line, width - 1), bar], width)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self._wrap()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        event.stop()
        self._scroll(self._top - _WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        event.stop()
        self._scroll(self._top + _WHEEL_LINES)

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        self._scroll(self._top + lines)

    def action_page(self, pages: float) -> None:
        """Scroll by a part of what the screen shows."""
        self._scroll(self._top + int(pages * max(1, self.size.height - 1)))

    def action_oldest(self) -> None:
        """Go to the first line."""
        self._scroll(0)

    def action_newest(self) -> None:
        """Go to the last line."""
        self._scroll(len(self._lines))

    def _wrap(self) -> None:
        width = max(1, self.size.width - 2)
        self._lines = [line for each in self._paragraphs for line in each.lines(width)]
        self._top = self._within(self._top)
        self.refresh()

    def _scroll(self, top: int) -> None:
        if (within := self._within(top)) != self._top:
            self._top = within
            self.refresh()

    def _within(self, top: int) -> int:
        return max(0, min(top, len(self._lines) - self.size.height))
