"""Where a poller stands: pure bookkeeping that decides what to read and what is new.

A page becomes visible some time after the moment in its sort key: writers' clocks differ, writes
are retried, and reads are eventually consistent. So each poll reads the last seconds again, and
now and then the last minute (the sweep); what was read before is told by its key.

A poll reads from the newest page back. Where that is more than it may read at a time, it leaves a
hole between the pages it got to and those that were read before; the next polls fill it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Final

from recorder.model.columns import EventColumns
from recorder.model.event import Event
from recorder.model.keys import page_written_at
from recorder.model.timestamps import day_of
from ses_tui.core.source import Gap
from ses_tui.core.store import event_key

OVERLAP_MS: Final = 3_000
SWEEP_MS: Final = 60_000
CLOCK_DIFFERENCE_MS: Final = 900_000
"""AWS refuses requests of a clock further off than 15 minutes, so no working reader's is."""
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Hole:
    """Pages of a lane with sort keys between these two, neither included, have to be read yet.

    One before `""` goes on to whatever is the newest page.
    """

    after: str
    before: str

    def gap(self, now_ms: int) -> Gap:
        """The stretch of time that is missing. What was written last before it has been read."""
        until = written_at(self.before) or now_ms
        return Gap(min(written_at(self.after) + OVERLAP_MS, until - 1), until)


class LaneCursor:
    """The position in one lane. `high_water` is the newest time of writing (ms) that was read."""

    def __init__(self, high_water: int, known: Iterable[str] = ()) -> None:
        self.high_water = high_water
        self.holes: tuple[Hole, ...] = ()
        """Oldest first; they do not touch."""
        self._known = set(known)

    @property
    def front(self) -> Hole:
        """What each poll reads: the last seconds again, and everything since."""
        return Hole(time_key(self.high_water - OVERLAP_MS), "")

    @property
    def sweep(self) -> Hole:
        """What is read again now and then: the rest of the last minute."""
        front = self.front.after
        return Hole(time_key(self.high_water - SWEEP_MS), front)

    def knows(self, sort_key: str) -> bool:
        """Whether the page was read before."""
        return sort_key in self._known

    def leaves_out(self, sort_key: str) -> bool:
        """Whether a sweep passes the page over: it was read, or a hole is filled with it."""
        return sort_key in self._known or any(
            hole.after < sort_key < hole.before for hole in self.holes
        )

    def advance(self, read: Iterable[str], now_ms: int, left: Hole | None = None) -> None:
        """Take note of the pages of a successful read, and of what it `left` for later."""
        limit = high_water_limit(now_ms)
        for sort_key in read:
            self._known.add(sort_key)
            self.high_water = max(self.high_water, min(written_at(sort_key), limit))
        if left is not None:
            self.holes = _joined([*self.holes, left])
        self._forget()

    def fill(self, hole: Hole, read: Iterable[str], left: Hole | None) -> None:
        """Take note that pages of `hole` have been read, all but those of `left`."""
        self._known.update(read)
        self.holes = tuple(one for one in self.holes if one != hole)
        if left is not None:
            self.holes = _joined([*self.holes, left])
        self._forget()

    def give_up_before(self, sort_key: str) -> None:
        """Leave what of the holes is written before that."""
        self.holes = tuple(
            Hole(max(hole.after, sort_key), hole.before)
            for hole in self.holes
            if hole.before > sort_key
        )

    def _forget(self) -> None:
        """Keep the keys of pages that a later read may come across."""
        oldest = time_key(self.high_water - 2 * SWEEP_MS)
        self._known = {
            key
            for key in self._known
            if key >= oldest or any(hole.after < key < hole.before for hole in self.holes)
        }


def _joined(holes: Sequence[Hole]) -> tuple[Hole, ...]:
    """The same stretches in order, those that overlap made one."""
    joined: list[Hole] = []
    for hole in sorted(holes, key=lambda one: one.after):
        if joined and hole.after < joined[-1].before:
            last = joined.pop()
            hole = Hole(last.after, max(last.before, hole.before))
        joined.append(hole)
    return tuple(joined)


class RecentIds:
    """The last so many event ids, for events that come again in another page.

    What changes is only noted, and carried out when somebody asks, which may be in a thread: with
    each poll many thousand ids come and go, and the event loop has keys to answer.
    """

    def __init__(self, capacity: int = 200_000) -> None:
        self._capacity = capacity
        self._ids: set[str] = set()
        self._batches: deque[tuple[list[str], int]] = deque()
        """What was added at once, and when (ms) the last of it was recorded."""
        self._noted: deque[tuple[list[str], int]] = deque()
        self._forgotten_before = 0
        self._lock = Lock()
        """A thread may still ask for a read that nobody waits for any more."""

    def unseen(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Those that have not been seen, each once, in feed order."""
        with self._lock:
            self._carry_out()
            found = {e.event_id: e for e in events if e.event_id not in self._ids}
        return tuple(sorted(found.values(), key=event_key))

    def unseen_in(self, pages: Iterable[EventColumns]) -> tuple[Event, ...]:
        """As `unseen`, of the events of pages."""
        # Pages are decoded as they are gone through, and nobody should wait for that at the lock.
        return self.unseen(list(chain.from_iterable(pages)))

    def add(self, events: Sequence[Event]) -> None:
        """See `events`, which are in feed order, and forget the oldest beyond the capacity."""
        if events:
            # Their ids alone: whoever holds many events to the end lets go of all at once.
            self._noted.append(([event.event_id for event in events], events[-1].recorded_at))

    def forget_before(self, moment: int) -> None:
        """Forget what was added and recorded before `moment` (ms), as far as it came first."""
        self._forgotten_before = moment

    def _carry_out(self) -> None:
        while self._noted:
            batch = self._noted.popleft()
            self._ids.update(batch[0])
            self._batches.append(batch)
        while self._batches and self._batches[0][1] < self._forgotten_before:
            self._ids.difference_update(self._batches.popleft()[0])
        while (surplus := len(self._ids) - self._capacity) > 0:
            oldest, last = self._batches.popleft()
            if surplus < len(oldest):
                self._batches.appendleft((oldest[surplus:], last))
            self._ids.difference_update(oldest[:surplus])


def merged_gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The same stretches of time oldest first, those of one reason that overlap made one."""
    merged: list[Gap] = []
    for gap in sorted(gaps, key=lambda one: (one.reason, one.since)):
        if merged and gap.reason == merged[-1].reason and gap.since <= merged[-1].until:
            last = merged.pop()
            gap = Gap(last.since, max(last.until, gap.until), gap.reason)
        merged.append(gap)
    return tuple(sorted(merged, key=lambda one: one.since))


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
