"""Widgets that draw lines of toned text themselves: no markup, no renderables, no layout."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ses_tui.ui.tones import COMPONENT_CLASSES, Line, Tone


class TonedWidget(Widget):
    """Turns lines into strips with the colours of the theme."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENT_CLASSES)
    ALLOW_SELECT = False

    def tone_style(self, tone: Tone) -> Style:
        """How this widget draws a tone in the present theme."""
        return self.get_component_rich_style(f"tone--{tone}")

    def strip_of(self, line: Line, width: int, over: Style | None = None) -> Strip:
        """`line` as a strip of exactly `width` cells, with the style `over` laid over all of it."""
        styles = {span.tone: self.tone_style(span.tone) for span in line}
        plain = self.tone_style(Tone.PLAIN)
        if over is not None:
            styles = {tone: style + over for tone, style in styles.items()}
            plain += over
        segments = [Segment(text, styles[tone]) for text, tone in line if text]
        return Strip(segments).adjust_cell_length(width, plain)


class OneLine(TonedWidget):
    """A line of its own height that repaints only when what it says has changed."""

    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    _said: Line | None = None

    def line(self, width: int) -> Line:
        """What the line says at this width."""
        raise NotImplementedError

    def sync(self) -> None:
        """Repaint if the line says something else than what is on screen."""
        if self.size.width and self.line(self.size.width) != self._said:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one line."""
        self._said = self.line(self.size.width)
        return self.strip_of(self._said, self.size.width)
