"""Plays the schedule that calls the recorder's `tick` once a minute."""

import threading
from collections.abc import Callable
from typing import Final

from recorder.model.clock import Clock

_MINUTE_MS: Final = 60_000
_RETRY_SECONDS: Final = 2.0


def run_schedule(
    tick: Callable[[], None],
    clock: Clock,
    stop: threading.Event,
    report: Callable[[str], None] = lambda line: None,
) -> None:
    """Calls `tick` at once and just after every full minute, again if it fails, until `stop`."""
    while not stop.is_set():
        try:
            tick()
        except Exception as error:
            # The schedule goes on whatever happens to one call.
            report(f"tick raised {type(error).__name__}; trying again")
            stop.wait(_RETRY_SECONDS)
        else:
            stop.wait((_MINUTE_MS - clock.now_ms() % _MINUTE_MS) / 1000)
