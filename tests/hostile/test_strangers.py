"""Whatever types, sizes and times an event has: stored or kept whole, and shown on every screen."""

import json
import time
from collections.abc import Iterator

import pytest

from recorder.model.event import Event
from recorder.model.item import from_item
from recorder.model.page import decode_page
from recorder.model.payload import parse_payload
from tests.engine import TestTable
from tests.hostile.strangers import strange_payloads, strange_texts
from tests.payloads import send, sqs_event
from tests.recorder.support import CopyList, functions_on, items_of, page_items_of, stream_event
from tests.ui.conftest import Open
from tests.ui.fakes import NOON

BODIES = [json.dumps(payload) for payload in strange_payloads()] + strange_texts()


def strange_events() -> list[Event]:
    """As a reader gets them: recorded a second apart up to noon."""
    events = [
        event
        for payload in strange_payloads()
        for event in parse_payload(payload, recorded_at=NOON, keep_subject=True).events
    ]
    return [
        event._replace(recorded_at=NOON - (len(events) - number) * 1_000)
        for number, event in enumerate(events)
    ]


@pytest.fixture
def west(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine west of Greenwich, where the year 1 begins before the calendar does."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_each_is_stored_or_kept_whole_and_costs_no_other(table: TestTable) -> None:
    copies, good = CopyList(), send()
    functions = functions_on(table, copy_unparseable=copies, keep_subject=True, keep_headers=True)
    for start in range(0, len(BODIES), 50):
        event = sqs_event(good, *BODIES[start : start + 50])
        assert functions.record(event) == {"batchItemFailures": []}
    assert [copy.text for copy in copies.copies] == [
        body for body in BODIES if "9" * 5_000 in body
    ], "what no reader of JSON takes"
    stored = [from_item(item) for item in items_of(table)]
    assert {event.message_id for event in stored} >= {"many", "tags", "m" * 3_000, "~ # %\n\x00"}
    assert sum(event.message_id == "many" for event in stored) == 120

    functions.roll_up(stream_event(items_of(table)))
    paged = [event for item in page_items_of(table) for event in decode_page(item["z"]["B"]).events]
    assert sorted(event.event_id for event in paged) == sorted(e.event_id for e in stored)


async def test_every_screen_shows_them(west: None, dashboard: Open) -> None:
    events = strange_events()
    async with dashboard(*events, counted=events) as board:
        board.connection.reader.stored = tuple(events)
        board.connection.finder.events = events
        for keys in (
            ["z", "d", "g", "j", "j", "i", "i", "enter", "J", "escape", "escape"],
            ["s", "x", "enter", "enter", "escape", "l", "g", "r", "d", "enter", "escape", "l"],
        ):
            await board.press(*keys)
        assert "TIME" in board.text
