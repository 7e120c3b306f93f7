"""The line where a search is typed: that of the filter, which knows saved searches as well."""

from ses_tui.core.completion import MOST_CANDIDATES, Completion, Words
from ses_tui.core.input_history import InputHistory
from ses_tui.core.saved_search import SavedSearches
from ses_tui.ui.widgets.filter_input import FilterInput


class SearchInput(FilterInput):
    """Completes the name of a saved search to its query."""

    def __init__(self, words: Words, history: InputHistory, saved: SavedSearches) -> None:
        self._saved = saved
        super().__init__(words, history)
        self.placeholder = "an address, a message id, or type:bounce domain:gmail.com since:2h"

    def completion_of(self, text: str, cursor: int) -> Completion:
        """Saved searches whose names begin with all that is typed, else what a filter has."""
        named = self._saved.beginning_with(text) if cursor == len(text) else ()
        queries = tuple(dict.fromkeys(each.query for each in named if each.query != text))
        if queries:
            return Completion(queries[:MOST_CANDIDATES], 0, len(text))
        return super().completion_of(text, cursor)
