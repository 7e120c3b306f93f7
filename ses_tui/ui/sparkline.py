"""A row of bars, one cell each."""

from collections.abc import Sequence
from math import ceil
from typing import Final

_BARS: Final = "▁▂▃▄▅▆▇█"
_NOTHING: Final = "·"
"""Nothing to divide by, which is not the same as a rate of nought."""


def scale_of(series: Sequence[float | None], at_least: float) -> float:
    """The value of a full bar: the highest there is, and never so little that noise looks big."""
    return max(at_least, max((value for value in series if value is not None), default=0.0))


def sparkline(
    series: Sequence[float | None], full: float, bars: str = _BARS, nothing: str = _NOTHING
) -> str:
    """A bar for each value, `full` the highest; the lowest bar is for nought alone."""
    return "".join(nothing if value is None else _bar(value / full, bars) for value in series)


def _bar(part: float, bars: str) -> str:
    top = len(bars) - 1
    return bars[min(top, ceil(part * top))]
