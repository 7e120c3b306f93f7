"""The shop's events on their way to the recorder, as SQS batches of SNS documents."""

import threading
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import orjson

from recorder.model.clock import Clock
from recorder.model.rollup import minute_start
from recorder.model.timestamps import format_timestamp
from ses_tui.core.errors import TableError
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.ses_payload import ACCOUNT_ID, REGION, Payload

Timed = tuple[int, Payload]

_TOPIC: Final = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:ses-events"
_QUEUE: Final = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:ses-events"
HISTORY_SECONDS: Final = 7.0
"""The demo is to move within twenty seconds, engine, repair and dashboard included."""
_HISTORY_SPAN_MS: Final = 3 * 3_600_000
"""What is usual is learnt from three hours; longer, and minutes would go without a mail."""
_RECENT_SPAN_MS: Final = 5 * 60_000
_HISTORY_BATCH: Final = 100
_GATHERED_MS: Final = 5_000
"""A batch of the last minutes takes in no longer time: all of it is recorded at its last moment,
and the header tells how late events are recorded."""
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
    recent_from = recent_start(now_ms)
    recent = min(events / 2, events_per_second * (now_ms - recent_from) / 1000)
    if not events:
        return []
    old_events = (events - recent) * _SURPLUS + _FEWEST_OLD_EVENTS
    old_rate = old_events / ((recent_from - history_start(now_ms)) / 1000)
    recent_rate = recent / ((now_ms - recent_from) / 1000) * _SURPLUS
    past = chain(
        generator.events(old_rate, recent_from, evenly=True),
        generator.events(recent_rate, now_ms),
    )
    return list(past)[-events:]


def history_start(now_ms: int) -> int:
    """When the simulated past begins."""
    return now_ms - _HISTORY_SPAN_MS


def recent_start(now_ms: int) -> int:
    """From when on (ms, a whole minute) the simulated past is as busy as the present."""
    return minute_start(now_ms - _RECENT_SPAN_MS)


def record_history(
    record: Record,
    clock: Clock,
    history: Sequence[Timed],
    recent_from: int,
    stop: threading.Event,
    seconds: float = HISTORY_SECONDS,
) -> int:
    """Records the past, until done or `stop` is set.

    It takes about `seconds`. A machine that is too slow for all of it leaves out every other mail,
    first of the minutes from `recent_from` (ms) on, so that no stretch of time goes without.
    Returns how many events were recorded. Raises `TableError` if something cannot be stored.
    """
    begin = clock.monotonic()
    recorded = 0
    halves = [_halves(events) for events in _split(history, recent_from)]
    parts = [(half, True) for half, _ in halves] + [(half, False) for _, half in halves]
    for events, is_needed in parts:
        for batch in _batches(events, recent_from):
            is_late = not is_needed and clock.monotonic() - begin > seconds
            if stop.is_set() or (is_late and recorded >= _HISTORY_BATCH):
                break
            response = record({"Records": [queue_message(at, payload) for at, payload in batch]})
            if response["batchItemFailures"]:
                raise TableError("the past could not be recorded: the engine refuses events")
            recorded += len(batch)
    return recorded


def _split(history: Sequence[Timed], moment: int) -> tuple[Sequence[Timed], Sequence[Timed]]:
    """What was before the moment (ms), and the rest."""
    position = bisect_left(history, moment, key=lambda timed: timed[0])
    return history[:position], history[position:]


def _halves(events: Sequence[Timed]) -> tuple[list[Timed], list[Timed]]:
    """Every other mail with all that became of it, and the rest."""
    halves: tuple[list[Timed], list[Timed]] = ([], [])
    half_of_mail: dict[str, list[Timed]] = {}
    for timed in events:
        half = halves[len(half_of_mail) % 2]
        half_of_mail.setdefault(timed[1]["mail"]["messageId"], half).append(timed)
    return halves


def _batches(events: Sequence[Timed], recent_from: int) -> Iterator[Sequence[Timed]]:
    first = 0
    for position, (at, _) in enumerate(events):
        is_full = position - first == _HISTORY_BATCH
        if is_full or (at >= recent_from and at - events[first][0] > _GATHERED_MS):
            yield events[first:position]
            first = position
    if events:
        yield events[first:]


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
