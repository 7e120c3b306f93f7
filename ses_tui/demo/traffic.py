"""The shop's events on their way to the recorder, as SQS batches of SNS documents."""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import orjson

from recorder.model.clock import Clock
from recorder.model.timestamps import format_timestamp
from recorder.recording import HISTORIC_AFTER_MS
from ses_tui.core.errors import TableError
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.ses_payload import ACCOUNT_ID, REGION, Payload

Timed = tuple[int, Payload]

_TOPIC: Final = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:ses-events"
_QUEUE: Final = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:ses-events"
HISTORY_SECONDS: Final = 7.0
"""The demo is to move within twenty seconds, engine, repair and dashboard included."""
_HISTORY_SPAN_MS: Final = 6 * 3_600_000
_USUAL_SPAN_MS: Final = 4 * 3_600_000
"""What is usual is learnt from the last three hours and the part of an hour before them."""
_USUAL_PART: Final = 0.8
_RECENT_SPAN_MS: Final = 5 * 60_000
_HISTORY_BATCH: Final = 100
_RECENT_BATCH_MS: Final = 4 * 60_000
_LIVE_BATCH: Final = 250
_GATHER_SECONDS: Final = 0.2
_FEWEST_OLD_EVENTS: Final = 50
_SURPLUS: Final = 1.3
"""The first minutes of simulated traffic lack what follows older mails."""


Record = Callable[[dict[str, Any]], Mapping[str, Any]]
"""The Lambda function `record`: an SQS event in, `{"batchItemFailures": […]}` out."""


def queue_message(at_ms: int, payload: Payload) -> dict[str, Any]:
    """One record of an SQS event: an SNS document whose message is the SES event."""
    document = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": _TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": orjson.dumps(payload).decode(),
        "Timestamp": format_timestamp(at_ms),
        "SignatureVersion": "1",
    }
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "local",
        "body": orjson.dumps(document).decode(),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(at_ms)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": _QUEUE,
        "awsRegion": REGION,
    }


def make_history(
    generator: TrafficGenerator, now_ms: int, events: int, events_per_second: float
) -> list[Timed]:
    """The last `events` events before `now_ms`, in order: thin for hours, lately at the live rate.

    Thin, but even: where minutes went without a mail by chance, nobody could tell that one has
    fallen silent. The generator has to start at `history_start(now_ms)`.
    """
    recent = min(events / 2, events_per_second * _RECENT_SPAN_MS / 1000)
    if not events:
        return []
    recent_from = now_ms - _RECENT_SPAN_MS
    old_events = (events - recent) * _SURPLUS + _FEWEST_OLD_EVENTS
    usual_from = now_ms - _USUAL_SPAN_MS
    first_rate = old_events * (1 - _USUAL_PART) / ((usual_from - history_start(now_ms)) / 1000)
    usual_rate = old_events * _USUAL_PART / ((recent_from - usual_from) / 1000)
    recent_rate = recent / (_RECENT_SPAN_MS / 1000) * _SURPLUS
    past = chain(
        generator.events(first_rate, usual_from, evenly=True),
        generator.events(usual_rate, recent_from, evenly=True),
        generator.events(recent_rate, now_ms),
    )
    return list(past)[-events:]


def history_start(now_ms: int) -> int:
    """When the simulated past begins."""
    return now_ms - _HISTORY_SPAN_MS


def record_history(
    record: Record,
    clock: Clock,
    history: Sequence[Timed],
    stop: threading.Event,
    seconds: float = HISTORY_SECONDS,
) -> int:
    """Records the past in order, until done or `stop` is set.

    It takes about `seconds` at most: on a machine that is too slow for all of it, batches are left
    out evenly, but for the first hundred events. Returns how many were recorded. Raises
    `TableError` if something cannot be stored.
    """
    begin = clock.monotonic()
    recorded = passed = 0
    for batch in _batches(history, clock.now_ms()):
        if stop.is_set():
            break
        due = begin + seconds * (passed + len(batch)) / len(history)
        passed += len(batch)
        if recorded >= _HISTORY_BATCH and clock.monotonic() > due:
            continue
        response = record({"Records": [queue_message(at, payload) for at, payload in batch]})
        if response["batchItemFailures"]:
            raise TableError("the past could not be recorded: the engine refuses events")
        recorded += len(batch)
    return recorded


def _batches(history: Sequence[Timed], now_ms: int) -> Iterator[list[Timed]]:
    """A hundred at most; those of the last hour, which come in at one moment, of some minutes."""
    batch: list[Timed] = []
    for timed in history:
        is_late = timed[0] >= now_ms - HISTORIC_AFTER_MS
        is_long = bool(batch) and timed[0] >= batch[0][0] + _RECENT_BATCH_MS
        if len(batch) == _HISTORY_BATCH or (is_late and is_long):
            yield batch
            batch = []
        batch.append(timed)
    if batch:
        yield batch


class LiveTraffic:
    """Records what happens as it happens; what failed comes again, as from a queue."""

    def __init__(
        self,
        record: Record,
        happening: Iterator[Timed],
        clock: Clock,
        *,
        most_events: int | None = None,
        report: Callable[[str], None] = lambda line: None,
        pause: float = 1.0,
    ) -> None:
        """`pause`: seconds until what failed comes again. `most_events`: after so many, no more."""
        self._pause = pause
        self._record = record
        self._happening = happening
        self._clock = clock
        self._left = most_events
        self._report = report
        self._next: Timed | None = None
        self._failed: list[dict[str, Any]] = []

    def run(self, stop: threading.Event) -> None:
        """Records until `stop` is set, or until the engine holds as much as it may."""
        while not stop.is_set():
            messages = self._failed + self._due()
            self._failed = self._deliver(messages) if messages else []
            if self._failed:
                stop.wait(self._pause)
            elif self._left == 0:
                self._report("the engine holds as many events as it can serve; no new traffic")
                return
            elif len(messages) < _LIVE_BATCH:
                stop.wait(_GATHER_SECONDS)

    def _due(self) -> list[dict[str, Any]]:
        """What has happened by now and is not recorded, as messages, as many as fit a batch."""
        now = self._clock.now_ms()
        due: list[dict[str, Any]] = []
        while len(due) < _LIVE_BATCH and self._left != 0:
            if self._next is None:
                self._next = next(self._happening)
            if self._next[0] > now:
                break
            due.append(queue_message(*self._next))
            self._next = None
            if self._left is not None:
                self._left -= 1
        return due

    def _deliver(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Records the messages; those that failed."""
        try:
            response = self._record({"Records": messages})
        except Exception as error:
            # As a queue does: whatever went wrong, the batch becomes visible again.
            self._report(f"a batch was not recorded: {type(error).__name__}; trying again")
            return messages
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        if failed:
            self._report(f"{len(failed)} messages were not recorded; trying again")
        return [message for message in messages if message["messageId"] in failed]
