"""Looking for the next event of a kind, a little at a time, so that keys are answered meanwhile."""

from collections.abc import Callable, Iterator
from typing import Final

from recorder.model.event import Event
from ses_tui.core.store import EventKey, OrderedEvents, event_key

_EVENTS_AT_ONCE: Final = 512
"""As many as memory unpacks at once: a millisecond or two, whatever is looked for."""


def seek(
    events: OrderedEvents, start: int, stop: int, step: int, wanted: Callable[[Event], bool]
) -> Iterator[EventKey | None]:
    """Look through events as `range(start, stop, step)` does, where `step` is 1 or -1.

    Gives the key of the first one that is `wanted`, and ends; before that, `None` after each part
    that holds none.
    """
    while (stop - start) * step > 0:
        count = min(_EVENTS_AT_ONCE, abs(stop - start))
        first = start if step > 0 else start - count + 1
        for event in events.events_between(first, first + count)[::step]:
            if wanted(event):
                yield event_key(event)
                return
        yield None
        start += step * count
