"""What every part of the benchmark yields: one measured figure, and what is asked of it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a figure stands to what is asked of it."""

    MET = "met"
    MISSED = "MISSED"
    NOTED = ""
    """Nothing is asked of it."""
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured, in several runs.

    `at_most` or `at_least` is the target, neither where nothing is asked. `issue` groups the
    figures of a report. `note` says in a few words what a reader must know of the circumstances, or
    why nothing was measured. What is `longer` than its runs was ended there.
    """

    issue: int
    name: str
    unit: str
    runs: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""
    longer: bool = False

    @property
    def median(self) -> float:
        """Of all runs; `ValueError` when there was none."""
        return statistics.median(self.runs)

    @property
    def target(self) -> float | None:
        """What is asked, whichever way."""
        return self.at_least if self.at_most is None else self.at_most

    @property
    def ratio(self) -> float | None:
        """How often the target goes into the median; `None` without a target to divide by."""
        return self.median / self.target if self.runs and self.target else None

    @property
    def verdict(self) -> Verdict:
        """Judged by the median."""
        if not self.runs:
            return Verdict.NOT_MEASURED
        if self.target is None:
            return Verdict.NOTED
        above = self.at_most is not None and self.median > self.at_most
        below = self.at_least is not None and self.median < self.at_least
        return Verdict.MISSED if above or below else Verdict.MET


def percentile_95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed; infinite where there are none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))] if values else float("inf")
