"""Reading a source for as long as someone watches, through every interruption."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.errors import SesTuiError
from ses_tui.core.source import EventSource, FeedBatch

DEFAULT_INTERVAL_SECONDS: Final = 2.0
DEFAULT_HISTORY_EVENTS: Final = 20_000
_FIRST_RETRY_SECONDS: Final = 1.0
_LONGEST_RETRY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What one read brought, or why it failed; immutable, so that it can go to any screen."""

    batch: FeedBatch | None = None
    error: str | None = None
    next_try_at: int | None = None
    """When the next attempt is due (ms), after an error."""


class FeedControl:
    """How a reader steers what it follows; every change takes effect at once."""

    def __init__(self, interval: float = DEFAULT_INTERVAL_SECONDS) -> None:
        self._interval = interval
        self._paused = False
        self._change = asyncio.Event()

    @property
    def interval(self) -> float:
        """Seconds between two reads."""
        return self._interval

    @interval.setter
    def interval(self, seconds: float) -> None:
        self._interval = seconds
        self._change.set()

    @property
    def paused(self) -> bool:
        """Whether nothing is read until `resume`."""
        return self._paused

    def pause(self) -> None:
        """Read nothing until `resume`; the next read then brings all that was missed."""
        self._paused = True

    def resume(self) -> None:
        """Read again, at once."""
        self._paused = False
        self._change.set()

    def retry(self) -> None:
        """Do not wait for the next read."""
        self._change.set()

    async def wait(self, seconds: float | None) -> None:
        """Until the time is over (`None`: for ever) or something changes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._change.wait(), seconds)
        self._change.clear()


async def follow(
    source: EventSource,
    clock: Clock,
    control: FeedControl | None = None,
    *,
    history_events: int = DEFAULT_HISTORY_EVENTS,
) -> AsyncGenerator[FeedUpdate, None]:
    """History first, then what is new, for ever.

    After an error it tries again in 1 s, and doubles that up to 30 s. The first batch is that of
    `EventSource.start`, however many attempts it takes.
    """
    control = control or FeedControl()
    started = False
    retry = _FIRST_RETRY_SECONDS
    while True:
        while control.paused:
            await control.wait(None)
        try:
            batch = await (source.poll() if started else source.start(history_events))
        except SesTuiError as error:
            yield FeedUpdate(error=str(error), next_try_at=clock.now_ms() + int(retry * 1000))
            await control.wait(retry)
            retry = min(retry * 2, _LONGEST_RETRY_SECONDS)
        else:
            started = True
            retry = _FIRST_RETRY_SECONDS
            yield FeedUpdate(batch)
            await control.wait(control.interval)
