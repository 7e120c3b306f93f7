"""A part of the screen beside the list: a title that shows the focus, and something to move in."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from ses_tui.ui import keys
from ses_tui.ui.sure_timers import SureTimers
from ses_tui.ui.tones import Line, Span, Tone, line_width, spread
from ses_tui.ui.widgets.toned import OneLine


class PaneTitle(OneLine):
    """Name on the left with a mark while the pane has the focus, some words on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._rights: Sequence[Line] = ()
        self._focused = False

    def say(self, name: str, *rights: Line) -> None:
        """Show other words: of `rights` the first that there is room for beside the name."""
        self._name, self._rights = name, rights
        self.sync()

    def mark_focus(self, focused: bool) -> None:
        """Show whether the keys go to this pane."""
        self._focused = focused
        self.sync()

    def line(self, width: int) -> Line:
        """The whole line."""
        if self._focused:
            name = Span(f"▶ {self._name} ", Tone.STRONG)
        else:
            name = Span(f"  {self._name} ", Tone.HEADING)
        room = width - line_width((name,)) - 1
        fitting = (right for right in self._rights if line_width(right) <= room)
        return spread((name,), next(fitting, ()), width)


class Pane(SureTimers, Vertical):
    """Hidden until it is opened; Esc closes it from within."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE_PANE]

    class Closed(Message):
        """The reader is done with a pane."""

        def __init__(self, pane: "Pane") -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, content: Widget) -> None:
        super().__init__()
        self.title_line = PaneTitle()
        self.content = content
        self.display = False

    def compose(self) -> ComposeResult:
        """Title and content."""
        yield self.title_line
        yield self.content

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Mark the title."""
        self.title_line.mark_focus(True)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take the mark off."""
        self.title_line.mark_focus(False)

    def action_close(self) -> None:
        """Ask to be closed."""
        self.post_message(self.Closed(self))
