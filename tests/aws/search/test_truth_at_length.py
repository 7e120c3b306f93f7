"""The truth of `test_truth.py` over some 20,000 events; takes minutes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from ses_tui.aws.connection import open_client
from ses_tui.aws.search import TableSearch
from ses_tui.aws.table_client import TableClient
from ses_tui.core.search import Way
from ses_tui.demo.engine import start_dynamodb_local
from tests.aws.pages import options_of
from tests.aws.search.test_truth import (
    BY_MESSAGE,
    BY_PAGES,
    BY_PROBLEM,
    BY_RECIPIENT,
    assert_equal,
)
from tests.aws.search.truth import Truth, generate, store
from tests.engine import TestTable, fresh_table
from tests.events import FrozenClock

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def truth_table() -> Iterator[tuple[TestTable, Truth]]:
    with (
        start_dynamodb_local(heap_megabytes=1_000) as engine,
        fresh_table(engine.endpoint_url) as table,
    ):
        yield table, store(table, *generate(7_500, seed=8))


@pytest.fixture
async def search(truth_table: tuple[TestTable, Truth]) -> AsyncIterator[TableSearch]:
    resources = AsyncExitStack()
    client, options = await open_client(options_of(truth_table[0]), resources)
    table = TableClient(client, options, resources)
    yield TableSearch(table, FrozenClock())
    await table.close()


@pytest.mark.parametrize(
    ("texts", "way"),
    [
        (BY_MESSAGE, Way.MESSAGES),
        (BY_RECIPIENT, Way.RECIPIENTS),
        (BY_PROBLEM, Way.PROBLEMS),
        (BY_PAGES, Way.PAGES),
        (["", "type:bounce", "to:ann@shop.example", "outcome:bounced since:2026-11-23"], None),
    ],
)
async def test_every_way(
    search: TableSearch,
    truth_table: tuple[TestTable, Truth],
    texts: list[str],
    way: Way | None,
) -> None:
    await assert_equal(search, truth_table[1], texts, way)
