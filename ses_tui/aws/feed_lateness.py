"""A consumer that is late: what was recorded, and should be in a feed page by now but is not."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from recorder.model.event import SEND, Event
from recorder.model.item import Item
from recorder.model.keys import heartbeat_key, message_key
from recorder.model.rollup import minute_start
from ses_tui.aws.feed_cursor import written_at
from ses_tui.aws.feed_pages import heartbeat_of, newest, number_of, sort_key_of
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together

_MINUTE_MS: Final = 60_000
_SHORTEST_ALLOWANCE_MS: Final = 4_000
"""The consumer's batching window (2 s), its work, and the write. After a silence as long it is
looked for what is missing, and what is still missing as long afterwards is told: with a poll
in between, ten seconds after the consumer stopped."""
_LONGEST_ALLOWANCE_MS: Final = 30_000
_USUAL_DELAYS: Final = 1.5
_PAGES_LEARNT_FROM: Final = 8
_LATE_IN_ANY_CASE_MS: Final = 75_000
"""Without a sign for so long a heartbeat is missing whatever the clocks say."""
_BUSY_EVENTS: Final = 60
"""So many within a minute: a silence as long as the allowance is then no chance any more."""
_MESSAGES_ASKED: Final = 4
_LONG_SILENT_MS: Final = 150_000
"""Two heartbeats and a half: nobody writes any, or nobody pages them."""
_ASK_AGAIN_SECONDS: Final = 8.0
"""Then. With the poll that follows, the first one that comes again is met within ten seconds."""
_LONGER_SILENCE: Final = 1.5
"""A silence so many times as long as at the last look is worth another one: mail that flows is
met in its first seconds, and mail that has stopped would be asked for all the minute."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Something recorded that was in no page when it was first met, at `since` (monotonic, s)."""

    recorded_at: int
    since: float


class Lateness:
    """Looks for what is stuck between the table and its pages, while these are silent for long.

    What is found becomes a sign only once pages had time to bring it. Of a feed that flows, or is
    quiet between two heartbeats, nothing is read.
    """

    def __init__(self, table: TableReads) -> None:
        self._table = table
        self._delays: deque[int] = deque(maxlen=_PAGES_LEARNT_FROM)
        self._last: deque[Event] = deque(maxlen=_BUSY_EVENTS)
        self._waiting: _Waiting | None = None
        self._asked_in_vain = float("-inf")
        """When (monotonic, s) heartbeats were asked for that were not there."""
        self._asked_of_messages = (0, 0)
        """What the pages had proved (ms) when messages were last asked for, and how long since."""

    def learn(self, items: Iterable[Item], events: Sequence[Event]) -> None:
        """Take note of pages that were read, and of their events in order."""
        for item in items:
            written = written_at(sort_key_of(item))
            recorded = number_of(item, "lo", heartbeat_of(item) or written)
            self._delays.append(max(0, written - recorded))
        self._last.extend(events[-_BUSY_EVENTS:])

    async def look(
        self, now_ms: int, instant: float, paged_heartbeat: int | None, newest_event: int | None
    ) -> int | None:
        """When (ms) the newest was recorded that should be in a page and is not, if anything.

        `instant` is monotonic (s), the others are the newest in any page. Raises `SesTuiError`.
        """
        proof = newest(paged_heartbeat, newest_event) or 0
        allowance = self._allowance_ms
        silence = now_ms - proof
        recorded: list[int | None] = []
        if silence > allowance:
            recorded += await self._heartbeats(now_ms, instant, paged_heartbeat or 0)
            if (
                silence <= _MINUTE_MS + allowance
                and self._was_busy
                and self._asks_again(proof, silence)
            ):
                recorded += await together(map(self._newest_of, self._last_messages()))
                self._asked_of_messages = (proof, silence)
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
        """How long after its recording something may be in no page: longer with a long window."""
        usual = median(self._delays) if self._delays else 0
        return min(max(_SHORTEST_ALLOWANCE_MS, _USUAL_DELAYS * usual), _LONGEST_ALLOWANCE_MS)

    @property
    def _was_busy(self) -> bool:
        if len(self._last) < _BUSY_EVENTS:
            return False
        times = [event.recorded_at for event in self._last]
        return max(times) - min(times) <= _MINUTE_MS

    def _asks_again(self, proof: int, silence: int) -> bool:
        """Whether to ask for messages: while something is waited for, with every poll."""
        asked_after, asked_in = self._asked_of_messages
        is_same_silence = asked_after == proof and self._waiting is None
        return not is_same_silence or silence >= _LONGER_SILENCE * asked_in

    def _last_messages(self) -> Sequence[str]:
        """Those sent last, since most of the next events are theirs."""
        ids = dict.fromkeys(event.message_id for event in _newest_first(self._last))
        return [message_id for message_id in ids if message_id is not None][:_MESSAGES_ASKED]

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

    async def _newest_of(self, message_id: str) -> int | None:
        """When (ms) the newest event of a message was recorded."""
        answer = await self._table.query(
            KeyConditionExpression="pk = :message",
            ExpressionAttributeValues={":message": {"S": message_key(message_id)}},
            ProjectionExpression="r",
        )
        return newest(*(number_of(item, "r", 0) or None for item in answer["Items"]))


def _newest_first(events: Sequence[Event]) -> Iterator[Event]:
    """Sends before others, and of either the newest first."""
    yield from (event for event in reversed(events) if event.event_type == SEND)
    yield from (event for event in reversed(events) if event.event_type != SEND)
