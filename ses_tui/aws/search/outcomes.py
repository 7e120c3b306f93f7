"""What became of messages, from everything that is stored of each."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Final

from recorder.model.event import Event
from recorder.model.item import from_item, is_expired
from recorder.model.keys import message_key
from ses_tui.aws.feed_pages import query_all
from ses_tui.aws.table_client import TableReads
from ses_tui.aws.together import together
from ses_tui.core.message_story import Outcome, fact_of, outcome_alone, outcomes_of

_READS_AT_ONCE: Final = 16
_MESSAGES_KNOWN: Final = 10_000
_ATTRIBUTES: Final = ("pk", "sk", "y", "bt", "ct", "t", "r", "a", "fb", "x")


class Outcomes:
    """Outcomes of the messages that were read; the last so many are known."""

    def __init__(self, table: TableReads, now_ms: int) -> None:
        self._table = table
        self._now_ms = now_ms
        self._known: OrderedDict[str, dict[Hashable, Outcome]] = OrderedDict()
        self._reading = asyncio.Semaphore(_READS_AT_ONCE)

    async def read(self, events: Iterable[Event]) -> None:
        """Get to know the messages of `events`; those are then known to `outcome_of`."""
        ids = {event.message_id for event in events if event.message_id is not None}
        await together(self._read(one) for one in ids if one not in self._known)
        for one in ids:
            self._known.move_to_end(one)

    def outcome_of(self, event: Event) -> Outcome:
        """What became of the event's message for its recipient."""
        outcomes = self._known.get(event.message_id or "", {})
        return outcomes.get(event.recipient) or outcome_alone(event)

    def forget_oldest(self) -> None:
        """Keep to what memory is for; to be called when nobody asks about earlier events."""
        while len(self._known) > _MESSAGES_KNOWN:
            self._known.popitem(last=False)

    async def _read(self, message_id: str) -> None:
        facts = []
        async with self._reading:
            async for items in query_all(
                self._table,
                KeyConditionExpression="pk = :message",
                ExpressionAttributeValues={":message": {"S": message_key(message_id)}},
                ProjectionExpression=", ".join(f"#{name}" for name in _ATTRIBUTES),
                ExpressionAttributeNames={f"#{name}": name for name in _ATTRIBUTES},
            ):
                for item in items:
                    if not is_expired(item, self._now_ms):
                        try:
                            facts.append(fact_of(from_item(item)))
                        except (KeyError, ValueError):
                            continue
        self._known[message_id] = outcomes_of(facts)
