"""Reads new events as long as the dashboard runs: from where, how often, and how that goes."""

import asyncio
from collections import deque
from dataclasses import replace
from typing import Final

from recorder.model.clock import Clock
from ses_tui.core.batch_slices import slices_of
from ses_tui.core.feed_state import FeedMemory
from ses_tui.core.follow import FeedControl, FeedUpdate, Playback, follow
from ses_tui.core.slices import REST_SECONDS
from ses_tui.core.source import Connection, SourceKind
from ses_tui.ui.background import Background
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.messages import FeedRead
from ses_tui.ui.paced_app import PacedApp

FEED_GROUP: Final = "feed"


class FeedReader:
    """Posts what was read to the app, which hands it back to `take`: there the state changes."""

    def __init__(
        self,
        app: PacedApp,
        connection: Connection,
        clock: Clock,
        control: FeedControl,
        kind: SourceKind,
        feed: Feed,
        *,
        in_slices: bool,
    ) -> None:
        """With `in_slices`, a large batch comes in pieces between which keys are answered."""
        self.kind = kind
        """How new events are read."""
        self._app = app
        self._connection = connection
        self._clock = clock
        self._control = control
        self._feed = feed
        self._in_slices = in_slices
        self._memory = FeedMemory()
        self._coming: FeedMemory | None = None
        """The memory once the read is whole of which pieces have come."""
        self._paused_at: int | None = None
        self._background = Background(app, FEED_GROUP)
        self._taken = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether nothing is read because of the reader."""
        return self._paused_at is not None

    @property
    def offline(self) -> bool:
        """Whether the last read failed."""
        return self._memory.error is not None

    @property
    def in_order(self) -> bool:
        """Whether reads succeed, and bring all that has been recorded."""
        now = self._clock.now_ms()
        return not self.offline and self._memory.state(now).counted_until(now) is None

    @property
    def playback(self) -> Playback | None:
        """What is played, where a recording is."""
        return self._control.playback

    @property
    def proven_until(self) -> int:
        """Up to when (ms) all that was recorded has been read."""
        return self._memory.proven_until

    def start(self) -> None:
        """Begin to read."""
        self._background.run(self._follow)

    def take(self, update: FeedUpdate) -> None:
        """Take in what a read brought."""
        self._taken.set()
        if update.batch is None:
            self._memory = self._memory.after_error(update.error or "", update.next_try_at)
            self._coming = None
            return
        self._coming = (self._coming or self._memory).after(update.batch)
        if update.whole:
            # Pieces begin with the oldest: the first ones alone would look like a quiet feed.
            self._memory, self._coming = self._coming, None
        self._feed.take(update.batch)
        self._bound_gaps()

    def fail(self, fault: str) -> None:
        """Take note that reading stopped on a fault of this program."""
        self._memory = self._memory.after_error(f"reading the feed stopped on {fault}")

    def status(self, base: Status, now_ms: int) -> Status:
        """`base` with how reading goes as of `now_ms`."""
        return replace(
            base,
            state=self._memory.state(now_ms, self._control.asked_at),
            paused_for=None if self._paused_at is None else now_ms - self._paused_at,
            poll_interval=self._control.interval,
            playback=self._control.playback,
            source=self.kind,
        )

    def use(self, kind: SourceKind) -> None:
        """Read new events in another way from now on."""
        if kind is self.kind:
            return
        self.kind = kind
        self._feed.start_anew()
        self._control.use(self._connection.source_of(kind))
        if not self._background.running:
            self.start()

    def pause(self) -> None:
        """Read nothing until resumed."""
        self._paused_at = self._clock.now_ms()
        self._control.pause()

    def resume(self) -> None:
        """Read again, at once."""
        self._paused_at = None
        self._control.resume()

    def faster(self) -> None:
        """Read more often."""
        self._control.faster()

    def slower(self) -> None:
        """Read less often."""
        self._control.slower()

    def retry(self) -> None:
        """Do not wait for the next read; begin anew where a fault has ended it."""
        if self._background.running:
            self._control.retry()
        else:
            self._feed.start_anew()
            self.start()

    def wake(self) -> None:
        """Try again at once where a failed read waits for its next try: something has answered."""
        if self.offline and self._background.running:
            self._control.retry()

    def play_on_at(self, moment: int) -> bool:
        """Leave out what a recording holds up to `moment` (ms), unless that was played already."""
        playback = self._control.playback
        if playback is None or moment <= playback.moment:
            return False
        self._control.go_on_at(moment)
        return True

    async def _follow(self) -> None:
        source = self._connection.source_of(self.kind)
        async for update in follow(source, self._clock, self._control):
            if update.batch is None or not self._in_slices:
                self._app.post_message(FeedRead(update))
                continue
            slices = deque(slices_of(update.batch))
            # To let go of twenty thousand events at once would hold up a key.
            del update
            while slices:
                await self._app.give_way()
                self._taken.clear()
                piece = slices.popleft()
                self._app.post_message(FeedRead(FeedUpdate(piece, whole=not slices)))
                # Slices that wait in the app's queue would all come before a key.
                await self._taken.wait()
                await asyncio.sleep(REST_SECONDS)

    def _bound_gaps(self) -> None:
        """Have no gap filled for which there is no room: scrolling back loads it when needed."""
        store = self._feed.store
        if store.dropped_total and store.live_since is not None:
            self._connection.source_of(self.kind).fill_gaps_since(store.live_since)
