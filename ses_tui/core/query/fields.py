"""The keys of the query language, and which text of an event each one looks at."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from recorder.model.event import EVENT_TYPES, Event
from recorder.model.keys import split_address
from ses_tui.core.message_story import Outcome
from ses_tui.core.query.patterns import Matcher, whole, within
from ses_tui.core.query.syntax import QueryError, Term, nearest

Test = Callable[[Event], bool]
TextsOf = Callable[[Event], Iterator[str | None]]


def _recipient(event: Event) -> Iterator[str | None]:
    yield event.recipient
    yield event.recipient_raw


def _address(event: Event) -> Iterator[str | None]:
    yield event.recipient


def _domain(event: Event) -> Iterator[str | None]:
    if event.recipient:
        domain = split_address(event.recipient)[1]
        yield domain
        if "xn--" in domain:
            yield _decoded(domain)


def _subtype(event: Event) -> Iterator[str | None]:
    yield event.bounce_subtype
    yield event.complaint_type
    yield event.complaint_subtype
    yield event.delay_type


def _tags(event: Event) -> Iterator[str | None]:
    for name, values in (event.tags or {}).items():
        yield name
        for value in values:
            yield f"{name}={value}"


def _diagnostic(event: Event) -> Iterator[str | None]:
    yield event.diagnostic
    yield event.reject_reason
    yield event.failure_reason


def _listed(event: Event) -> Iterator[str | None]:
    yield event.recipient
    yield event.sender
    yield event.subject
    yield event.message_id
    yield event.diagnostic


def _everything(event: Event) -> Iterator[str | None]:
    for value in event:
        if isinstance(value, str):
            yield value
    yield from _tags(event)


WHOLE_FIELDS: Final[dict[str, TextsOf]] = {
    "to": _recipient,
    "from": lambda event: iter((event.sender,)),
    "domain": _domain,
    "identity": lambda event: iter((event.identity,)),
    "id": lambda event: iter((event.message_id,)),
    "type": lambda event: iter((event.event_type,)),
    "subtype": _subtype,
    "status": lambda event: iter((event.smtp_status,)),
    "tag": _tags,
    "set": lambda event: iter((event.configuration_set,)),
}
"""Keys whose value is the whole of a field, unless `*` says otherwise."""

INNER_FIELDS: Final[dict[str, TextsOf]] = {
    "subject": lambda event: iter((event.subject,)),
    "diagnostic": _diagnostic,
    "text": _everything,
}
"""Keys whose value stands somewhere inside a field."""

_BLANKS: Final = str.maketrans("_-", "  ")
_WHOLE_DOMAIN: Final = re.compile(r'@[^\s<>"(),;:\\*@]+\Z')
TIME_KEYS: Final = ("since", "until")
OUTCOME_KEY: Final = "outcome"
"""What became of the event's message for its recipient: derived, and no field of any event."""
KEYS: Final = (*WHOLE_FIELDS, OUTCOME_KEY, *INNER_FIELDS, *TIME_KEYS)


def test_of(term: Term) -> Test:
    """The test that a term other than a time or outcome makes. Raises `QueryError`."""
    if term.key is None:
        return _any(_listed, within(term.value))
    if term.key in INNER_FIELDS:
        return _any(INNER_FIELDS[term.key], within(term.value))
    if term.key not in WHOLE_FIELDS:
        raise QueryError(f"{term.key}: is no key: {nearest(term.key, KEYS)}", term.position)
    if term.key == "to" and names_address(term.value):
        return _any(_address, whole(value_of(term)))
    if term.key == "id" and "*" not in term.value:
        return _any(WHOLE_FIELDS["id"], frozenset(message_ids(term.value)).__contains__)
    return _any(WHOLE_FIELDS[term.key], whole(value_of(term)))


def names_address(value: str) -> bool:
    """Whether the value of `to:` ends in a whole domain, as in `maria*@shop.example`.

    Such a value is compared with the bare address; any other with the recipient as SES wrote it as
    well, display name included.
    """
    return _WHOLE_DOMAIN.search(value) is not None


def message_ids(value: str) -> tuple[str, ...]:
    """The message ids that a value of `id:` without `*` may mean: as written, or in lower case.

    SES writes its ids in lower case.
    """
    return tuple(dict.fromkeys((value, value.lower())))


def value_of(term: Term) -> str:
    """What a term's value is compared as. Raises `QueryError` for a type that is none."""
    if term.key == "type":
        return _type_name(term)
    if term.key == "domain":
        return _encoded(term.value)
    if term.key == "to" and names_address(term.value):
        return with_encoded_domain(term.value)
    return term.value


def with_encoded_domain(address: str) -> str:
    """An address with its domain in Punycode, as it is recorded."""
    local, domain = split_address(address)
    return f"{local}@{_encoded(domain)}"


def outcome_pattern(term: Term) -> str:
    """The outcome that a term names, with `_` or `-` for a blank if need be.

    Raises `QueryError`, which names the nearest outcome.
    """
    if "*" in term.value:
        return term.value
    names = {_joined(outcome): outcome.value for outcome in Outcome}
    name = names.get(_joined(term.value))
    if name is None:
        outcomes = tuple(outcome.value for outcome in Outcome)
        hint = nearest(term.value, outcomes)
        raise QueryError(f"outcome:{term.value} is no outcome: {hint}", term.position)
    return name


def _joined(name: str) -> str:
    return name.lower().translate(_BLANKS)


def _any(texts_of: TextsOf, matches: Matcher) -> Test:
    def test(event: Event) -> bool:
        for text in texts_of(event):  # noqa: SIM110 - A generator would take twice the time.
            if text is not None and matches(text):
                return True
        return False

    return test


def _type_name(term: Term) -> str:
    if "*" in term.value:
        return term.value
    names = {name.lower(): name for name in EVENT_TYPES}
    name = names.get(term.value.lower().replace(" ", "").replace("_", ""))
    if name is None:
        hint = nearest(term.value, tuple(names))
        raise QueryError(f"type:{term.value} is no event type: {hint}", term.position)
    return name


def _encoded(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


@lru_cache(maxsize=1_000)
def _decoded(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain
