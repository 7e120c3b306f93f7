"""All that was found of one recipient, in a few figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.event import BOUNCE, Event
from ses_tui.core.message_story import Outcome, happened_at
from ses_tui.core.search.results import Result

ARRIVED: Final = frozenset(
    {
        Outcome.DELIVERED,
        Outcome.DELIVERED_SOFT_BOUNCE,
        Outcome.COMPLAINT,
        Outcome.POSSIBLE_COMPLAINT,
    }
)
"""A mail that is complained about has arrived."""
OPEN: Final = frozenset({Outcome.SENT, Outcome.DELAYED, Outcome.UNKNOWN})
"""Nobody knows yet."""


@dataclass(frozen=True, slots=True)
class RecipientSummary:
    """Messages to one recipient; the events are those that tell of what is named."""

    messages: int
    totals: Mapping[Outcome, int]
    """The gravest first; none that is nought."""
    last_success: Event | None
    last_failure: Event | None
    first_bounce: Event | None


def summary_of(results: Sequence[Result]) -> RecipientSummary:
    """The figures of `results`, one a message, in any order."""
    outcomes = [result.outcome for result in results]
    totals = {each: outcomes.count(each) for each in Outcome if each in outcomes}
    successes = [each.telling for each in results if each.outcome in ARRIVED]
    failures = [each.telling for each in results if each.outcome not in ARRIVED | OPEN]
    bounces = [e for each in results for e in each.events if e.event_type == BOUNCE]
    return RecipientSummary(
        messages=len(results),
        totals=totals,
        last_success=max(successes, key=happened_at, default=None),
        last_failure=max(failures, key=happened_at, default=None),
        first_bounce=min(bounces, key=happened_at, default=None),
    )
