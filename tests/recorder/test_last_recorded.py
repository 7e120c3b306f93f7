"""What the recorder says of when it last recorded an event, and that nothing hangs on it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from recorder.last_recorded import TOLD_EVERY_SECONDS, LastRecorded
from recorder.model.envelope import read_invocation
from recorder.model.keys import last_recorded_key
from recorder.model.settings import RecorderSettings
from recorder.recording import Recorder
from recorder.retry import Deadline
from tests import payloads
from tests.engine import TestTable
from tests.recorder.support import (
    NOW,
    ListObserver,
    StillClock,
    WatchedClient,
    client_error,
    events_of,
    functions_on,
    read_timeout,
)


def told(table: TestTable) -> int | None:
    """When (ms) an event was last recorded, as the table says."""
    answer = table.client.get_item(TableName=table.name, Key=last_recorded_key(NOW))
    return int(answer["Item"]["r"]["N"]) if "Item" in answer else None


def tells(name: str, arguments: dict[str, Any]) -> bool:
    return name == "update_item" and arguments["Key"] == last_recorded_key(NOW)


def test_it_is_told_of_news_and_of_nothing_else(table: TestTable) -> None:
    clock = StillClock()
    is_told = threading.Semaphore(0)

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        answer = real()
        if tells(name, arguments):
            is_told.release()
        return answer

    client = WatchedClient(table.client, rule)
    recorder = Recorder(client, RecorderSettings(), clock, retrier=clock.retrier())

    def record(body: dict[str, Any], **how: Any) -> None:
        clock.sleep(TOLD_EVERY_SECONDS)
        clock.now += 60_000
        recorder.record(read_invocation(payloads.sqs_event(body)), **how)

    send = payloads.send()
    record({"no": "event"})
    assert told(table) is None
    record(send)
    assert is_told.acquire(timeout=60)
    assert told(table) == NOW + 2 * 60_000
    record(send)
    record(payloads.send(time="2026-11-01T06:00:00.000Z"), backfill=True)
    assert len(events_of(table)) == 2
    record(payloads.send())
    assert is_told.acquire(timeout=60)
    assert told(table) == NOW + 5 * 60_000
    assert sum(tells(*call) for call in client.calls) == 2


def test_many_batches_in_a_second_are_told_of_once(table: TestTable) -> None:
    clock = StillClock()
    client = WatchedClient(table.client)
    functions = functions_on(table, client=client, clock=clock)
    for _ in range(5):
        functions.record(payloads.sqs_event(payloads.send()))
    assert sum(tells(*call) for call in client.calls) == 1
    clock.sleep(TOLD_EVERY_SECONDS)
    functions.record(payloads.sqs_event(payloads.send()))
    assert sum(tells(*call) for call in client.calls) == 2


@pytest.mark.parametrize(
    "error",
    [client_error("ThrottlingException"), client_error("AccessDeniedException"), read_timeout()],
    ids=lambda error: type(error).__name__,
)
def test_events_are_stored_though_it_cannot_be_told(table: TestTable, error: Exception) -> None:
    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        if tells(name, arguments):
            raise error
        return real()

    client, observer = WatchedClient(table.client, rule), ListObserver()
    functions = functions_on(table, client=client, observer=observer)
    answer = functions.record(payloads.sqs_event(payloads.send()))
    assert answer == {"batchItemFailures": []}
    assert len(events_of(table)) == 1
    assert sum(tells(*call) for call in client.calls) == 1
    report = observer.last
    assert report.untold is not None
    assert (report.total("stored"), report.errors) == (1, {})


def test_one_that_hangs_holds_up_nothing(table: TestTable) -> None:
    released, told_once = threading.Event(), threading.Event()

    def rule(name: str, arguments: dict[str, Any], real: Callable[[], Any]) -> Any:
        assert released.wait(60)
        real()
        told_once.set()

    clock = StillClock()
    last_recorded = LastRecorded(WatchedClient(table.client, rule), table.name, clock)
    no_time = Deadline(clock, lambda: 0)
    assert last_recorded.tell(NOW, no_time) == "TimeoutError"
    clock.sleep(TOLD_EVERY_SECONDS)
    assert last_recorded.tell(NOW + 1, no_time) is None
    released.set()
    assert told_once.wait(60)
    assert told(table) == NOW
