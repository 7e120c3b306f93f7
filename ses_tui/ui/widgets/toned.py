"""Widgets that draw lines of toned text themselves: no markup, no renderables, no layout."""

from typing import TYPE_CHECKING, Any, cast

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from ses_tui.ui.tones import Line, Tone

if TYPE_CHECKING:
    from ses_tui.ui.styled_app import StyledApp


class TonedWidget(Widget):
    """Turns lines into strips with the colours of the theme.

    The style sheet is asked only for tones that the widget draws: as component classes, all of them
    in every widget were a quarter of the work of a start.
    """

    ALLOW_SELECT = False

    virtual_size = Reactive(Size(0, 0), repaint=False)
    """Nothing here scrolls by Textual, which would lay out the screen once more for a new size."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._tone_styles: dict[Tone, Style] = {}

    def tone_style(self, tone: Tone) -> Style:
        """How this widget draws a tone in the present theme."""
        style = self._tone_styles.get(tone)
        if style is None:
            app = cast("StyledApp", self.app)
            style = self._tone_styles[tone] = app.tone_style(tone, self)
        return style

    def notify_style_update(self) -> None:
        """The theme, the focus or a class has changed: draw anew if that changes a tone."""
        super().notify_style_update()
        before, self._tone_styles = self._tone_styles, {}
        if any(self.tone_style(tone) != style for tone, style in before.items()):
            self.refresh()

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
