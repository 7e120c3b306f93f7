"""How fast the line to the terminal is, told by how long a picture is on its way.

On a line that is slower than what is drawn, writing blocks or answers come late. Nothing is gained
then by drawing more often: the reader would watch the past. So pictures are drawn less often, and
never more than one waits to be written.
"""

from collections.abc import Callable
from typing import Final, Protocol

from ses_tui.ui.round_trip import RoundTrip

INTERVALS: Final = (1 / 3, 1.0, 5.0)
"""Seconds between two pictures of what came by itself; a key is answered as soon as one fits."""
_BLOCKED_FOR: Final = (0.0, 0.4, 2.0)
"""A picture that was so many seconds on its way calls for the interval at its place."""
_QUICK_SECONDS: Final = 0.1
_QUICK_PICTURES: Final = 5
"""So many quick ones in a row, and the interval is tried one step shorter."""


class LinkPace:
    """Chooses the interval between two pictures, `shortest` (seconds) at least."""

    def __init__(self, shortest: float = INTERVALS[0]) -> None:
        self._intervals = (shortest, *(max(shortest, longer) for longer in INTERVALS[1:]))
        self._level = 0
        self._quick = 0

    @property
    def interval(self) -> float:
        """Seconds between two pictures."""
        return self._intervals[self._level]

    @property
    def slow(self) -> bool:
        """Whether the line is what sets the pace."""
        return self._level > 0

    def wrote(self, seconds: float) -> None:
        """Take note of how long a picture was on its way."""
        asked = sum(seconds >= limit for limit in _BLOCKED_FOR) - 1
        if asked > self._level:
            self._level = asked
        self._quick = self._quick + 1 if seconds < _QUICK_SECONDS else 0
        if self._quick >= _QUICK_PICTURES and self._level:
            self._level -= 1
            self._quick = 0


class Link:
    """What is on its way to the terminal. Counts in the app's thread what a thread writes."""

    def __init__(self) -> None:
        self._queued = 0
        self._written = 0
        self.round_trip = RoundTrip()
        self.on_drained: Callable[[float], None] = lambda seconds: None
        """Called in the writing thread, with the seconds that writing took."""
        self.on_answer: Callable[[float], None] = lambda at: None
        """Called in the reading thread, with the moment (of the monotonic clock) of an answer."""

    @property
    def busy(self) -> bool:
        """Whether something has not been written yet."""
        return self._written < self._queued

    @property
    def pieces(self) -> int:
        """How many there were to be written so far."""
        return self._queued

    def queued(self) -> None:
        """One more piece is to be written."""
        self._queued += 1

    def written(self, pieces: int, seconds: float) -> None:
        """`pieces` have left this program, after so many seconds."""
        self._written += pieces
        if not self.busy:
            self.on_drained(seconds)


class HasLink(Protocol):
    """An app that wants to know what is on its way to the terminal."""

    link: Link
