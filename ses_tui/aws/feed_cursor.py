"""Where a poller stands: pure bookkeeping that decides what to read and what is new.

A page becomes visible some time after the moment in its sort key: writers' clocks differ, writes
are retried, and reads are eventually consistent. So each poll reads the last seconds again, and
now and then the last minute (the sweep); what was read before is told by its key.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from recorder.model.event import Event
from recorder.model.keys import page_written_at
from recorder.model.timestamps import day_of

OVERLAP_MS: Final = 3_000
SWEEP_MS: Final = 60_000
CLOCK_DIFFERENCE_MS: Final = 900_000
"""AWS refuses requests of a clock further off than 15 minutes, so no working reader's is."""
_DAY_MS: Final = 86_400_000


class LaneCursor:
    """The position in one lane. `high_water` is the newest time of writing (ms) that was read."""

    def __init__(self, high_water: int, known: Iterable[str] = ()) -> None:
        self.high_water = high_water
        self._known = set(known)

    def lower_bound(self, *, sweep: bool) -> str:
        """What the sort keys to read are greater than."""
        return time_key(self.high_water - (SWEEP_MS if sweep else OVERLAP_MS))

    def knows(self, sort_key: str) -> bool:
        """Whether the page was read before."""
        return sort_key in self._known

    def advance(self, read: Iterable[str], now_ms: int) -> None:
        """Take note of the pages of a successful read."""
        limit = high_water_limit(now_ms)
        for sort_key in read:
            self._known.add(sort_key)
            self.high_water = max(self.high_water, min(written_at(sort_key), limit))
        oldest = time_key(self.high_water - 2 * SWEEP_MS)
        self._known = {key for key in self._known if key >= oldest}


class RecentIds:
    """The last so many event ids, for events that come again in another page."""

    def __init__(self, capacity: int = 200_000) -> None:
        self._capacity = capacity
        self._ids: dict[str, None] = {}

    def unseen(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Those that have not been seen, each once, in feed order."""
        found = {e.event_id: e for e in events if e.event_id not in self._ids}
        return tuple(sorted(found.values(), key=lambda event: (event.recorded_at, event.event_id)))

    def add(self, events: Sequence[Event]) -> None:
        """See `events`, and forget the oldest beyond the capacity."""
        self._ids.update((event.event_id, None) for event in events)
        excess = len(self._ids) - self._capacity
        if excess > 0:
            for event_id in [key for key, _ in zip(self._ids, range(excess), strict=False)]:
                del self._ids[event_id]


def time_key(milliseconds: int) -> str:
    """The start of the sort keys of pages written at that time."""
    return f"{max(milliseconds, 0):013d}"


def written_at(sort_key: str) -> int:
    """When the page was written (ms); 0 for a key that is none of a page."""
    try:
        return page_written_at(sort_key)
    except ValueError:
        return 0


def high_water_limit(now_ms: int) -> int:
    """No high-water mark passes this: from here the sweep still covers the present.

    So a writer whose clock is far ahead does not hide what the others write.
    """
    return now_ms + SWEEP_MS - OVERLAP_MS


def reaches_back(sort_key: str, newest_key: str, now_ms: int) -> bool:
    """Whether a page is older than anything that a sweep from the newest page on sees."""
    high_water = min(written_at(newest_key), high_water_limit(now_ms))
    return sort_key < time_key(high_water - SWEEP_MS)


def days_between(first_ms: int, last_ms: int) -> Iterator[str]:
    """The UTC days (`yyyymmdd`) from the one of `first_ms` to that of `last_ms`."""
    for day in range(first_ms // _DAY_MS, last_ms // _DAY_MS + 1):
        yield day_of(day * _DAY_MS)
