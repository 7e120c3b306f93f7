"""What the dashboard knows of the rates of a window, and whether rollups and feed agree."""

from dataclasses import replace
from typing import Final

from recorder.model.rollup import HOUR_MS
from ses_tui.core.disagreement import MinuteTotals, Mismatch, confirmed, find_mismatches
from ses_tui.core.feed_state import Condition
from ses_tui.core.follow_rates import (
    SECONDS_WITHOUT_NEWS,
    RateControl,
    RateUpdate,
    seconds_between_reads,
)
from ses_tui.core.rate_panel import RatePanel
from ses_tui.core.rates import DEFAULT_THRESHOLDS, Thresholds
from ses_tui.core.windows import Window
from ses_tui.ui.feed import Feed, Status

_READS_MISSED: Final = 3
"""A panel that old (in reads) is marked, though no read has failed yet."""
_CHECKED_AGAIN_FOR_MS: Final = HOUR_MS
"""A minute that disagrees is looked at again, until it is repaired or older than this."""
_IN_ORDER: Final = (Condition.LIVE, Condition.QUIET)
"""In every other state of the feed it is known already why it lacks events."""


class RatesState:
    """Changed by handlers of the app; the screens see what `status` makes of it."""

    def __init__(self, window: Window, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> None:
        self.control = RateControl(window)
        self._thresholds = thresholds
        self._panel: RatePanel | None = None
        self._error = ""
        self._suspects: tuple[Mismatch, ...] = ()
        self._mismatches: tuple[Mismatch, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the last read did."""
        return bool(self._error)

    def take(self, update: RateUpdate, feed: Feed, status: Status) -> None:
        """Take in what a read brought; `feed` is compared with it if it ought to be complete."""
        self._error = update.error or ""
        if update.error is None:
            self._panel = update.panel and update.panel.judged_by(self._thresholds)
        in_order = status.paused_for is None and status.state.condition in _IN_ORDER
        if update.totals is not None and in_order:
            self._check(update.totals, feed)

    def fail(self, reason: str) -> None:
        """Take note that reading has ended."""
        self._error = reason

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with the rates as of `now_ms`."""
        window = self.control.window
        panel = self._panel
        seconds = _READS_MISSED * seconds_between_reads(panel.window if panel else window)
        late_after = seconds + SECONDS_WITHOUT_NEWS if self.control.patient else seconds
        late = panel is not None and now_ms - panel.until > 1000 * late_after
        return replace(
            base,
            window=window,
            rates=base.rates and base.rates.judged_by(self._thresholds),
            panel=panel,
            panel_stale=panel is not None and (late or self.failed or bool(base.counted_until)),
            rates_error=self._error,
            mismatches=self._mismatches,
        )

    def _check(self, totals: MinuteTotals, feed: Feed) -> None:
        suspects: tuple[Mismatch, ...] = ()
        if feed.covered_since is not None:
            in_feed = feed.counted_by_minute(totals.since, totals.until)
            suspects = find_mismatches(totals, in_feed, feed.covered_since)
        self._mismatches = confirmed(suspects, self._suspects)
        self._suspects = suspects
        oldest = totals.until - _CHECKED_AGAIN_FOR_MS
        again = [mismatch.minute for mismatch in suspects if mismatch.minute >= oldest]
        self.control.check_from = min(again, default=None)
