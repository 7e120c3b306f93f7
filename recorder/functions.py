"""What the three Lambda functions do, apart from where their parts come from.

The entry points in `recorder.handler` build this from the environment; a program that runs the
recorder by itself builds it from its own client, and hears nothing unless it asks to.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from recorder.day_names import DayNames
from recorder.dynamodb import DynamoDBClient
from recorder.feed import FeedResult, FeedWriter
from recorder.heartbeat import write_heartbeat
from recorder.model.clock import Clock, SystemClock
from recorder.model.envelope import read_invocation
from recorder.model.garbage import collection_paused
from recorder.model.settings import RecorderSettings
from recorder.recording import FAILED, Recorder, RecordingReport
from recorder.retry import Deadline, Retrier, failure_of
from recorder.rollup_writer import CountedRecord, RollupResult, RollupWriter
from recorder.stream import StreamBatch, StreamedEvent, read_stream_batch
from recorder.summaries import FoldReport, Summariser
from recorder.unparseable import CopyUnparseable
from recorder.worker_pool import DEFAULT_WORKERS, WorkerPool


class NotRecorded(RuntimeError):  # noqa: N818
    """A direct invocation left something unstored; whoever invoked it should try again."""


class LambdaContext(Protocol):
    """What is used of the context that Lambda passes."""

    @property
    def aws_request_id(self) -> str:
        """Id of the invocation."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        ...


class Observer(Protocol):
    """Hears what the functions did."""

    def recorded(self, report: RecordingReport, request_id: str | None) -> None:
        """`record` ended with `report`."""
        ...

    def rolled_up(
        self,
        batch: StreamBatch,
        rollups: RollupResult | None,
        result: FeedResult,
        request_id: str | None,
    ) -> None:
        """`roll_up` ended; without `rollups` it could not count, and wrote no page then."""
        ...

    def ticked(self, written: bool, fold: FoldReport, request_id: str | None) -> None:
        """`tick` ended; `written` unless this minute had its heartbeat already."""
        ...


class RecorderFunctions:
    """The three functions over one client."""

    def __init__(
        self,
        client: DynamoDBClient,
        settings: RecorderSettings,
        *,
        clock: Clock | None = None,
        copy_unparseable: CopyUnparseable | None = None,
        observer: Observer | None = None,
        retrier: Retrier | None = None,
        workers: int = DEFAULT_WORKERS,
    ) -> None:
        """Without `copy_unparseable`, what cannot be read is only counted and told.

        `workers` is how many calls for rollups and summaries run at a time.
        """
        self._client = client
        self._settings = settings
        self._clock = clock or SystemClock()
        self._observer = observer
        self._retrier = retrier or Retrier()
        self._recorder = Recorder(
            client,
            settings,
            self._clock,
            copy_unparseable=copy_unparseable,
            retrier=self._retrier,
        )
        pool = WorkerPool(workers)
        parts = client, settings.table, self._clock, self._retrier
        self._rollups = RollupWriter(*parts, pool)
        self._feed = FeedWriter(*parts)
        self._summariser = Summariser(*parts, pool)
        self._day_names = DayNames(client, settings.table, self._retrier)
        self._knows_if_table_is_new = False

    @collection_paused()
    def record(self, event: object, context: LambdaContext | None = None) -> dict[str, Any]:
        """Store what a queue, a topic, an EventBridge rule or a person sent.

        Returns the records of a queue that could not be stored, as `batchItemFailures`. Raises
        `NotRecorded` if something failed that has no identifier to be returned, after everything
        else has been stored.
        """
        report = self._recorder.record(
            read_invocation(event),
            remaining_ms=context.get_remaining_time_in_millis if context else None,
        )
        if self._observer:
            self._observer.recorded(report, _request_id(context))
        failed = [result for result in report.results if result.failed]
        if any(result.item_identifier is None for result in failed):
            codes = ", ".join(sorted(report.errors))
            raise NotRecorded(
                f"{report.total(FAILED)} of what {len(failed)} of {len(report.results)} records "
                f"hold could not be stored in table {self._settings.table} ({codes}); "
                "what was stored is not stored twice when they come again"
            )
        return {
            "batchItemFailures": [{"itemIdentifier": result.item_identifier} for result in failed]
        }

    @collection_paused()
    def roll_up(
        self, event: Mapping[str, Any], context: LambdaContext | None = None
    ) -> dict[str, Any]:
        """Count one batch of the table's stream, then write its feed pages.

        Returns an empty window `state`, which Lambda demands, and as `batchItemFailures` the
        lowest sequence number that is in no page yet. Raises `StreamError` without a shard.
        """
        batch = read_stream_batch(event, single_shard=self._settings.single_shard)
        deadline = self._deadline(context)
        rollups: RollupResult | None = None
        try:
            rollups = self._count(batch, deadline)
        except Exception as error:
            # Lambda sends all of it again; what was counted stays counted once.
            first = batch.entries[0].sequence_number
            result = FeedResult(0, first, failure_of(error).code)
        else:
            result = self._feed.write(batch, deadline)
        if self._observer:
            self._observer.rolled_up(batch, rollups, result, _request_id(context))
        failures = []
        if result.first_unpaged is not None:
            failures.append({"itemIdentifier": result.first_unpaged})
        return {"state": {}, "batchItemFailures": failures}

    def tick(self, event: object, context: LambdaContext | None = None) -> None:
        """Write this minute's heartbeat, then summarise what has closed.

        Before it first summarises anything of a table, it says that none of its days is unnamed.

        Raises what the client raises when either cannot be done; the next tick goes on.
        """
        deadline = self._deadline(context)
        written = write_heartbeat(
            self._client, self._settings.table, self._clock, self._retrier, deadline
        )
        if not self._knows_if_table_is_new:
            self._day_names.name_all_of_new_table(deadline)
            self._knows_if_table_is_new = True
        fold = self._summariser.fold(deadline)
        if self._observer:
            self._observer.ticked(written, fold, _request_id(context))

    def _count(self, batch: StreamBatch, deadline: Deadline) -> RollupResult:
        records = [
            CountedRecord(entry.sequence_number, entry.event)
            for entry in batch.entries
            if isinstance(entry, StreamedEvent)
        ]
        return self._rollups.write(batch.shard_id, records, deadline)

    def _deadline(self, context: LambdaContext | None) -> Deadline:
        remaining_ms = context.get_remaining_time_in_millis if context else None
        return Deadline(self._clock, remaining_ms)


def _request_id(context: LambdaContext | None) -> str | None:
    return context.aws_request_id if context else None
