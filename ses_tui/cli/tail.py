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
    from ses_tui.core.source import Connection, EventSource, FeedBatch, GapReason

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
    from ses_tui.core.follow import FeedControl, follow
    from ses_tui.core.source import NEWER_RECORDER, GapReason

    clock = SystemClock()
    started = False
    hindrance: str | None = None
    filling = told = late = False
    updates = follow(source, clock, FeedControl(interval), history_events=_BEFORE_THE_START)
    async with aclosing(updates):
        async for update in updates:
            if update.batch is None:
                wait = max(0, (update.next_try_at or 0) - clock.now_ms()) / 1000
                complain(f"{update.error}; trying again in {wait:.0f} s")
                continue
            was_late, late = late, _has_gap(update.batch, GapReason.LATE)
            if late and not was_late:
                complain(
                    "the function on the table's stream is late: until it has caught up, "
                    "only problems are printed, from their index"
                )
            was_filling, filling = filling, _has_gap(update.batch, GapReason.LOADING)
            if filling and not was_filling:
                complain("much was missed: the newest comes first, and the rest follows")
            if update.batch.hindrance != hindrance:
                hindrance = update.batch.hindrance
                complain(hindrance or "nothing hinders the reading any more")
            if update.batch.events_unreadable:
                complain(f"{update.batch.events_unreadable} events could not be read")
            if connection.met_newer_recorder and not told:
                told = True
                complain(NEWER_RECORDER)
            if started:
                printer.print(update.batch.events)
                if printer.done:
                    return
            else:
                started = True
                complain(f"waiting for events of {source.label}")


def _has_gap(batch: "FeedBatch", reason: "GapReason") -> bool:
    return any(gap.reason is reason for gap in batch.gaps)
