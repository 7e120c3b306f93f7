"""Words that take as many lines as they need, up to a bound, and none where there are none."""

from textual import events
from textual.strip import Strip

from ses_tui.ui.text import clip, wrap
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.toned import TonedWidget


class WrappedText(TonedWidget):
    """Sanitised text in one tone; what is beyond the last line is cut."""

    def __init__(self, most_lines: int) -> None:
        super().__init__()
        self._most_lines = most_lines
        self._text = ""
        self._tone = Tone.PLAIN
        self._lines: list[str] = []
        self.display = False

    def say(self, text: str, tone: Tone) -> None:
        """Show other words."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self._wrap(self.size.width or self.screen.size.width)
            self.display = bool(text)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the text."""
        text = self._lines[y] if y < len(self._lines) else ""
        return self.strip_of((Span(f" {text}", self._tone),), self.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width, for which Textual has drawn the old lines already."""
        before = self._lines
        self._wrap(event.size.width)
        if self._lines != before:
            self.refresh()

    def _wrap(self, width: int) -> None:
        room = max(1, width - 2)
        lines = wrap(self._text, room)
        if len(lines) > self._most_lines:
            lines[self._most_lines - 1] = clip(" ".join(lines[self._most_lines - 1 :]), room)
        self._lines = lines[: self._most_lines]
        self.styles.height = max(1, len(self._lines))
