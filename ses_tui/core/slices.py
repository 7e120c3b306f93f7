"""Long work in short slices, so that the event loop answers keys in between."""

from collections.abc import Callable
from typing import Final

from recorder.model.clock import Clock

SLICE_SECONDS: Final = 0.004
REST_SECONDS: Final = 0.001
"""A rest that is waited for, and not only a turn of the loop: an answer to a key takes many turns,
and would have to wait for a slice at each."""
FIRST_SLICE_SECONDS: Final = 0.012
"""What may be done at once before anything is shown."""


def work_for(seconds: float, step: Callable[[], bool], clock: Clock) -> bool:
    """Call `step` until it says that there is no more to do, or time is up; whether there is."""
    until = clock.monotonic() + seconds
    while step():
        if clock.monotonic() >= until:
            return True
    return False
