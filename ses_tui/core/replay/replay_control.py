"""The keys that steer a live feed steer the time of a recording instead."""

from ses_tui.core.follow import FeedControl, Playback
from ses_tui.core.replay.replay_clock import SPEEDS, ReplayClock

_READS_EVERY_SECONDS = 0.5


class ReplayControl(FeedControl):
    """Pausing stops the time of the recording; faster and slower change its speed."""

    def __init__(self, clock: ReplayClock) -> None:
        super().__init__(_READS_EVERY_SECONDS)
        self._clock = clock

    @property
    def playback(self) -> Playback:
        """What is played, and how."""
        return Playback(self._clock.speed, self._clock.now_ms(), self._clock.end)

    def go_on_at(self, moment: int) -> None:
        """Play on from a moment (ms) that is still to come."""
        self._clock.go_on_at(moment)
        self.retry()

    def faster(self) -> float:
        """Play faster by a step."""
        speed = self._clock.speed
        self._clock.set_speed(min((s for s in SPEEDS if s > speed), default=SPEEDS[-1]))
        return self._interval

    def slower(self) -> float:
        """Play slower by a step."""
        speed = self._clock.speed
        self._clock.set_speed(max((s for s in SPEEDS if s < speed), default=SPEEDS[0]))
        return self._interval

    def pause(self) -> None:
        """Stand still."""
        self._clock.pause()
        super().pause()

    def resume(self) -> None:
        """Play on."""
        self._clock.resume()
        super().resume()
