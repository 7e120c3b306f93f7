"""The keys of the query language, and which text of an event each one looks at."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from recorder.model.columns import EventColumns
from recorder.model.domain_names import ENCODED_START, encoded_domain, readable_domains
from recorder.model.event import EVENT_TYPES, FIELDS_WITHOUT_TEXT, Event
from recorder.model.keys import split_address
from ses_tui.core.message_story import Outcome
from ses_tui.core.query.patterns import Matcher, whole, within
from ses_tui.core.query.syntax import QueryError, Term, nearest

_SUBTYPES: Final = ("bounce_subtype", "complaint_type", "complaint_subtype", "delay_type")
_LISTED: Final = ("recipient", "sender", "subject", "message_id", "diagnostic")
"""Where a bare word is looked for."""
_TAGS: Final = ("tags",)

WHOLE_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "to": ("recipient", "recipient_raw"),
    "from": ("sender",),
    "domain": ("recipient",),
    "identity": ("identity",),
    "id": ("message_id",),
    "type": ("event_type",),
    "subtype": _SUBTYPES,
    "status": ("smtp_status",),
    "tag": _TAGS,
    "set": ("configuration_set",),
}
"""Fields of an event that a key looks at; its value is the whole of one, unless `*` says otherwise.
"""

INNER_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("subject",),
    "diagnostic": ("diagnostic", "reject_reason", "failure_reason"),
    "text": tuple(
        name for name in Event._fields if name not in FIELDS_WITHOUT_TEXT and name not in _TAGS
    ),
}
"""As above, of keys whose value stands somewhere inside a field."""

_BLANKS: Final = str.maketrans("_-", "  ")
_WHOLE_DOMAIN: Final = re.compile(r'@[^\s<>"(),;:\\*@]+\Z')
TIME_KEYS: Final = ("since", "until")
OUTCOME_KEY: Final = "outcome"
"""What became of the event's message for its recipient: derived, and no field of any event."""
KEYS: Final = (*WHOLE_FIELDS, OUTCOME_KEY, *INNER_FIELDS, *TIME_KEYS)


@dataclass(frozen=True, slots=True)
class FieldTest:
    """Whether the value of one of some fields passes: of an event, or of all events in columns."""

    fields: tuple[str, ...]
    passes: Callable[[Any], bool]
    """Is asked of values that are there."""
    _positions: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        positions = tuple(map(Event._fields.index, self.fields))
        object.__setattr__(self, "_positions", positions)

    def holds(self, event: Event) -> bool:
        """Whether `event` passes."""
        passes = self.passes
        for position in self._positions:
            value = event[position]
            if value is not None and passes(value):
                return True
        return False

    def judge(self, events: EventColumns) -> int:
        """The events that pass: a number with a byte for each, 1 or 0, the first the lowest."""
        verdicts = 0
        for name in self.fields:
            judged = events.column(name).judge(self.passes)
            verdicts |= int.from_bytes(judged, "little")
        return verdicts


def tests_of(term: Term) -> tuple[FieldTest, ...]:
    """The tests of a term other than a time or outcome: one has to hold. Raises `QueryError`."""
    if term.key is None:
        return (FieldTest(_LISTED, _in_readable(within, term.value)),)
    if term.key in INNER_FIELDS:
        matches = _in_readable(within, term.value)
        tests = (FieldTest(INNER_FIELDS[term.key], matches),)
        return (*tests, FieldTest(_TAGS, _any_tag(matches))) if term.key == "text" else tests
    if term.key not in WHOLE_FIELDS:
        raise QueryError(f"{term.key}: is no key: {nearest(term.key, KEYS)}", term.position)
    if term.key == "to" and names_address(term.value):
        return (FieldTest(("recipient",), whole(value_of(term))),)
    matches = _in_readable(whole, value_of(term))
    if term.key == "tag":
        return (FieldTest(_TAGS, _any_tag(matches)),)
    if term.key == "id" and "*" not in term.value:
        matches = frozenset(message_ids(term.value)).__contains__
    elif term.key == "domain":
        matches = _domain_of_address(matches)
    return (FieldTest(WHOLE_FIELDS[term.key], matches),)


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
    if term.key == "domain" and "*" not in term.value:
        return encoded_domain(term.value)
    if term.key == "to" and names_address(term.value):
        return with_encoded_domain(term.value)
    return term.value


def with_encoded_domain(address: str) -> str:
    """An address with its domain in Punycode, as it is recorded."""
    local, domain = split_address(address)
    return f"{local}@{encoded_domain(domain)}"


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


def _domain_of_address(matches: Matcher) -> Matcher:
    """The domain as it is recorded, or as its readers write it."""

    def passes(address: str) -> bool:
        domain = split_address(address)[1] if address else ""
        return matches(domain) or (ENCODED_START in domain and matches(readable_domains(domain)))

    return passes


def looks_at_readable(term: Term) -> bool:
    """Whether domains are compared as their readers write them, too.

    A word of ASCII letters stands in Punycode just as in what that means, so that most words cost
    nothing more.
    """
    return term.key == "domain" or not term.value.isascii()


def _in_readable(compare: Callable[[str], Matcher], value: str) -> Matcher:
    """`compare(value)`, which takes text as it is recorded or with its domains readable."""
    matches = compare(value)
    if value.isascii():
        return matches
    # As IDNA has letters with marks on them (RFC 5891, section 5.3).
    composed = compare(unicodedata.normalize("NFC", value))
    return lambda text: (
        matches(text) or (ENCODED_START in text and composed(readable_domains(text)))
    )


def _any_tag(matches: Matcher) -> Callable[[Mapping[str, Sequence[str]]], bool]:
    def passes(tags: Mapping[str, Sequence[str]]) -> bool:
        for name, values in tags.items():
            if matches(name):
                return True
            for value in values:  # A generator would take twice the time.
                if matches(f"{name}={value}"):
                    return True
        return False

    return passes


def _type_name(term: Term) -> str:
    if "*" in term.value:
        return term.value
    names = {name.lower(): name for name in EVENT_TYPES}
    name = names.get(term.value.lower().replace(" ", "").replace("_", ""))
    if name is None:
        hint = nearest(term.value, tuple(names))
        raise QueryError(f"type:{term.value} is no event type: {hint}", term.position)
    return name
