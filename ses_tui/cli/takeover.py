"""`ses-tui import`: takes over what other recorders have stored."""

import hashlib
import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from platformdirs import user_state_path

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import Pace, ProgressLine, duration_text
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.json_lines import json_line
from ses_tui.core.private_file import write_private
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.aws.blocking_client import BlockingConnection
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.aws.takeover.source_table import SourceDescription
    from ses_tui.core.takeover.ledger import Ledger, TableLedger
    from ses_tui.core.takeover.signiant_row import RowKind

_SECONDS_BETWEEN_LINES = 10.0


@click.group("import")
@global_options
def import_() -> None:
    """Take over what another recorder has stored.

    \b
      ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run
    """


@import_.command()
@click.option("--bounces", metavar="TABLE", help="Its table of bounces.")
@click.option("--deliveries", metavar="TABLE", help="Its table of deliveries.")
@click.option("--from-profile", metavar="NAME", help="AWS profile that may read them.")
@click.option("--from-region", metavar="NAME", help="Region that they are in.")
@click.option("--dry-run", is_flag=True, help="Read everything, say what is new, write nothing.")
@click.option("--restart", is_flag=True, help="Begin anew where an earlier run has stopped.")
@click.option("--json", "as_json", is_flag=True, help="The report as one JSON object.")
@click.option("--yes", is_flag=True, help="Ask nothing before the repair, however large the table.")
@global_options
@pass_options
def signiant(
    options: GlobalOptions,
    bounces: str | None,
    deliveries: str | None,
    from_profile: str | None,
    from_region: str | None,
    dry_run: bool,
    restart: bool,
    as_json: bool,
    yes: bool,
) -> None:
    """Take over the tables of the published recorder (Signiant's aws-ses-recorder).

    Its tables are only read. Rows become historic events, recorded at their own time and kept as
    long as events that are recorded today. What is here already is left as it is; rows younger than
    two hours are left out, since the recorder here may still get their events. At the end the
    figures and feed pages of the time that was touched are repaired, which reads the whole new
    table: if that is large, somebody at a terminal is asked first.

    A run that was stopped goes on where it was when started again. Ends with 1 if there were rows
    that no event can be made of.

    \b
      ses-tui import signiant --bounces SES_BOUNCES --deliveries SES_DELIVERIES --dry-run
    """
    from recorder.model.settings import read_settings
    from ses_tui.aws.blocking_client import BlockingConnection
    from ses_tui.aws.takeover.source_table import source_options
    from ses_tui.core.takeover.signiant_row import RowKind

    given = ((RowKind.BOUNCES, bounces), (RowKind.DELIVERIES, deliveries))
    names = {kind: name for kind, name in given if name}
    if not names:
        raise UsageError("nothing to take over: give --bounces TABLE, --deliveries TABLE or both")
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        raise UsageError(str(error)) from error
    own = options.connection
    connection = BlockingConnection(own)
    ways = {
        kind: source_options(own, name, from_profile, from_region) for kind, name in names.items()
    }
    run = ImportRun(connection, own, names, dry_run=dry_run, restart=restart)
    try:
        run.take_over(ways, replace(settings, table=own.table))
    finally:
        run.report(as_json)
    if not dry_run:
        run.repair(yes=yes)
    if run.unreadable:
        raise CheckFailedError(f"{run.unreadable:,} rows could not be read: see above for why")


