"""The calls that readers make of one table: errors explained, and all ended before the close."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Protocol

from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import TableError


class TableReads(Protocol):
    """What reading a table needs; the name of the table is already known."""

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order. Raises `SesTuiError`."""
        ...

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key. Raises `SesTuiError`."""
        ...

    async def close(self) -> None:
        """End calls that are under way and release the client. Safe to call twice."""
        ...


class TableClient:
    """One aiobotocore client for one table; owns what `resources` holds."""

    def __init__(self, client: Any, options: ConnectionOptions, resources: AsyncExitStack) -> None:
        self._client = client
        self._options = options
        self._resources = resources
        self._calls: set[asyncio.Task[dict[str, Any]]] = set()
        self._closed = False

    async def query(self, **arguments: Any) -> dict[str, Any]:
        """Items of one partition in order. Raises `SesTuiError`."""
        return await self._call(self._client.query, arguments)

    async def get_item(self, **arguments: Any) -> dict[str, Any]:
        """One item by key. Raises `SesTuiError`."""
        return await self._call(self._client.get_item, arguments)

    async def close(self) -> None:
        """End calls that are under way, then release the client.

        In this order, since aiobotocore retries a call whose connections are gone.
        """
        self._closed = True
        for call in self._calls:
            call.cancel()
        if self._calls:
            await asyncio.wait(self._calls)
        await self._resources.aclose()

    async def _call(
        self,
        operation: Callable[..., Coroutine[Any, Any, dict[str, Any]]],
        arguments: dict[str, Any],
    ) -> dict[str, Any]:
        if self._closed:
            raise TableError("the connection is closed")
        call = asyncio.ensure_future(operation(TableName=self._options.table, **arguments))
        self._calls.add(call)
        try:
            with explained(self._options):
                return await call
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._closed and task is not None and not task.cancelling():
                raise TableError("the connection is closed") from None
            raise
        finally:
            self._calls.discard(call)
