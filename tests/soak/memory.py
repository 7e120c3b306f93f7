"""Whether a program's memory stays where it is once it has warmed up."""

from dataclasses import dataclass, field
from statistics import median
from typing import Final

WARM_UP_SHARE: Final = 0.4
_EDGE_SHARE: Final = 0.2
"""Of the marks after the warm-up, so many at either end are compared, by their medians."""


@dataclass
class Memory:
    """Resident memory (MB) at moments (seconds since the traffic began)."""

    marks: list[tuple[float, float]] = field(default_factory=list)

    def mark(self, at: float, megabytes: float) -> None:
        """Note the memory at a moment."""
        self.marks.append((at, megabytes))

    def growth(self, seconds: float) -> float:
        """By how much (MB) it grew from the end of the warm-up of a run of so many seconds."""
        warm = [megabytes for at, megabytes in self.marks if at >= seconds * WARM_UP_SHARE]
        if not warm:
            return 0.0
        edge = max(1, int(len(warm) * _EDGE_SHARE))
        return median(warm[-edge:]) - median(warm[:edge])
