"""The readers of the product over a table of DynamoDB Local."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from ses_tui.aws.connection import open_client
from ses_tui.aws.options import ConnectionOptions
from ses_tui.aws.table_client import TableClient
from ses_tui.demo.access import LocalAccess


class FixedMoment:
    """A clock that stands; durations are real."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now_ms(self) -> int:
        """The moment."""
        return self._now

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()


def options_of(access: LocalAccess, table: str) -> ConnectionOptions:
    """The way to a table of the engine."""
    return ConnectionOptions(
        table=table,
        endpoint_url=access.endpoint_url,
        region=access.region,
        access_key=access.access_key_id,
        secret_key=access.secret_access_key,
    )


@asynccontextmanager
async def opened_table(access: LocalAccess, table: str) -> AsyncIterator[tuple[TableClient, Any]]:
    """The client through which everything is read, and the one of aiobotocore below it."""
    resources = AsyncExitStack()
    client, options = await open_client(options_of(access, table), resources)
    reads = TableClient(client, options, resources)
    try:
        yield reads, client
    finally:
        await reads.close()
