"""A recorder that was deployed before this program: what it writes is shown as far as known."""

import json
from typing import Any

from recorder.model.event import Event
from recorder.model.item import to_item
from recorder.model.keys import message_key
from recorder.model.page import PAGE_VERSION, encode_page, expand_page
from ses_tui.aws.connection import open_connection
from ses_tui.core.query import Query
from ses_tui.core.zone import UTC_ZONE
from tests.aws.pages import options_of, write_page
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.ui.conftest import Open
from tests.ui.conftest import dashboard as dashboard

WORDS = "what a newer recorder has written is shown as far as this ses-tui knows it"
NEW: dict[str, Any] = {"v": {"N": "2"}, "zz": {"M": {"deep": {"L": [{"S": "thing"}]}}}}
"""What no program of today knows."""
LATER_PAGE: dict[str, Any] = {"v": PAGE_VERSION + 1, "c": {"all": "otherwise"}}


def put(table: TestTable, event: Event, **more: Any) -> None:
    item = to_item(event, partition_key=message_key(event.message_id or ""), expires_at=None)
    table.client.put_item(TableName=table.name, Item=item | more)


def page_of_later_version(events: list[Event]) -> bytes:
    import zlib

    document = json.loads(expand_page(encode_page(events)))
    return zlib.compress(json.dumps(document | LATER_PAGE).encode())


async def test_items_are_shown_and_pages_cost_only_themselves(table: TestTable) -> None:
    old = make_event("Send", message_id="m", recipient="ann@customer.example")
    new = make_event(message_id="m", at=NOON + 1, recipient="ann@customer.example")
    write_page(table, [old], at=NOON, heartbeats=[NOON])
    put(table, old)
    connection = await open_connection(options_of(table), FrozenClock(NOON + 60_000))
    try:
        assert (await connection.source.start(10)).events == (old,)
        assert len(await connection.messages.read_message("m")) == 1
        assert not connection.met_newer_recorder
        put(table, new, **NEW)
        told = await connection.messages.read_message("m")
        assert [event.event_id for event in told] == [old.event_id, new.event_id]
        assert connection.met_newer_recorder
        body = page_of_later_version([new])
        write_page(table, [new], at=NOON + 30_000, body=body, hb={"N": str(NOON + 30_000)})
        batch = await connection.source.poll()
        assert (batch.events, batch.events_unreadable) == ((), 1)
        assert batch.paged_heartbeat == NOON + 30_000
        query = Query.parse("to:ann@customer.example", now_ms=NOON + 60_000, zone=UTC_ZONE)
        plan = await connection.search.plan(query)
        found = [batch async for batch in connection.search.run(plan)][-1]
        assert {event.event_id for event in found.events} == {old.event_id, new.event_id}
    finally:
        await connection.close()


def test_commands_say_so(table: TestTable) -> None:
    ses_tui = CommandLineRunner(environment_of(table))
    put(table, make_event("Bounce", message_id="m", diagnostic="550 no"), **NEW)
    for command in (("show", "m", "--json"), ("search", "id:m", "--json")):
        done = ses_tui(*command)
        assert done.returncode == 0
        assert "550 no" in done.stdout
        assert WORDS in done.stderr


async def test_the_dashboard_says_so(dashboard: Open) -> None:
    async with dashboard(size=(100, 30)) as board:
        assert WORDS[1:] not in " ".join(board.text.split())
        board.connection.met_newer_recorder = True
        await board.feed(events_unreadable=3)
        await board.settle()
        words = " ".join(board.text.split())
        assert WORDS[1:] in words
        assert "3 events in its feed pages are missing here" in words
