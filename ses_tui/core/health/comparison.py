"""A window beside the same window of yesterday and of last week."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from recorder.model.rollup import HOUR_MS
from ses_tui.core.rate_report import RateFigures, whole_figures
from ses_tui.core.rates import Mark, RateEstimate, Thresholds
from ses_tui.core.rollup_pieces import RollupAnswer

_DAY_MS: Final = 24 * HOUR_MS
THENS: Final = (("yesterday", _DAY_MS), ("last week", 7 * _DAY_MS))
"""What a window is compared with, and how long before it lies (ms)."""


@dataclass(frozen=True, slots=True)
class Then:
    """The figures of [`since`, `until`) (ms); `None` where nothing was recorded then."""

    label: str
    since: int
    until: int
    figures: RateFigures | None

    def judged_by(self, thresholds: Thresholds) -> "Then":
        """The same figures with the marks of other thresholds."""
        return replace(self, figures=self.figures and self.figures.judged_by(thresholds))

    def bounce_change(self, now: RateEstimate) -> float | None:
        """From then to now, as a fraction; `None` where either has too few mails to be judged."""
        return self._change(now, lambda estimate: estimate.bounce_rate)

    def complaint_change(self, now: RateEstimate) -> float | None:
        """From then to now, as a fraction; `None` where either has too few mails to be judged."""
        return self._change(now, lambda estimate: estimate.complaint_rate)

    def volume_change(self, now: RateEstimate) -> float | None:
        """By which part of its size the volume has grown; `None` where there are too few mails."""
        if self._too_few(now) or self.figures is None:
            return None
        before = self.figures.estimate.denominator
        return (now.denominator - before) / before

    def _change(
        self, now: RateEstimate, rate_of: Callable[[RateEstimate], float | None]
    ) -> float | None:
        if self._too_few(now) or self.figures is None:
            return None
        here, there = rate_of(now), rate_of(self.figures.estimate)
        return None if here is None or there is None else here - there

    def _too_few(self, now: RateEstimate) -> bool:
        then = self.figures.estimate if self.figures else None
        return then is None or Mark.TOO_FEW in (now.bounce_mark, then.bounce_mark)


def then_of(label: str, since: int, until: int, answer: RollupAnswer) -> Then:
    """The figures of what was read of [`since`, `until`) (ms)."""
    figures = whole_figures(answer.between(since, until))
    return Then(label, since, until, figures if any(figures.counts.values()) else None)
