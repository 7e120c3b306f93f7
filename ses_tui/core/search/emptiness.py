"""Why a search found nothing, as far as the table tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from ses_tui.core.query import Query
from ses_tui.core.query.syntax import Term
from ses_tui.core.zone import Zone


@dataclass(frozen=True, slots=True)
class EmptinessFacts:
    """What was looked at after a search that found nothing; `None` where it was not."""

    any_events: bool = True
    """Whether the table holds any event at all."""
    retention_days: int | None = None
    """How long events are kept, as the newest page shows; `None` for ever."""
    oldest_kept: int | None = None
    """What was recorded before (ms) has expired."""
    subjects_stored: bool | None = None
    recipient_last_seen: dict[str, int | None] | None = None
    """By address: when (ms) the last event for it was recorded, `None` if there is none at all."""


def why_nothing(query: Query, facts: EmptinessFacts, zone: Zone) -> tuple[str, ...]:
    """One sentence for each reason, the likeliest first; never empty."""
    reasons = tuple(_reasons(query, facts, zone))
    return reasons or ("nothing in the range passes all terms of the query",)


def nothing_found(reasons: str) -> str:
    """What a search that found nothing says, without saying twice that it is nothing."""
    return reasons if reasons.startswith("nothing ") else f"nothing found: {reasons}"


def _reasons(query: Query, facts: EmptinessFacts, zone: Zone) -> Iterator[str]:
    for address, last_seen in (facts.recipient_last_seen or {}).items():
        if last_seen is None:
            yield (
                f"nothing at all is recorded for {address}: the mail went to another address, "
                f"{_elsewhere(facts)}"
            )
            yield (
                "a search for a part of the address finds others like it, and one with from: "
                "before it what it sent"
            )
        elif query.since is not None and last_seen < query.since:
            yield (
                f"the last event for {address} was recorded at {_time(last_seen, zone)}, "
                "before the range"
            )
        elif query.until is not None and last_seen >= query.until:
            yield (
                f"there are events for {address} behind the range, "
                f"the last of {_time(last_seen, zone)}"
            )
        else:
            yield f"there are events for {address}, but none passes the other terms"
    if query.terms and all(_is_message_id(term) for term in query.terms):
        yield f"nothing is stored of this message: it {_elsewhere(facts)}"
    if facts.subjects_stored is False and any(term.key == "subject" for term in query.terms):
        yield "subjects are not stored in this table (SES_KEEP_SUBJECT is off)"
    oldest = facts.oldest_kept
    if oldest is not None and query.until is not None and query.until <= oldest:
        yield (
            f"the range ends before {_time(oldest, zone)}, and events are kept for "
            f"{facts.retention_days} days"
        )
    if not facts.any_events:
        yield "no event was recorded yet, or all have expired"


def _is_message_id(term: Term) -> bool:
    return term.key == "id" and not term.excluded and "*" not in term.value


def _elsewhere(facts: EmptinessFacts) -> str:
    days = facts.retention_days
    kept = "the table keeps events" if days is None else f"the {days} days that events are kept"
    return (
        f"is of another account or region, is older than {kept}, "
        "or was sent under a configuration set that publishes no events"
    )


def _time(milliseconds: int, zone: Zone) -> str:
    return f"{zone.at(milliseconds):%Y-%m-%d %H:%M}"
