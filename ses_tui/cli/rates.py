"""`ses-tui rates`: bounce and complaint rates of a window, and a threshold to fail on."""

import asyncio

import click

from ses_tui.cli.json_lines import json_line
from ses_tui.cli.options import GlobalOptions, global_options, pass_options
from ses_tui.core.errors import CheckFailedError
from ses_tui.core.rate_report import (
    GROUPINGS,
    FamilyCounters,
    RateFigures,
    figures_by,
    figures_to_json,
    whole_figures,
)
from ses_tui.core.rate_text import percent, rates_text, window_bounds_json
from ses_tui.core.rates import Mark
from ses_tui.core.windows import DEFAULT_WINDOW, HOURLY_FROM, WINDOWS, Window, window_named


class Threshold(click.ParamType[float]):
    """A rate such as `5%` or `0.1%`; the value is a fraction."""

    name = "percentage"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The fraction; fails for what is no percentage between 0 and 100."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            number = float(text.removesuffix("%"))
        except ValueError:
            number = -1.0
        if not text.endswith("%") or not 0 <= number <= 100:
            self.fail(f"{value!r} is no percentage: write it as 5% or 0.1%", param, ctx)
        return number / 100


@click.command()
@click.option(
    "--window",
    "label",
    default=DEFAULT_WINDOW.label,
    metavar="WINDOW",
    help=f"{', '.join(window.label for window in WINDOWS)}; {DEFAULT_WINDOW.label} by default.",
)
@click.option("--by", "grouping", type=click.Choice(GROUPINGS), help="Also each of these.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--fail-over-bounce", type=Threshold(), help="Exit 1 over this bounce rate.")
@click.option("--fail-over-complaint", type=Threshold(), help="Exit 1 over this complaint rate.")
@global_options
@pass_options
def rates(
    options: GlobalOptions,
    label: str,
    grouping: str | None,
    as_json: bool,
    fail_over_bounce: float | None,
    fail_over_complaint: float | None,
) -> None:
    """Print bounce and complaint rates of a window that ends now.

    They are an estimate by the rules that AWS publishes. Under 200 mails a rate is marked TOO_FEW
    and fails no threshold.
    """
    window = window_named(label)
    since, until, counters = asyncio.run(_read(options, window))
    figures = whole_figures(counters)
    groups = figures_by(grouping, counters) if grouping else []
    if as_json:
        document = window_bounds_json(window, since, until) | figures_to_json(figures)
        if grouping:
            document["by"] = [figures_to_json(group) for group in groups]
        click.echo(json_line(document), nl=False)
    else:
        click.echo(rates_text(figures, groups, window, until, options.zone))
    _check(figures, fail_over_bounce, fail_over_complaint)


async def _read(options: GlobalOptions, window: Window) -> tuple[int, int, FamilyCounters]:
    from recorder.model.clock import SystemClock
    from ses_tui.aws.connection import open_connection

    clock = SystemClock()
    connection = await open_connection(options.connection, clock)
    try:
        until = clock.now_ms()
        since = window.start(until)
        answer = await connection.rollups.read(since, until, by_hour=window.length >= HOURLY_FROM)
    finally:
        await connection.close()
    return since, until, answer.between(since, until)


def _check(figures: RateFigures, bounce: float | None, complaint: float | None) -> None:
    """Raises `CheckFailedError` for every rate that is over its threshold."""
    estimate = figures.estimate
    over = [
        f"{name} rate {percent(rate)} is over {percent(threshold)}"
        for name, rate, mark, threshold in (
            ("bounce", estimate.bounce_rate, estimate.bounce_mark, bounce),
            ("complaint", estimate.complaint_rate, estimate.complaint_mark, complaint),
        )
        if threshold is not None
        and rate is not None
        and mark is not Mark.TOO_FEW
        and rate > threshold
    ]
    if over:
        raise CheckFailedError("; ".join(over))
