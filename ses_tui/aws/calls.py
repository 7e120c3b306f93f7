"""Calls that are under way: errors explained, and all ended before their client closes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ses_tui.aws.errors import explained
from ses_tui.aws.options import ConnectionOptions
from ses_tui.core.errors import TableError

Answer = TypeVar("Answer")


class Calls:
    """Runs calls until `end`."""

    def __init__(self, options: ConnectionOptions) -> None:
        self._options = options
        self._running: set[asyncio.Task[Any]] = set()
        self._ended = False

    async def run(self, call: Coroutine[Any, Any, Answer]) -> Answer:
        """What the call answers. Raises `SesTuiError`, also where `end` cuts it off."""
        if self._ended:
            call.close()
            raise TableError("the connection is closed")
        running = asyncio.ensure_future(call)
        self._running.add(running)
        try:
            with explained(self._options):
                return await running
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._ended and task is not None and not task.cancelling():
                raise TableError("the connection is closed") from None
            raise
        finally:
            self._running.discard(running)

    async def end(self) -> None:
        """End what is under way and run nothing more. Safe to call twice.

        To be done before the client is released, since aiobotocore retries a call whose connections
        are gone.
        """
        self._ended = True
        for call in self._running:
            call.cancel()
        if self._running:
            await asyncio.wait(self._running)
