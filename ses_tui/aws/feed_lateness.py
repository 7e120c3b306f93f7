"""A consumer that is late: what was recorded, and should be in a feed page by now but is not."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

from recorder.model.item import Item
from recorder.model.keys import heartbeat_key
from recorder.model.rollup import minute_start
from ses_tui.aws.feed_cursor import written_at
from ses_tui.aws.feed_pages import heartbeat_of, newest, number_of, sort_key_of
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together

_MINUTE_MS: Final = 60_000
_SHORTEST_ALLOWANCE_MS: Final = 5_000
"""The consumer's batching window (2 s), its start where it has been idle, its work, the write.
Met by the next poll (2 s) and told by the first one after this time: some eight seconds in all, of
the ten that it may take."""
LONGEST_ALLOWANCE_MS: Final = 30_000
_USUAL_DELAYS: Final = 1.5
_PAGES_LEARNT_FROM: Final = 8
_LATE_IN_ANY_CASE_MS: Final = 75_000
"""Without a sign for so long a heartbeat is missing whatever the clocks say."""
_LONG_SILENT_MS: Final = 150_000
"""Two heartbeats and a half: nobody writes any, or nobody pages them."""
_ASK_AGAIN_SECONDS: Final = 8.0
"""Then. With the poll that follows, the first one that comes again is met within ten seconds."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Something recorded that was in no page when it was first met, at `since` (monotonic, s)."""

    recorded_at: int
    since: float


class Lateness:
    """Compares what was recorded last with what the pages hold.

    What these lack becomes a sign only once they had time to bring it. Of events, a poll brings
    when the last one was recorded; of heartbeats, one that is overdue is asked for.
    """

    def __init__(self, table: TableReads) -> None:
        self._table = table
        self._delays: deque[int] = deque(maxlen=_PAGES_LEARNT_FROM)
        self._waiting: _Waiting | None = None
        self._asked_in_vain = float("-inf")
        """When (monotonic, s) heartbeats were asked for that were not there."""

    def learn(self, items: Iterable[Item]) -> None:
        """Take note of pages that were read, in order."""
        for item in items:
            written = written_at(sort_key_of(item))
            recorded = number_of(item, "lo", heartbeat_of(item) or written)
            self._delays.append(max(0, written - recorded))

    async def look(
        self,
        now_ms: int,
        instant: float,
        paged_heartbeat: int | None,
        newest_event: int | None,
        last_recorded: int | None = None,
    ) -> int | None:
        """When (ms) something was recorded that should be in a page and is not, if anything.

        `instant` is monotonic (s). Heartbeat and event are the newest in any page; the last one is
        when the recorder says that it last recorded an event. Raises `SesTuiError`.
        """
        proof = newest(paged_heartbeat, newest_event) or 0
        allowance = self._allowance_ms
        silence = now_ms - proof
        recorded = [last_recorded]
        if silence > allowance:
            recorded += await self._heartbeats(now_ms, instant, paged_heartbeat or 0)
        found = [moment for moment in recorded if moment is not None and moment > proof]
        if not found:
            self._waiting = None
            return None
        waiting = self._waiting
        if waiting is None or waiting.recorded_at <= proof:
            waiting = self._waiting = _Waiting(min(found), instant)
        if silence > _LATE_IN_ANY_CASE_MS:
            return max(found)
        # Not by its age: this machine's clock may be off by seconds.
        return waiting.recorded_at if (instant - waiting.since) * 1000 >= allowance else None

    @property
    def _allowance_ms(self) -> float:
        """How long after it was met something may be in no page: longer with a long window."""
        usual = median(self._delays) if self._delays else 0
        return min(max(_SHORTEST_ALLOWANCE_MS, _USUAL_DELAYS * usual), LONGEST_ALLOWANCE_MS)

    async def _heartbeats(self, now_ms: int, instant: float, paged: int) -> list[int | None]:
        """When the heartbeats of the last two minutes were recorded, once one is due.

        A minute whose heartbeat is in a page has no other. Where there has been none for long,
        few polls ask: most would be two requests for nothing.
        """
        if now_ms - paged <= _MINUTE_MS:
            return []
        long_silent = now_ms - paged > _LONG_SILENT_MS
        if long_silent and instant - self._asked_in_vain < _ASK_AGAIN_SECONDS:
            return []
        minutes = [each for each in (now_ms, now_ms - _MINUTE_MS) if minute_start(each) > paged]
        found = await together(map(self._heartbeat, minutes))
        if not any(found):
            self._asked_in_vain = instant
        return found

    async def _heartbeat(self, moment: int) -> int | None:
        answer = await self._table.get_item(
            Key={"pk": {"S": heartbeat_key(moment)}, "sk": {"S": "0"}}
        )
        return number_of(answer.get("Item", {}), "r", 0) or None
