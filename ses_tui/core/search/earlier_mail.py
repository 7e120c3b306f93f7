"""What became of the newest mail to a recipient before the range that is looked at."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from recorder.model.event import BOUNCE, COMPLAINT, DELIVERY, REJECT, Event
from recorder.model.timestamps import format_timestamp
from ses_tui.core.query import Query
from ses_tui.core.query.syntax import Term
from ses_tui.core.recipient_summary import summary_of
from ses_tui.core.search.carry_out import Searcher
from ses_tui.core.search.progress import SearchBatch
from ses_tui.core.search.results import results_by_message

_TELLING: Final = (DELIVERY, BOUNCE, COMPLAINT, REJECT)
"""Types that tell how a mail ended. Without opens, rows of one index answer, newest first."""
_MOST_EVENTS: Final = 100
_MOST_DOLLARS: Final = 0.0001
"""Of some twenty thousand rows."""


@dataclass(frozen=True, slots=True)
class EarlierMail:
    """The last success and failure before a range, as far as somebody looked."""

    last_success: Event | None = None
    last_failure: Event | None = None
    looked_back_to: int | None = None
    """Nothing recorded before that (ms) was looked at; `None`: there is nothing further back."""


async def read_earlier_mail(searcher: Searcher, address: str, before: int) -> EarlierMail:
    """Of mail to `address` recorded before `before` (ms), mostly by one query of the index.

    Raises `SesTuiError`.
    """
    values = [("to", address), *(("type", each.lower()) for each in _TELLING)]
    terms = (*values, ("until", format_timestamp(before)))
    query = Query.of(tuple(Term(key, text, excluded=False, position=0) for key, text in terms))
    plan = await searcher.plan(query)
    last = SearchBatch()
    batches = searcher.run(plan, limit=_MOST_EVENTS, most_dollars=_MOST_DOLLARS)
    async with aclosing(batches):
        async for batch in batches:
            last = batch
    found = summary_of(results_by_message(last.events, {}))
    oldest = min((event.recorded_at for event in last.events), default=before)
    return EarlierMail(found.last_success, found.last_failure, None if last.exhausted else oldest)
