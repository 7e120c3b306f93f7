"""What a terminal sees that is too small for the dashboard."""

from typing import ClassVar, Final

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.strip import Strip

from ses_tui.ui import keys
from ses_tui.ui.screens.base import PlainScreen
from ses_tui.ui.tones import Span, Tone, clip_line
from ses_tui.ui.widgets.toned import TonedWidget

MINIMUM_WIDTH: Final = 60
MINIMUM_HEIGHT: Final = 15


def is_too_small(width: int, height: int) -> bool:
    """Whether the dashboard has no room."""
    return width < MINIMUM_WIDTH or height < MINIMUM_HEIGHT


class TooSmallText(TonedWidget):
    """The size there is and the size there should be."""

    def render_line(self, y: int) -> Strip:
        """One line of text in the middle."""
        width, height = self.app.size
        text = f"terminal too small ({width}x{height}), needs {MINIMUM_WIDTH}x{MINIMUM_HEIGHT}"
        line = (
            (Span(text.center(self.size.width), Tone.PLAIN),) if y == self.size.height // 2 else ()
        )
        return self.strip_of(clip_line(line, self.size.width), self.size.width)


class TooSmallScreen(PlainScreen):
    """Covers everything until there is room again; work goes on behind it."""

    CSS_PATH = "too_small.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.QUIT]

    def compose(self) -> ComposeResult:
        """The text alone."""
        yield TooSmallText()


def cover_if_too_small(app: App[None], size: Size) -> None:
    """Cover the screens of `app` where `size` has no room for them; uncover them where it has."""
    if not app.screen_stack:
        return  # of an app that is just leaving
    covered = isinstance(app.screen, TooSmallScreen)
    if is_too_small(size.width, size.height):
        if not covered:
            app.push_screen(TooSmallScreen())
    elif covered:
        app.pop_screen()
