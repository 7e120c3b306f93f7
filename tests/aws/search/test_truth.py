"""Whatever way a search takes, it finds what a plain filter over all events finds."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from recorder.model.timestamps import format_timestamp
from ses_tui.aws.connection import open_client
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.query import Query
from ses_tui.core.search import Ending, SearchBatch, SearchFacts, SearchPlan, Way, plan_search
from tests.aws.pages import options_of
from tests.aws.search.truth import DAY, LONG_LOCAL, LONG_MESSAGE, START, Truth, generate, store
from tests.engine import TestTable, fresh_table
from tests.events import NOON, FrozenClock, make_event

MESSAGES = 550
"""About 1,600 events; `test_truth_at_length.py` has 20,000."""
BY_MESSAGE = [
    "id:01020000000a-aaaa-000010",
    "id:01020000000A-AAAA-000010",
    "id:01020000000a-aaaa-000010 id:01020000000b-aaaa-000011 type:send",
    f"id:{LONG_MESSAGE}",
    "id:nothing",
    "id:01020000000a-aaaa-000010 outcome:delivered",
    "id:01020000000a-aaaa-000010 tag:campaign=*",
]
BY_RECIPIENT = [
    "to:ann@shop.example",
    "TO:ANN@SHOP.Example",
    "to:ann@shop.example type:bounce",
    "to:ann@shop.example -type:open -type:click",
    "to:ann@shop.example type:open",
    "to:ann@shop.example to:maria@shop.example",
    "to:o@shop.example",
    "to:o#brien@shop.example",
    "to:o#brien*@shop.example",
    "to:o*@shop.example",
    "to:100%@shop.example",
    "to:100%*@shop.example",
    'to:"*john doe*@shop.example"',
    "to:zoë@shop.example",
    "to:ZO*@shop.example",
    "to:_x@shop.example",
    "to:7*@shop.example",
    f"to:{LONG_LOCAL}1@long.example",
    f"to:{LONG_LOCAL}*@long.example",
    "to:l*2@long.example",
    "to:maria*@shop.example",
    "to:mar*n*@shop.example type:delivery",
    "to:*@shop.example",
    "to:*a@shop.example -type:open -type:click",
    "to:ann@xn--bcher-kva.example",
    "to:ann@bücher.example",
    "to:nobody@shop.example",
    "domain:shop.example",
    "domain:SHOP.example type:bounce status:5.*",
    "domain:bücher.example",
    "domain:xn--bcher-kva.example -type:send",
    "domain:shop.example domain:other.example",
    "to:maria* domain:shop.example",
    "to:ann@shop.example identity:x.example",
    "to:ann@shop.example tag:campaign=sale",
    "to:ann@shop.example text:autumn",
    "to:ann@shop.example subject:order",
    "to:kim*@mail3.example outcome:bounced",
    "to:kim1@mail1.example -outcome:delivered",
]
BY_PROBLEM = [
    "type:bounce since:2026-10-10",
    "type:bounce type:complaint since:2026-11-21",
    "type:bounce since:2026-11-21 until:2026-11-22",
    "type:bounce status:5.1.1 diagnostic:such since:2026-11-21",
    "type:deliverydelay since:2026-11-20",
    "type:reject identity:x.example since:2026-11-20",
    "type:bounce tag:team=blue since:2026-11-22",
    "type:bounce outcome:bounced since:2026-11-21",
    "type:bounce -domain:shop.example since:2026-11-22T12:00",
]
BY_PAGES = [
    "",
    "to:maria* since:2026-10-10",
    *(
        f"{text} since:2026-11-20"
        for text in (
            'to:"maria lopez*"',
            "to:*lopez*",
            "to:ann@*",
            "to:undisclosed*",
            "domain:*.example",
            "domain:*.shop.example",
            "order",
            "ORDER 17",
            "subject:*quoted*back*",
            "subject:straße",
            "from:news@*",
            "set:news -type:send",
            "status:4.*",
            "subtype:general",
            "tag:campaign",
            "tag:campaign=au*",
            "text:campaign=autumn",
            "text:mozilla",
            "text:ünïx",
            "*nd*",
            "type:open",
            "type:click -set:news",
            "type:brand*",
            "identity:x.example until:2026-11-21",
            "id:*0017",
            "nowhere",
        )
    ),
    "type:*o* since:2026-11-22",
    "-type:send -type:delivery since:2026-10-01 until:2026-10-20",
    *(
        f"{text} since:2026-11-22T09:00"
        for text in (
            "outcome:bounced type:send",
            "-outcome:delivered",
            "outcome:*complaint",
            "outcome:sent set:news",
            "outcome:*soft* outcome:delayed outcome:rejected",
        )
    ),
    "outcome:unknown",
    "outcome:bounced since:2026-11-21 until:2026-11-21T12:00",
]


@pytest.fixture(scope="module")
def truth_table(engine_url: str) -> Iterator[tuple[TestTable, Truth]]:
    with fresh_table(engine_url) as table:
        yield table, store(table, *generate(MESSAGES))


@asynccontextmanager
async def searching(table: TestTable) -> AsyncIterator[TableSearch]:
    resources = AsyncExitStack()
    client, options = await open_client(options_of(table), resources)
    reads = TableClient(client, options, resources)
    yield TableSearch(reads, FrozenClock())
    await reads.close()


@pytest.fixture
async def search(truth_table: tuple[TestTable, Truth]) -> AsyncIterator[TableSearch]:
    async with searching(truth_table[0]) as search:
        yield search


@pytest.fixture
def truth(truth_table: tuple[TestTable, Truth]) -> Truth:
    return truth_table[1]


async def last_batch(search: TableSearch, plan: SearchPlan, limit: int = 100_000) -> SearchBatch:
    batches = [batch async for batch in search.run(plan, limit=limit)]
    assert [batch.done for batch in batches] == [False] * (len(batches) - 1) + [True]
    return batches[-1]


async def assert_equal(
    search: TableSearch, truth: Truth, texts: Sequence[str], way: Way | None = None
) -> None:
    answers = 0
    for text in texts:
        query = Query.parse(text, now_ms=NOON)
        plan = plan_search(query, SearchFacts(days=5), now_ms=NOON, pages_only=way is None)
        assert plan.way is (way or Way.PAGES), text
        batch = await last_batch(search, plan)
        expected = truth.answer(query)
        assert [event.event_id for event in batch.events] == expected, text
        assert batch.found == len(expected), text
        assert batch.ending is Ending.EXHAUSTED, text
        answers += bool(expected)
    assert answers > len(texts) * 0.5, "queries that find nothing prove little"


async def test_by_message(search: TableSearch, truth: Truth) -> None:
    await assert_equal(search, truth, BY_MESSAGE, Way.MESSAGES)


async def test_by_recipient(search: TableSearch, truth: Truth) -> None:
    await assert_equal(search, truth, BY_RECIPIENT, Way.RECIPIENTS)


async def test_by_problem(search: TableSearch, truth: Truth) -> None:
    await assert_equal(search, truth, BY_PROBLEM, Way.PROBLEMS)


async def test_by_pages(search: TableSearch, truth: Truth) -> None:
    await assert_equal(search, truth, BY_PAGES, Way.PAGES)


async def test_pages_alone_find_the_same(search: TableSearch, truth: Truth) -> None:
    await assert_equal(
        search,
        truth,
        [
            f"{text} since:2026-11-20"
            for text in (*BY_RECIPIENT[:6], *BY_PROBLEM[:3], BY_MESSAGE[0])
        ],
    )


@pytest.mark.parametrize(
    "text",
    ["to:ann@shop.example", "domain:shop.example", "type:bounce -status:4.*", "set:news"],
)
async def test_ranges_include_their_first_millisecond_and_not_their_last(
    search: TableSearch, truth: Truth, text: str
) -> None:
    times = sorted({event.recorded_at for event in truth.events if not event.historic})
    midnight = START - START % DAY + DAY
    for since, until in (
        (times[50], times[-50]),
        (times[50], times[50] + 1),
        (midnight, midnight + DAY),
        (midnight, midnight + 1),
        (times[-1], times[-1]),
    ):
        query = Query.parse(
            f"{text} since:{format_timestamp(since)} until:{format_timestamp(until)}", now_ms=NOON
        )
        assert (query.since, query.until) == (since, until)
        plan = plan_search(query, SearchFacts(days=5), now_ms=NOON)
        batch = await last_batch(search, plan)
        assert [event.event_id for event in batch.events] == truth.answer(query)


@pytest.mark.parametrize(
    "text",
    [
        "to:ann@shop.example type:send",
        "domain:shop.example",
        "type:bounce since:2026-11-21",
        "set:news since:2026-11-20",
        "outcome:bounced type:send since:2026-11-22",
    ],
)
async def test_a_limit_keeps_the_newest_and_the_search_goes_on_behind_them(
    search: TableSearch, truth: Truth, text: str
) -> None:
    query = Query.parse(text)
    plan = plan_search(query, SearchFacts(days=5), now_ms=NOON)
    expected = truth.answer(query)
    for limit in (1, len(expected) - 1):
        batch = await last_batch(search, plan, limit)
        assert [event.event_id for event in batch.events] == expected[:limit]
        assert batch.ending is Ending.LIMIT
        assert batch.count_text == f"{limit:,} of more than {limit:,}"
    limit = len(expected) // 3
    whole = batch = await last_batch(search, plan, limit)
    while batch.more:
        plan = plan.from_behind(batch.events[-1])
        batch = await last_batch(search, plan, limit)
        whole = whole.followed_by(batch)
    assert [event.event_id for event in whole.events] == expected
    plan = plan_search(query, SearchFacts(days=5), now_ms=NOON)
    whole = await last_batch(search, plan, len(expected))
    assert whole.exhausted
    assert not whole.more


async def test_an_exact_recipient_takes_as_many_requests_in_a_larger_table(
    engine_url: str,
) -> None:
    customer = make_event(recipient="customer@inbox.test", recipient_raw=None)
    mails = [
        customer._replace(event_id=f"{n:016d}", message_id=f"m{n}", recorded_at=NOON - n)
        for n in range(20)
    ]
    requests, scanned = [], []
    for messages in (40, 400):
        with fresh_table(engine_url) as table:
            store(table, [*mails, *generate(messages)[0]], [])
            async with searching(table) as search:
                plan = await search.plan(Query.parse("to:customer@inbox.test", now_ms=NOON))
                batch = await last_batch(search, plan)
            assert batch.found == len(mails)
            requests.append(batch.cost.requests)
            scan = table.client.scan(TableName=table.name, Select="COUNT")
            scanned.append(scan["ScannedCount"])
    assert requests[0] == requests[1]
    assert scanned[1] > 4 * scanned[0], "which the scan of the published query tool reads"


async def test_whole_events_have_all_fields(search: TableSearch, truth: Truth) -> None:
    by_id = {event.event_id: event for event in truth.events}
    for text in (
        "to:ann@shop.example",
        "type:bounce since:2026-11-22",
        "domain:shop.example -type:open",
    ):
        plan = await search.plan(Query.parse(text), whole_events=True)
        batch = await last_batch(search, plan)
        assert batch.events
        assert list(batch.events) == [by_id[event.event_id] for event in batch.events]
