"""What passes the filter, counted by what it has in common: by domain, subtype, status and more."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from itertools import chain
from typing import Final, Protocol

from recorder.model.event import EVENT_TYPES, PROBLEM_TYPES, Event
from ses_tui.core.masking import untyped_value
from ses_tui.core.query.syntax import Term
from ses_tui.core.store import EventKey, event_key

SLICE: Final = 4_000
"""Events counted in one go: some milliseconds, so that keys are answered in between."""


class Dimension(StrEnum):
    """What events are told apart by; the value is the key of the query language."""

    DOMAIN = "domain"
    SUBTYPE = "subtype"
    STATUS = "status"
    IDENTITY = "identity"
    SET = "set"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """Events of one name, and how many of them tell of a problem."""

    name: str
    count: int
    problems: int


class CountedEvents(Protocol):
    """Events in order, as a store or a filter gives them."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def position_of(self, key: EventKey) -> int:
        """Where an event with this key stands or would stand."""
        ...

    def events_between(self, start: int, stop: int) -> Sequence[Event]:
        """The events of these positions."""
        ...


class Breakdown:
    """Counts of the events that pass one filter.

    What is there already is counted in slices, the newest first; what comes and goes meanwhile is
    counted at once if it is of the part that was counted, and else when its slice is.
    """

    def __init__(self, events: CountedEvents) -> None:
        self._events = events
        self._from: EventKey | None = None
        """All from here on is counted, where not all is."""
        self._started = False
        self._complete = False
        self.total = 0
        self.revision = 0
        """Grows with every change of the counts."""
        self._counts: dict[Dimension, Counter[str]] = {each: Counter() for each in Dimension}
        self._problems: dict[Dimension, Counter[str]] = {each: Counter() for each in Dimension}

    @property
    def complete(self) -> bool:
        """Whether every event is counted."""
        return self._complete

    @property
    def progress(self) -> float:
        """The share that is counted, from 0 to 1."""
        if self._complete:
            return 1.0
        return min(1.0, self.total / len(self._events)) if len(self._events) else 0.0

    def count_slice(self, more_to_come: bool = False, size: int = SLICE) -> None:
        """Count up to `size` events more.

        With `more_to_come` the filter is still looking at older events, so that the count is not
        complete though every event it has found by now is in it.
        """
        if self._complete:
            return
        end = len(self._events)
        if self._started and self._from is not None:
            end = self._events.position_of(self._from)
        start = max(0, end - size)
        events = self._events.events_between(start, end)
        self._started = True
        if events:
            self._from = event_key(events[0])
            self._count(events, 1)
        self._complete = start == 0 and not more_to_come

    def change(self, added: Iterable[Event], dropped: Iterable[Event]) -> None:
        """Follow what came and what went, of what passes the filter."""
        for events, sign in ((added, 1), (dropped, -1)):
            if counted := [event for event in events if self._covers(event)]:
                self._count(counted, sign)

    def rows(self, dimension: Dimension, most: int) -> list[BreakdownRow]:
        """The most frequent names, those with problems first where a name can have both."""
        counts, problems = self._counts[dimension], self._problems[dimension]
        rows = (BreakdownRow(name, count, problems[name]) for name, count in counts.items())
        return nsmallest(most, rows, key=lambda row: (-row.problems, -row.count, row.name))

    def names(self, dimension: Dimension) -> int:
        """How many different names there are."""
        return len(self._counts[dimension])

    def named(self, dimension: Dimension) -> int:
        """How many events have a name at all."""
        return self._counts[dimension].total()

    def _covers(self, event: Event) -> bool:
        if self._complete:
            return True
        return self._from is not None and event_key(event) >= self._from

    def _count(self, events: Sequence[Event], sign: int) -> None:
        self.total += sign * len(events)
        self.revision += 1
        problems = [event for event in events if event.event_type in PROBLEM_TYPES]
        for dimension, names_of in _NAMES.items():
            _add(self._counts[dimension], names_of(events), sign)
            _add(self._problems[dimension], names_of(problems), sign)


def narrowed(terms: Iterable[Term], dimension: Dimension, name: str) -> str:
    """The query that lets through only events of `name`, of those that `terms` let through.

    Terms of the same key would mean "any of these", so the new one takes their place.
    """
    # A quotation mark has no way to be written; the star stands for it among others.
    value = untyped_value(name).replace('"', "*")
    if dimension is Dimension.TYPE and name not in EVENT_TYPES:
        value += "*"  # Without a star only types that are known here can be asked for.
    new = Term(dimension.value, value, False, 0)
    kept = (term for term in terms if term.excluded or term.key != dimension.value)
    return " ".join(term.text for term in (*kept, new))


def _add(counter: Counter[str], names: Iterable[str | None], sign: int) -> None:
    found = Counter(name for name in names if name)
    if sign > 0:
        counter.update(found)
        return
    for name, count in found.items():
        counter[name] -= count
        if counter[name] <= 0:
            del counter[name]


def _domains(events: Sequence[Event]) -> Iterator[str | None]:
    return (event.recipient and event.recipient.rpartition("@")[2] for event in events)


def _subtypes(events: Sequence[Event]) -> Iterator[str | None]:
    """As `subtype:` looks at them: an event may have a type and a subtype of complaint."""
    told = [event for event in events if event.event_type in PROBLEM_TYPES]
    return chain.from_iterable(
        dict.fromkeys(
            (
                event.bounce_subtype,
                event.complaint_type,
                event.complaint_subtype,
                event.delay_type,
            )
        )
        for event in told
    )


_NAMES: Final[dict[Dimension, Callable[[Sequence[Event]], Iterator[str | None]]]] = {
    Dimension.DOMAIN: _domains,
    Dimension.SUBTYPE: _subtypes,
    Dimension.STATUS: lambda events: (event.smtp_status for event in events),
    Dimension.IDENTITY: lambda events: (event.identity for event in events),
    Dimension.SET: lambda events: (event.configuration_set for event in events),
    Dimension.TYPE: lambda events: (event.event_type for event in events),
}
