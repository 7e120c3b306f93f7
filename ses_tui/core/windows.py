"""The named windows of time that keys `1`-`6` and `--window` choose."""

from dataclasses import dataclass
from typing import Final

from recorder.model.rollup import HOUR_MS, MINUTE_MS, minute_start
from ses_tui.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time that ends now; `step` (ms) is one column of its sparkline."""

    label: str
    length: int
    step: int

    def start(self, until: int) -> int:
        """Start (ms) of the window that ends with the minute of `until`."""
        return minute_start(until) + MINUTE_MS - self.length


WINDOWS: Final = (
    Window("5m", 5 * MINUTE_MS, MINUTE_MS),
    Window("15m", 15 * MINUTE_MS, MINUTE_MS),
    Window("1h", HOUR_MS, 2 * MINUTE_MS),
    Window("6h", 6 * HOUR_MS, 15 * MINUTE_MS),
    Window("24h", 24 * HOUR_MS, HOUR_MS),
    Window("7d", 168 * HOUR_MS, 6 * HOUR_MS),
)
DEFAULT_WINDOW: Final = WINDOWS[2]
HOURLY_FROM: Final = 24 * HOUR_MS
"""From this length on whole hours are read as one row each."""


def window_named(label: str) -> Window:
    """The window that `label` names. Raises `UsageError` that lists them all."""
    for window in WINDOWS:
        if window.label == label.strip().lower():
            return window
    names = ", ".join(window.label for window in WINDOWS)
    raise UsageError(f"{label!r} is no window: give one of {names}")
