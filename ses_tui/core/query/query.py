"""A parsed query: one evaluator for the list, for searches and for the command line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress

from recorder.model.columns import EventColumns
from recorder.model.event import Event
from ses_tui.core.message_story import Outcome, OutcomeOf, outcome_alone
from ses_tui.core.moments import EXAMPLES, parse_moment
from ses_tui.core.query.conditions import Condition, OutcomeTest, all_passing, condition_of
from ses_tui.core.query.fields import TIME_KEYS, FieldTest
from ses_tui.core.query.syntax import QueryError, Term, split_terms
from ses_tui.core.zone import UTC_ZONE, Zone


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold, without regard to case; an empty query lets everything through.

    A key that is repeated means any of its values; a bare word that is repeated does not, since
    each word narrows. Times mean `recorded_at`, from `since` on and before `until`.
    """

    terms: tuple[Term, ...] = ()
    since: int | None = None
    until: int | None = None
    conditions: tuple[Condition, ...] = field(default=(), repr=False, compare=False)
    """What has to hold: each time, each excluded term, each bare word, all terms of one key."""
    _of_fields: tuple[Condition, ...] = field(default=(), repr=False, compare=False)
    _outcome_tests: tuple[OutcomeTest, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, *, now_ms: int = 0, zone: Zone = UTC_ZONE) -> "Query":
        """The query that `text` means, relative times seen from `now_ms`.

        Raises `QueryError`, which names the nearest valid word and the position.
        """
        return cls.of(tuple(split_terms(text)), now_ms=now_ms, zone=zone)

    @classmethod
    def of(cls, terms: tuple[Term, ...], *, now_ms: int = 0, zone: Zone = UTC_ZONE) -> "Query":
        """The query of terms that nobody typed, as of an address with quotes. As `parse`."""
        times: dict[str, tuple[Term, int]] = {}
        groups: dict[object, list[Term]] = {}
        for term in terms:
            if term.key in TIME_KEYS:
                times[term.key or ""] = (term, _moment(term, now_ms, zone))
            else:
                alone = term.excluded or term.key is None
                groups.setdefault(term if alone else term.key, []).append(term)
        since, until = (times[key][1] if key in times else None for key in TIME_KEYS)
        of_terms = [condition_of(tuple(group)) for group in groups.values()]
        return cls(
            terms,
            since,
            until,
            (*(_time_condition(*each) for each in times.values()), *of_terms),
            tuple(condition for condition in of_terms if condition.outcome_test is None),
            tuple(c.outcome_test for c in of_terms if c.outcome_test is not None),
        )

    @property
    def text(self) -> str:
        """The canonical form."""
        return " ".join(term.text for term in self.terms)

    @property
    def asks_for_outcome(self) -> bool:
        """Whether more has to be known of a message than one event."""
        return bool(self._outcome_tests)

    @property
    def wanted_texts(self) -> tuple[tuple[bytes, ...], ...]:
        """Of each, an event that passes holds at least one text: ASCII in lower case, UTF-8."""
        return tuple(c.wanted_texts for c in self.conditions if c.wanted_texts)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, event: Event, outcome_of: OutcomeOf = outcome_alone) -> bool:
        """Whether `event` passes.

        `outcome_of` says what became of the event's message for its recipient. By default that is
        what the event tells by itself.
        """
        if self.since is not None and event.recorded_at < self.since:
            return False
        if self.until is not None and event.recorded_at >= self.until:
            return False
        for condition in self._of_fields:
            if not condition.holds(event):
                return False
        return not self._outcome_tests or self.allows(outcome_of(event))

    def allows(self, outcome: Outcome) -> bool:
        """Whether the terms about outcomes let a message with that one through."""
        return all(test(outcome) for test in self._outcome_tests)

    def may_match(self, event: Event) -> bool:
        """Whether `event` passes by all but the outcome of its message."""
        return all(c.holds(event) for c in self.conditions if c.outcome_test is None)

    def rows_of(self, events: EventColumns) -> Sequence[int]:
        """The rows of the events of which `may_match` says so."""
        verdicts = all_passing(events)
        for condition in self.conditions:
            if condition.outcome_test is None and verdicts:
                verdicts &= condition.judge(events)
        return [*compress(range(len(events)), verdicts.to_bytes(len(events), "little"))]


def _moment(term: Term, now_ms: int, zone: Zone) -> int:
    if term.excluded:
        raise QueryError(f"-{term.key}: cannot be excluded: use the other bound", term.position)
    moment = parse_moment(term.value, now_ms, zone)
    if moment is None:
        raise QueryError(f"{term.key}:{term.value} is no time: write {EXAMPLES}", term.position)
    return moment


def _time_condition(term: Term, moment: int) -> Condition:
    # An integer's own methods, since they take half the time of a function.
    passes = moment.__le__ if term.key == "since" else moment.__gt__
    return Condition((term,), (FieldTest(("recorded_at",), passes),))
