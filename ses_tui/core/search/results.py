"""What a search found as rows: by message and recipient with what became of it, or event by event.

What was found may be a part of a message. Its outcome is that of the part, unless the outcome of
the whole message is known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from recorder.model.event import PROBLEM_TYPES, Event
from ses_tui.core.message_story import Outcome, fact_of, happened_at, outcomes_of


@dataclass(frozen=True, slots=True)
class Result:
    """A row: what was found of one message for one recipient, or one event."""

    key: str
    """Tells rows of one kind apart, whatever else is found of them."""
    events: tuple[Event, ...]
    """What was found, newest first."""
    outcome: Outcome
    """What became of the message for the recipient."""
    whole: bool
    """Whether all that is stored of the message went into `outcome`."""

    @property
    def newest(self) -> Event:
        """The event that was recorded last."""
        return self.events[0]

    @property
    def telling(self) -> Event:
        """The event that tells most of the outcome: the last problem if that was one."""
        if self.outcome in _HARMLESS:
            return self.newest
        problems = (event for event in self.events if event.event_type in PROBLEM_TYPES)
        return next(problems, self.newest)


_HARMLESS: Final = (Outcome.DELIVERED, Outcome.SENT, Outcome.UNKNOWN)


class Sorting(StrEnum):
    """What rows are sorted by; within that, newest first."""

    TIME = "time"
    RECIPIENT = "recipient"
    STATUS = "status"


def results_by_message(
    events: Iterable[Event], outcomes: Mapping[str, Outcome]
) -> tuple[Result, ...]:
    """One row for each message and recipient, the newest first.

    `events` are newest first; `outcomes` of whole messages are by event id, for as many as known.
    """
    messages: dict[str, list[Event]] = {}
    for event in events:
        messages.setdefault(event.message_id or f"#{event.event_id}", []).append(event)
    rows = [
        row for message_id, own in messages.items() for row in _rows_of(message_id, own, outcomes)
    ]
    return _by_time(rows)


def results_by_event(
    events: Iterable[Event], outcomes: Mapping[str, Outcome]
) -> tuple[Result, ...]:
    """One row for each event, the newest first."""
    return _by_time(
        Result(
            event.event_id,
            (event,),
            outcomes.get(event.event_id) or _alone(event),
            event.event_id in outcomes,
        )
        for event in events
    )


def sorted_results(
    results: Sequence[Result], by: Sorting, *, backwards: bool = False
) -> tuple[Result, ...]:
    """Rows, given newest first, in another order; `backwards` turns it round."""
    ordered = sorted(results, key=_ORDERS[by]) if by in _ORDERS else list(results)
    return tuple(reversed(ordered) if backwards else ordered)


def _by_time(rows: Iterable[Result]) -> tuple[Result, ...]:
    """By the time that is shown of each, which is the telling event's own."""
    return tuple(sorted(rows, key=lambda row: happened_at(row.telling), reverse=True))


def _rows_of(
    message_id: str, events: Sequence[Event], outcomes: Mapping[str, Outcome]
) -> Iterable[Result]:
    of_parts = outcomes_of(map(fact_of, events))
    by_recipient: dict[str | None, list[Event]] = {}
    for event in events:
        by_recipient.setdefault(event.recipient, []).append(event)
    for recipient, own in by_recipient.items():
        known = [outcomes[event.event_id] for event in own if event.event_id in outcomes]
        newest_first = tuple(sorted(own, key=_newest_first))
        yield Result(
            f"{message_id} {recipient}",
            newest_first,
            known[0] if known else of_parts[recipient],
            bool(known),
        )


def _newest_first(event: Event) -> tuple[int, int, str]:
    return -event.recorded_at, -happened_at(event), event.event_id


def _alone(event: Event) -> Outcome:
    return outcomes_of((fact_of(event),))[event.recipient]


_GRAVITY: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}
_ORDERS: Final[Mapping[Sorting, Callable[[Result], Any]]] = {
    Sorting.RECIPIENT: lambda result: result.newest.recipient or "",
    Sorting.STATUS: lambda result: _GRAVITY[result.outcome],
}
