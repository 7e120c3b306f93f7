"""Single messages: one partition holds everything known about one."""

from typing import Any, Final

import orjson

from recorder.model.clock import Clock
from recorder.model.event import Event
from recorder.model.item import (
    ORIGINAL_ATTRIBUTE,
    ORIGINAL_CUT_ATTRIBUTE,
    ORIGINAL_DICTIONARY_ATTRIBUTE,
    Item,
    from_item,
    is_expired,
)
from recorder.model.keys import event_id_of_sort_key, message_key
from recorder.model.original import OriginalError, expand_original
from ses_tui.aws.feed_pages import number_of, query_all, sort_key_of
from ses_tui.aws.table_client import TableReads
from ses_tui.core.message_story import happened_at
from ses_tui.core.source import Original

_ORIGINAL: Final = {
    "#original": ORIGINAL_ATTRIBUTE,
    "#dictionary": ORIGINAL_DICTIONARY_ATTRIBUTE,
    "#cut": ORIGINAL_CUT_ATTRIBUTE,
}


class TableMessageReader:
    """A `MessageReader` over the base table; reads what was written a moment ago, too."""

    def __init__(self, table: TableReads, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    async def read_message(self, message_id: str) -> tuple[Event, ...]:
        """Every stored event of the message that has not expired, by event time.

        An item that is no event, written by something else, is passed over.
        """
        events: list[Event] = []
        for item in await self._read_items(message_id):
            try:
                events.append(from_item(item))
            except (KeyError, ValueError):
                continue
        return tuple(sorted(events, key=lambda event: (happened_at(event), event.event_id)))

    async def read_originals(self, message_id: str) -> tuple[Original, ...]:
        """The SES events as received; one that cannot be expanded says so in its payload."""
        items = await self._read_items(
            message_id,
            FilterExpression="attribute_exists(#original)",
            ProjectionExpression="pk, sk, x, #original, #dictionary, #cut",
            ExpressionAttributeNames=_ORIGINAL,
        )
        return tuple(map(_original_of, items))

    async def _read_items(self, message_id: str, **arguments: Any) -> list[Item]:
        now = self._clock.now_ms()
        responses = query_all(
            self._table,
            KeyConditionExpression="pk = :message",
            ExpressionAttributeValues={":message": {"S": message_key(message_id)}},
            ConsistentRead=True,
            **arguments,
        )
        return [item async for items in responses for item in items if not is_expired(item, now)]


def _original_of(item: Item) -> Original:
    event_id = event_id_of_sort_key(sort_key_of(item))
    cut = ORIGINAL_CUT_ATTRIBUTE in item
    try:
        text = expand_original(
            item[ORIGINAL_ATTRIBUTE]["B"], number_of(item, ORIGINAL_DICTIONARY_ATTRIBUTE, 0)
        )
        return Original(event_id, text if cut else orjson.loads(text), cut)
    except (OriginalError, KeyError, ValueError) as error:
        return Original(event_id, f"the original cannot be read: {error}", cut)
