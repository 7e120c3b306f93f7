"""When not to look for garbage among this program's objects.

The collector counts objects that are made, and goes through all the program's objects again and
again where many are: a third of the time of a big read, a sixth of that of recording a batch, a
tenth of that of a start.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OBJECTS_BETWEEN: Final = 200_000
"""Many more than Python's 700: twenty thousand events, which go by themselves again, are looked
through in 30 ms, for which a key would have to wait."""


def collect_seldom() -> None:
    """Look only after many new objects, for programs that answer keys and look at quiet times."""
    gc.set_threshold(_OBJECTS_BETWEEN)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without looking: thousands of new objects are no sign of garbage here."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """What is made meanwhile, such as modules, stays to the end: it is never looked through."""
    with collection_paused():
        yield
        gc.freeze()
