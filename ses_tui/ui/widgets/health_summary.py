"""Above the charts of Health: the rates now and then, and AWS's own view."""

from typing import Final

from ses_tui.core.account_view import AccountView
from ses_tui.core.health.comparison import THENS
from ses_tui.core.health.report import HealthReport
from ses_tui.ui.health_words import summary_lines
from ses_tui.ui.widgets.lines import DrawnLine, LinesWidget

_LEAST_LINES: Final = 1 + len(THENS)
"""The window now and then: room for them is kept, so that nothing moves when they come."""


class HealthSummary(LinesWidget):
    """As many lines as there is to say."""

    DEFAULT_CSS = f"HealthSummary {{ height: {_LEAST_LINES}; width: 1fr; }}"

    _report: HealthReport | None = None
    _account: AccountView | None = None
    _now = 0

    def show(self, report: HealthReport | None, account: AccountView | None, now: int) -> None:
        """Say other figures; only another number of lines is a new layout."""
        self._report, self._account, self._now = report, account, now
        lines = max(_LEAST_LINES, len(summary_lines(report, account, now, self.size.width)))
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines
        self.sync()

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        """The lines."""
        lines = summary_lines(self._report, self._account, self._now, width)
        return [DrawnLine(line) for line in lines[:height]]
