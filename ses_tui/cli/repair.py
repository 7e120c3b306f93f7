"""`ses-tui repair`: makes rollups, summaries and feed pages from the stored events again."""

import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.moments import moment_of_option
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import Pace, ProgressLine, sign_of_life
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.json_lines import json_line
from ses_tui.core.moments import EXAMPLES
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from recorder.repair import RepairEstimate, RepairProgress, RepairReport
    from ses_tui.aws.blocking_client import BlockingConnection
    from ses_tui.aws.options import ConnectionOptions

COSTLY_ITEMS: Final = 1_000_000
"""Over so many, a person is asked first: the scan takes minutes and is charged for."""
_SECONDS_BETWEEN_LINES: Final = 10.0
_SECONDS_BETWEEN_FRAMES: Final = 0.2


@click.command()
@click.option("--since", required=True, metavar="TIME", help=f"Such as {EXAMPLES}.")
@click.option("--until", default="now", metavar="TIME", help="Now by default.")
@click.option("--dry-run", is_flag=True, help="Say what differs and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--yes", is_flag=True, help="Ask nothing, however large the table is.")
@global_options
@pass_options
def repair(
    options: GlobalOptions, since: str, until: str, dry_run: bool, as_json: bool, yes: bool
) -> None:
    """Make the figures and feed pages of a stretch of time again, from the stored events.

    Reads the whole table once and writes only what differs. It may run beside the recorder, and
    again: then it finds nothing to do. The last three minutes are still open and are left out.

    \b
      ses-tui repair --since 2h --dry-run
      ses-tui repair --since "yesterday 9:00" --until "yesterday 11:00"
    """
    from recorder.model.clock import SystemClock
    from recorder.repair import whole_minutes
    from ses_tui.aws.blocking_client import BlockingConnection

    now = SystemClock().now_ms()
    since_ms, until_ms = (
        moment_of_option(name, text, now, options.time_zone)
        for name, text in (("since", since), ("until", until))
    )
    if since_ms >= until_ms:
        raise UsageError(f"--since {since!r} is not before --until {until!r}")
    first, last = whole_minutes(since_ms, until_ms, now)
    if first == last:
        raise UsageError(
            f"--since {since!r} names minutes that are still open: one can be repaired "
            "three minutes after its end"
        )
    connection_options = options.connection
    run = RepairRun(BlockingConnection(connection_options), connection_options)
    estimate = run.announce()
    if not yes and not is_agreed(estimate):
        raise CheckFailedError("nothing was read and nothing changed")
    report = run.repair(since_ms, until_ms, dry_run=dry_run)
    if as_json:
        click.echo(json_line(report_to_json(report)), nl=False)
    else:
        click.echo(report_text(report, options))


class RepairRun:
    """One repair over a connection; tells on standard error how far it is."""

    def __init__(
        self, connection: "BlockingConnection", connection_options: "ConnectionOptions"
    ) -> None:
        from recorder.model.clock import SystemClock
        from recorder.repair import Repair
        from recorder.retry import Retrier
        from recorder.worker_pool import WorkerPool

        self._options = connection_options
        self._progress = RepairLine()
        self._repair = Repair(
            connection.client, connection_options.table, SystemClock(), Retrier(), WorkerPool()
        )

    def announce(self) -> "RepairEstimate":
        """Say what the scan will read and cost. Raises `SesTuiError`."""
        from ses_tui.aws.errors import explained
        from ses_tui.core.search.cost import dollars

        table = sanitise(self._options.table)
        with explained(self._options), sign_of_life(f"asking table {table}"):
            estimate = self._repair.estimate()
        self._progress.items = estimate.items
        complain(
            f"reading the whole table: some {estimate.items:,} items, "
            f"{estimate.table_bytes / 1_000_000:,.1f} MB, {estimate.requests:,} requests, "
            f"{estimate.read_units:,} read units, {dollars(estimate.dollars)} on demand"
        )
        return estimate

    def repair(self, since_ms: int, until_ms: int, *, dry_run: bool = False) -> "RepairReport":
        """Repair the closed minutes of [since_ms, until_ms). Raises `SesTuiError`."""
        from ses_tui.aws.errors import explained

        self._progress.begin()
        try:
            with explained(self._options):
                return self._repair.run(
                    since_ms, until_ms, dry_run=dry_run, progress=self._progress.show
                )
        except KeyboardInterrupt:
            self._progress.end()
            complain(
                "stopping when the requests under way have ended; "
                "what is repaired stays so, and running it again does the rest"
            )
            raise
        finally:
            self._progress.end()


class RepairLine:
    """One line that is written over on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.items = 0
        """How many items the table has, as far as anybody knows."""
        self._line = ProgressLine()
        self._pause = _SECONDS_BETWEEN_FRAMES if sys.stderr.isatty() else _SECONDS_BETWEEN_LINES
        self._shown_at = time.monotonic()
        self._pace = Pace()
        self._ended = False

    def begin(self) -> None:
        """Count the time from now on."""
        self._pace = Pace()

    def show(self, progress: "RepairProgress") -> None:
        """Write the line, unless it was written just now."""
        if self._ended or time.monotonic() - self._shown_at < self._pause:
            return
        self._shown_at = time.monotonic()
        text = progress_text(progress, self._pace, self.items)
        if sys.stderr.isatty():
            self._line.show(text)
        else:
            complain(text)

    def end(self) -> None:
        """Take the line away for good: threads of an interrupted run are still counting."""
        self._ended = True
        self._line.end()


def is_agreed(estimate: "RepairEstimate", times: int = 1) -> bool:
    """Whether so much may be read, `times` over: a person is asked, where it is very much."""
    if estimate.items * times <= COSTLY_ITEMS or not _is_terminal():
        return True
    often = "" if times == 1 else f", {times} times"
    return click.confirm(f"ses-tui: read all of it{often}?", err=True)


def progress_text(progress: "RepairProgress", pace: Pace, items: int) -> str:
    """How far a run is, in words; `items` is how many there are, as far as anybody knows."""
    if progress.hours:
        return f"compared {progress.hours_done:,} of {progress.hours:,} hours"
    read = pace.text(progress.items_scanned, items, "items")
    return f"read {read}; {progress.events:,} events of the range"


def report_to_json(report: "RepairReport") -> dict[str, object]:
    """What a run did, times in RFC 3339."""
    from recorder.model.timestamps import format_timestamp

    document = asdict(report)
    for name in ("since", "until"):
        document[name] = format_timestamp(document[name])
    return document


def report_text(report: "RepairReport", options: GlobalOptions) -> str:
    """What a run did, for people."""
    zone = options.time_zone
    since, until = (f"{zone.at(moment):%Y-%m-%d %H:%M}" for moment in (report.since, report.until))
    lines = [f"{since} to {until}: {report.events:,} events in {report.items_scanned:,} items"]
    would = "would be " if report.dry_run else ""
    lines += [
        f"figures of {report.minutes_repaired:,} minutes differed and {would}repaired"
        if report.minutes_repaired
        else "figures of every minute agree with the events",
        f"{report.events_missing:,} events were in no feed page and {would}packed into "
        f"{report.pages_written:,}"
        if report.events_missing
        else "every event is in a feed page",
    ]
    if report.minutes_kept:
        lines.append(
            f"figures of {report.minutes_kept:,} minutes count events that have expired; "
            "they were left as they are"
        )
    if report.unreadable_events:
        lines.append(f"{report.unreadable_events:,} items could not be read and count for nothing")
    return "\n".join(lines)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
