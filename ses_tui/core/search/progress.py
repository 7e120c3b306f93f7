"""What a search has found so far, and the newest of it within bounds."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from recorder.model.event import Event
from ses_tui.core.message_story import Outcome
from ses_tui.core.search.cost import NOTHING, Cost

DEFAULT_LIMIT: Final = 500
MAXIMUM_LIMIT: Final = 100_000
"""So many events with all their fields are about 150 MB."""


class Ending(StrEnum):
    """Why a search is over."""

    EXHAUSTED = "exhausted"
    """All that the query asks for has been found."""
    LIMIT = "limit"
    """There is more than may be kept; what is kept is the newest."""
    BUDGET = "budget"
    """It cost more than was agreed to; there may be more of any age."""


@dataclass(frozen=True, slots=True)
class SearchBatch:
    """Where a search stands: immutable, so that it can cross from worker to screen."""

    events: tuple[Event, ...] = ()
    """Everything found so far, newest first, and no more than the limit."""
    found: int = 0
    """How many passed; at least so many where there is more than the limit."""
    more: bool = False
    """Whether there is more than `events` hold."""
    reached_back_to: int | None = None
    """All that was recorded since then (ms) has been looked at, where the way goes back in time."""
    examined: int = 0
    """How many events were looked at, in all rows and pages."""
    events_unreadable: int = 0
    """Of pages that could not be decoded."""
    cost: Cost = NOTHING
    """So far."""
    ending: Ending | None = None
    """Set in the last batch."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """In the last batch: what became of whole messages, by event id, where judging told it."""

    @property
    def done(self) -> bool:
        """Whether this is the last batch."""
        return self.ending is not None

    @property
    def exhausted(self) -> bool:
        """Whether nothing is missing."""
        return self.ending is Ending.EXHAUSTED

    def followed_by(self, later: "SearchBatch") -> "SearchBatch":
        """Both as one, where `later` looked for what comes behind the last of these events."""
        return replace(
            later,
            events=self.events + later.events,
            found=self.found + later.found,
            reached_back_to=later.reached_back_to or self.reached_back_to,
            examined=self.examined + later.examined,
            events_unreadable=self.events_unreadable + later.events_unreadable,
            cost=self.cost + later.cost,
            outcomes={**self.outcomes, **later.outcomes},
        )

    @property
    def count_text(self) -> str:
        """The honest count, as in `500 of more than 500` or `17`."""
        shown = len(self.events)
        if self.more:
            return f"{shown:,} of more than {shown:,}"
        return f"{shown:,}" if self.exhausted else f"{shown:,} so far"


class NewestEvents:
    """The newest of what is added, one more than `limit`: so it is known whether there is more."""

    def __init__(self, limit: int, behind: tuple[int, str] | None = None) -> None:
        """Of events that are not `behind` a place in the order, as `SearchPlan.behind` has it, none
        is kept or counted."""
        self.limit = limit
        self._behind = behind
        self.found = 0
        self._kept: list[tuple[int, str, Event]] = []
        self._ids: set[str] = set()

    def add(self, events: Iterable[Event]) -> None:
        """Add what is not there yet."""
        for event in events:
            if event.event_id in self._ids or not self._is_behind(event):
                continue
            self.found += 1
            if not self.may_take(event.recorded_at):
                continue
            insort(self._kept, (event.recorded_at, event.event_id, event))
            self._ids.add(event.event_id)
            if len(self._kept) > self.limit + 1:
                _, event_id, _ = self._kept.pop(0)
                self._ids.discard(event_id)

    def may_take(self, recorded_at: int) -> bool:
        """Whether an event recorded then (ms) would be kept."""
        return len(self._kept) <= self.limit or recorded_at >= self._kept[0][0]

    def _is_behind(self, event: Event) -> bool:
        return self._behind is None or (event.recorded_at, event.event_id) < self._behind

    @property
    def more(self) -> bool:
        """Whether there is more than the limit."""
        return len(self._kept) > self.limit

    @property
    def events(self) -> tuple[Event, ...]:
        """The newest, newest first, at most as many as the limit."""
        newest = self._kept[-self.limit :]
        return tuple(event for _, _, event in reversed(newest))
