"""Rates in words: the same lines in the panels and in `ses-tui rates`."""

from collections.abc import Sequence

from recorder.model.timestamps import format_timestamp
from ses_tui.core.rate_report import RateFigures
from ses_tui.core.sanitise import sanitise
from ses_tui.core.windows import Window
from ses_tui.core.zone import Zone

_NAME_WIDTH = 40


def percent(rate: float | None) -> str:
    """A fraction as a percentage with as many digits as its size deserves."""
    if rate is None:
        return "—"
    value = rate * 100
    return f"{value:.3f} %" if 0 < value < 0.1 else f"{value:.2f} %"


def rates_text(
    figures: RateFigures, groups: Sequence[RateFigures], window: Window, until: int, zone: Zone
) -> str:
    """The report of a window that ends at `until` (ms), lines without a trailing newline."""
    estimate = figures.estimate
    bounces = figures.bounces
    lines = [
        f"{window.label} until {zone.format_full(until)}; an estimate, AWS has its own figures",
        _rate_line(
            "bounce rate", estimate.bounce_rate, estimate.bounce_mark, estimate.bounces, figures
        ),
        _rate_line(
            "complaint rate",
            estimate.complaint_rate,
            estimate.complaint_mark,
            estimate.complaints,
            figures,
        ),
        f"bounces         permanent {bounces.permanent:,} · transient {bounces.transient:,}"
        f" · undetermined {bounces.undetermined:,} · outside the rate {bounces.excluded:,}",
        "events          " + (_counts_text(figures) or "none"),
    ]
    if groups:
        lines += ["", _group_heading()]
        lines += [_group_line(group) for group in groups]
    return "\n".join(lines)


def window_bounds_json(window: Window, since: int, until: int) -> dict[str, str]:
    """The keys of the public JSON that name the stretch of time."""
    return {
        "window": window.label,
        "from": format_timestamp(since),
        "to": format_timestamp(until),
    }


def _rate_line(name: str, rate: float | None, mark: str, count: int, figures: RateFigures) -> str:
    estimate = figures.estimate
    of = f"{count:,} of {estimate.denominator:,} ({estimate.denominator_of})"
    return f"{name:<15} {percent(rate):>8}  {mark:<8}  {of}"


def _counts_text(figures: RateFigures) -> str:
    return " · ".join(f"{sanitise(name)} {n:,}" for name, n in figures.counts.items() if n)


def _group_heading() -> str:
    return (
        f"{'':<{_NAME_WIDTH}} {'bounces':>9} {'mark':<8} {'of':>9} {'complaints':>10} {'delays':>7}"
    )


def _group_line(group: RateFigures) -> str:
    name = sanitise(group.name or "") or "(none)"
    if len(name) > _NAME_WIDTH:
        name = name[: _NAME_WIDTH - 1] + "…"
    estimate = group.estimate
    return (
        f"{name:<{_NAME_WIDTH}} {percent(estimate.bounce_rate):>9} {estimate.bounce_mark:<8} "
        f"{estimate.denominator:>9,} {estimate.complaints:>10,} {group.delays:>7,}"
    )
