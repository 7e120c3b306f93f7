"""What `ses-tui tail` says on standard error of how reading goes: each thing once."""

import asyncio
from collections.abc import Callable

from recorder.model.clock import Clock
from ses_tui.cli.command_line import complain
from ses_tui.core.feed_state import UNANSWERED_AFTER_MS
from ses_tui.core.follow import FeedControl, FeedUpdate
from ses_tui.core.source import NEWER_RECORDER, Connection, FeedBatch, GapReason

_LOOK_EVERY_SECONDS = 1.0


class Remarks:
    """Remembers what has been said."""

    def __init__(
        self,
        connection: Connection,
        control: FeedControl,
        clock: Clock,
        say: Callable[[str], None] = complain,
    ) -> None:
        self._connection = connection
        self._control = control
        self._clock = clock
        self._say = say
        self._broken = self._unanswered = False
        self._late = self._filling = self._newer = False
        self._hindrance: str | None = None

    async def watch(self) -> None:
        """Look for a read without an answer, for ever."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            self.look()

    def look(self) -> None:
        """Say how long the read under way has been waiting, if long."""
        asked_at = self._control.asked_at
        waiting = 0 if asked_at is None else self._clock.now_ms() - asked_at
        if waiting >= UNANSWERED_AFTER_MS and not self._unanswered:
            self._unanswered = True
            self._say(f"no answer for {waiting // 1000} s; still waiting")

    def failed(self, update: FeedUpdate) -> None:
        """A read brought nothing but the reason."""
        self._broken = True
        wait = max(0, (update.next_try_at or 0) - self._clock.now_ms()) / 1000
        self._say(f"{update.error}; trying again in {wait:.0f} s")

    def came(self, batch: FeedBatch) -> None:
        """A read brought a batch."""
        if self._broken or self._unanswered:
            self._broken = self._unanswered = False
            self._say("answers come again; what was missed follows")
        was_late, self._late = self._late, _has_gap(batch, GapReason.LATE)
        if self._late and not was_late:
            self._say(
                "the function on the table's stream is late: until it has caught up, "
                "only problems are printed, from their index"
            )
        was_filling, self._filling = self._filling, _has_gap(batch, GapReason.LOADING)
        if self._filling and not was_filling:
            self._say("much was missed: the newest comes first, and the rest follows")
        if batch.hindrance != self._hindrance:
            self._hindrance = batch.hindrance
            self._say(batch.hindrance or "nothing hinders the reading any more")
        if batch.events_unreadable:
            self._say(f"{batch.events_unreadable} events could not be read")
        if self._connection.met_newer_recorder and not self._newer:
            self._newer = True
            self._say(NEWER_RECORDER)


def _has_gap(batch: FeedBatch, reason: GapReason) -> bool:
    return any(gap.reason is reason for gap in batch.gaps)
