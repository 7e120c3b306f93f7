"""Opening and closing the way to a table."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from ses_tui.aws.connection import open_connection
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.table_client import TableClient
from ses_tui.core.errors import TableError, UsageError
from tests.aws.pages import options_of, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event


async def test_feed_and_messages_of_one_table(table: TestTable) -> None:
    event = make_event()
    write_page(table, [event], at=NOON)
    connection = await open_connection(options_of(table), FrozenClock())
    try:
        place = table.endpoint_url.removeprefix("http://")
        assert connection.source.label == f"{table.name} · {place}"
        assert (await connection.source.start(10)).events == (event,)
        assert await connection.messages.read_message("nobody") == ()
    finally:
        await connection.close()
        await connection.close()
    with pytest.raises(TableError, match="connection is closed"):
        await connection.source.poll()


async def test_a_label_of_ones_own(table: TestTable) -> None:
    connection = await open_connection(options_of(table, label="the demo"), FrozenClock())
    assert connection.source.label == "the demo"
    await connection.close()


async def test_an_endpoint_that_is_none(table: TestTable) -> None:
    with pytest.raises(UsageError, match="write it as http://HOST:PORT"):
        await open_connection(options_of(table, endpoint_url="localhost"), FrozenClock())


class HangingClient:
    """A client whose answers never come."""

    def __init__(self) -> None:
        self.under_way = asyncio.Event()
        self.ended = False

    async def query(self, **_: Any) -> dict[str, Any]:
        self.under_way.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
        return {}


async def test_closing_ends_what_is_under_way_first() -> None:
    client = HangingClient()
    resources = AsyncExitStack()
    ended_before_release: list[bool] = []
    resources.callback(lambda: ended_before_release.append(client.ended))
    table = TableClient(client, ConnectionOptions(), resources)
    call = asyncio.ensure_future(table.query())
    await client.under_way.wait()
    await table.close()
    assert ended_before_release == [True]
    with pytest.raises(TableError, match="connection is closed"):
        await call


async def test_a_cancelled_call_is_cancelled() -> None:
    client = HangingClient()
    table = TableClient(client, ConnectionOptions(), AsyncExitStack())
    call = asyncio.ensure_future(table.query())
    await client.under_way.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await table.close()
    assert client.ended
