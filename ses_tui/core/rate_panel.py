"""The rates of a window for a panel: the figures, those of the window before, and their course."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ses_tui.core.rate_report import whole_figures
from ses_tui.core.rates import Mark, RateEstimate, Thresholds
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.source import RollupReader
from ses_tui.core.windows import HOURLY_FROM, Window

Series = tuple[float | None, ...]
"""A rate over time, oldest first; `None` where nothing was sent."""

SMALLEST_COLUMN: Final = 20
"""A column of fewer mails stands for as many, else one bounce of two mails were a storm."""


@dataclass(frozen=True, slots=True)
class RatePanel:
    """Estimates over `window` as of `until` (ms), and over as long a time before it."""

    window: Window
    until: int
    estimate: RateEstimate
    before: RateEstimate
    bounce_series: Series
    complaint_series: Series

    def judged_by(self, thresholds: Thresholds) -> "RatePanel":
        """The same figures with the marks of other thresholds."""
        return replace(
            self,
            estimate=self.estimate.judged_by(thresholds),
            before=self.before.judged_by(thresholds),
        )

    @property
    def bounce_change(self) -> float | None:
        """Difference to the window before, as a fraction; `None` where either has too few."""
        return self._change(lambda estimate: estimate.bounce_rate)

    @property
    def complaint_change(self) -> float | None:
        """Difference to the window before, as a fraction; `None` where either has too few."""
        return self._change(lambda estimate: estimate.complaint_rate)

    def _change(self, rate_of: Callable[[RateEstimate], float | None]) -> float | None:
        # Both rates stand on one denominator, so the bounce mark speaks for both.
        if Mark.TOO_FEW in (self.estimate.bounce_mark, self.before.bounce_mark):
            return None
        now, then = rate_of(self.estimate), rate_of(self.before)
        return None if now is None or then is None else now - then


async def read_panel(rollups: RollupReader, window: Window, now_ms: int) -> RatePanel | None:
    """The panel of the window that ends now; `None` where the table has no rollups at all.

    Raises `SesTuiError`.
    """
    since = window.start(now_ms)
    # Two stretches: minutes and not hours decide what belongs to which window.
    answer = await rollups.read_rates(
        [since - window.length, since], now_ms, by_hour=window.length >= HOURLY_FROM
    )
    return panel_of(window, now_ms, answer, answer) if answer.any_rollups else None


def panel_of(window: Window, until: int, current: RollupAnswer, before: RollupAnswer) -> RatePanel:
    """The panel of what was read of a window and of the window before it."""
    since = window.start(until)
    # Columns start at multiples of the step: a column keeps its events while the window moves on.
    starts = range(since - since % window.step, until + 1, window.step)
    columns = [_estimate(current, max(start, since), start + window.step) for start in starts]
    return RatePanel(
        window=window,
        until=until,
        estimate=_estimate(current, since, until + 1),
        before=_estimate(before, since - window.length, since),
        bounce_series=tuple(_height(column.bounces, column.denominator) for column in columns),
        complaint_series=tuple(
            _height(column.complaints, column.denominator) for column in columns
        ),
    )


def _estimate(answer: RollupAnswer, since: int, until: int) -> RateEstimate:
    return whole_figures(answer.between(since, until)).estimate


def _height(count: int, denominator: int) -> float | None:
    return count / max(denominator, SMALLEST_COLUMN) if denominator else None
