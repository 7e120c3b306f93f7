"""What a query says about where its events are: message ids, recipients, types.

Each answer names a superset of what passes: it narrows what has to be read, and the query itself
decides about each event. `None` stands for a query that does not narrow in this way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recorder.model.event import (
    CLICK,
    ENGAGEMENT_TYPES,
    EVENT_TYPES,
    OPEN,
    PROBLEM_TYPES,
    Event,
)
from recorder.model.keys import (
    RECIPIENT_BUCKETS,
    recipient_bucket,
    recipient_partition,
    recipient_sort_prefix,
    recipient_sort_range,
    recipient_sort_start,
    split_address,
)
from ses_tui.core.query import Query
from ses_tui.core.query.conditions import Condition
from ses_tui.core.query.fields import message_ids, names_address, value_of
from ses_tui.core.query.syntax import Term

_FIELDS_OUTSIDE_INDEXES: Final = frozenset({"identity", "tag", "text"})


@dataclass(frozen=True, slots=True)
class RecipientRange:
    """A part of one partition of the `rcpt` index."""

    partition: str
    local: str
    """A local part, or what it begins with."""
    exact: bool
    """Whether it is one recipient; then rows are in order of time."""
    domain: str = ""

    def sort_range(self, since: int, until: int) -> tuple[str, str]:
        """Bounds of the sort keys of one recipient's events recorded in [since, until) (ms)."""
        return recipient_sort_range(self.local, since, until)

    @property
    def sort_start(self) -> str:
        """What the sort keys begin with; empty for all of the partition."""
        start_of = recipient_sort_prefix if self.exact else recipient_sort_start
        return start_of(self.local)


def wanted_message_ids(query: Query) -> tuple[str, ...] | None:
    """The message ids that events of `query` may have."""
    terms = _terms(query, "id")
    if not terms or any("*" in term.value for term in terms):
        return None
    return tuple(dict.fromkeys(i for term in terms for i in message_ids(term.value)))


def wanted_recipients(query: Query) -> tuple[RecipientRange, ...] | None:
    """The parts of the `rcpt` index that hold every event of `query` but opens and clicks."""
    for key, ranges_of in (("to", _ranges_of_address), ("domain", _ranges_of_domain)):
        found = [ranges_of(term) for term in _terms(query, key)]
        if found and None not in found:
            return tuple(dict.fromkeys(one for ranges in found for one in ranges or ()))
    return None


def wanted_problems(query: Query) -> tuple[str, ...] | None:
    """The types that events of `query` may have, where all of them are problems."""
    terms = _terms(query, "type")
    if not terms or any("*" in term.value for term in terms):
        return None
    types = [name for name in EVENT_TYPES if may_have_type(query, name)]
    return tuple(types) if PROBLEM_TYPES.issuperset(types) else None


def may_have_type(query: Query, event_type: str) -> bool:
    """Whether the terms about types let events of one type through."""
    probe = Event("", event_type, None, None, 0)
    return all(c.holds(probe) for c in query.conditions if c.terms[0].key == "type")


def may_be_engagement(query: Query) -> bool:
    """Whether opens or clicks may pass: no index holds those."""
    return may_have_type(query, OPEN) or may_have_type(query, CLICK)


def wants_nothing_else(query: Query) -> bool:
    """Whether only opens and clicks may pass."""
    terms = _terms(query, "type")
    if not terms or any("*" in term.value for term in terms):
        return False
    passing = {name for name in EVENT_TYPES if may_have_type(query, name)}
    return bool(passing) and ENGAGEMENT_TYPES.issuperset(passing)


def looks_inside_item(condition: Condition) -> bool:
    """Whether a condition looks at something that indexes do not hold."""
    return any(
        term.key in _FIELDS_OUTSIDE_INDEXES or (term.key == "to" and not names_address(term.value))
        for term in condition.terms
    )


def exact_recipients(query: Query) -> tuple[str, ...]:
    """The addresses that `query` asks for, if it asks for whole ones only."""
    terms = _terms(query, "to")
    if any("*" in term.value or not names_address(term.value) for term in terms):
        return ()
    return tuple(term.value for term in terms)


def _terms(query: Query, key: str) -> tuple[Term, ...]:
    """The terms of one key that are not excluded: one of them has to hold."""
    return tuple(term for term in query.terms if term.key == key and not term.excluded)


def _ranges_of_address(term: Term) -> tuple[RecipientRange, ...] | None:
    if not names_address(term.value):
        return None
    local, domain = split_address(value_of(term).lower())
    start, star, _ = local.partition("*")
    if not star:
        partition = recipient_partition(domain, recipient_bucket(local))
        return (RecipientRange(partition, local, exact=True, domain=domain),)
    return tuple(_ranges_of_start(start, domain))


def _ranges_of_domain(term: Term) -> tuple[RecipientRange, ...] | None:
    domain = value_of(term).lower()
    if "*" in domain or "@" in domain or not domain.isascii():
        return None
    return tuple(_ranges_of_start("", domain))


def _ranges_of_start(start: str, domain: str) -> Iterator[RecipientRange]:
    for bucket in recipient_bucket(start) if start else RECIPIENT_BUCKETS:
        partition = recipient_partition(domain, bucket)
        yield RecipientRange(partition, start, exact=False, domain=domain)
