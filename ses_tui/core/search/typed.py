"""From what is typed into the line of a search to the query that is carried out."""

import re
from typing import Final

from ses_tui.core.query import Query
from ses_tui.core.query.fields import TIME_KEYS, names_address
from ses_tui.core.query.syntax import Term
from ses_tui.core.search.narrowing import wanted_message_ids
from ses_tui.core.windows import WINDOWS, Window
from ses_tui.core.zone import Zone

DEFAULT_RANGE: Final = WINDOWS[-1]
_MESSAGE_ID: Final = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9]{6}")
"""As SES makes them (SES developer guide, examples of event records)."""


def meant(query: Query) -> str:
    """The text of `query`, with a key before what can only mean one thing.

    A word alone that is a whole address is looked for as a recipient, and one that is a message id
    as that: a key finds them at once, where a bare word would mean to read all of the range.
    """
    bare = [term for term in query.terms if term.key is None and not term.excluded]
    if len(bare) != 1 or any(term.key not in TIME_KEYS for term in query.terms if term.key):
        return query.text
    key = _key_of(bare[0].value)
    terms = (Term(key, t.value, t.excluded, 0) if t is bare[0] else t for t in query.terms)
    return " ".join(term.text for term in terms)


def with_range(query: Query, window: Window) -> str:
    """The text of `query` over the last hours of `window`, in place of the times it names."""
    terms = [term.text for term in query.terms if term.key not in TIME_KEYS]
    since = () if window == DEFAULT_RANGE else (Term("since", window.label, False, 0).text,)
    return " ".join((*terms, *since))


def ranged(query: Query, now_ms: int, zone: Zone) -> Query:
    """`query` with the range it is carried out over: a week, unless it says since when.

    A message is found by its id whenever it was.
    """
    if query.since is not None or wanted_message_ids(query) is not None:
        return query
    since = DEFAULT_RANGE.label
    if query.until is not None:
        start = query.until - DEFAULT_RANGE.length
        since = f"{zone.at(start):%Y-%m-%dT%H:%M}"
    text = " ".join((query.text, Term("since", since, False, 0).text))
    return Query.parse(text, now_ms=now_ms, zone=zone)


def chosen_range(query: Query) -> Window | None:
    """The window that `query` looks back over; `None` where it says something else."""
    times = {term.key: term.value for term in query.terms if term.key in TIME_KEYS}
    if not times:
        return None if wanted_message_ids(query) is not None else DEFAULT_RANGE
    if "until" in times:
        return None
    return next((window for window in WINDOWS if window.label == times["since"]), None)


def range_in_words(query: Query, zone: Zone) -> str:
    """The range of a query, as in `last 24h` or `2026-11-23 06:00 to now`."""
    window = chosen_range(query)
    if window is not None:
        return f"last {window.label}"
    if query.since is None and query.until is None:
        return "all that is kept"
    since = "first event" if query.since is None else f"{zone.at(query.since):%Y-%m-%d %H:%M}"
    until = "now" if query.until is None else f"{zone.at(query.until):%Y-%m-%d %H:%M}"
    return f"{since} to {until}"


def _key_of(word: str) -> str | None:
    if _MESSAGE_ID.fullmatch(word):
        return "id"
    return "to" if "*" not in word and names_address(word) else None
