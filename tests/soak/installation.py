"""An engine on disk and the functions around its table, with everything that can go wrong there."""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from recorder.functions import RecorderFunctions
from recorder.model.clock import SystemClock
from recorder.model.keys import event_sort_key, message_key
from recorder.model.payload import parse_payload
from recorder.model.settings import RecorderSettings
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.pipeline import create_table
from ses_tui.demo.scheduler import run_schedule
from ses_tui.demo.stream_consumer import StreamConsumer
from ses_tui.demo.traffic import LiveTraffic, Timed
from tests.engine import TABLE_NAME, TestTable
from tests.faults.line import Fault, FaultyLine
from tests.soak.accounting import Key
from tests.soak.faults import OF_THE_FUNCTIONS, OF_THE_READERS, Trouble
from tests.soak.functions import LambdaFunction

_HEAP_MEGABYTES: Final = 128
_MESSAGES_A_BATCH: Final = 50
_WINDOW_SECONDS: Final = 1.0
"""The batching window of the stream consumer."""
_REPEATED_SHARE: Final = 0.02
_REPEATED_AFTER: Final = 20
"""Batches until a queue delivers a message again that it has delivered."""
_CALLS_OF_A_BATCH: Final = 6
_JOIN_SECONDS: Final = 30.0


class Queue:
    """What delivers batches to `record`: at least once, now and then twice."""

    def __init__(
        self,
        record: LambdaFunction,
        other: LambdaFunction,
        chance: Random,
        tell: Callable[[str], None],
    ) -> None:
        """`other` is a second process of `record`."""
        self.twice = False
        self.repeated = 0
        """Messages that were delivered although they had been recorded."""
        self._record = record
        self._other = other
        self._chance = chance
        self._tell = tell
        self._again: deque[list[dict[str, Any]]] = deque([[] for _ in range(_REPEATED_AFTER)])
        self._pool = ThreadPoolExecutor(1)

    def deliver(self, event: dict[str, Any]) -> Mapping[str, Any]:
        """As the function answers, of any number of messages, some of them at a time."""
        messages = event["Records"]
        failures: list[Any] = []
        for start in range(0, len(messages), _MESSAGES_A_BATCH):
            batch = messages[start : start + _MESSAGES_A_BATCH]
            try:
                failures += self._deliver(batch)["batchItemFailures"]
            except Exception as error:
                # Whatever became of the function: the batch becomes visible again.
                self._tell(f"a batch was not recorded: {error}")
                failures += [{"itemIdentifier": message["messageId"]} for message in batch]
        return {"batchItemFailures": failures}

    def _deliver(self, messages: list[dict[str, Any]]) -> Mapping[str, Any]:
        again = self._again.popleft()
        self._again.append([one for one in messages if self._chance.random() < _REPEATED_SHARE])
        self.repeated += len(again)
        second = None
        if self.twice:
            self.repeated += len(messages)
            second = self._pool.submit(self._other, {"Records": [*reversed(messages)]})
        try:
            return self._record({"Records": messages + again}) or {"batchItemFailures": []}
        finally:
            if second is not None:
                second.exception()

    def close(self) -> None:
        """End its thread."""
        self._pool.shutdown()


