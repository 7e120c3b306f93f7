"""Health in words: the rates now and then, what AWS says, and where names are lower bounds."""

from collections.abc import Iterator
from typing import Final

from ses_tui.core.account_view import AccountView, ReputationFigure, SendingAccount
from ses_tui.core.feed_state import Condition
from ses_tui.core.health.comparison import Then
from ses_tui.core.health.patterns import Diagnostics
from ses_tui.core.health.report import HealthReport
from ses_tui.core.rate_text import percent
from ses_tui.core.rates import Mark, RateEstimate
from ses_tui.core.zone import Zone
from ses_tui.ui.feed import Status
from ses_tui.ui.health_tables import Table
from ses_tui.ui.rate_lines import MARK_TONES, mark_word
from ses_tui.ui.text import clip, format_age, format_count
from ses_tui.ui.tones import Line, Span, Tone, clip_line

_ROOMY: Final = 110
_LABEL_CELLS: Final = 11
_ENFORCEMENT_TONES: Final = {"HEALTHY": Tone.GOOD, "PROBATION": Tone.BAD}


def summary_lines(
    report: HealthReport | None, account: AccountView | None, now: int, width: int
) -> list[Line]:
    """The window and the same window before, then AWS's own view and what keeps it away."""
    lines: list[Line] = []
    if report is not None:
        estimate = report.figures.estimate
        lines.append(_now(report, estimate, width))
        lines += [_then(then, estimate, width) for then in report.thens]
    if account is not None:
        lines += _account_lines(account, now, width)
    return [clip_line(line, width) for line in lines]


def counted_words(status: Status) -> str:
    """Up to when events are counted and why, where that is not the present; else nothing."""
    if status.counted_until is None:
        return ""
    why = "the function on the table's stream is late"
    if status.state.condition is Condition.RECORDER_DOWN:
        why = "nothing has come from the recorder since"
    return f"Counted until {status.zone.at(status.counted_until):%H:%M}: {why}."


def table_remark(
    table: Table, report: HealthReport | None, diagnostics: Diagnostics | None, zone: Zone
) -> Line:
    """What has to be known of a table, at the right of its title."""
    if table.key == "diagnostic":
        return (
            () if diagnostics is None else (Span(_of_diagnostics(diagnostics, zone), Tone.MUTED),)
        )
    surplus = report.surplus.get(table.key, 0) if report else 0
    if surplus:
        return (Span(f"at least; {format_count(surplus)} without a name ", Tone.WARNING),)
    count = len(table.rows(report, diagnostics))
    return (Span(f"{format_count(count)} ", Tone.MUTED),) if count else ()


def _of_diagnostics(diagnostics: Diagnostics, zone: Zone) -> str:
    which = "newest" if diagnostics.more else "all"
    words = f"{which} {format_count(diagnostics.events)} problems"
    return f"{words}, as of {zone.at(diagnostics.read_at):%H:%M} "


def _now(report: HealthReport, estimate: RateEstimate, width: int) -> Line:
    return (
        Span(f" {report.window.label:<{_LABEL_CELLS - 1}}", Tone.STRONG),
        *_rate("bounce", estimate.bounces, estimate.bounce_rate, estimate.bounce_mark),
        *_rate("complaint", estimate.complaints, estimate.complaint_rate, estimate.complaint_mark),
        Span(f" n {format_count(estimate.denominator):<9}"),
        Span(f" estimate, of {estimate.denominator_of}" if width >= _ROOMY else "", Tone.MUTED),
    )


def _then(then: Then, now: RateEstimate, width: int) -> Line:
    label = Span(f" {then.label:<{_LABEL_CELLS - 1}}", Tone.MUTED)
    if then.figures is None:
        return (label, Span(" nothing recorded then, so nothing to compare with", Tone.MUTED))
    estimate = then.figures.estimate
    change = then.bounce_change(now), then.complaint_change(now)
    line = (
        label,
        *_before("bounce", estimate.bounce_rate, change[0]),
        *_before("complaint", estimate.complaint_rate, change[1]),
        Span(f" n {format_count(estimate.denominator):<9}"),
    )
    if change == (None, None):
        return (*line, Span(" too few to compare" if width >= _ROOMY else " too few", Tone.MUTED))
    volume = then.volume_change(now)
    if volume is None:
        return line
    return (*line, Span(f" volume {volume * 100:+.0f} %" if width >= _ROOMY else ""))


def _rate(name: str, count: int, rate: float | None, mark: Mark) -> Iterator[Span]:
    yield Span(f" {name} ", Tone.MUTED)
    yield Span(f"{percent(rate):>8}")
    yield Span(f" {mark_word(mark):<8}", MARK_TONES[mark])


def _before(name: str, rate: float | None, change: float | None) -> Iterator[Span]:
    yield Span(f" {name} ", Tone.MUTED)
    yield Span(f"{percent(rate):>8}")
    if change is None:
        yield Span(" " * 9)
        return
    points = f"{change * 100:+.2f}"
    arrow = "▲" if change > 0.00005 else "▼" if change < -0.00005 else "="
    tone = Tone.WARNING if arrow == "▲" else Tone.PLAIN
    yield Span(f" {arrow} {points:<6}", tone)


def _account_lines(view: AccountView, now: int, width: int) -> Iterator[Line]:
    parts: list[Span] = []
    for name, figure in (("bounce", view.bounce), ("complaint", view.complaint)):
        if figure is not None:
            parts += _reputation(name, figure, now)
    if view.account is not None:
        parts += _sending(view.account)
    if parts:
        yield (Span(f" {'AWS says':<{_LABEL_CELLS - 1}}", Tone.MUTED), *parts)
    for hindrance in view.hindrances:
        yield (Span(f" {clip(hindrance, width - 2)}", Tone.MUTED),)


def _reputation(name: str, figure: ReputationFigure, now: int) -> Iterator[Span]:
    yield Span(f" {name} ", Tone.MUTED)
    yield Span(f"{percent(figure.rate):>8}")
    yield Span(f" {format_age(now - figure.at)} old", Tone.MUTED)


def _sending(account: SendingAccount) -> Iterator[Span]:
    yield Span(f"  {account.enforcement}", _ENFORCEMENT_TONES.get(account.enforcement, Tone.BAD))
    if not account.sending_enabled:
        yield Span("  SENDING PAUSED", Tone.BAD_BADGE)
    sent = format_count(round(account.sent_in_24_hours))
    if account.quota_of_24_hours < 0:
        yield Span(f"  {sent} sent in 24 h")
    else:
        quota = format_count(round(account.quota_of_24_hours))
        yield Span(f"  {sent} of {quota} in 24 h")
    if account.in_sandbox:
        yield Span("  sandbox", Tone.WARNING)
