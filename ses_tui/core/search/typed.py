"""From what is typed into the line of a search to the query that is carried out."""

from typing import Final

from ses_tui.core.query import Query
from ses_tui.core.query.fields import TIME_KEYS
from ses_tui.core.query.syntax import Term, split_terms
from ses_tui.core.search.narrowing import wanted_message_ids
from ses_tui.core.search.pasted import pasted_address, pasted_message_id
from ses_tui.core.windows import WINDOWS, Window
from ses_tui.core.zone import Zone

DEFAULT_RANGE: Final = WINDOWS[-1]


def meant(text: str) -> str:
    """`text` as a query, with a key before what can only mean one thing.

    What is nothing but a whole address is looked for as a recipient, and what is a message id as
    that, in whatever it was copied with: a key finds them at once, where bare words would mean to
    read all of the range. Raises `QueryError`.
    """
    if keyed := _keyed(text):
        return keyed
    terms = split_terms(text)
    bare = [term for term in terms if term.key is None and not term.excluded]
    if not bare or any(term.key not in TIME_KEYS for term in terms if term.key):
        return text
    start = bare[0].position
    after = [term.position for term in terms if term not in bare and term.position > start]
    end = min(after, default=len(text))
    if bare[-1].position < end and (keyed := _keyed(text[start:end])):
        return f"{text[:start]}{keyed} {text[end:]}".strip()
    return text


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


def _keyed(words: str) -> str:
    """`words` with the key that they can only mean; empty where they may mean more."""
    if (message_id := pasted_message_id(words)) is not None:
        return Term("id", message_id, excluded=False, position=0).text
    address = pasted_address(words)
    if address is None or words.lstrip().startswith("-"):
        return ""
    return Term("to", address, excluded=False, position=0).text
