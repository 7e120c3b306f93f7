"""Values that were seen in events, counted as they come, for whoever completes what is typed."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Final

from recorder.model.event import EVENT_TYPES, PROBLEM_TYPES, Event
from ses_tui.core.message_story import Outcome
from ses_tui.core.sanitise import sanitise

MOST_NAMES: Final = 2_000
"""Names kept of each key; over that the half that was seen least often is let go."""
_LONGEST: Final = 80
"""Characters; nobody completes to more than this."""
_FIXED: Final = {
    "type": EVENT_TYPES,
    "outcome": tuple(outcome.value for outcome in Outcome),
    "subtype": (
        "General",
        "Suppressed",
        "OnAccountSuppressionList",
        "OnTenantSuppressionList",
        "NoEmail",
        "MailboxFull",
        "MessageTooLarge",
        "ContentRejected",
        "AttachmentRejected",
        "Undetermined",
        "abuse",
        "not-spam",
    ),
    "since": ("5m", "15m", "1h", "6h", "24h", "7d", "today", "yesterday"),
    "until": ("5m", "15m", "1h", "6h", "24h", "today", "yesterday"),
}
"""Values that are known before any event is, most likely ones first."""


class Vocabulary:
    """What each key of the query language may be followed by, the most frequent first.

    Counting is not undone when events leave the memory: what was seen may be typed.
    """

    def __init__(self) -> None:
        self._seen: dict[str, Counter[str]] = {
            key: Counter() for key in ("domain", "set", "identity", "subtype", "status")
        }

    def add(self, events: Iterable[Event]) -> None:
        """Count the values of new events."""
        events = tuple(events)
        seen = self._seen
        problems = [event for event in events if event.event_type in PROBLEM_TYPES]
        for key, values in (
            ("domain", ((event.recipient or "").rpartition("@")[2] for event in events)),
            ("set", (event.configuration_set for event in events)),
            ("identity", (event.identity for event in events)),
            ("status", (event.smtp_status for event in problems)),
            ("subtype", chain.from_iterable(map(_subtypes, problems))),
        ):
            seen[key].update(value for value in values if value)
            if len(seen[key]) > MOST_NAMES:
                seen[key] = Counter(dict(seen[key].most_common(MOST_NAMES // 2)))

    def values(self, key: str) -> list[str]:
        """Values of `key` that can be typed and shown as they are."""
        seen = self._seen.get(key, Counter[str]())
        likely = (name for name, _ in seen.most_common() if _can_be_typed(name))
        return list(dict.fromkeys(chain(likely, _FIXED.get(key, ()))))


def _subtypes(event: Event) -> tuple[str | None, ...]:
    return (
        event.bounce_subtype,
        event.complaint_type,
        event.complaint_subtype,
        event.delay_type,
    )


def _can_be_typed(value: str) -> bool:
    """No value that a terminal would not show as it is, or that means a pattern."""
    plain = '"' not in value and "*" not in value
    return plain and len(value) <= _LONGEST and sanitise(value) == value
