"""JSON to read: folded and unfolded at the cursor, searched, wrapped or shifted sideways."""

import re
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from ses_tui.core.json_outline import Outline
from ses_tui.ui import keys
from ses_tui.ui.text import clip, wrap
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.scroll_thumb import THUMB, thumb
from ses_tui.ui.widgets.toned import TonedWidget

_CURSOR: Final = "json-view--cursor"
_INDENT: Final = 2
_MARGIN: Final = 2
"""Cells for the sign of a line that can be folded."""
_SHIFT: Final = 16
_PIECE: Final = 1_000
"""Characters that are wrapped at once: wrapping takes time with the square of the length."""
_WHEEL_LINES: Final = 3


class JsonView(TonedWidget, can_focus=True):
    """An outline, one cursor, and what is being looked for in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_CURSOR}
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.READING,
        *keys.SIDEWAYS,
        keys.FOLD,
        keys.WRAP,
        *keys.MATCHES,
    ]

    class Moved(Message):
        """The cursor is elsewhere, or something was found or not."""

    def __init__(self) -> None:
        super().__init__()
        self.outline = Outline()
        self.wrapped = True
        self.words = ""
        """What is being looked for."""
        self._empty = ""
        self._cursor = 0
        self._top = 0
        self._shift = 0
        self._rows: list[tuple[int, str, bool]] = []
        """Index of a line, a part of its text, whether it is the first part."""

    @property
    def line(self) -> int:
        """Index of the line under the cursor."""
        seen = self.outline.seen
        return seen[self._cursor] if seen else 0

    def show(self, outline: Outline, empty: str) -> None:
        """Show another outline from its first line; `empty` is said where it has none."""
        self.outline, self._empty = outline, empty
        self._cursor = self._top = self._shift = 0
        self._lay_out()

    def look_for(self, words: str) -> None:
        """Bring `words` out, and go to the first line from the cursor on that holds them."""
        self.words = words
        if words and self.outline.lines:
            found = self.outline.find(words, self.line - 1, 1)
            if found is not None:
                self._go_to_line(found)
        self._changed()

    def render_line(self, y: int) -> Strip:
        """A part of a line, and the bar's part of it."""
        width = self.size.width
        index = self._top + y
        if not self._rows:
            words = dict(enumerate(wrap(self._empty, width - 2)))
            return self.strip_of((Span(f" {words.get(y, '')}", Tone.MUTED),), width)
        row: Line = ()
        over = None
        if index < len(self._rows):
            number, text, first = self._rows[index]
            row = self._row(number, text, first)
            if number == self.line:
                over = self.get_component_rich_style(_CURSOR, partial=True)
        under_thumb = y in thumb(self.size.height, len(self._rows), self._top)
        bar = Segment(THUMB if under_thumb else " ", self.tone_style(Tone.MUTED))
        return Strip([*self.strip_of(row, width - 1, over), bar], width)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width."""
        self._lay_out()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three lines up."""
        event.stop()
        self.action_move(-_WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three lines down."""
        event.stop()
        self.action_move(_WHEEL_LINES)

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self._select(self._cursor + lines)

    def action_page(self, pages: float) -> None:
        """Move the cursor by a part of what is shown."""
        self._select(self._cursor + int(pages * max(1, self.size.height - 1)))

    def action_oldest(self) -> None:
        """Go to the first line."""
        self._select(0)

    def action_newest(self) -> None:
        """Go to the last line."""
        self._select(len(self.outline.seen))

    def action_sideways(self, columns: int) -> None:
        """Show what stands further right or left, where lines are not wrapped."""
        widest = max((len(text) for _, text, _ in self._rows), default=0)
        if not self.wrapped:
            self._shift = max(0, min(self._shift + columns * _SHIFT, widest - _SHIFT))
            self.refresh()

    def action_wrap(self) -> None:
        """Wrap long lines, or let them go on behind the edge."""
        self.wrapped = not self.wrapped
        self._shift = 0
        self._lay_out()
        self._changed()

    def action_fold(self) -> None:
        """Fold or unfold the object or array at the cursor."""
        if self.outline.lines:
            opening = self.outline.fold_at(self.line)
            self._cursor = self.outline.seen.index(opening)
            self._lay_out()

    def action_match(self, step: int) -> None:
        """Go to the next line that holds what is looked for, or to the one before."""
        if self.words and self.outline.lines:
            found = self.outline.find(self.words, self.line, step)
            if found is not None:
                self._go_to_line(found)
        self._changed()

    def _go_to_line(self, index: int) -> None:
        self.outline.reveal(index)
        self._cursor = self.outline.seen.index(index)
        self._lay_out()

    def _select(self, cursor: int) -> None:
        self._cursor = cursor
        self._settle()
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        self.post_message(self.Moved())

    def _lay_out(self) -> None:
        """What each row on screen shows."""
        width = max(1, self.size.width - 1)
        self._rows = []
        for index in self.outline.seen:
            line, text = self.outline.lines[index], self.outline.text(index)
            room = max(1, width - _MARGIN - line.depth * _INDENT)
            parts = _wrapped(text, room) if self.wrapped else [text]
            self._rows += [(index, part, not number) for number, part in enumerate(parts)]
        self._settle()
        self.refresh()

    def _settle(self) -> None:
        """Keep the cursor on a line, and that line on screen, its first row above all."""
        self._cursor = max(0, min(self._cursor, len(self.outline.seen) - 1))
        own = [row for row, (index, _, _) in enumerate(self._rows) if index == self.line]
        if own:
            height = max(1, self.size.height)
            self._top = min(max(self._top, own[-1] - height + 1), own[0])
        self._top = max(0, min(self._top, len(self._rows) - max(1, self.size.height)))

    def _row(self, index: int, text: str, first: bool) -> Line:
        line = self.outline.lines[index]
        sign = " "
        if first and line.end is not None:
            sign = "+" if self.outline.is_folded(index) else "-"
        indent = Span(f"{sign:<{_MARGIN}}{' ' * (line.depth * _INDENT)}"[self._shift :], Tone.MUTED)
        hidden = max(0, self._shift - _MARGIN - line.depth * _INDENT)
        shown = text[hidden:]
        if not self.wrapped:
            shown = clip(shown, max(1, self.size.width - 1 - len(indent.text)))
        tone = Tone.HEADING if line.is_title else Tone.PLAIN
        return (indent, *self._brought_out(shown, tone))

    def _brought_out(self, text: str, tone: Tone) -> Line:
        """`text` with what is looked for in another tone."""
        if not self.words:
            return (Span(text, tone),)
        pieces = re.split(f"({re.escape(self.words)})", text, flags=re.IGNORECASE)
        return tuple(
            Span(piece, Tone.HIGHLIGHT if number % 2 else tone)
            for number, piece in enumerate(pieces)
            if piece
        )


def _wrapped(text: str, width: int) -> list[str]:
    starts = range(0, max(1, len(text)), _PIECE)
    return [part for start in starts for part in wrap(text[start : start + _PIECE], width)]
