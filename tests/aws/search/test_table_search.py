"""What searches cost, how they end early, and what they say about finding nothing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any

import pytest

from recorder.model.keys import message_key
from recorder.model.recorded_days import ALL_DAYS_ITEM
from ses_tui.aws.connection import open_client
from ses_tui.aws.search import TableSearch
from ses_tui.aws.search.facts import read_facts
from ses_tui.aws.search.metered_table import MeteredTable
from ses_tui.aws.table_client import TableClient
from ses_tui.core.errors import TableError
from ses_tui.core.message_story import Outcome
from ses_tui.core.query import Query
from ses_tui.core.search import Ending, SearchBatch, Way, why_nothing
from ses_tui.core.zone import UTC_ZONE
from tests.aws.pages import options_of, put_items, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.recorder_rollups.support import Recorder, numbered

ANN = "ann@shop.example"
HOUR = 3_600_000


class CountingTable:
    """Passes calls on and notes their names; `fails` makes the next one fail."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self.calls: list[str] = []
        self.fails = False

    async def query(self, **arguments: Any) -> dict[str, Any]:
        self._note("query")
        return await self._table.query(**arguments)

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        self._note("get_item")
        return await self._table.get_item(**arguments)

    async def batch_get_items(self, keys: Any, **arguments: Any) -> dict[str, Any]:
        self._note("batch_get_items")
        return await self._table.batch_get_items(keys, **arguments)

    async def close(self) -> None:
        await self._table.close()

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if self.fails:
            raise TableError("the line went dead")


@pytest.fixture
async def counting(table: TestTable) -> AsyncIterator[CountingTable]:
    resources = AsyncExitStack()
    client, options = await open_client(options_of(table), resources)
    counting = CountingTable(TableClient(client, options, resources))
    yield counting
    await counting.close()


@pytest.fixture
def search(counting: CountingTable) -> TableSearch:
    return TableSearch(counting, FrozenClock())


async def last_batch(search: TableSearch, text: str, **options: Any) -> SearchBatch:
    plan = await search.plan(Query.parse(text, now_ms=NOON))
    return [batch async for batch in search.run(plan, **options)][-1]


async def test_an_exact_recipient_takes_as_many_requests_in_a_table_ten_times_as_large(
    table: TestTable, search: TableSearch, counting: CountingTable
) -> None:
    own = [make_event("Send", at=NOON - i, recipient=ANN, message_id=f"m{i}") for i in range(5)]
    own += [make_event("Open", at=NOON - 1, recipient=ANN, message_id="m3")]
    others = [make_event("Send", at=NOON - i, recipient=f"a{i}@shop.example") for i in range(1_000)]
    put_items(table, [*own, *others[:94]])
    requests = []
    for more in ([], others[94:]):
        put_items(table, more)
        counting.calls.clear()
        batch = await last_batch(search, f"to:{ANN}")
        assert len(batch.events) == 6
        assert batch.cost.requests == len(counting.calls)
        requests.append(len(counting.calls))
        assert len((await last_batch(search, f"to:{ANN} type:send")).events) == 5
    assert requests == [6, 6]
    assert counting.calls[-1:] == ["query"]


async def test_opens_of_which_nothing_else_is_stored_are_only_in_pages(
    table: TestTable, search: TableSearch
) -> None:
    alone = make_event("Open", at=NOON - 1_000, recipient=ANN)
    put_items(table, [alone])
    write_page(table, [alone], at=NOON)
    assert (await last_batch(search, f"to:{ANN}")).events == ()
    query = Query.parse(f"to:{ANN} since:1d", now_ms=NOON)
    plan = await search.plan(query, pages_only=True)
    assert plan.way is Way.PAGES
    batches = [batch async for batch in search.run(plan)]
    assert batches[-1].events == (alone,)


async def test_an_item_knows_what_a_later_form_filled_and_a_page_does_not(
    table: TestTable, search: TableSearch
) -> None:
    first = make_event("Send", at=NOON - 1_000, recipient=ANN, message_id="m")
    put_items(table, [first._replace(configuration_set="filled")])
    write_page(table, [first], at=NOON)
    (by_recipient,) = (await last_batch(search, f"to:{ANN} set:filled")).events
    assert by_recipient.configuration_set == "filled"
    assert (await last_batch(search, "set:filled since:1d")).events == ()


async def test_closing_keeps_what_was_found(table: TestTable, search: TableSearch) -> None:
    for hour in range(30):
        event = make_event("Send", at=NOON - hour * HOUR, subject="wanted")
        write_page(table, [event], at=event.recorded_at + 500)
    plan = await search.plan(Query.parse("subject:wanted since:2d", now_ms=NOON))
    batch = SearchBatch()
    async with aclosing(search.run(plan)) as batches:
        async for batch in batches:
            if batch.events:
                break
    assert 0 < len(batch.events) < 30
    assert not batch.done
    assert batch.count_text.endswith("so far")
    whole = await last_batch(search, "subject:wanted since:2d")
    assert len(whole.events) == 30


