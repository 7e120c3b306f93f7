"""Above the charts of Health: the rates now and then, and AWS's own view."""

from collections.abc import Sequence
from typing import Final

from ses_tui.core.account_view import AccountView
from ses_tui.core.health.comparison import THENS
from ses_tui.core.health.report import HealthReport
from ses_tui.ui.health_words import summary_lines
from ses_tui.ui.tones import Line
from ses_tui.ui.widgets.lines import DrawnLine, LinesWidget

_LEAST_LINES: Final = 1 + len(THENS)
"""The window now and then: room for them is kept, so that nothing moves when they come."""


class HealthSummary(LinesWidget):
    """As many lines as there is to say."""

    DEFAULT_CSS = f"HealthSummary {{ height: {_LEAST_LINES}; width: 1fr; }}"

    _report: HealthReport | None = None
    _account: AccountView | None = None
    _now = 0
    _lines: Sequence[Line] = ()
    _lines_width = 0

    def show(self, report: HealthReport | None, account: AccountView | None, now: int) -> None:
        """Say other figures; only another number of lines is a new layout."""
        self._report, self._account, self._now = report, account, now
        self._say(self.size.width)
        height = max(_LEAST_LINES, len(self._lines))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height
        self.sync()

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """The lines."""
        if width != self._lines_width:
            self._say(width)
        return [DrawnLine(line) for line in self._lines[:height]]

    def _say(self, width: int) -> None:
        self._lines = summary_lines(self._report, self._account, self._now, width)
        self._lines_width = width
