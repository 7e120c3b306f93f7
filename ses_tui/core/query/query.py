"""A parsed query: one evaluator for the list, for searches and for the command line."""

from dataclasses import dataclass, field

from recorder.model.event import Event
from ses_tui.core.query.fields import TIME_KEYS, Test, test_of
from ses_tui.core.query.syntax import QueryError, Term, split_terms
from ses_tui.core.query.times import EXAMPLES, parse_moment
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
    _tests: tuple[Test, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, *, now_ms: int = 0, zone: Zone = UTC_ZONE) -> "Query":
        """The query that `text` means, relative times seen from `now_ms`.

        Raises `QueryError`, which names the nearest valid word and the position.
        """
        terms = tuple(split_terms(text))
        any_of: dict[str, list[Test]] = {}
        tests: list[Test] = []
        times: dict[str, int] = {}
        for term in terms:
            if term.key in TIME_KEYS:
                times[term.key or ""] = _moment(term, now_ms, zone)
                continue
            test = test_of(term)
            if term.excluded:
                tests.append(_not(test))
            elif term.key is None:
                tests.append(test)
            else:
                any_of.setdefault(term.key, []).append(test)
        tests += [_one_of(tuple(group)) for group in any_of.values()]
        return cls(terms, times.get("since"), times.get("until"), tuple(tests))

    @property
    def text(self) -> str:
        """The canonical form."""
        return " ".join(term.text for term in self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, event: Event) -> bool:
        """Whether `event` passes."""
        if self.since is not None and event.recorded_at < self.since:
            return False
        if self.until is not None and event.recorded_at >= self.until:
            return False
        return all(test(event) for test in self._tests)


def _moment(term: Term, now_ms: int, zone: Zone) -> int:
    if term.excluded:
        raise QueryError(f"-{term.key}: cannot be excluded: use the other bound", term.position)
    moment = parse_moment(term.value, now_ms, zone)
    if moment is None:
        raise QueryError(f"{term.key}:{term.value} is no time: write {EXAMPLES}", term.position)
    return moment


def _not(test: Test) -> Test:
    return lambda event: not test(event)


def _one_of(tests: tuple[Test, ...]) -> Test:
    return tests[0] if len(tests) == 1 else lambda event: any(test(event) for test in tests)