async def test_without_summaries_a_plan_asks_little_and_says_what_it_judges_by(
    table: TestTable, search: TableSearch, counting: CountingTable
) -> None:
    recorder = Recorder(table.client, FrozenClock(), table_name=table.name)
    for hour in range(6):
        at = NOON - hour * HOUR - 60_000
        recorder.clock.now = at
        recorder.write(numbered((make_event("Send", at=at) for _ in range(10)), first=hour * 10))
    write_page(table, [make_event("Send", at=NOON - 60_000)], at=NOON - 60_000)
    query = Query.parse("*word* since:6h", now_ms=NOON)
    facts = await read_facts(MeteredTable(counting), FrozenClock(), query)
    assert len(counting.calls) <= 25
    assert facts.events is not None
    assert 55 <= facts.events <= 65
    assert "judged by the last hours" in (await search.plan(query)).description

    recorder.begin_folding(NOON - HOUR)
    facts = await read_facts(MeteredTable(counting), FrozenClock(), query)
    assert facts.events == 10
    assert "judged" not in (await search.plan(query)).description


async def test_what_it_may_cost_is_kept_to(table: TestTable, search: TableSearch) -> None:
    events = [make_event("Send", at=NOON - i, recipient=ANN, message_id=f"m{i}") for i in range(40)]
    put_items(table, events)
    batch = await last_batch(search, f"to:{ANN}", most_dollars=0.000_000_5)
    assert batch.ending is Ending.BUDGET
    assert not batch.exhausted
    assert len(batch.events) == 40, "what the index told is kept"
    assert batch.cost.requests < 40


async def test_an_error_is_the_searchs_own(search: TableSearch, counting: CountingTable) -> None:
    plan = await search.plan(Query.parse("domain:shop.example", now_ms=NOON))
    counting.fails = True
    with pytest.raises(TableError, match="the line went dead"):
        [batch async for batch in search.run(plan)]


async def test_messages_whose_key_does_not_tell_their_id(
    table: TestTable, search: TableSearch
) -> None:
    long_id = "m" * 3_000
    event = make_event("Bounce", at=NOON - 1_000, recipient=ANN, message_id=long_id)
    put_items(table, [event])
    assert message_key(long_id) != f"M#{long_id}"
    for text in (f"to:{ANN}", f"id:{long_id}", "type:bounce since:1h"):
        (found,) = (await last_batch(search, text)).events
        assert found.message_id == long_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("to:bob@shop.example", "nothing at all is recorded for bob@shop.example"),
        ("to:bob@shop.example", "is older than the 90 days that events are kept"),
        ("id:no-such-id", "nothing is stored of this message: it is of another account"),
        (f"to:{ANN} since:1h", "2026-11-23 09:00, before the range"),
        (f"to:{ANN} until:2026-11-01", "behind the range"),
        (f"to:{ANN} type:bounce", "none passes the other terms"),
        ("subject:order", "subjects are not stored"),
        ("domain:x.example until:2026-08-01", "events are kept for 90 days"),
        ("set:news", "nothing in the range passes"),
    ],
)
async def test_why_nothing_was_found(
    table: TestTable, search: TableSearch, text: str, reason: str
) -> None:
    event = make_event("Send", at=NOON - 3 * HOUR, recipient=ANN)
    expiry = {"N": str((event.recorded_at + 90 * 24 * HOUR) // 1000)}
    put_items(table, [event])
    write_page(table, [event], at=NOON - 3 * HOUR, x=expiry)
    query = Query.parse(text, now_ms=NOON)
    reasons = why_nothing(query, await search.explain_nothing(query), UTC_ZONE)
    assert any(reason in one for one in reasons), reasons


async def test_an_empty_table_says_so(table: TestTable, search: TableSearch) -> None:
    table.client.put_item(TableName=table.name, Item=ALL_DAYS_ITEM)
    query = Query.parse("word")
    reasons = why_nothing(query, await search.explain_nothing(query), UTC_ZONE)
    assert reasons == ("no event was recorded yet, or all have expired",)


async def test_outcomes_are_those_of_whole_messages(
    table: TestTable, search: TableSearch, counting: CountingTable
) -> None:
    send = make_event("Send", at=NOON - 9_000, recipient=ANN, message_id="m1")
    bounce = make_event(
        "Bounce", at=NOON - 5_000, recipient=ANN, message_id="m1", bounce_type="Permanent"
    )
    other = make_event("Send", at=NOON - 9_000, recipient="bob@shop.example", message_id="m2")
    nameless = make_event("Send", at=NOON - 9_000, recipient=ANN, message_id=None)
    put_items(table, [send, bounce, other])
    outcomes, cost = await search.read_outcomes([send, other, nameless])
    assert outcomes == {send.event_id: Outcome.BOUNCED, other.event_id: Outcome.SENT}
    assert cost.requests == len(counting.calls) == 2
