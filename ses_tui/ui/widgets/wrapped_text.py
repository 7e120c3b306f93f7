"""Words that take as many lines as they need, up to a bound, and none where there are none."""

from collections.abc import Iterable

from textual import events
from textual.strip import Strip

from ses_tui.ui.text import clip, wrap
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.toned import TonedWidget


class WrappedLines(TonedWidget):
    """Sanitised paragraphs in one tone; what is beyond the last line is cut."""

    def __init__(self, most_lines: int, tone: Tone) -> None:
        super().__init__()
        self.tone = tone
        self._most_lines = most_lines
        self._lines: list[str] = []
        self.display = False

    def paragraphs(self, room: int) -> Iterable[str]:
        """Texts for lines of at most `room` cells, each begun on a line of its own."""
        raise NotImplementedError

    def show_anew(self) -> None:
        """Show paragraphs that have changed."""
        self._wrap(self.size.width or self.screen.size.width)
        self.display = bool(self._lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the text."""
        text = self._lines[y] if y < len(self._lines) else ""
        return self.strip_of((Span(f" {text}", self.tone),), self.size.width)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the new width, for which Textual has drawn the old lines already."""
        before = self._lines
        self._wrap(event.size.width)
        if self._lines != before:
            self.refresh()

    def _wrap(self, width: int) -> None:
        room, most = max(1, width - 2), self._most_lines
        lines = [line for text in self.paragraphs(room) for line in wrap(text, room)]
        if len(lines) > most:
            lines[most - 1] = clip(" ".join(lines[most - 1 :]), room)
        self._lines = lines[:most]
        self.styles.height = max(1, len(self._lines))


class WrappedText(WrappedLines):
    """One paragraph, in any tone."""

    def __init__(self, most_lines: int) -> None:
        super().__init__(most_lines, Tone.PLAIN)
        self._text = ""

    def say(self, text: str, tone: Tone) -> None:
        """Show other words."""
        if (text, tone) != (self._text, self.tone):
            self._text, self.tone = text, tone
            self.show_anew()

    def paragraphs(self, room: int) -> Iterable[str]:
        """The words, if there are any."""
        return (self._text,) if self._text else ()
