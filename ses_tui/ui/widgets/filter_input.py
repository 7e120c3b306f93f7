"""The line where a filter is typed; hidden until it is asked for."""

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from ses_tui.core.sanitise import sanitise
from ses_tui.ui import keys


class FilterInput(Input, inherit_bindings=False):
    """Takes every printable key while it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.EDITING]

    class Cancelled(Message):
        """Leave the filter as it was before."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="words, or type:bounce domain:gmail.com -set:news since:2h; Esc cancels",
            select_on_focus=False,
            compact=True,
        )
        self.cursor_blink = False
        self.display = False

    def action_cancel(self) -> None:
        """Leave the input without a change."""
        self.post_message(self.Cancelled())

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert what was typed or pasted, as text that no terminal obeys."""
        super().insert_text_at_cursor(sanitise(text))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a stretch, by text that no terminal obeys."""
        super().replace(sanitise(text), start, end)
