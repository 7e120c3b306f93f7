"""Below the header: bounce and complaint rate, and what the filter lets through."""

from textual.strip import Strip

from ses_tui.ui.feed import Status
from ses_tui.ui.rate_lines import CARD_LINES, card_lines, one_line
from ses_tui.ui.tones import Line
from ses_tui.ui.widgets.toned import TonedWidget


class RatesStrip(TonedWidget):
    """One line, or a row of cards where the screen gives it the height."""

    DEFAULT_CSS = "RatesStrip { height: 1; width: 1fr; }"

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status
        self._said: list[Line] = []

    def show(self, status: Status) -> None:
        """Say what `status` says; paints only if that is something else than before."""
        self._status = status
        if self.size.width and self._lines() != self._said:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        if y == 0 or not self._said:
            self._said = self._lines()
        line = self._said[y] if y < len(self._said) else ()
        return self.strip_of(line, self.size.width)

    def _lines(self) -> list[Line]:
        width, height = self.size
        if height >= CARD_LINES:
            return card_lines(self._status, width)
        return [one_line(self._status, width)]
