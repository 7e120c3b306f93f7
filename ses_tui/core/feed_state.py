"""The one word in the header: is what is on screen the present, and if not, why not?"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ses_tui.core.source import FeedBatch

HEARTBEAT_PERIOD_MS = 60_000
LIVE_WITHIN_MS = 60_000
"""An event recorded within this makes the feed LIVE, otherwise it is QUIET."""
HEARTBEAT_LATE_AFTER_MS = HEARTBEAT_PERIOD_MS + 30_000
"""A heartbeat comes once a minute; batching, polling and clocks may take some seconds of it."""

UNANSWERED_AFTER_MS = 5_000
"""A read that takes so long is told of: it is given up, and then an error, only after three tries
of ten seconds."""


class Condition(StrEnum):
    """What the feed is doing."""

    CONNECTING = "CONNECTING"
    LIVE = "LIVE"
    QUIET = "QUIET"
    STREAM_BEHIND = "STREAM BEHIND"
    RECORDER_DOWN = "RECORDER DOWN"
    OFFLINE = "OFFLINE"


_UNCOUNTED: Final = (Condition.STREAM_BEHIND, Condition.RECORDER_DOWN)


@dataclass(frozen=True, slots=True)
class FeedState:
    """A condition with the age that belongs to it (ms)."""

    condition: Condition
    age_ms: int | None = None
    reason: str | None = None
    """Why it is OFFLINE; for any other condition what hinders the source, if something does."""
    next_try_in_ms: int | None = None
    """When OFFLINE: how long until the next attempt; 0 while it is under way."""
    unanswered_ms: int | None = None
    """How long a read has been waiting for its answer, if long; the rest was known before."""

    def counted_until(self, now_ms: int) -> int | None:
        """Up to when (ms) what was recorded is counted; `None` where that is the present.

        Without proof that what is recorded comes on, an empty minute is no minute without mail.
        """
        if self.condition not in _UNCOUNTED or self.age_ms is None:
            return None
        return now_ms - self.age_ms


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What the reads so far have told; `after` and `after_error` give the next one."""

    newest_event: int | None = None
    paged_heartbeat: int | None = None
    unpaged: int | None = None
    last_success: int | None = None
    error: str | None = None
    next_try_at: int | None = None
    hindrance: str | None = None

    @property
    def proven_until(self) -> int:
        """All that was recorded before (ms) came the whole way, too: later things did."""
        return max(self.paged_heartbeat or 0, self.newest_event or 0)

    def after(self, batch: FeedBatch) -> "FeedMemory":
        """The memory once `batch` was read."""
        came = (e.recorded_at for e in batch.events if e.event_id not in batch.ahead)
        newest = max(came, default=None)
        return FeedMemory(
            newest_event=_later(self.newest_event, newest),
            paged_heartbeat=_later(self.paged_heartbeat, batch.paged_heartbeat),
            unpaged=_later(self.unpaged, batch.unpaged),
            last_success=batch.read_at,
            hindrance=batch.hindrance,
        )

    def after_error(self, reason: str, next_try_at: int | None = None) -> "FeedMemory":
        """The memory once a read failed; the next attempt is due at `next_try_at` (ms)."""
        return replace(self, error=reason, next_try_at=next_try_at)

    def state(self, now_ms: int, asked_at: int | None = None) -> FeedState:
        """The state at `now_ms`, with a read under way since `asked_at` (ms), if one is.

        A lost connection comes first: then nothing else is known.
        """
        waiting = None if asked_at is None else now_ms - asked_at
        unanswered = waiting if waiting is not None and waiting >= UNANSWERED_AFTER_MS else None
        if self.error is not None:
            age = None if self.last_success is None else now_ms - self.last_success
            wait = None if self.next_try_at is None else max(0, self.next_try_at - now_ms)
            if asked_at is not None:
                # Somebody did not wait for it.
                wait = 0
            return FeedState(Condition.OFFLINE, age, self.error, wait, unanswered)
        # Without an answer, what is missing by now may be there.
        known_at = now_ms - (unanswered or 0)
        condition, since = self._connected_state(known_at)
        age = None if since is None else now_ms - since
        return FeedState(condition, age, self.hindrance, unanswered_ms=unanswered)

    def _connected_state(self, known_at: int) -> tuple[Condition, int | None]:
        """The condition as of `known_at` (ms), and since when its age counts (ms)."""
        if self.last_success is None:
            return Condition.CONNECTING, None
        event = self.newest_event
        proof = self.proven_until
        if self.unpaged is not None and self.unpaged > proof:
            return Condition.STREAM_BEHIND, proof or None
        if known_at - proof > HEARTBEAT_LATE_AFTER_MS:
            return Condition.RECORDER_DOWN, proof or None
        if event is not None and known_at - event <= LIVE_WITHIN_MS:
            return Condition.LIVE, event
        return Condition.QUIET, event


def _later(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return second if first is None else first
    return max(first, second)
