"""Single messages out of DynamoDB Local."""

from typing import Any

import pytest

from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import message_key
from recorder.model.original import compress_original
from ses_tui.aws.message_reader import TableMessageReader
from tests import payloads
from tests.aws.pages import FlakyTable
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

MESSAGE = "message-under-test"


@pytest.fixture
def reader(reads: FlakyTable, clock: FrozenClock) -> TableMessageReader:
    return TableMessageReader(reads, clock)


def event_of_message(event_type: str = "Delivery", *, at: int = NOON) -> Event:
    event = make_event(event_type, message_id=MESSAGE, event_time=at)
    return event._replace(recipient_raw=event.recipient)


def put(table: TestTable, event: Event, **attributes: Any) -> None:
    item = to_item(event, partition_key=message_key(MESSAGE), expires_at=None)
    table.client.put_item(TableName=table.name, Item=item | attributes)


async def test_events_come_by_their_own_time(table: TestTable, reader: TableMessageReader) -> None:
    events = [
        event_of_message("Open", at=NOON + 3),
        event_of_message("Send", at=NOON + 1),
        event_of_message("Delivery", at=NOON + 2),
    ]
    for event in events:
        put(table, event)
    elsewhere = make_event(message_id="another")
    item = to_item(elsewhere, partition_key=message_key("another"), expires_at=None)
    table.client.put_item(TableName=table.name, Item=item)
    assert await reader.read_message(MESSAGE) == (events[1], events[2], events[0])


async def test_more_than_one_response(
    table: TestTable, reader: TableMessageReader, reads: FlakyTable
) -> None:
    events = [event_of_message("Click", at=NOON + i) for i in range(450)]
    for event in events:
        put(table, event)
    assert await reader.read_message(MESSAGE) == tuple(events)
    assert reads.calls == 3


async def test_expired_events_are_gone(table: TestTable, reader: TableMessageReader) -> None:
    put(table, event_of_message(), x={"N": str(NOON // 1000)})
    assert await reader.read_message(MESSAGE) == ()


async def test_what_is_no_event_is_passed_over(
    table: TestTable, reader: TableMessageReader
) -> None:
    event = event_of_message()
    put(table, event)
    key = {"pk": {"S": message_key(MESSAGE)}, "sk": {"S": "zzz"}}
    table.client.put_item(TableName=table.name, Item=key | {"y": {"S": "Send"}})
    assert await reader.read_message(MESSAGE) == (event,)


async def test_originals(table: TestTable, reader: TableMessageReader) -> None:
    payload = payloads.bounce(message_id=MESSAGE)
    whole, cut, damaged = (event_of_message("Bounce") for _ in range(3))
    original = compress_original(payload, keep_headers=True, keep_subject=True)
    version = {"ov": {"N": str(original.dictionary_version)}}
    put(table, whole, o={"B": original.body}, **version)
    put(table, cut, o={"B": original.body}, oc={"N": "1"}, **version)
    put(table, damaged, o={"B": b"\x00\x01"}, **version)
    put(table, event_of_message("Send"))
    found = {original.event_id: original for original in await reader.read_originals(MESSAGE)}
    assert set(found) == {whole.event_id, cut.event_id, damaged.event_id}
    assert found[whole.event_id].payload == payload
    assert not found[whole.event_id].cut
    assert found[cut.event_id].cut
    assert isinstance(found[cut.event_id].payload, str)
    assert "cannot be read" in found[damaged.event_id].payload
