"""Whether searches of a big table find what a plain filter over all its events finds.

The same as `tests/aws/search/test_truth.py` asks of a small and odd one; of what the published
system stores there are no sends, opens and clicks.
"""

from collections.abc import Sequence
from typing import Final

from benchmarks.reading import FixedMoment
from recorder.model.event import Event
from recorder.model.timestamps import format_timestamp
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.query import Query
from ses_tui.core.search import SearchBatch

LIMIT: Final = 200_000


def queries_of(event: Event, part: str) -> tuple[str, ...]:
    """Queries of every kind, about what one event holds and about a part of some addresses."""
    address = event.recipient or ""
    local, _, domain = address.partition("@")
    return (
        f"id:{event.message_id}",
        f"to:{address}",
        f"to:{address.upper()} -type:bounce",
        f"to:{local[:2]}*@{domain}",
        f"domain:{domain} type:bounce",
        "type:bounce",
        "type:bounce status:5.1.1",
        f"to:*{part}*",
        f"to:{part}* -domain:{domain}",
        f"from:{event.sender} type:bounce -status:4.*",
        "diagnostic:mailbox",
        f"set:{event.configuration_set} subtype:general",
    )


async def wrong_answers(
    table: TableClient, events: Sequence[Event], queries: Sequence[str], since: int
) -> list[str]:
    """Those of `queries` whose answer is another than a filter's over `events`, and empty ones."""
    until = max(event.recorded_at for event in events) + 1
    search = TableSearch(table, FixedMoment(until))
    span = f"since:{format_timestamp(since)} until:{format_timestamp(until)}"
    wrong = []
    for text in queries:
        query = Query.parse(f"{text} {span}", now_ms=until)
        batch = SearchBatch()
        async for one in search.run(await search.plan(query), limit=LIMIT):
            batch = one
        found = {event.event_id for event in batch.events}
        if not found or found != {event.event_id for event in events if query.matches(event)}:
            wrong.append(text)
    return wrong
