"""`ses-tui search`: recorded events by a query, as a table, JSON lines or CSV."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.moments import moment_of_option
from ses_tui.cli.numbers import Number, WholeNumber
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import Pace, ProgressLine, duration_text, sign_of_life
from ses_tui.cli.tail import QueryCommand
from ses_tui.cli.terminal_width import terminal_width
from ses_tui.core.errors import CheckFailedError, UsageError
from ses_tui.core.moments import EXAMPLES
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from recorder.model.event import Event
    from ses_tui.core.query import Query
    from ses_tui.core.search import Budget, Cost, EmptinessFacts, SearchBatch, SearchPlan
    from ses_tui.core.source import EventSearch

_SORTS: Final = ("newest", "oldest", "recipient", "type")


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--since", metavar="TIME", help=f"Recorded from then on, as in {EXAMPLES}.")
@click.option("--until", metavar="TIME", help="Recorded before.")
@click.option(
    "--limit",
    type=WholeNumber(1, 100_000),
    default=500,
    show_default=True,
    help="The newest so many.",
)
@click.option("--sort", type=click.Choice(_SORTS), default="newest", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV with a header; formulas are defused.")
@click.option("--pages", is_flag=True, help="Read feed pages even where an index would do.")
@click.option("--plan", "plan_only", is_flag=True, help="Say how it would be done, at which cost.")
@click.option("--yes", is_flag=True, help="Ask nothing, whatever it costs up to --max-cost.")
@click.option(
    "--max-cost",
    type=Number(min=0),
    default=1.0,
    show_default=True,
    metavar="DOLLARS",
    help="Never read for more.",
)
@global_options
@pass_options
def search(
    options: GlobalOptions,
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int,
    sort: str,
    as_json: bool,
    as_csv: bool,
    pages: bool,
    plan_only: bool,
    yes: bool,
    max_cost: float,
) -> None:
    """Find recorded events, the newest first.

    QUERY is made of terms that must all hold, as in: to:ann@customer.example type:bounce

    \b
      ses-tui search to:ann@customer.example
      ses-tui search type:bounce -domain:gmail.com --since 2d --csv > bounces.csv
      ses-tui search "mailbox full" --plan
    """
    from recorder.model.clock import SystemClock
    from ses_tui.cli.ascii_output import write_ascii_if_asked
    from ses_tui.core.query import Query
    from ses_tui.core.search import Budget
    from ses_tui.core.search.typed import meant

    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other: give one of them")
    if not (as_json or as_csv):
        write_ascii_if_asked(options.settings)
    now = SystemClock().now_ms()
    terms = [meant(" ".join(query))]
    for name, text in (("since", since), ("until", until)):
        if text is not None:
            moment_of_option(name, text, now, options.time_zone)
            terms.append(f'{name}:"{text}"')
    parsed = Query.parse(" ".join(terms), now_ms=now, zone=options.time_zone)
    if parsed.since is not None and parsed.until is not None and parsed.since >= parsed.until:
        raise UsageError("nothing can be found: `since` is not before `until`")
    run = SearchRun(options, parsed, Budget(refuse_over=max_cost), limit, yes)
    try:
        asyncio.run(run.run(whole_events=as_json or as_csv, pages=pages, plan_only=plan_only))
    except KeyboardInterrupt:
        run.progress.end()
        print_events(_sorted(run.batch.events, sort), options, as_json, as_csv)
        complain(f"stopped: {summary_of(run.batch, options)}")
        raise
    if plan_only:
        return
    print_events(_sorted(run.batch.events, sort), options, as_json, as_csv)
    for line in run.closing_lines():
        complain(line)
    if run.stopped_by_budget:
        raise CheckFailedError(
            "stopped, since it cost more than was expected: give --yes, narrow the range, or "
            "raise the limit with --max-cost"
        )


class SearchRun:
    """One search over a connection of its own; `batch` is what was found so far."""

    def __init__(
        self, options: GlobalOptions, query: "Query", budget: "Budget", limit: int, yes: bool
    ) -> None:
        from ses_tui.core.search import SearchBatch

        self.batch: SearchBatch = SearchBatch()
        self.progress = ProgressLine()
        self._options = options
        self._query = query
        self._budget = budget
        self._limit = limit
        self._yes = yes
        self._emptiness: EmptinessFacts | None = None
        self._met_newer_recorder = False

    async def run(self, *, whole_events: bool, pages: bool, plan_only: bool) -> None:
        """Plan, ask if need be, and read. Raises `SesTuiError`."""
        from recorder.model.clock import SystemClock
        from ses_tui.aws.connection import open_connection

        asking = f"asking table {sanitise(self._options.table_name)}"
        with sign_of_life(asking):
            connection = await open_connection(self._options.connection, SystemClock())
        try:
            searcher = connection.search
            with sign_of_life(asking):
                plan = await searcher.plan(self._query, whole_events=whole_events, pages_only=pages)
            if plan_only:
                click.echo(_sanitised(plan.description))
                return
            await self._read(searcher, plan, self._agreed(plan))
            if not self.batch.events and self.batch.exhausted:
                with sign_of_life("found nothing, looking for the reason"):
                    self._emptiness = await searcher.explain_nothing(self._query)
            self._met_newer_recorder = connection.met_newer_recorder
        finally:
            await connection.close()

    @property
    def stopped_by_budget(self) -> bool:
        """Whether it ended before it was done."""
        from ses_tui.core.search import Ending

        return self.batch.ending is Ending.BUDGET

    def closing_lines(self) -> list[str]:
        """What is to be said at the end, on standard error."""
        from ses_tui.core.search import nothing_found, why_nothing
        from ses_tui.core.source import NEWER_RECORDER

        lines = []
        if self._emptiness is not None:
            reasons = why_nothing(self._query, self._emptiness, self._options.time_zone)
            lines.append(_sanitised(nothing_found("; ".join(reasons))))
        if self.batch.events_unreadable:
            lines.append(f"{self.batch.events_unreadable:,} events could not be read")
        if self._met_newer_recorder:
            lines.append(NEWER_RECORDER)
        if self.batch.more or sys.stderr.isatty():
            lines.append(summary_of(self.batch, self._options))
        return lines

    async def _read(self, searcher: "EventSearch", plan: "SearchPlan", agreed: bool) -> None:
        batches = searcher.run(
            plan, limit=self._limit, most_dollars=self._budget.most_dollars(agreed=agreed)
        )
        pace = Pace()
        self.progress.show(f"{'; '.join(map(_sanitised, plan.steps))}…")
        try:
            async with aclosing(batches):
                async for batch in batches:
                    self.batch = batch
                    self.progress.show(progress_text(batch, plan.estimate, pace, self._options))
        finally:
            self.progress.end()

    def _agreed(self, plan: "SearchPlan") -> bool:
        """Whether somebody agreed to what it costs. Raises `CheckFailedError` if it may not be."""
        from ses_tui.core.search import Verdict

        verdict = self._budget.verdict(plan)
        if verdict is Verdict.REFUSE:
            refusal = f"{self._budget.refusal(plan)}; --max-cost raises the limit"
            raise CheckFailedError(_sanitised(refusal))
        if verdict is Verdict.FINE or self._yes:
            return self._yes
        complain(f"this will {_sanitised(plan.description)}")
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise CheckFailedError("nothing was read: give --yes to agree to the cost")
        if not click.confirm("ses-tui: go on?", err=True):
            raise CheckFailedError("nothing was read")
        return True


def progress_text(
    batch: "SearchBatch", estimate: "Cost | None", pace: Pace, options: GlobalOptions
) -> str:
    """How far a search is, how fast, and how long it takes at most, as far as anybody knows."""
    words = f"{pace.rate(batch.examined):,.0f} events/s"
    bytes_a_second = pace.rate(batch.cost.read_bytes)
    bytes_left = estimate.read_bytes - batch.cost.read_bytes if estimate else 0
    if bytes_a_second and bytes_left > 0:
        words += f", about {duration_text(bytes_left / bytes_a_second)} left at most"
    return f"{words}: {summary_of(batch, options)}"


def summary_of(batch: "SearchBatch", options: GlobalOptions) -> str:
    """How much was found, how far back it goes, and what it cost so far."""
    parts = [f"found {batch.count_text}"]
    if batch.reached_back_to:
        parts.append(f"back to {options.time_zone.at(batch.reached_back_to):%Y-%m-%d %H:%M}")
    parts.append(f"{batch.examined:,} looked at")
    parts.append(batch.cost.text)
    return ", ".join(parts)


def print_events(
    events: "Sequence[Event]", options: GlobalOptions, as_json: bool, as_csv: bool
) -> None:
    """To standard output, all at once."""
    from recorder.model.event import event_to_json
    from ses_tui.core.event_csv import csv_header, csv_line
    from ses_tui.core.event_table import table_lines
    from ses_tui.core.json_lines import json_line

    if as_json:
        sys.stdout.writelines(json_line(event_to_json(event)) for event in events)
    elif as_csv:
        sys.stdout.write(csv_header())
        sys.stdout.writelines(map(csv_line, events))
    elif events:
        lines = table_lines(events, options.time_zone, terminal_width())
        sys.stdout.writelines(line + "\n" for line in lines)
    sys.stdout.flush()


def _sorted(events: "Sequence[Event]", sort: str) -> "list[Event]":
    """They come newest first; the sort is stable."""
    if sort == "oldest":
        return list(reversed(events))
    if sort == "recipient":
        return sorted(events, key=lambda event: event.recipient or "")
    if sort == "type":
        return sorted(events, key=lambda event: event.event_type)
    return list(events)


def _sanitised(text: str) -> str:
    from ses_tui.core.sanitise import sanitise

    return sanitise(text)
