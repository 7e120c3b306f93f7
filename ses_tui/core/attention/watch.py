"""Reading counters once a minute, and looking for spikes and silence in them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from recorder.model.clock import Clock
from recorder.model.rollup import HOUR_MS, MINUTE_MS, minute_start
from ses_tui.core.attention.history import HOURS_KEPT, MINUTES_KEPT, WEEK_MS, History
from ses_tui.core.attention.silence import Silence, SilenceDetector
from ses_tui.core.attention.spikes import Spike, SpikeDetector
from ses_tui.core.attention.tallies import FAMILIES, Stretch, tallies_of
from ses_tui.core.errors import SesTuiError
from ses_tui.core.rollup_pieces import Piece
from ses_tui.core.slices import REST_SECONDS
from ses_tui.core.source import RollupReader

SECONDS_BETWEEN_READS: Final = 60.0
_FIRST_AFTER_SECONDS: Final = 5.0
"""The first picture, the first events and the first rates come before."""
_SETTLED_AFTER_MS: Final = 15_000
"""So long after its end a minute is counted by every shard, if the stream is not behind."""
_HOURS_BY_MINUTE: Final = MINUTES_KEPT * MINUTE_MS // HOUR_MS


@dataclass(frozen=True, slots=True)
class AttentionUpdate:
    """What was found as of `until` (ms); immutable, so that it can go to any screen."""

    until: int = 0
    spikes: tuple[Spike, ...] = ()
    silences: tuple[Silence, ...] = ()
    error: str | None = None
    """Why a read failed; then nothing else is told."""


class AttentionControl:
    """What the app tells the reading."""

    def __init__(self) -> None:
        self.proven_until = 0
        """All that was recorded before (ms) has been counted: heartbeats and events prove it."""
        self._now = asyncio.Event()

    def read_now(self) -> None:
        """Do not wait for the next read."""
        self._now.set()

    async def wait(self, seconds: float) -> None:
        """Until the time is over, or somebody wants a read."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._now.wait()
        self._now.clear()


class Watch:
    """What is known up to a minute, and what was found in it."""

    def __init__(self, hours: Iterable[Stretch], since: int) -> None:
        """`hours` are those before; minutes follow from `since` (ms) on."""
        self.until = since
        self.history = History(hours)
        self._spikes = SpikeDetector(self.history)
        self._silence = SilenceDetector(self.history)

    async def take(self, pieces: Iterable[Piece], until: int) -> None:
        """Look at each minute before `until` (ms); one without a piece had no event."""
        by_minute = {piece.start: piece.families for piece in pieces}
        while self.until < until:
            minute = Stretch(self.until, MINUTE_MS, tallies_of(by_minute.get(self.until, {})))
            self.until += MINUTE_MS
            if minute.tallies or not self.history.is_empty:
                self.history.add(minute)
                self._spikes.look()
                self._silence.look()
                await asyncio.sleep(REST_SECONDS if self.until < until else 0)

    def update(self) -> AttentionUpdate:
        """What is found now."""
        return AttentionUpdate(self.until, self._spikes.spikes, self._silence.silences)


async def _nobody_is_in_the_way() -> None:
    pass


async def watch_attention(
    rollups: RollupReader,
    clock: Clock,
    control: AttentionControl,
    give_way: Callable[[], Awaitable[None]] = _nobody_is_in_the_way,
) -> AsyncGenerator[AttentionUpdate, None]:
    """One read a minute, for ever; what a read could not get, the next one gets, too.

    Each waits for `give_way` first: nobody has asked for it, and the first one reads a week.
    """
    watch: Watch | None = None
    await control.wait(_FIRST_AFTER_SECONDS)
    while True:
        await give_way()
        try:
            now = clock.now_ms()
            if watch is None or now - watch.until > MINUTES_KEPT * MINUTE_MS:
                watch = await _begin(rollups, now)
            elif watch.until // HOUR_MS != now // HOUR_MS:
                watch.history.add_hours(await _last_week(rollups, now))
            await _go_on(rollups, now, control.proven_until, watch)
        except SesTuiError as error:
            yield AttentionUpdate(error=str(error))
        else:
            yield watch.update()
        await control.wait(SECONDS_BETWEEN_READS)


async def _begin(rollups: RollupReader, now: int) -> Watch:
    since = now // HOUR_MS * HOUR_MS - _HOURS_BY_MINUTE * HOUR_MS
    answer = await rollups.read(since - HOURS_KEPT * HOUR_MS, since - 1, FAMILIES, hourly=FAMILIES)
    watch = Watch(_by_hour(answer.pieces, since), since)
    watch.history.add_hours(await _last_week(rollups, now))
    return watch


async def _go_on(rollups: RollupReader, now: int, proven_until: int, watch: Watch) -> None:
    settled = minute_start(now - _SETTLED_AFTER_MS)
    if settled <= watch.until:
        return
    # All families: their rows lie side by side, so that a few are more requests than all.
    answer = await rollups.read(watch.until, now)
    newest = max((piece.start for piece in answer.pieces), default=0)
    # That nothing was counted means that nothing happened only if something came after it.
    until = min(settled, max(newest, minute_start(proven_until)))
    await watch.take(answer.pieces, until)


async def _last_week(rollups: RollupReader, now: int) -> list[Stretch]:
    """This hour of last week and its neighbours."""
    hour = now // HOUR_MS * HOUR_MS - WEEK_MS
    until = hour + 2 * HOUR_MS
    answer = await rollups.read(hour - HOUR_MS, until - 1, FAMILIES, hourly=FAMILIES)
    return _by_hour(answer.pieces, until)


def _by_hour(pieces: Iterable[Piece], until: int) -> list[Stretch]:
    """Whole hours, made of pieces of hours and minutes, from the first that had any event on."""
    hours: dict[int, Stretch] = {}
    for piece in pieces:
        start = piece.start // HOUR_MS * HOUR_MS
        hour = hours.setdefault(start, Stretch(start, HOUR_MS, {}))
        for group, tally in tallies_of(piece.families).items():
            mine = hour.tallies.setdefault(group, {})
            for code, number in tally.items():
                mine[code] = mine.get(code, 0) + number
    empty = range(min(hours, default=until), until, HOUR_MS)
    return [hours.get(start) or Stretch(start, HOUR_MS, {}) for start in empty]
