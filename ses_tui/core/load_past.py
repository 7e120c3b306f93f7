"""Reading recorded events that are not in memory, a piece at a time."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from recorder.model.event import Event
from ses_tui.core.source import EventHistory, LoadedEvents

PIECE_EVENTS: Final = 1_000
_ENOUGH: Final = 200
"""Events that the reader gets to see: some screens full."""
_MOST_EVENTS: Final = 20_000
"""Read for one wish of the reader, however few of them pass the filter."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time from `since` up to `until` (ms); it is read from one of its ends."""

    since: int
    until: int
    backwards: bool

    def after(self, loaded: LoadedEvents) -> "Stretch":
        """What is left of it."""
        if self.backwards:
            return Stretch(self.since, min(self.until, loaded.since), backwards=True)
        return Stretch(max(self.since, loaded.until), self.until, backwards=False)


async def load_past(
    history: EventHistory, stretch: Stretch, passes: Callable[[Event], bool]
) -> AsyncIterator[LoadedEvents]:
    """Read on until enough events pass the filter, many were read, or the stretch is at its end.

    Raises `SesTuiError`.
    """
    found = read = 0
    while stretch.since < stretch.until and found < _ENOUGH and read < _MOST_EVENTS:
        if stretch.backwards:
            loaded = await history.read_before(stretch.until, PIECE_EVENTS)
        else:
            loaded = await history.read_after(stretch.since, stretch.until, PIECE_EVENTS)
        yield loaded
        if loaded.at_end or (left := stretch.after(loaded)) == stretch:
            return
        stretch = left
        read += len(loaded.events)
        found += sum(map(passes, loaded.events))
