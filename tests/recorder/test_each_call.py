"""Each call that a function makes fails once, by itself: the next delivery makes it good."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from recorder.functions import RecorderFunctions
from recorder.model.item import to_item
from recorder.model.keys import folded_key, message_key
from recorder.model.page import decode_page
from recorder.model.rollup import HOUR_MS, MINUTE_MS, counters_in
from recorder.model.settings import RecorderSettings
from tests import payloads
from tests.engine import TestTable
from tests.events import make_event
from tests.recorder.support import (
    NOW,
    StillClock,
    WatchedClient,
    client_error,
    events_of,
    failed_ids,
    functions_on,
    read_timeout,
    stream_event,
)
from tests.simulator.memory_table import MemoryTable


class OneCallFails:
    """A rule by which the call of one number fails, and every other succeeds."""

    def __init__(self, number: int, fault: str) -> None:
        self._left = number
        self._fault = fault
        self.has_failed = False

    def __call__(self, name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        self._left -= 1
        if self._left != -1:
            return real()
        self.has_failed = True
        if self._fault == "lost answer":
            real()
            raise read_timeout()
        # What is tried again within the same call is another test's; this one is given up at once.
        raise client_error("AccessDeniedException" if self._fault == "refused" else "Throttling")


FAULTS = ("throttled", "lost answer", "refused")


def each_position(play: Callable[[OneCallFails], None], fault: str) -> int:
    """Play with the first call failing, the second, and so on; how many there are."""
    for number in range(100):
        rule = OneCallFails(number, fault)
        play(rule)
        if not rule.has_failed:
            return number
    raise AssertionError("there is no end of calls")


@pytest.mark.parametrize(
    "fault", ["lost answer", *(pytest.param(each, marks=pytest.mark.long) for each in FAULTS[::2])]
)
def test_record(table: TestTable, fault: str) -> None:
    expected: set[tuple[str, str]] = set()

    def play(rule: OneCallFails) -> None:
        same: dict[str, Any] = {"message_id": payloads.new_message_id(), "feedback_id": "f"}
        many = [f"u{n}@shop.example" for n in range(30)]
        noted = payloads.bounce(recipients=many[:1], generation="notification", **same)
        functions = functions_on(table)
        assert functions.record(payloads.sqs_event(noted)) == {"batchItemFailures": []}
        event = payloads.sqs_event(payloads.bounce(recipients=many, **same), payloads.send())
        failing = functions_on(table, client=WatchedClient(table.client, rule))
        failed = set(failed_ids(failing.record(event)))
        again = [each for each in event["Records"] if each["messageId"] in failed]
        assert functions.record({"Records": again}) == {"batchItemFailures": []}
        expected.update((same["message_id"], recipient) for recipient in many)

    assert each_position(play, fault) >= 4
    bounces = [event for event in events_of(table) if event.event_type == "Bounce"]
    assert {(event.message_id, event.recipient) for event in bounces} == expected
    assert len(bounces) == len(expected)
    assert {event.configuration_set for event in bounces} == {"transactional"}


def functions_in_memory(
    table: MemoryTable, clock: StillClock, rule: OneCallFails | None = None
) -> RecorderFunctions:
    settings = RecorderSettings(table="ses-events")
    client = WatchedClient(table, rule)
    return RecorderFunctions(client, settings, clock=clock, retrier=clock.retrier(), workers=1)


EVENTS = [make_event(name, at=NOW + n) for name in ("Send", "Bounce", "Open") for n in range(5)]
BATCH = stream_event(
    [to_item(e, partition_key=message_key(e.message_id or ""), expires_at=None) for e in EVENTS]
)
Rows = list[tuple[Any, ...]]


def counters_under(table: MemoryTable, prefix: str) -> Rows:
    return [(row["pk"]["S"], row["sk"]["S"], counters_in(row)) for row in table.under(prefix)]


@pytest.mark.parametrize("fault", FAULTS)
def test_roll_up(fault: str) -> None:
    counted: list[Rows] = []

    def play(rule: OneCallFails) -> None:
        table, clock = MemoryTable(), StillClock()
        answer = functions_in_memory(table, clock, rule).roll_up(BATCH)
        if first := failed_ids(answer):
            # Lambda begins again with the lowest that is named.
            numbers = [each["dynamodb"]["SequenceNumber"] for each in BATCH["Records"]]
            left = BATCH | {"Records": BATCH["Records"][numbers.index(first[0]) :]}
            assert failed_ids(functions_in_memory(table, clock).roll_up(left)) == []
        bodies = (page["z"]["B"] for page in table.under("F#"))
        paged = {event.event_id for body in bodies for event in decode_page(body).events}
        assert paged == {event.event_id for event in EVENTS}
        counted.append(counters_under(table, "R#"))

    assert each_position(play, fault) >= 4
    assert counted[-1]
    assert all(rows == counted[-1] for rows in counted)


@pytest.mark.parametrize("fault", FAULTS)
def test_tick(fault: str) -> None:
    summarised: list[Rows] = []
    first = NOW - NOW % MINUTE_MS
    before = {"s": first - HOUR_MS, "m": first - MINUTE_MS, "h": first - HOUR_MS}

    def play(rule: OneCallFails) -> None:
        table, clock = MemoryTable(), StillClock()
        progress = {name: {"N": str(time)} for name, time in before.items()}
        table.put_item(TableName="ses-events", Item=folded_key() | progress)
        functions_in_memory(table, clock).roll_up(BATCH)
        clock.now = first + 5 * MINUTE_MS
        try:
            functions_in_memory(table, clock, rule).tick({})
        except (BotoCoreError, ClientError):
            assert rule.has_failed
        functions_in_memory(table, clock).tick({})
        assert len(table.under("H#")) == 1
        summarised.append(counters_under(table, "S#"))

    assert each_position(play, fault) >= 4
    assert summarised[-1]
    assert all(rows == summarised[-1] for rows in summarised)
