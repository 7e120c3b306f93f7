"""Which term of a filter is why nothing is shown."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ses_tui.core.message_story import OutcomeOf
from ses_tui.core.query import Query
from ses_tui.core.store.chunk import Chunk
from ses_tui.core.store.chunk_scan import ChunkScan
from ses_tui.core.store.event_store import EventStore

_MOST_TERMS: Final = 2


@dataclass(frozen=True, slots=True)
class Blocking:
    """One term, or a pair of them; terms of one key that mean any of their values are one."""

    terms: tuple[str, ...]
    """In canonical form."""
    shown_without: int
    """How many events would pass without them."""


class BlockingTerms:
    """For a query that nothing passes: looks for the smallest part whose removal shows something.

    `look_next` looks at one chunk more while `under_way`; `update` follows the store.
    """

    def __init__(self, store: EventStore, query: Query, outcome_of: OutcomeOf) -> None:
        self._conditions = query.conditions
        self._outcome_of = outcome_of
        self._scan = ChunkScan(store, self._look_at)
        self._totals: Counter[tuple[int, ...]] | None = None

    @property
    def under_way(self) -> bool:
        """Whether there are events that were not looked at yet."""
        return self._scan.under_way

    def look_next(self) -> None:
        """Look at one chunk more."""
        self._scan.next()
        self._totals = None

    def update(self) -> None:
        """Follow the store."""
        self._scan.update()
        self._totals = None

    @property
    def found(self) -> Blocking | None:
        """The term, else the pair, without which most of what was looked at would pass."""
        if self._totals is None:
            self._totals = Counter()
            for counts in self._scan.results.values():
                self._totals.update(counts)
        if not self._totals:
            return None
        totals = self._totals
        failing = min(totals, key=lambda each: (len(each), -totals[each], each))
        terms = tuple(self._conditions[number].text for number in failing)
        return Blocking(terms, totals[failing])

    def _look_at(self, chunk: Chunk) -> Counter[tuple[int, ...]]:
        """How many events fail at just one or two conditions, by which."""
        counts: Counter[tuple[int, ...]] = Counter()
        for event in chunk.read():
            failing = (
                number
                for number, condition in enumerate(self._conditions)
                if not condition.holds(event, self._outcome_of)
            )
            first = tuple(islice(failing, _MOST_TERMS + 1))
            if 0 < len(first) <= _MOST_TERMS:
                counts[first] += 1
        return counts
