"""`ses-tui rates`: bounce and complaint rates of a window, and a threshold to fail on."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import click

from ses_tui.cli.command_line import complain
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.core.errors import CheckFailedError, TableError
from ses_tui.core.json_lines import json_line
from ses_tui.core.rate_report import (
    GROUPINGS,
    RateFigures,
    figures_by,
    figures_to_json,
    whole_figures,
)
from ses_tui.core.rate_text import percent, rates_text, window_bounds_json
from ses_tui.core.rates import Mark
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.sanitise import sanitise
from ses_tui.core.windows import DEFAULT_WINDOW, HOURLY_FROM, WINDOWS, Window, window_named

_MOST_UNCOUNTED: Final = 0.5
"""A window of which a larger share is not counted yet passes no check."""
_PERCENTAGE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%", re.ASCII)


class Threshold(click.ParamType[Fraction]):
    """A rate such as `5%` or `0.1%`; the value is an exact fraction.

    Binary fractions would put some rates that are on their threshold over it, such as 7 of 1,000
    and 0.7 %.
    """

    name = "percentage"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """The fraction; fails for what is no percentage between 0 and 100."""
        if isinstance(value, Fraction):
            return value
        match = _PERCENTAGE.fullmatch(str(value).strip())
        if match is None or (percentage := Fraction(match[1])) > 100:
            self.fail(f"{value!r} is no percentage: write it as 5% or 0.1%", param, ctx)
        return percentage / 100


@click.command()
@click.option(
    "--window",
    "label",
    metavar="WINDOW",
    help=f"{', '.join(window.label for window in WINDOWS)}; as configured, else "
    f"{DEFAULT_WINDOW.label}.",
)
@click.option("--by", "grouping", type=click.Choice(GROUPINGS), help="Also each of these.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--fail-over-bounce", type=Threshold(), help="Exit 1 over this bounce rate.")
@click.option("--fail-over-complaint", type=Threshold(), help="Exit 1 over this complaint rate.")
@global_options
@pass_options
def rates(
    options: GlobalOptions,
    label: str | None,
    grouping: str | None,
    as_json: bool,
    fail_over_bounce: Fraction | None,
    fail_over_complaint: Fraction | None,
) -> None:
    """Print bounce and complaint rates of a window that ends now.

    They are an estimate by the rules that AWS publishes. Under 200 mails (as configured) a rate is
    marked TOO_FEW and fails no threshold. A rate fails over its threshold, not on it. With --by,
    one of the rows is enough to fail. Where most of the window is not counted yet, because recorder
    or stream consumer stand still, a check fails with exit code 4.

    \b
      ses-tui rates --window 24h --by domain
      ses-tui rates --json --by status
      ses-tui rates --window 15m --fail-over-bounce 5% --fail-over-complaint 0.1%
      ses-tui rates --window 15m --fail-over-bounce 5% --by set
    """
    from ses_tui.cli.ascii_output import write_ascii_if_asked

    settings = options.settings
    if not as_json:
        write_ascii_if_asked(settings)
    window = settings.window if label is None else window_named(label)
    with sign_of_life(f"reading figures of table {sanitise(options.table_name)}"):
        since, until, answer, counted_until = asyncio.run(_read(options, window))
    if not answer.any_rollups:
        complain(
            f"table {sanitise(options.table_name)!r} has no rollups yet, so nothing is counted: "
            "the function on its stream has written none (`ses-tui doctor` looks why)"
        )
    counters = answer.between(since, until)
    thresholds = settings.thresholds.thresholds
    figures = whole_figures(counters).judged_by(thresholds)
    groups = figures_by(grouping, counters) if grouping else []
    groups = [group.judged_by(thresholds) for group in groups]
    if as_json:
        document = window_bounds_json(window, since, until) | figures_to_json(figures)
        if grouping:
            document["by"] = [figures_to_json(group) for group in groups]
        click.echo(json_line(document), nl=False)
    else:
        click.echo(rates_text(figures, groups, window, until, options.time_zone))
    _check(figures, grouping, groups, fail_over_bounce, fail_over_complaint)
    if counted_until is not None and answer.any_rollups:
        words = (
            f"what was recorded after {options.time_zone.format_full(counted_until)} is not counted"
            " yet: recorder or stream consumer are late (`ses-tui doctor` looks why)"
        )
        judges = fail_over_bounce is not None or fail_over_complaint is not None
        if judges and until - counted_until > window.length * _MOST_UNCOUNTED:
            raise TableError(f"nobody knows these rates: {words}")
        complain(words)


async def _read(
    options: GlobalOptions, window: Window
) -> tuple[int, int, RollupAnswer, int | None]:
    """Since, until, the counters between, and up to when these are whole if not to the end."""
    from recorder.model.clock import SystemClock
    from recorder.model.rollup import Family
    from ses_tui.aws.connection import open_connection
    from ses_tui.core.feed_state import FeedMemory

    clock = SystemClock()
    connection = await open_connection(options.connection, clock)
    try:
        until = clock.now_ms()
        since = window.start(until)
        hourly = tuple(Family) if window.length >= HOURLY_FROM else ()
        answer, newest = await asyncio.gather(
            connection.rollups.read(since, until, hourly=hourly), connection.source.start(1)
        )
    finally:
        await connection.close()
    state = FeedMemory().after(newest).state(until)
    return since, until, answer, state.counted_until(until)


def _check(
    whole: RateFigures,
    grouping: str | None,
    groups: Sequence[RateFigures],
    bounce: Fraction | None,
    complaint: Fraction | None,
) -> None:
    """Raises `CheckFailedError` for every rate that is over its threshold."""
    over = list(_over(whole, bounce, complaint))
    for group in groups:
        name = sanitise(group.name or "") or "(none)"
        over += [f"{grouping} {name}: {words}" for words in _over(group, bounce, complaint)]
    if over:
        raise CheckFailedError("; ".join(over))


def _over(
    figures: RateFigures, bounce: Fraction | None, complaint: Fraction | None
) -> Iterator[str]:
    estimate = figures.estimate
    of = estimate.denominator
    for name, count, mark, threshold in (
        ("bounce", estimate.bounces, estimate.bounce_mark, bounce),
        ("complaint", estimate.complaints, estimate.complaint_mark, complaint),
    ):
        if threshold is not None and mark is not Mark.TOO_FEW and count > threshold * of:
            yield (
                f"{name} rate {percent(count / of)}, {count:,} of {of:,}, "
                f"is over {percent(float(threshold))}"
            )