class Installation:
    """Everything but the readers. Start and stop it in the main thread: the engine dies with it."""

    def __init__(self, folder: Path, seed: int, tell: Callable[[str], None]) -> None:
        self.told: dict[str, Key] = {}
        """Every event that SES told, by its id: what has to be there in the end."""
        self._folder = folder
        self._tell = tell
        self._chance = Random(seed)
        self._seed = seed
        self._engine = start_dynamodb_local(data_folder=folder, heap_megabytes=_HEAP_MEGABYTES)
        access = LocalAccess(self._engine.endpoint_url)
        self.table = TestTable(access)
        self._stream_arn = create_table(access, TABLE_NAME)
        self.readers_line = FaultyLine(access.endpoint_url)
        self._functions_line = FaultyLine(access.endpoint_url)
        near = LocalAccess(self._functions_line.endpoint_url, access.access_key_id)
        client = near.recorder_client()
        self._streams_client = near.streams_client()
        settings = RecorderSettings(table=TABLE_NAME, keep_subject=True)
        self._record = LambdaFunction(client, lambda each: RecorderFunctions(each, settings).record)
        self._other = LambdaFunction(client, lambda each: RecorderFunctions(each, settings).record)
        self._roll_up = LambdaFunction(
            client, lambda each: RecorderFunctions(each, settings).roll_up
        )
        self._tick = LambdaFunction(client, lambda each: RecorderFunctions(each, settings).tick)
        self.queue = Queue(self._record, self._other, self._chance, tell)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._traffic: threading.Thread | None = None

    def start(self, rate: float, messages: int) -> None:
        """Begin with the traffic: so many messages, `rate` of them a second."""
        clock = SystemClock()
        consumer = StreamConsumer(
            self._streams_client,
            self._stream_arn,
            self._roll_up,
            window_seconds=_WINDOW_SECONDS,
            report=self._tell,
        )
        traffic = LiveTraffic(
            self.queue.deliver,
            self._noted(TrafficGenerator(self._seed, clock.now_ms()).events(rate)),
            clock,
            most_events=messages,
            report=self._tell,
        )
        self._run(lambda: consumer.run(self._stop))
        self._run(lambda: run_schedule(self._on_schedule, clock, self._stop, self._tell))
        self._traffic = self._run(lambda: traffic.run(self._stop))

    @property
    def traffic_ended(self) -> bool:
        """Whether everything is recorded."""
        return self._traffic is not None and not self._traffic.is_alive()

    @property
    def processes_ended(self) -> int:
        """Processes of functions that died in the middle of their work."""
        functions = (self._record, self._other, self._roll_up, self._tick)
        return sum(function.deaths for function in functions)

    @property
    def engine_process_id(self) -> int:
        """Process id of the engine as it runs now."""
        return self._engine.process_id

    def begin(self, trouble: Trouble) -> None:
        """Let something go wrong."""
        if trouble in OF_THE_READERS:
            self.readers_line.fault = OF_THE_READERS[trouble]
        elif trouble is Trouble.FUNCTIONS_CUT_OFF:
            self._functions_line.fault = self._chance.choice(OF_THE_FUNCTIONS)
        elif trouble is Trouble.ENGINE_KILLED:
            os.kill(self._engine.process_id, signal.SIGKILL)
            self._engine.stop()
        elif trouble is Trouble.CONSUMER_DIED:
            self._roll_up.die_in(self._chance.randrange(_CALLS_OF_A_BATCH))
        elif trouble is Trouble.RECORDER_TIMED_OUT:
            self._record.die_in(0, after=True)
        else:
            self.queue.twice = True

    def end(self, trouble: Trouble) -> None:
        """Let it be right again."""
        if trouble is Trouble.ENGINE_KILLED:
            port = urlsplit(self._engine.endpoint_url).port
            self._engine = start_dynamodb_local(
                data_folder=self._folder, heap_megabytes=_HEAP_MEGABYTES, port=port
            )
        self.readers_line.fault = Fault.NONE
        self._functions_line.fault = Fault.NONE
        self.queue.twice = False

    def stop(self) -> None:
        """End everything, the engine last."""
        self._stop.set()
        deadline = time.monotonic() + _JOIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.queue.close()
        self.readers_line.close()
        self._functions_line.close()
        self._engine.stop()

    def _noted(self, happening: Iterator[Timed]) -> Iterator[Timed]:
        for at, payload in happening:
            parsed = parse_payload(payload, recorded_at=at, keep_subject=True)
            for event in parsed.events:
                sort_key = event_sort_key(event.event_type, event.event_time, event.event_id)
                self.told[event.event_id] = message_key(event.message_id or ""), sort_key
            yield at, payload

    def _on_schedule(self) -> None:
        self._tick({})

    def _run(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)
        return thread