class ImportRun:
    """One run: what it says meanwhile and at last, and the file that lets another one go on."""

    def __init__(
        self,
        connection: "BlockingConnection",
        connection_options: "ConnectionOptions",
        names: "dict[RowKind, str]",
        *,
        dry_run: bool,
        restart: bool,
    ) -> None:
        from ses_tui.core.takeover.ledger import Ledger, TableLedger

        self._connection = connection
        self._options = connection_options
        self._dry_run = dry_run
        self._told_of_file = False
        self._began = False
        label = connection_options.label_in_header
        self._file = ledger_file([label, connection.client.meta.region_name, *names.values()])
        earlier = None if dry_run or restart else _read_ledger(self._file, names)
        self._ledger: Ledger = earlier or Ledger(
            {kind: TableLedger(name) for kind, name in names.items()}
        )
        if earlier is not None:
            read = sum(table.read for table in earlier.tables.values())
            complain(f"going on where a run has stopped after {read:,} rows; --restart begins anew")

    @property
    def unreadable(self) -> int:
        """Rows that no event can be made of."""
        return sum(table.unreadable.total() for table in self._ledger.tables.values())

    def take_over(self, ways: "dict[RowKind, ConnectionOptions]", settings: Any) -> None:
        """Read all tables and store what is missing. Raises `SesTuiError`."""
        from recorder.model.clock import SystemClock
        from recorder.retry import Retrier
        from ses_tui.aws.errors import explained
        from ses_tui.aws.takeover.source_table import SourceTable
        from ses_tui.aws.takeover.takeover import TakeOver

        clock = SystemClock()
        sources = {kind: SourceTable(way, clock, Retrier()) for kind, way in ways.items()}
        described = {kind: source.describe() for kind, source in sources.items()}
        for kind, description in described.items():
            complain(f"{kind}: {description_text(description)}")
        self._began = True
        take_over = TakeOver(self._connection, settings, self._ledger, clock, dry_run=self._dry_run)
        for kind, source in sources.items():
            table = self._ledger.tables[kind]
            if table.finished:
                continue
            description = described[kind]
            progress = _Progress(kind, table, description)
            pages = source.pages(table.position, description.units_a_second)

            def taken(progress: _Progress = progress) -> None:
                self._save()
                progress.show()

            try:
                with explained(self._options):
                    take_over.take(kind, pages, taken)
            except KeyboardInterrupt:
                complain("stopped: the same command goes on where this one was")
                raise
            finally:
                progress.end()

    def repair(self, *, yes: bool) -> None:
        """Bring figures and feed pages of what was taken over in order. Raises `SesTuiError`.

        Somebody at a terminal is asked once where that is costly, unless they said `yes` before.
        """
        from ses_tui.cli.repair import RepairRun, is_agreed

        stretches = list(self._ledger.stretches_to_repair())
        for number, (since, until) in enumerate(stretches, 1):
            complain(f"repairing figures and feed pages, {number} of {len(stretches)}")
            run = RepairRun(self._connection, self._options)
            estimate = run.announce()
            if number == 1 and not yes and not is_agreed(estimate, len(stretches)):
                raise CheckFailedError(
                    "the rows are taken over, and found by address and message id; figures and "
                    "feed pages lack them until the same command is run again"
                )
            report = run.repair(since, until)
            self._ledger.forget_repaired(since, until)
            self._save()
            complain(
                f"repaired the figures of {report.minutes_repaired:,} minutes and packed "
                f"{report.events_missing:,} events into {report.pages_written:,} feed pages"
            )
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def report(self, as_json: bool) -> None:
        """What was read and what became of it, if anything was; reasons on standard error."""
        if not self._began:
            return
        for kind, table in self._ledger.tables.items():
            for reason, count in table.unreadable.most_common():
                complain(f"{kind}: {count:,} unreadable: {sanitise(reason)}")
        if as_json:
            document = {
                "dry_run": self._dry_run,
                **{kind.value: _totals(table) for kind, table in self._ledger.tables.items()},
            }
            sys.stdout.write(json_line(document))
            sys.stdout.flush()
            return
        stored = "would be stored" if self._dry_run else "stored"
        for kind, table in self._ledger.tables.items():
            complain(
                f"{kind}: {table.read:,} rows read, {table.stored:,} {stored}, "
                f"{table.already_there:,} already there, {table.recent:,} younger than two hours, "
                f"{table.unreadable.total():,} unreadable"
            )

    def _save(self) -> None:
        if not self._dry_run:
            kept = write_private(self._file, self._ledger.to_json())
            if not kept and not self._told_of_file:
                self._told_of_file = True
                complain(
                    f"{self._file} cannot be written: where this import is stopped, "
                    "the next one reads everything again, and doubles nothing"
                )


class _Progress:
    """Tells how far one table is: over and over on a terminal, now and then elsewhere."""

    def __init__(
        self, kind: "RowKind", table: "TableLedger", description: "SourceDescription"
    ) -> None:
        self._kind = kind
        self._table = table
        self._rows = description.rows
        self._read_before = table.read
        self._line = ProgressLine()
        self._pace = Pace()
        self._told = time.monotonic()

    def show(self) -> None:
        """Say it, with the rate and how long it will take."""
        now = time.monotonic()
        done = self._pace.text(self._table.read, self._rows, "rows", done_before=self._read_before)
        text = f"{self._kind}: {done}"
        self._line.show(text)
        if not sys.stderr.isatty() and now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            complain(text)

    def end(self) -> None:
        """Take the line away."""
        self._line.end()


def description_text(description: "SourceDescription") -> str:
    """What reading a table means."""
    text = f"about {description.rows:,} rows, {description.table_bytes / 1_000_000:,.1f} MB"
    seconds = description.seconds
    if seconds is not None and description.units_a_second is not None:
        text += (
            f"; half of its {description.units_a_second * 2:,.0f} read units a second are used, "
            f"so reading takes {duration_text(seconds)} or more: raise them for the time to be "
            "quicker"
        )
    return text


def ledger_file(names: list[str]) -> Path:
    """Where a run over tables of these names, in this place, keeps how far it is."""
    mark = hashlib.blake2b("\n".join(names).encode(), digest_size=8).hexdigest()
    return user_state_path("ses-tui") / "imports" / f"signiant-{mark}.json"


def _read_ledger(file: Path, names: "dict[RowKind, str]") -> "Ledger | None":
    from ses_tui.core.takeover.ledger import ledger_of_json

    try:
        return ledger_of_json(file.read_text(encoding="utf-8"), names)
    except (OSError, ValueError):
        return None


def _totals(table: "TableLedger") -> dict[str, Any]:
    return {
        "table": table.name,
        "read": table.read,
        "stored": table.stored,
        "already_there": table.already_there,
        "recent": table.recent,
        "unreadable": dict(table.unreadable),
    }
