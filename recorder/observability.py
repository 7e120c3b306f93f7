"""Structured logs and embedded metrics of the Lambda functions.

Nothing here takes a value of a record: counts, known event types, error codes, and the ids that
SQS and the stream gave. So no address, subject or diagnostic can get into a log.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from recorder.feed import FeedResult
from recorder.model.event import EVENT_TYPES
from recorder.recording import FAILED, OUTCOMES, UNPARSEABLE, RecordingReport
from recorder.rollup_writer import RollupResult
from recorder.stream import StreamBatch, StreamedEvent
from recorder.summaries import FoldReport

SERVICE: Final = "ses-recorder"
NAMESPACE: Final = "ses-tui"
TABLE_DIMENSION: Final = "table"
_LONGEST_LIST: Final = 100
_OTHER_TYPE: Final = "other"
"""For types outside SES's ten: their names come from outside."""


class PowertoolsObserver:
    """Tells CloudWatch what the functions did, by Powertools for AWS Lambda.

    Metrics carry the table's name, since several recorders may run in one account.
    """

    def __init__(self, table: str) -> None:
        self._logger = Logger(service=SERVICE)
        self._table = table

    def recorded(self, report: RecordingReport, request_id: str | None) -> None:
        """One log line and the metrics of one invocation of `record`."""
        totals = {outcome: report.total(outcome) for outcome in OUTCOMES}
        by_type: dict[str, Counter[str]] = {}
        for (event_type, outcome), count in report.by_type.items():
            name = event_type if event_type in EVENT_TYPES else _OTHER_TYPE
            by_type.setdefault(name, Counter())[outcome] += count
        fields: dict[str, object] = {
            "request_id": request_id,
            "records": len(report.results),
            **totals,
            "by_type": by_type,
        }
        for outcome in (UNPARSEABLE, FAILED):
            if totals[outcome]:
                fields[f"{outcome}_records"] = [
                    result.item_identifier or index
                    for index, result in enumerate(report.results)
                    if getattr(result, outcome)
                ][:_LONGEST_LIST]
        if report.untold:
            fields["last_recorded_error"] = report.untold
        if totals[FAILED]:
            fields["errors"] = dict(report.errors)
            self._logger.error("some records failed", extra=fields)
        elif totals[UNPARSEABLE]:
            self._logger.warning("some records cannot be read", extra=fields)
        elif report.untold:
            self._logger.warning("recorded, without telling so", extra=fields)
        else:
            self._logger.info("recorded", extra=fields)
        self._emit(totals)
        for name, counts in by_type.items():
            self._emit(counts, event_type=name)

    def rolled_up(
        self,
        batch: StreamBatch,
        rollups: RollupResult | None,
        result: FeedResult,
        request_id: str | None,
    ) -> None:
        """One log line and the metrics of one invocation of `roll_up`."""
        events = sum(isinstance(entry, StreamedEvent) for entry in batch.entries)
        heartbeats = len(batch.entries) - events
        paged = result.first_unpaged is None
        counts = {
            "streamed": events,
            "heartbeats": heartbeats,
            "heartbeats_paged": heartbeats if paged else 0,
            "skipped": batch.skipped,
            "unparsed": len(batch.unparsed),
            "pages": result.pages,
            "rollup_rows": rollups.rows if rollups else 0,
            "rollup_updates": rollups.updates if rollups else 0,
            "late_minutes": rollups.late_minutes if rollups else 0,
        }
        fields: dict[str, object] = {
            "request_id": request_id,
            "shard": batch.shard_id,
            **counts,
        }
        if not paged:
            fields |= {"first_unpaged": result.first_unpaged, "error_code": result.error}
            self._logger.error("feed pages failed", extra=fields)
        elif batch.unparsed:
            fields["sequence_numbers"] = batch.unparsed[:_LONGEST_LIST]
            self._logger.error("some stream records cannot be read", extra=fields)
        else:
            self._logger.info("rolled up", extra=fields)
        self._emit(counts | {"unpaged_batches": int(not paged)})

    def ticked(self, written: bool, fold: FoldReport, request_id: str | None) -> None:
        """One log line and the metrics of one invocation of `tick`."""
        counts = {
            "summarised_minutes": fold.minutes,
            "summarised_hours": fold.hours,
            "summarised_again": fold.again,
            "summary_minutes_behind": fold.minutes_behind,
            "summary_minutes_lost": fold.minutes_lost,
        }
        fields: dict[str, Any] = {
            "request_id": request_id,
            "heartbeat_written": written,
            **counts,
        }
        if fold.minutes_lost:
            self._logger.error("minutes without summaries: run ses-tui repair", **fields)
        else:
            self._logger.info("ticked", **fields)
        self._emit(counts)

    def _emit(self, counts: Mapping[str, int], **dimensions: str) -> None:
        """Write one blob of metrics in CloudWatch's embedded metric format."""
        metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        for name, value in {TABLE_DIMENSION: self._table, **dimensions}.items():
            metrics.add_dimension(name, value)
        for name, count in counts.items():
            metrics.add_metric(name, MetricUnit.Count, count)
        metrics.flush_metrics()
