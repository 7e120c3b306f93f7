"""Where in a recording each event is: a few numbers each, while the text stays in the file.

A million events are some 700 MB of text. They are read once, to be checked and counted, and again
whenever they are needed, some thousands at a time.
"""

import mmap
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recorder.model.event import COUNTED_PER_NOTIFICATION, Event
from recorder.model.rollup import MINUTE_MS, Family, minute_start, tally
from ses_tui.core.errors import UsageError
from ses_tui.core.replay.recorded_line import BadLineError, event_of_line
from ses_tui.core.sanitise import sanitise

_LINES_BETWEEN_WORDS: Final = 5_000
EVENTS_AT_ONCE: Final = 500
"""Some milliseconds of work."""
_BAD_LINES_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was passed over."""

    number: int
    """Counted from 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How much of a file was read."""

    events: int
    share: float
    """From 0 to 1."""


class Recording:
    """The events of one file in order of their recording, each once."""

    def __init__(self, file: Path, told: Callable[[LoadProgress], None] = lambda _: None) -> None:
        """Reads all of `file` once. Raises `UsageError` where it holds no event at all."""
        self.name = sanitise(file.name)
        self.bad_lines = 0
        self.first_bad: list[BadLine] = []
        self._uncounted: set[int] = set()
        """Where lines begin whose events a counter counts with another recipient's."""
        self._counted: dict[tuple[int, Family], Counter[str]] = {}
        try:
            with file.open("rb") as opened:
                self._text = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            raise UsageError(_no_record(self.name, "it is empty")) from None
        except OSError as error:
            why = error.strerror or str(error)
            if file.exists() and not file.is_file():
                why = "a recording is played from a file alone, and this is none"
            raise UsageError(f"{sanitise(str(file))}: {sanitise(why)}") from error
        try:
            self._index(told)
        except BaseException:
            self._text.close()
            raise

    def __len__(self) -> int:
        return len(self._times)

    @property
    def first(self) -> int:
        """When the first event was recorded (ms)."""
        return self._times[0]

    @property
    def last(self) -> int:
        """When the last event was recorded (ms)."""
        return self._times[-1]

    @property
    def bad_lines_text(self) -> str:
        """What is to be said of lines that were passed over; empty if there are none."""
        if not self.bad_lines:
            return ""
        named = "; ".join(f"line {bad.number:,}: {bad.reason}" for bad in self.first_bad)
        more = " …" if self.bad_lines > len(self.first_bad) else ""
        lines = "line was" if self.bad_lines == 1 else "lines were"
        return f"{self.bad_lines:,} {lines} no event and left out ({named}{more})"

    def position_of(self, moment: int) -> int:
        """How many events were recorded before `moment` (ms)."""
        return bisect_left(self._times, moment)

    def time_at(self, position: int) -> int:
        """When an event was recorded (ms)."""
        return self._times[position]

    def events(self, start: int, stop: int) -> list[Event]:
        """The events at positions [start, stop)."""
        return [self._read(offset) for offset in self._offsets[start:stop]]

    def pieces_backwards(self, stop: int) -> Iterator[list[Event]]:
        """All events before position `stop`, newest first, some at a time."""
        while stop > 0:
            start = max(0, stop - EVENTS_AT_ONCE)
            yield self.events(start, stop)[::-1]
            stop = start

    def of_message(self, message_id: str, stop: int) -> list[Event]:
        """The events of a message among those before position `stop`, in order."""
        wanted, found, position = hash(message_id), [], 0
        try:
            while (position := self._messages.index(wanted, position, stop)) < stop:
                event = self._read(self._offsets[position])
                if event.message_id == message_id:
                    found.append(event)
                position += 1
        except ValueError:
            pass
        return found

    def counters(self, since: int, until: int) -> dict[int, dict[Family, Counter[str]]]:
        """What rollups would count in the minutes from that of `since` up to `until` (ms), which
        may cut its minute; by the start of the minute."""
        found: dict[int, dict[Family, Counter[str]]] = {}
        whole = minute_start(until)
        for minute in range(minute_start(max(since, self.first)), whole, MINUTE_MS):
            for family in Family:
                if counted := self._counted.get((minute, family)):
                    found.setdefault(minute, {})[family] = counted
        rest = self.events(self.position_of(whole), self.position_of(until))
        for (minute, family), counted in tally(rest).items():
            found.setdefault(minute, {})[family] = counted
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._text.close()

    def _read(self, offset: int) -> Event:
        end = self._text.find(b"\n", offset)
        event = event_of_line(self._text[offset : None if end < 0 else end])
        return event._replace(counted=False) if offset in self._uncounted else event

    def _index(self, told: Callable[[LoadProgress], None]) -> None:
        times, ids, messages, offsets = array("q"), array("q"), array("q"), array("q")
        notifications: set[Hashable] = set()
        counted: dict[tuple[int, Family], Counter[str]] = {}
        seen: set[int] = set()
        waiting: list[Event] = []
        size, offset, number = len(self._text), 0, 0
        while offset < size:
            line = self._text.readline()
            start, offset, number = offset, offset + len(line), number + 1
            if number % _LINES_BETWEEN_WORDS == 0:
                told(LoadProgress(len(times), offset / size))
            if line.isspace():
                continue
            try:
                event = event_of_line(line)
            except BadLineError as error:
                self._note_bad(BadLine(number, str(error)))
                continue
            identity = hash(event.event_id)
            if identity in seen:
                continue
            seen.add(identity)
            if event.event_type in COUNTED_PER_NOTIFICATION:
                notification = _notification_of(event)
                if notification in notifications:
                    self._uncounted.add(start)
                    event = event._replace(counted=False)
                notifications.add(notification)
            times.append(event.recorded_at)
            ids.append(identity)
            messages.append(hash(event.message_id))
            offsets.append(start)
            waiting.append(event)
            if len(waiting) >= EVENTS_AT_ONCE:
                _count(counted, waiting)
        _count(counted, waiting)
        if not times:
            bad = self.first_bad
            why = f"line {bad[0].number}: {bad[0].reason}" if bad else "it is empty"
            raise UsageError(_no_record(self.name, why))
        order = sorted(range(len(times)), key=times.__getitem__)
        self._times = array("q", map(times.__getitem__, order))
        self._messages = array("q", map(messages.__getitem__, order))
        self._offsets = array("q", map(offsets.__getitem__, order))
        self._counted = counted

    def _note_bad(self, bad: BadLine) -> None:
        self.bad_lines += 1
        if len(self.first_bad) < _BAD_LINES_NAMED:
            self.first_bad.append(bad)


def _count(counted: dict[tuple[int, Family], Counter[str]], events: list[Event]) -> None:
    for place, counters in tally(events).items():
        counted.setdefault(place, Counter()).update(counters)
    events.clear()


def _notification_of(event: Event) -> Hashable:
    """The same for the events of one notification, whoever they are for."""
    return hash(
        (
            event.message_id,
            event.event_type,
            event.feedback_id or event.event_time,
            event.ip_address,
            event.user_agent,
            event.link,
        )
    )


def _no_record(name: str, why: str) -> str:
    return f"{name} is no recording of events: {why}; `ses-tui tail --json > FILE` makes one"
