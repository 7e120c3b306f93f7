"""Reading a source for as long as someone watches, through every interruption."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.errors import SesTuiError
from ses_tui.core.source import EventSource, FeedBatch

DEFAULT_INTERVAL_SECONDS: Final = 2.0
INTERVALS: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""The steps (seconds) of `FeedControl.faster` and `slower`."""
DEFAULT_HISTORY_EVENTS: Final = 20_000
_QUIET_READS_TOLD_EVERY_MS: Final = 1_000
_FASTEST: Final = INTERVALS[0]
_SLOWEST: Final = INTERVALS[-1]
_FIRST_RETRY_SECONDS: Final = 1.0
_LONGEST_RETRY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What one read brought, or why it failed; immutable, so that it can go to any screen."""

    batch: FeedBatch | None = None
    error: str | None = None
    next_try_at: int | None = None
    """When the next attempt is due (ms), after an error."""
    whole: bool = True
    """Whether this ends a read, and is not one of the pieces of it before the last."""


@dataclass(frozen=True, slots=True)
class Playback:
    """What is shown is no present but a recording that is played."""

    speed: float
    """Seconds of the recording in a second."""
    moment: int
    """The one that is played (ms)."""
    end: int
    """Where the recording ends (ms)."""

    @property
    def ended(self) -> bool:
        """Whether all of it has been played."""
        return self.moment >= self.end


class FeedControl:
    """How a reader steers what it follows; every change takes effect at once."""

    def __init__(self, interval: float = DEFAULT_INTERVAL_SECONDS) -> None:
        self.asked_at: int | None = None
        """When (ms) the read began that is under way, if one is."""
        self._interval = interval
        self._paused = False
        self._source: EventSource | None = None
        self._change = asyncio.Event()

    @property
    def interval(self) -> float:
        """Seconds between two reads, unless the source has an interval of its own."""
        return self._interval

    @interval.setter
    def interval(self, seconds: float) -> None:
        self._interval = seconds
        self._change.set()

    @property
    def playback(self) -> Playback | None:
        """What is played, where what is followed is a recording."""
        return None

    def go_on_at(self, moment: int) -> None:
        """Of a recording, leave out the time up to `moment` (ms), which is still to come."""

    def faster(self) -> float:
        """Read more often by a step, unless it is the last; the interval that holds now."""
        self.interval = max((step for step in INTERVALS if step < self._interval), default=_FASTEST)
        return self._interval

    def slower(self) -> float:
        """Read less often by a step, unless it is the last; the interval that holds now."""
        self.interval = min((step for step in INTERVALS if step > self._interval), default=_SLOWEST)
        return self._interval

    def use(self, source: EventSource) -> None:
        """Follow `source` from now on. It starts with history anew, so that nothing falls between
        the two; what both read comes twice."""
        self._source = source
        self._change.set()

    def chosen(self, present: EventSource) -> EventSource:
        """The source to follow, when `present` is followed so far."""
        return self._source or present

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
            async with asyncio.timeout(seconds):
                await self._change.wait()
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
    `EventSource.start`, however many attempts it takes; so is the first after `FeedControl.use`.
    Of a source with an interval of its own, reads that brought nothing are told once a second.
    """
    control = control or FeedControl()
    started = False
    last: FeedBatch | None = None
    retry = _FIRST_RETRY_SECONDS
    while True:
        while control.paused:
            await control.wait(None)
        if control.chosen(source) is not source:
            source, started, retry = control.chosen(source), False, _FIRST_RETRY_SECONDS
            last = None
        control.asked_at = clock.now_ms()
        try:
            batch = await (source.poll() if started else source.start(history_events))
        except SesTuiError as error:
            control.asked_at = None
            last = None
            yield FeedUpdate(error=str(error), next_try_at=clock.now_ms() + int(retry * 1000))
            await control.wait(retry)
            retry = min(retry * 2, _LONGEST_RETRY_SECONDS)
        else:
            control.asked_at = None
            started = True
            retry = _FIRST_RETRY_SECONDS
            if source.interval is None or last is None or _is_news(batch, last):
                last = replace(batch, events=())
                update = [FeedUpdate(batch)]
                # Whoever is told takes a large batch piece by piece, and so lets go of it.
                del batch
                yield update.pop()
            await control.wait(source.interval or control.interval)


def _is_news(batch: FeedBatch, last: FeedBatch) -> bool:
    """Whether a batch says more than the one before, or at least when the last read was."""
    if batch.events or batch.read_at - last.read_at >= _QUIET_READS_TOLD_EVERY_MS:
        return True
    said = replace(last, events=(), read_at=batch.read_at, pages_read=batch.pages_read)
    return batch != replace(said, events_unreadable=0)
