"""Looking through the contents of feed pages, most of them without making events of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from recorder.model.event import Event
from recorder.model.garbage import collection_paused
from recorder.model.item import Item, is_expired
from recorder.model.page import PageError, decode_expanded_page, expand_page
from ses_tui.aws.feed_pages import body_of, event_count_of
from ses_tui.core.query import Query
from ses_tui.core.search.page_outcomes import PageOutcomes
from ses_tui.core.store.packing import searchable


@dataclass(slots=True)
class Examined:
    """What was in some pages."""

    events: list[Event] = field(default_factory=list)
    """Those that pass, as far as each tells by itself."""
    count: int = 0
    unreadable: int = 0
    """Events of pages that could not be decoded."""


class PageExaminer:
    """Finds the events that pass; passes over pages in which a text of the query stands nowhere.

    Texts of events stand in a page's JSON as they are, but for quotation marks and backslashes.
    """

    def __init__(self, query: Query, now_ms: int, outcomes: PageOutcomes | None = None) -> None:
        """With `outcomes` every page is taken in there, too, so that none is passed over."""
        self._query = query
        self._now_ms = now_ms
        self._outcomes = outcomes
        self._wanted = [tuple(map(_escaped, texts)) for texts in query.wanted_texts]

    def examine(self, items: Sequence[Item]) -> Examined:
        """What the pages hold that have not expired. Never raises on what a page holds."""
        examined = Examined()
        with collection_paused():
            for item in items:
                if not is_expired(item, self._now_ms):
                    self._examine_page(item, examined)
        return examined

    def _examine_page(self, item: Item, examined: Examined) -> None:
        try:
            expanded = expand_page(body_of(item))
            may_hold = self._may_hold(expanded)
            if self._outcomes is None and not may_hold:
                examined.count += event_count_of(item)
                return
            columns = decode_expanded_page(expanded).columns
        except PageError:
            examined.unreadable += max(1, event_count_of(item))
            if self._outcomes is not None:
                self._outcomes.give_up()
            return
        examined.count += len(columns)
        if may_hold:
            examined.events += columns.at(self._query.rows_of(columns))
        if self._outcomes is not None:
            self._outcomes.take_in(columns)

    def _may_hold(self, expanded: bytes) -> bool:
        if not self._wanted:
            return True
        text = searchable(expanded)
        return all(any(one in text for one in texts) for texts in self._wanted)


def _escaped(text: bytes) -> bytes:
    return orjson.dumps(text.decode("ascii"))[1:-1]
