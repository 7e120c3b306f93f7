import json
import threading
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from recorder.model.clock import SystemClock
from ses_tui.core.errors import TableError
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.traffic import (
    LiveTraffic,
    history_start,
    make_history,
    queue_message,
    recent_start,
    record_history,
)

NOW = 1_795_400_000_000


def body_of(message: Mapping[str, Any]) -> Any:
    return json.loads(json.loads(message["body"])["Message"])


def sent_at(message: Mapping[str, Any]) -> int:
    return int(message["attributes"]["SentTimestamp"])


def test_a_message_is_an_sns_document_in_a_queue() -> None:
    message = queue_message(NOW, {"eventType": "Send", "mail": {"messageId": "one"}})
    document = json.loads(message["body"])
    assert message["eventSource"] == "aws:sqs"
    assert message["messageId"] != document["MessageId"]
    assert document["Type"] == "Notification"
    assert json.loads(document["Message"]) == {"eventType": "Send", "mail": {"messageId": "one"}}


def test_history_has_the_number_asked_for_and_ends_at_the_live_rate() -> None:
    generator = TrafficGenerator(2, history_start(NOW))
    history = make_history(generator, NOW, 3000, 5)
    assert len(history) == 3000
    times = [at for at, _ in history]
    assert times == sorted(times)
    assert times[-1] < NOW
    last_minutes = sum(at >= NOW - 300_000 for at in times)
    assert 1200 < last_minutes < 2200
    assert times[0] < NOW - 90 * 60_000
    thin = [at // 60_000 for at in times if at < recent_start(NOW)]
    assert set(thin) == set(range(thin[0], thin[-1] + 1)), "no minute goes without"
    assert make_history(TrafficGenerator(2, history_start(NOW)), NOW, 0, 5) == []


def test_the_whole_past_is_recorded_where_there_is_time() -> None:
    history = make_history(TrafficGenerator(2, history_start(NOW)), NOW, 500, 5)
    recorded: list[Any] = []
    recent_from, stop = recent_start(NOW), threading.Event()

    def record(event: dict[str, Any]) -> dict[str, Any]:
        times = [sent_at(one) for one in event["Records"]]
        assert times[0] < recent_from or times[-1] - times[0] <= 5_000, "none is recorded late"
        recorded.extend(zip(times, map(body_of, event["Records"]), strict=True))
        return {"batchItemFailures": []}

    assert record_history(record, SystemClock(), history, recent_from, stop, seconds=1000) == 500
    assert sorted(at for at, _ in recorded) == [at for at, _ in history]
    first = [at for at, _ in recorded[:200]]
    assert first[0] < recent_from < first[-1], "some of all of it before the rest"


class SlowClock:
    """Moves only when a test says so."""

    seconds = 0.0

    def now_ms(self) -> int:
        return NOW

    def monotonic(self) -> float:
        return self.seconds


def test_a_slow_machine_records_less_of_the_past_in_the_time_there_is() -> None:
    history = make_history(TrafficGenerator(2, history_start(NOW)), NOW, 2000, 5)
    clock = SlowClock()
    recorded: list[int] = []

    def record(event: dict[str, Any]) -> dict[str, Any]:
        clock.seconds += 8
        recorded.extend(sent_at(message) for message in event["Records"])
        return {"batchItemFailures": []}

    recent_from = recent_start(NOW)
    number = record_history(record, clock, history, recent_from, threading.Event(), seconds=100)
    assert number == len(recorded)
    assert 300 < number < 1900
    of_hours = sorted(at for at in recorded if at < recent_from)
    assert of_hours[0] < history[20][0]
    assert max(later - at for at, later in pairwise(of_hours)) < 3 * 60_000
    assert max(recorded) > NOW - 60_000


def test_the_past_that_cannot_be_stored_is_an_error() -> None:
    def record(event: dict[str, Any]) -> dict[str, Any]:
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}

    history = make_history(TrafficGenerator(2, history_start(NOW)), NOW, 5, 5)
    with pytest.raises(TableError, match="past"):
        record_history(record, SystemClock(), history, 0, threading.Event())


def test_a_stopped_history_ends_at_once() -> None:
    def record(event: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("nothing is to be recorded")

    stop = threading.Event()
    stop.set()
    record_history(record, SystemClock(), [(NOW, {"mail": {"messageId": "one"}})], 0, stop)


def test_what_failed_comes_again_until_it_is_recorded() -> None:
    payloads = [(0, {"number": number}) for number in range(6)]
    stored: list[int] = []
    calls = 0
    reports: list[str] = []

    def record(event: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("not yet")
        numbers = [(body_of(message)["number"], message) for message in event["Records"]]
        failing = [message for number, message in numbers if number % 2 and calls == 2]
        stored.extend(number for number, message in numbers if message not in failing)
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failing]}

    traffic = LiveTraffic(
        record, iter(payloads), SystemClock(), most_events=6, report=reports.append, pause=0
    )
    traffic.run(threading.Event())
    assert stored == [0, 2, 4, 1, 3, 5]
    assert calls == 3
    assert "ConnectionError" in reports[0]
    assert "no new traffic" in reports[-1]
