"""A search by outcome asks the table for those messages alone that its pages cannot tell."""

import pytest

from recorder.model.event import Event
from ses_tui.aws.search import TableSearch
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.search import SearchBatch
from tests.aws.pages import FlakyTable, put_items, write_last_recorded, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

MINUTE = 60_000
HOUR = 60 * MINUTE
MESSAGES = 30
WITHOUT_MESSAGES = 4
"""Requests: lanes, days, last recorded, pages."""


def story(sent: int, *later: tuple[str, int]) -> list[Event]:
    """A message's events: Send, and others so long after it (ms)."""
    send = make_event("Send", at=sent, sent_time=sent, recipient="ann@shop.example")
    return [send] + [
        send._replace(
            event_id=f"{send.event_id}{number}",
            event_type=event_type,
            event_time=sent + delay,
            recorded_at=sent + delay,
            bounce_type="Permanent" if event_type == "Bounce" else None,
        )
        for number, (event_type, delay) in enumerate(later)
    ]


def store(table: TestTable, events: list[Event]) -> None:
    put_items(table, events)
    ordered = sorted(events, key=lambda event: event.recorded_at)
    for start in range(0, len(ordered), 10):
        page = ordered[start : start + 10]
        write_page(table, page, at=page[-1].recorded_at + 2_000)


async def found(reads: FlakyTable, text: str) -> tuple[SearchBatch, int]:
    """What is found, and how many messages were read."""
    search = TableSearch(reads, FrozenClock())
    plan = await search.plan(Query.parse(text, now_ms=NOON), pages_only=True)
    reads.calls = 0
    *_, last = [batch async for batch in search.run(plan)]
    assert reads.calls == last.cost.requests
    return last, reads.calls - WITHOUT_MESSAGES


@pytest.fixture
def bounced(table: TestTable) -> list[Event]:
    """Of messages sent within the last hour, one a minute."""
    stories = [
        story(NOON - (50 - minute) * MINUTE, ("Bounce", 2_000)) for minute in range(MESSAGES)
    ]
    store(table, [event for own in stories for event in own])
    return [own[1] for own in stories]


async def test_pages_tell_what_lies_in_them_and_messages_over_the_edge_are_read(
    table: TestTable, reads: FlakyTable, bounced: list[Event]
) -> None:
    # Back again a day after it was delivered, out of the range; one of the range was sent before.
    old = story(NOON - 25 * HOUR, ("Delivery", 1_000), ("Bounce", 25 * HOUR - 30 * MINUTE))
    store(table, old)
    batch, messages = await found(reads, "outcome:bounced* type:bounce since:1h")
    assert {event.event_id for event in batch.events} == {e.event_id for e in [*bounced, old[2]]}
    assert messages == 1
    assert batch.outcomes[old[2].event_id] is Outcome.BOUNCED_AFTER_DELIVERY
    assert batch.outcomes[bounced[0].event_id] is Outcome.BOUNCED
    batch, messages = await found(reads, "outcome:bounced type:bounce since:1h until:10m")
    assert len(batch.events) == len(bounced)
    assert messages > len(bounced), "what came later is not in the pages, so all are read"


async def test_what_a_later_form_of_an_event_may_change_is_read(
    table: TestTable, reads: FlakyTable, bounced: list[Event]
) -> None:
    untold = story(NOON - 5 * MINUTE, ("Bounce", 1_000))
    put_items(table, untold)
    page = [untold[0], untold[1]._replace(bounce_type=None)]
    write_page(table, page, at=NOON - 4 * MINUTE)
    batch, messages = await found(reads, "outcome:bounced type:send since:1h")
    assert len(batch.events) == MESSAGES + 1
    assert messages == 1


@pytest.mark.parametrize("missing", ["late", "damaged"])
async def test_where_pages_lack_something_all_is_read(
    table: TestTable, reads: FlakyTable, bounced: list[Event], missing: str
) -> None:
    """The last bounce is stored, and in no page that can be read."""
    stuck = story(NOON - MINUTE, ("Bounce", 1_000))
    put_items(table, stuck)
    if missing == "late":
        write_page(table, stuck[:1], at=NOON - 50_000)
        write_last_recorded(table, NOON - 5_000)
    else:
        write_page(table, stuck[1:], at=NOON - 49_000, body=b"damaged")
        write_page(table, stuck[:1], at=NOON - 50_000)
    batch, messages = await found(reads, "outcome:bounced type:send since:1h")
    assert batch.events[0] == stuck[0]
    assert messages == len(batch.events) == MESSAGES + 1
