"""The time at which a recording is played: it runs faster, stands still, and can be set forward."""

from typing import Final

from recorder.model.clock import Clock

SPEEDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""The steps of faster and slower."""


class ReplayClock:
    """A clock whose present lies in a recording. Lengths of time are those of the real clock."""

    def __init__(self, real: Clock, start: int, end: int, speed: float = 1.0) -> None:
        """Plays from `start` to `end` (ms), where it stands still."""
        self._real = real
        self._end = end
        self._speed = speed
        self._paused = False
        self._anchor = start
        self._since = real.monotonic()

    def now_ms(self) -> int:
        """The moment that is played (ms)."""
        if self._paused:
            return self._anchor
        passed = (self._real.monotonic() - self._since) * self._speed * 1000
        return min(self._end, self._anchor + int(passed))

    def monotonic(self) -> float:
        """Seconds of the real clock."""
        return self._real.monotonic()

    @property
    def end(self) -> int:
        """Where the recording ends (ms)."""
        return self._end

    @property
    def speed(self) -> float:
        """Seconds of the recording in a second."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Play faster or slower from now on."""
        self._move_to(self.now_ms())
        self._speed = speed

    def pause(self) -> None:
        """Stand still."""
        self._move_to(self.now_ms())
        self._paused = True

    def resume(self) -> None:
        """Run again."""
        self._move_to(self.now_ms())
        self._paused = False

    def go_on_at(self, moment: int) -> None:
        """Leave out the time up to `moment` (ms), which may not lie before the present."""
        self._move_to(min(self._end, max(moment, self.now_ms())))

    def _move_to(self, moment: int) -> None:
        self._anchor, self._since = moment, self._real.monotonic()
