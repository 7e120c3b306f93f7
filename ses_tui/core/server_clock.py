"""This machine's clock, put right by the server's where the two are far apart."""

from typing import Final

from recorder.model.clock import Clock

NOTICED_MS: Final = 20_000
"""A Date header has whole seconds, and an answer may take ten."""
_STEADY_MS: Final = 15_000
"""A correction is kept while it is right within this, so that ages never jump to and fro."""


class ServerClock:
    """A clock that goes by the server's; the two are one until an answer shows otherwise.

    Whoever is shown ages and asks for windows by it sees the right ones, whatever this machine
    believes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead_ms = 0
        """How far this machine's clock is ahead of the server's; negative is behind."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return self._clock.now_ms() - self.ahead_ms

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return self._clock.monotonic()

    def compare(self, server_ms: int) -> None:
        """An answer that has just come was given at `server_ms`, by the server's clock."""
        ahead = self._clock.now_ms() - server_ms
        if abs(ahead) < NOTICED_MS:
            self.ahead_ms = 0
        elif abs(ahead - self.ahead_ms) > _STEADY_MS:
            self.ahead_ms = ahead
