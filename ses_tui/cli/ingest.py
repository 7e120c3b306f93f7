"""`ses-tui ingest`: records payloads from files, on the same path as the Lambda function."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import Pace, ProgressLine
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from recorder.recording import Recorder, RecordResult
    from ses_tui.aws.blocking_client import BlockingConnection
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.cli.payload_files import PlacedRecord

_RECORDS_AT_ONCE: Final = 500
_STANDARD_INPUT: Final = "-"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one JSON object.")
@click.option("--no-repair", is_flag=True, help="Leave figures and feed of old events for later.")
@global_options
@pass_options
def ingest(options: GlobalOptions, files: tuple[str, ...], as_json: bool, no_repair: bool) -> None:
    """Record SES events from files; `-` is standard input.

    A file holds one JSON document (an event, an SNS document, a whole Lambda event, an array, the
    messages that `aws sqs receive-message` prints), one a line, or several indented ones as `jq`
    prints them. What is stored already is left as it is. Events over an hour old are filed under
    their own time, and the figures and feed pages of that time are repaired at the end, which reads
    the whole table once, and at a terminal is asked about where the table is large. Ends with 1 if
    any event could not be recorded.

    \b
      ses-tui ingest events.json more.jsonl
      zcat dump.gz | ses-tui ingest -
    """
    from recorder.model.settings import read_settings
    from recorder.recording import Recorder
    from ses_tui.aws.blocking_client import BlockingConnection

    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        raise UsageError(str(error)) from error
    connection_options = options.connection
    connection = BlockingConnection(connection_options)
    recorder = Recorder(connection.client, replace(settings, table=connection_options.table))
    run = IngestRun(recorder, connection)
    try:
        try:
            for file in files:
                run.ingest_file(file)
        finally:
            complain(run.summary)
            if as_json:
                sys.stdout.write(json_line(run.totals))
                sys.stdout.flush()
        if not no_repair:
            run.repair(connection_options)
    finally:
        if run.to_repair:
            complain(f"old events are in no figure and no feed page before {run.repair_command}")
    if run.unreadable_files:
        raise UsageError(f"could not read {', '.join(map(sanitise, run.unreadable_files))}")
    if run.totals["failed"]:
        click.get_current_context().exit(CheckFailedError.exit_code)


class IngestRun:
    """One run over any number of files; says at once what is wrong, and at last how much."""

    def __init__(self, recorder: "Recorder", connection: "BlockingConnection") -> None:
        self._recorder = recorder
        self._connection = connection
        self._line = ProgressLine()
        self.totals = {"stored": 0, "duplicate": 0, "ignored": 0, "failed": 0}
        """Events by what became of them; whatever is no event counts as one."""
        self.unreadable_files: list[str] = []
        self.to_repair: tuple[int, int] | None = None
        """The time [first, second) (ms) of the old events that the table now holds, those of an
        earlier run included: that one may have ended before its repair."""

    @property
    def summary(self) -> str:
        """The totals in one line."""
        return ", ".join(f"{count} {outcome}" for outcome, count in self.totals.items())

    @property
    def repair_command(self) -> str:
        """What brings the touched time in order; empty if there is none."""
        from recorder.model.timestamps import format_timestamp

        if self.to_repair is None:
            return ""
        since, until = map(format_timestamp, self.to_repair)
        return f"`ses-tui repair --since {since} --until {until}`"

    def repair(self, connection_options: "ConnectionOptions") -> None:
        """Repair the time that old events were filed under. Raises `SesTuiError`."""
        from ses_tui.cli.repair import RepairRun, is_agreed

        if self.to_repair is None:
            return
        run = RepairRun(self._connection, connection_options)
        if not is_agreed(run.announce()):
            return
        report = run.repair(*self.to_repair)
        self.to_repair = None
        complain(
            f"repaired the figures of {report.minutes_repaired:,} minutes and packed "
            f"{report.events_missing:,} events into {report.pages_written:,} feed pages"
        )

    def ingest_file(self, file: str) -> None:
        """Record one file. Raises `SesTuiError` where the table can no longer be written at all."""
        from ses_tui.cli.payload_files import read_records

        name = "standard input" if file == _STANDARD_INPUT else sanitise(file)
        try:
            with _open(file) as stream, closing(read_records(stream)) as records:
                pace = Pace()
                size = _size(stream)
                while batch := list(islice(records, _RECORDS_AT_ONCE)):
                    self._ingest_batch(name, batch)
                    read = pace.text(batch[-1].characters // 1000, size // 1000, "kB")
                    self._line.show(f"{name}, {batch[-1].place}: {read}")
        except OSError as error:
            self._line.end()
            complain(f"{name}: {sanitise(error.strerror or str(error))}")
            self.unreadable_files.append(file)
        finally:
            self._line.end()

    def _ingest_batch(self, name: str, batch: "Sequence[PlacedRecord]") -> None:
        report = self._recorder.record([placed.record for placed in batch], backfill=True)
        self._remember_history(report.historic)
        for placed, result in zip(batch, report.results, strict=True):
            self._note(f"{name}, {placed.place}", result)
        if report.total("failed") and not report.total("stored") + report.total("duplicate"):
            # Perhaps no payload is to blame but the way to the table: then this raises.
            self._connection.check()

    def _remember_history(self, historic: tuple[int, int] | None) -> None:
        if historic is None:
            return
        first, last = historic
        since, until = self.to_repair or (first, last + 1)
        self.to_repair = min(since, first), max(until, last + 1)

    def _note(self, place: str, result: "RecordResult") -> None:
        failed = result.failed + result.unparseable
        self.totals["stored"] += result.stored
        self.totals["duplicate"] += result.duplicate
        self.totals["ignored"] += result.ignored
        self.totals["failed"] += failed
        counts = (("ignored", result.ignored), ("failed", failed))
        what = " and ".join(f"{count} {outcome}" for outcome, count in counts if count)
        if what:
            reasons = "; ".join(dict.fromkeys(map(sanitise, result.reasons)))
            self._line.end()
            complain(f"{place}: {what}: {reasons}")


def _open(file: str) -> AbstractContextManager[BinaryIO]:
    if file == _STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    return open(file, "rb")


def _size(stream: BinaryIO) -> int:
    """How many bytes there are to read; 0 where nobody knows, as of a pipe."""
    try:
        return os.fstat(stream.fileno()).st_size if stream.seekable() else 0
    except OSError:
        return 0
