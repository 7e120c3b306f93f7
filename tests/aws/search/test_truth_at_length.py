"""The truth of `test_truth.py` over 20,000 events: a query of each kind, and in the long tests all
of them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from ses_tui.aws.search import TableSearch
from ses_tui.core.search import Way
from tests.aws.search.test_truth import (
    BY_MESSAGE,
    BY_PAGES,
    BY_PROBLEM,
    BY_RECIPIENT,
    assert_equal,
    searching,
)
from tests.aws.search.truth import LONG_LOCAL, Truth, generate, store
from tests.engine import TestTable, fresh_table

MESSAGES = 6_900
SOME_BY_MESSAGE = ["id:01020000000A-AAAA-000010", "id:01020000000a-aaaa-000010 outcome:delivered"]
SOME_BY_RECIPIENT = [
    "TO:ANN@SHOP.Example -type:open -type:click",
    "to:o#brien*@shop.example",
    'to:"*john doe*@shop.example"',
    "to:ann@bücher.example",
    f"to:{LONG_LOCAL}*@long.example",
    "to:mar*n*@shop.example type:delivery",
]
SOME_BY_PROBLEM = [
    "type:bounce since:2026-11-21 until:2026-11-22",
    "type:deliverydelay -domain:shop.example since:2026-11-22T12:00",
]
SOME_BY_PAGES = [
    "",
    "to:maria* since:2026-10-10",
    "subject:straße status:4.* since:2026-11-20",
    "outcome:bounced since:2026-11-23",
]


@pytest.fixture(scope="module")
def truth_table(engine_url: str) -> Iterator[tuple[TestTable, Truth]]:
    with fresh_table(engine_url) as table:
        yield table, store(table, *generate(MESSAGES, seed=8))


@pytest.fixture
async def search(truth_table: tuple[TestTable, Truth]) -> AsyncIterator[TableSearch]:
    async with searching(truth_table[0]) as search:
        yield search


def test_they_are_twenty_thousand(truth_table: tuple[TestTable, Truth]) -> None:
    assert len(truth_table[1].events) >= 20_000


@pytest.mark.parametrize(
    ("texts", "way"),
    [
        (SOME_BY_MESSAGE, Way.MESSAGES),
        (SOME_BY_RECIPIENT, Way.RECIPIENTS),
        (SOME_BY_PROBLEM, Way.PROBLEMS),
        (SOME_BY_PAGES, Way.PAGES),
        *(
            pytest.param(*each, marks=pytest.mark.long)
            for each in (
                (BY_MESSAGE, Way.MESSAGES),
                (BY_RECIPIENT, Way.RECIPIENTS),
                (BY_PROBLEM, Way.PROBLEMS),
                (BY_PAGES, Way.PAGES),
                (["type:bounce", "to:ann@shop.example", "outcome:bounced since:2026-11-23"], None),
            )
        ),
    ],
)
async def test_every_way(
    search: TableSearch,
    truth_table: tuple[TestTable, Truth],
    texts: list[str],
    way: Way | None,
) -> None:
    await assert_equal(search, truth_table[1], texts, way)
