"""How the reader wants the rows of a search: of what, sorted by what, which way round."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from recorder.model.event import Event
from ses_tui.core.message_story import Outcome
from ses_tui.core.search.results import (
    Result,
    Sorting,
    results_by_event,
    results_by_message,
    sorted_results,
)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Rows for messages or for events, and their order."""

    by_message: bool = True
    sorting: Sorting = Sorting.TIME
    backwards: bool = False

    @property
    def words(self) -> str:
        """The order, and what a row is."""
        if self.sorting is Sorting.TIME:
            order = "oldest first" if self.backwards else "newest first"
        else:
            order = f"by {self.sorting}{', backwards' if self.backwards else ''}"
        return f"{order}  {'messages' if self.by_message else 'events'}"

    def turned(self) -> "Arrangement":
        """Rows for events instead of messages, or the other way round."""
        return replace(self, by_message=not self.by_message)

    def sorted_by_next(self) -> "Arrangement":
        """Sorted by the next column; an event has no status of its own to be sorted by."""
        sortings = [each for each in Sorting if self.by_message or each is not Sorting.STATUS]
        index = sortings.index(self.sorting) + 1 if self.sorting in sortings else 0
        return replace(self, sorting=sortings[index % len(sortings)], backwards=False)

    def reversed(self) -> "Arrangement":
        """The same order the other way round."""
        return replace(self, backwards=not self.backwards)

    def rows(self, events: Iterable[Event], outcomes: Mapping[str, Outcome]) -> tuple[Result, ...]:
        """The rows of `events`, newest first, whose outcomes are known for some event ids."""
        rows_of = results_by_message if self.by_message else results_by_event
        return sorted_results(rows_of(events, outcomes), self.sorting, backwards=self.backwards)
