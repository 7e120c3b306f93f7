"""An app that works out once, and for all its widgets, what the style sheet says."""

from typing import Any

from rich.style import Style
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from ses_tui.ui.tones import Tone


class StyledApp(App[None], inherit_bindings=False):
    """Tones look the same on the same ground, and a screen's file has rules for that screen alone.

    Textual asks the style sheet for each widget by itself, and for a screen that comes for the
    first time it parses every file anew and styles whatever there is.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._tone_styles: dict[tuple[Tone, Style], Style] = {}

    def tone_style(self, tone: Tone, widget: Widget) -> Style:
        """How `widget` draws a tone in the present theme."""
        key = tone, widget.rich_style
        style = self._tone_styles.get(key)
        if style is None:
            part = DOMNode(classes=f"tone--{tone}")
            part._attach(widget)
            self.stylesheet.apply(part)
            style = self._tone_styles[key] = part.rich_style
        return style

    def refresh_css(self, animate: bool = True) -> None:
        """Begin anew with the colours of another theme."""
        self._tone_styles.clear()
        super().refresh_css(animate)

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        new = [path for path in screen.css_path if not self.stylesheet.has_source(str(path))]
        for path in new:
            self.stylesheet.read(path)
        if new:
            self.stylesheet.parse()
            # What is on it comes later, and is styled then.
            self.stylesheet.update(screen)
        super()._load_screen_css(screen)
