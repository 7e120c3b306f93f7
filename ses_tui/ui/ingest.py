"""Reading the live feed without end: what the app's one feed worker runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ses_tui.core.errors import SesTuiError
from ses_tui.core.source import EventSource, FeedBatch

HISTORY_EVENTS: Final = 20_000
POLL_SECONDS: Final = 2.0
LONGEST_RETRY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """The end of one read: a batch, or the reason why there is none."""

    batch: FeedBatch | None = None
    error: str | None = None


class FeedControl:
    """What the reader may ask of the feed while it is read."""

    def __init__(self) -> None:
        self._running = asyncio.Event()
        self._running.set()
        self._at_once = asyncio.Event()

    def pause(self) -> None:
        """Read nothing until resumed."""
        self._running.clear()

    def resume(self) -> None:
        """Read again, at once."""
        self._running.set()
        self._at_once.set()

    def retry(self) -> None:
        """Do not wait for the next read."""
        self._at_once.set()

    async def wait(self, seconds: float) -> None:
        """Return when the next read is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._at_once.wait()
        self._at_once.clear()
        await self._running.wait()


async def read_feed(source: EventSource, control: FeedControl) -> AsyncIterator[FeedUpdate]:
    """Every read of `source`, for ever. After a failed one the waits get longer."""
    started = False
    failures = 0
    while True:
        try:
            batch = await (source.poll() if started else source.start(HISTORY_EVENTS))
        except SesTuiError as error:
            failures += 1
            yield FeedUpdate(error=str(error))
            await control.wait(min(LONGEST_RETRY_SECONDS, POLL_SECONDS * 2 ** (failures - 1)))
        else:
            started, failures = True, 0
            yield FeedUpdate(batch)
            await control.wait(POLL_SECONDS)
