"""The recorder at work on a local table: stream consumer, schedule, past and live traffic."""

import threading
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from recorder.functions import RecorderFunctions
from recorder.model.clock import Clock, SystemClock
from recorder.model.settings import RecorderSettings
from recorder.model.table import expiry_definition, table_definition
from recorder.repair import Repair
from recorder.retry import Retrier
from recorder.worker_pool import WorkerPool
from ses_tui.core.errors import TableError
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.days_before import DaysBefore
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.past_figures import PastFigures
from ses_tui.demo.past_recorder import PastRecorder
from ses_tui.demo.scheduler import run_schedule
from ses_tui.demo.stream_consumer import StreamConsumer
from ses_tui.demo.traffic import (
    LiveTraffic,
    history_start,
    make_history,
    recent_start,
    record_history,
)

Report = Callable[[str], None]

_JOIN_SECONDS: Final = 5.0
_CALM_MS: Final = 30 * 60_000
"""Nothing is to ring when the demo opens."""


def create_table(access: LocalAccess, table_name: str) -> str:
    """Creates the table unless it is there; returns the ARN of its stream.

    Raises `TableError` if the engine does not answer, refuses, or has the table without a stream.
    """
    client = access.dynamodb_client()
    try:
        try:
            client.create_table(**table_definition(table_name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceInUseException":
                raise
        client.get_waiter("table_exists").wait(
            TableName=table_name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
        _switch_on_expiry(client, table_name)
        stream_arn = client.describe_table(TableName=table_name)["Table"].get("LatestStreamArn")
    except (ClientError, BotoCoreError) as error:
        raise TableError(
            f"table {table_name!r} could not be made at {access.endpoint_url}: {error}"
        ) from error
    finally:
        client.close()
    if not stream_arn:
        raise TableError(
            f"table {table_name!r} at {access.endpoint_url} has no stream: choose another --table"
        )
    return str(stream_arn)


def _switch_on_expiry(client: Any, table_name: str) -> None:
    """Engines may lack expiry, or have it on already; nothing of a demo lives that long."""
    try:
        client.update_time_to_live(**expiry_definition(table_name))
    except ClientError:
        return


class Pipeline:
    """Everything that Lambda, SQS and the schedule do around one table."""

    def __init__(
        self,
        access: LocalAccess,
        table_name: str,
        *,
        seed: int,
        history: int,
        events_per_second: float,
        report: Report,
    ) -> None:
        """`history`: how many events of the hours before there are to be."""
        self._access = access
        # The demo's mail is invented, so its subjects may be kept and shown.
        self._settings = RecorderSettings(table=table_name, keep_subject=True)
        self._events_per_second = events_per_second
        self._report = report
        self._clock = SystemClock()
        self._started_at = self._clock.now_ms()
        self._history = history
        self._is_new_table = False
        self._seed = seed
        past = history_start(self._started_at) if history else self._started_at
        self._generator = TrafficGenerator(seed, past)
        self._generator.keep_calm(self._started_at - _CALM_MS, self._started_at)
        self._client = access.recorder_client()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, stream_arn: str) -> None:
        """Begins to consume the stream."""
        consumer = StreamConsumer(
            self._access.streams_client(),
            stream_arn,
            self._functions(self._clock).roll_up,
            clock=self._clock,
            report=self._report,
        )
        self._run("stream consumer", lambda: consumer.run(self._stop))

    def record_history(self, stop: threading.Event) -> None:
        """Records the past; ends early when `stop` is set. Raises what the recorder raises."""
        history = make_history(
            self._generator, self._started_at, self._history, self._events_per_second
        )
        self._report(f"recording {len(history):,} events of the past hours")
        recent_from = recent_start(self._started_at)
        recorder = PastRecorder(self._client, self._settings, recent_from)
        recorded = record_history(recorder.record, self._clock, history, recent_from, stop)
        if recorded < len(history):
            self._report(f"{recorded:,} of them recorded: this machine is too busy for all")
        if not stop.is_set():
            self._count_past(recent_from, recorder.historic)

    def _count_past(self, recent_from: int, historic: list[int]) -> None:
        """Figures and feed pages of history, which the stream consumer leaves alone."""
        figures = PastFigures(self._client, self._settings.table, self._clock)
        if figures.is_new_table:
            minutes, pages = figures.write(recent_from)
            self._is_new_table = True
        elif historic:
            table, pool = self._settings.table, WorkerPool()
            repair = Repair(self._client, table, self._clock, Retrier(), pool)
            report = repair.run(min(historic), max(historic) + 1)
            minutes, pages = report.minutes_repaired, report.pages_written
        else:
            return
        self._report(f"figures of {minutes:,} minutes and {pages:,} feed pages made of them")

    def start_schedule(self) -> None:
        """Begins to call `tick`; what is summarised by then, it leaves alone."""
        tick = self._functions(self._clock).tick
        self._run(
            "schedule",
            lambda: run_schedule(lambda: tick({}), self._clock, self._stop, self._report),
        )

    def start_traffic(self, most_events: int | None, incident: str | None = None) -> None:
        """Begins live traffic, `most_events` at most; something goes wrong in it if so named."""
        if incident is not None:
            self._generator.begin_incident(incident, self._clock.now_ms())
        traffic = LiveTraffic(
            self._functions(self._clock).record,
            self._generator.events(self._events_per_second),
            self._clock,
            most_events=most_events,
            report=self._report,
        )
        self._run("traffic", lambda: traffic.run(self._stop))

    def start_days_before(self) -> None:
        """Begins to record what the present is compared with, at leisure.

        Only behind a history, and in a table of its own: another demo's days are there already.
        """
        if self._history and self._is_new_table:
            days = DaysBefore(self._client, self._settings, self._clock, self._report)
            self._run("days before", lambda: days.record(self._seed, self._started_at, self._stop))

    def stop(self) -> None:
        """Ends all threads after what they are at; waits for them some seconds."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)

    def _functions(self, clock: Clock) -> RecorderFunctions:
        """Functions of their own for each thread, as each Lambda function has a process."""
        return RecorderFunctions(self._client, self._settings, clock=clock)

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)
