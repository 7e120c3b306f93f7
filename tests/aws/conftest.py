"""A connection to a table of its own, as ses-tui opens it, and a clock that stands still."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from ses_tui.aws.connection import open_client
from ses_tui.aws.table_client import TableClient
from tests.aws.pages import FlakyTable, options_of
from tests.engine import TestTable
from tests.events import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    """Noon of 2026-11-23."""
    return FrozenClock()


@pytest.fixture
async def reads(table: TestTable) -> AsyncIterator[FlakyTable]:
    """Reads of `table` that can be made to fail."""
    resources = AsyncExitStack()
    client, options = await open_client(options_of(table), resources)
    reads = FlakyTable(TableClient(client, options, resources))
    yield reads
    await reads.close()
