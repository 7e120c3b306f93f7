"""What has to hold for an event to pass: some terms of a query, one of which is enough."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from recorder.model.columns import EventColumns
from recorder.model.domain_names import ENCODED_START
from recorder.model.event import Event
from ses_tui.core.message_story import Outcome, OutcomeOf, outcome_alone
from ses_tui.core.query.fields import (
    OUTCOME_KEY,
    FieldTest,
    looks_at_readable,
    outcome_pattern,
    tests_of,
    value_of,
)
from ses_tui.core.query.patterns import whole
from ses_tui.core.query.syntax import Term

OutcomeTest = Callable[[Outcome], bool]

_LITERALS: Final = re.compile(r"[\x20-\x7e]+")
_ENCODED_DOMAIN: Final = ENCODED_START.encode("ascii")


@dataclass(frozen=True, slots=True)
class Condition:
    """Either `tests` or `outcome_test` is there."""

    terms: tuple[Term, ...]
    tests: tuple[FieldTest, ...] = ()
    """One of them has to hold."""
    excluded: bool = False
    """Then none of them may."""
    outcome_test: OutcomeTest | None = None
    wanted_texts: tuple[bytes, ...] = ()
    """One of them, ASCII in lower case, is in every event that passes; empty: nothing is known."""

    @property
    def text(self) -> str:
        """Its terms in canonical form."""
        return " ".join(term.text for term in self.terms)

    def holds(self, event: Event, outcome_of: OutcomeOf = outcome_alone) -> bool:
        """Whether `event` passes this condition."""
        if self.outcome_test is not None:
            return self.outcome_test(outcome_of(event))
        for test in self.tests:
            if test.holds(event):
                return not self.excluded
        return self.excluded

    def judge(self, events: EventColumns) -> int:
        """The events that pass, as `FieldTest.judge` gives them; not for outcomes."""
        verdicts = 0
        for test in self.tests:
            verdicts |= test.judge(events)
        return verdicts ^ all_passing(events) if self.excluded else verdicts


def all_passing(events: EventColumns) -> int:
    """The verdict that all pass."""
    return int.from_bytes(b"\1" * len(events), "little")


def condition_of(terms: tuple[Term, ...]) -> Condition:
    """The condition of one excluded term or bare word, or of all terms of a key but a time's.

    Raises `QueryError`.
    """
    first = terms[0]
    if first.key == OUTCOME_KEY:
        return Condition(terms, outcome_test=_outcome_test(terms))
    tests = tuple(test for term in terms for test in tests_of(term))
    if first.excluded:
        return Condition(terms, tests, excluded=True)
    wanted = tuple(map(_wanted_texts, terms))
    texts = tuple(text for each in wanted for text in each) if all(wanted) else ()
    return Condition(terms, tests, wanted_texts=texts)


def _outcome_test(terms: tuple[Term, ...]) -> OutcomeTest:
    matchers = tuple(whole(outcome_pattern(term)) for term in terms)
    named = {o for o in Outcome if any(matches(o.value) for matches in matchers)}
    passing = frozenset(set(Outcome) - named if terms[0].excluded else named)
    return lambda outcome: outcome in passing


def _wanted_texts(term: Term) -> tuple[bytes, ...]:
    """The longest run of characters that stands in an event just as it stands in the term.

    A tag is written `name=value` in a query only, and a star stands for anything.
    """
    literals = (
        literal
        for run in _LITERALS.findall(value_of(term).lower())
        for literal in re.split("[*=]", run)
    )
    longest = max(literals, key=len, default="")
    if not longest:
        return ()
    text = longest.encode("ascii")
    return (text, _ENCODED_DOMAIN) if looks_at_readable(term) else (text,)
