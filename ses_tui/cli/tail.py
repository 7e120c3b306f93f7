"""`ses-tui tail`: events as they are recorded, a line each, until stopped."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from difflib import get_close_matches
from itertools import takewhile
from typing import TYPE_CHECKING, Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.durations import duration
from ses_tui.cli.numbers import WholeNumber
from ses_tui.cli.options import GlobalOptions, global_options, pass_options, source_option
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.core.json_lines import json_line
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from recorder.model.event import Event
    from ses_tui.core.source import Connection, EventSource

_BEFORE_THE_START: Final = 500
"""Events read and not printed: they are known when a page that holds them is written again."""


class QueryCommand(click.Command):
    """A command with a query, in which `-domain:gmail.com` is a term and `--region` an option."""

    ignore_unknown_options = True

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Without `-h`, as which click would take the beginning of `-hotmail.com`."""
        return ["--help"]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse options that do not exist instead of searching for them."""
        before = [*takewhile(lambda word: word != "--", args)]
        options = ["--help" if word == "-h" else word for word in before]
        rest = super().parse_args(ctx, [*options, *args[len(before) :]])
        for term in ctx.params.get("query", ()):
            if term.startswith("--"):
                name = term.partition("=")[0]
                known = [name for option in self.params for name in option.opts]
                raise click.NoSuchOption(
                    name, possibilities=get_close_matches(name, known), ctx=ctx
                )
        return rest


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--count", type=WholeNumber(min=1), help="End after so many events.")
@click.option("--for", "seconds", type=duration, help="End after this time, as in 30s, 5m, 2h.")
@click.option(
    "--interval", type=duration, help="Time between two reads of feed pages; as configured, or 2s."
)
@source_option
@global_options
@pass_options
def tail(
    options: GlobalOptions,
    query: tuple[str, ...],
    as_json: bool,
    count: int | None,
    seconds: float | None,
    interval: float | None,
) -> None:
    """Print events as they are recorded, from now on.

    QUERY is made of terms that must all hold, as in: type:bounce -domain:gmail.com

    \b
      ses-tui tail type:bounce -domain:gmail.com
      ses-tui tail --json > night.jsonl
      ses-tui tail --for 10m --count 100 -set:newsletter
    """
    from recorder.model.clock import SystemClock
    from ses_tui.cli.ascii_output import write_ascii_if_asked
    from ses_tui.core.query import Query

    if not as_json:
        write_ascii_if_asked(options.settings)
    clock = SystemClock()
    parsed = Query.parse(" ".join(query), now_ms=clock.now_ms(), zone=options.time_zone)
    printer = LinePrinter(options, as_json, count, parsed.matches)
    asyncio.run(_tail(options, printer, seconds, interval or options.settings.poll_interval))


class LinePrinter:
    """Prints the events that pass, as many as are wanted."""

    def __init__(
        self,
        options: GlobalOptions,
        as_json: bool,
        count: int | None,
        passes: "Callable[[Event], bool]",
    ) -> None:
        from recorder.model.event import event_to_json
        from ses_tui.core.event_text import event_line

        self._left = count
        self._passes = passes
        zone = options.time_zone
        self._line: Callable[[Event], str] = (
            (lambda event: json_line(event_to_json(event)))
            if as_json
            else (lambda event: event_line(event, zone) + "\n")
        )

    @property
    def done(self) -> bool:
        """Whether as many as wanted have been printed."""
        return self._left == 0

    def print(self, events: "Sequence[Event]") -> None:
        """Print a batch and hand it to whoever reads it."""
        chosen = [event for event in events if self._passes(event)]
        if self._left is not None:
            chosen = chosen[: self._left]
            self._left -= len(chosen)
        if chosen:
            sys.stdout.write("".join(map(self._line, chosen)))
            sys.stdout.flush()


async def _tail(
    options: GlobalOptions, printer: LinePrinter, seconds: float | None, interval: float
) -> None:
    from recorder.model.clock import SystemClock
    from ses_tui.aws.connection import open_connection

    with sign_of_life(f"asking table {sanitise(options.table_name)}"):
        connection = await open_connection(options.connection, SystemClock())
    source = connection.source_of(options.settings.source)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _follow(connection, source, printer, interval)
    finally:
        await connection.close()


async def _follow(
    connection: "Connection", source: "EventSource", printer: LinePrinter, interval: float
) -> None:
    from recorder.model.clock import SystemClock
    from ses_tui.cli.tail_remarks import Remarks
    from ses_tui.core.follow import FeedControl, follow

    clock, control = SystemClock(), FeedControl(interval)
    remarks = Remarks(connection, control, clock)
    watching = asyncio.create_task(remarks.watch())
    started = False
    updates = follow(source, clock, control, history_events=_BEFORE_THE_START)
    try:
        async with aclosing(updates):
            async for update in updates:
                if update.batch is None:
                    remarks.failed(update)
                    continue
                remarks.came(update.batch)
                if started:
                    printer.print(update.batch.events)
                    if printer.done:
                        return
                else:
                    started = True
                    complain(f"waiting for events of {source.label}")
    finally:
        watching.cancel()
