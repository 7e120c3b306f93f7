"""The best explanation of an event's problem, the most specific first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from recorder.model.event import DELIVERY, DELIVERY_DELAY, PROBLEM_TYPES, Event
from recorder.model.keys import split_address
from ses_tui.core.explanation.explanation import Explanation
from ses_tui.core.explanation.phrases import explain_phrase
from ses_tui.core.explanation.provider import LONGEST_TEXT, explain_diagnostic
from ses_tui.core.explanation.ses_terms import explain_term
from ses_tui.core.explanation.status import (
    EXPIRED,
    explain_status,
    is_registered,
    normalise_status,
    statuses_in,
)

_REPLY_CODE: Final = re.compile(r"\b([245][0-9]{2})\b")
_FIRST_WORDS: Final = 40
"""Characters of a diagnostic in which a lone reply code stands, behind `smtp;` or the like."""


def explain(event: Event) -> Explanation | None:
    """Why the event is a problem and what to do, or `None` if it is none or nothing is known.

    Of a delivery it says what that proves, and where to look on.

    A provider's own code comes first, then SES's subtype, then the enhanced status code, then the
    class of a code; subtypes that only say "general" come after a status code that says more. The
    words of any server come before a code that tells little. SES publishes bounces only after its
    last try, and delays while it still tries.
    """
    if event.event_type == DELIVERY:
        return explain_term(event, general=False)
    if event.event_type not in PROBLEM_TYPES:
        return None
    found = next((candidate for candidate in _candidates(event) if candidate is not None), None)
    if found is None:
        return None
    return replace(found, will_be_retried=event.event_type == DELIVERY_DELAY)


def _candidates(event: Event) -> Iterator[Explanation | None]:
    diagnostic = (event.diagnostic or "")[:LONGEST_TEXT]
    statuses = _statuses(event, diagnostic)
    best = statuses[0] if statuses else None
    yield explain_diagnostic(diagnostic, split_address(event.recipient or "")[1])
    yield explain_term(event, general=False)
    if best is None or _vagueness(best) or best[2:] in _CATCH_ALL:
        yield explain_phrase(diagnostic, best or "")
    if best is not None and _vagueness(best) <= _EXPIRED_TELLS:
        yield explain_status(best)
    yield explain_term(event, general=True)
    if best is not None:
        yield explain_status(best)
    if reply := _REPLY_CODE.search(diagnostic[:_FIRST_WORDS]):
        yield explain_status(reply[1])


def _statuses(event: Event, diagnostic: str) -> list[str]:
    """The event's enhanced status codes, the one that tells most first."""
    given = normalise_status(event.smtp_status or "")
    return sorted([*([given] if given else []), *statuses_in(diagnostic)], key=_vagueness)


_EXPIRED_TELLS: Final = 1
_CATCH_ALL: Final = frozenset({"1.1", "2.1", "3.2", "5.1", "7.1"})
"""Registered codes that servers give for many other reasons, too."""


def _vagueness(status: str) -> int:
    """How little a code tells: registered 0, expired 1, unregistered 2, `x.y.0` 3."""
    if status.endswith(".0"):
        return 3
    if not is_registered(status):
        return 2
    return _EXPIRED_TELLS if status[2:] == EXPIRED else 0
