"""Stand-in until core.follow exists."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from recorder.model.clock import Clock
from ses_tui.core.errors import SesTuiError
from ses_tui.core.source import EventSource, FeedBatch


class FollowControl:
    def __init__(self) -> None:
        self.paused = False
        self._wake = asyncio.Event()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self._wake.set()

    def retry_now(self) -> None:
        self._wake.set()

    async def wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            pass
        self._wake.clear()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    batch: FeedBatch | None = None
    error: str | None = None
    retry_at: int | None = None


async def follow(
    source: EventSource, clock: Clock, control: FollowControl
) -> AsyncIterator[FeedUpdate]:
    started = False
    while True:
        if control.paused:
            await control.wait(3600)
            continue
        try:
            batch = await (source.poll() if started else source.start(20_000))
            started = True
            yield FeedUpdate(batch)
            await control.wait(2)
        except SesTuiError as error:
            yield FeedUpdate(error=str(error), retry_at=clock.now_ms() + 5000)
            await control.wait(5)
