"""Bounce and complaint rate as lines: one, or three with a card for each rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ses_tui.core.rate_panel import Series
from ses_tui.core.rates import Mark, RateEstimate
from ses_tui.core.sanitise import sanitise
from ses_tui.core.windows import WINDOWS
from ses_tui.ui.feed import Status
from ses_tui.ui.sparkline import scale_of, sparkline
from ses_tui.ui.text import clip, format_count
from ses_tui.ui.tones import Line, Span, Tone, clip_line, line_width, spread

CARD_LINES: Final = 3

MARK_TONES: Final = {
    Mark.OK: Tone.GOOD,
    Mark.WATCH: Tone.WARNING,
    Mark.HIGH: Tone.BAD,
    Mark.CRITICAL: Tone.BAD_BADGE,
    Mark.TOO_FEW: Tone.MUTED,
}
_UNITS: Final = {"Send": "sent", "Delivery + Bounce": "delivered or bounced"}
_DECIMALS: Final = {"bounce": 1, "complaint": 2}
_FILTER_CELLS: Final = 24
_FILTER_FROM: Final = 100
"""Columns from which on the words of the filter stand beside what it lets through."""
_SIDE_CELLS: Final = 30
"""What cards leave to the filter and the windows at their right."""


def mark_word(mark: Mark) -> str:
    """A mark as it is shown."""
    return "too few" if mark is Mark.TOO_FEW else mark.value


@dataclass(frozen=True, slots=True)
class _Rate:
    """One of the two rates, as it is shown."""

    name: str
    count: int
    rate: float | None
    mark: Mark
    lowest_scale: float
    """A sparkline reaches up to the first threshold at least."""
    change: float | None = None
    series: Series = ()
    counted: bool = True
    """Whether any of the window has been counted yet."""

    def figure(self) -> Line:
        """Name, figure and mark."""
        name = Span(f" {self.name} ", Tone.MUTED)
        if self.rate is None and not self.counted:
            return (name, Span("not counted yet", Tone.WARNING))
        if self.rate is None:
            return (name, Span("none sent", Tone.MUTED))
        word = mark_word(self.mark)
        figure = Span(f"{self.rate * 100:.{_DECIMALS[self.name]}f} % ", Tone.PLAIN)
        return (name, figure, Span(word, MARK_TONES[self.mark]))

    def short_change(self) -> Line:
        """The change as an arrow and percentage points."""
        if self.change is None:
            return ()
        arrow, points = self._points()
        return (Span(f" {arrow}{points}"),)

    def long_change(self) -> Line:
        """The change in words, with its sign."""
        if self.change is None:
            return ()
        arrow, points = self._points()
        sign = {"▲": "+", "▼": "-"}.get(arrow, "")
        return (Span(f"  {arrow} {sign}{points} points"),)

    def bars(self) -> Line:
        """The course of the rate."""
        return (Span(f" {sparkline(self.series, self.scale())}", Tone.INFORMATION),)

    def scale(self) -> float:
        """The rate of a full bar."""
        return scale_of(self.series, self.lowest_scale)

    def _points(self) -> tuple[str, str]:
        change = self.change or 0.0
        points = f"{abs(change) * 100:.{_DECIMALS[self.name]}f}"
        arrow = "=" if not float(points) else "▲" if change > 0 else "▼"
        return arrow, points


def one_line(status: Status, width: int) -> Line:
    """Rates first, and never without their sample; more of all where there is room."""
    rates = _rates(status)
    if not rates:
        return spread(_nothing_yet(), _shown(status, width), width)
    for left, right in _versions(status, rates, width):
        if line_width((*left, *right)) < width:
            return spread(left, right, width)
    return clip_line(left, width)


def card_lines(status: Status, width: int) -> list[Line]:
    """`CARD_LINES` lines: two cards, and at their right the filter and the windows."""
    rates = _rates(status)
    side = _side(status)
    if not rates:
        left: list[Line] = [_nothing_yet(), (), ()]
        return [spread(*pair, width) for pair in zip(left, side, strict=True)]
    card = (width - _SIDE_CELLS) // 2
    cards = [_card(status, rate) for rate in rates]
    return [
        spread((*_fitted(first, card), *_fitted(second, card)), last, width)
        for first, second, last in zip(*cards, side, strict=True)
    ]


def _rates(status: Status) -> tuple[_Rate, ...]:
    """Of the panel, else of what is in memory, else none."""
    if panel := status.panel:
        until = status.counted_until
        counted = until is None or until > panel.until - panel.window.length
        bounce = _bounce_rate(panel.estimate, panel.bounce_change, panel.bounce_series)
        complaint = _complaint_rate(panel.estimate, panel.complaint_change, panel.complaint_series)
        return replace(bounce, counted=counted), replace(complaint, counted=counted)
    if (memory := status.rates) is None:
        return ()
    return _bounce_rate(memory), _complaint_rate(memory)


def _bounce_rate(of: RateEstimate, change: float | None = None, series: Series = ()) -> _Rate:
    lowest = _first(of.thresholds.bounce)
    return _Rate("bounce", of.bounces, of.bounce_rate, of.bounce_mark, lowest, change, series)


def _complaint_rate(of: RateEstimate, change: float | None = None, series: Series = ()) -> _Rate:
    lowest, mark = _first(of.thresholds.complaint), of.complaint_mark
    return _Rate("complaint", of.complaints, of.complaint_rate, mark, lowest, change, series)


def _first(thresholds: Iterable[float | None]) -> float:
    return next(filter(None, thresholds), 1.0)


def _versions(status: Status, rates: tuple[_Rate, ...], width: int) -> Iterator[tuple[Line, Line]]:
    """The line with more and with less on it, the fullest first."""
    bounce, complaint = rates
    shown = _shown(status, width)
    long, short, least = _samples(status)
    changes = (*bounce.figure(), *bounce.short_change(), Span(" "))
    changes += (*complaint.figure(), *complaint.short_change())
    plain = (*bounce.figure(), Span(" "), *complaint.figure())
    if bounce.series:
        both = (*bounce.figure(), *bounce.short_change(), *bounce.bars(), Span(" "))
        one = (*both, *complaint.figure(), *complaint.short_change())
        yield (*one, *complaint.bars(), *long), shown
        yield (*one, *long), shown
        yield (*one, *short), shown
    yield (*changes, *long), shown
    yield (*changes, *short), shown
    if status.filter_text:
        yield (*plain, *short), shown
        yield (*plain, *least), shown
        yield (*plain, *least), _counts(status)
    yield (*changes, *short), ()
    yield (*plain, *short), ()
    yield (*plain, *least), ()


def _samples(status: Status) -> tuple[Line, Line, Line]:
    """What the rates are of, in many words, in few, and in as few as can be."""
    if panel := status.panel:
        window = _window_label(status)
        estimate = panel.estimate
        count = format_count(estimate.denominator)
        stale = _stale(status)
        return (
            (Span(f"  {window} estimate of {count} {_unit(estimate.denominator_of)}"), *stale),
            (Span(f"  {window} n={count}"), *stale),
            (Span(f" {window} n={count}"), *stale),
        )
    if status.rates is None:
        return (), (), ()
    count = format_count(status.rates.denominator)
    unit, since = _unit(status.rates.denominator_of), _since(status)
    return (
        (Span(f"   estimate of {count} {unit}, in memory since {since}", Tone.MUTED),),
        (Span(f"  n={count} in memory since {since}", Tone.MUTED),),
        (Span(f"  est. n={count}", Tone.MUTED),),
    )


def _card(status: Status, rate: _Rate) -> tuple[Line, Line, Line]:
    estimate = status.panel.estimate if status.panel else status.rates
    of = ""
    if estimate is not None:
        count, sample = format_count(rate.count), format_count(estimate.denominator)
        of = f" {count} of {sample} ({estimate.denominator_of})"
    if not status.panel:
        memory = f" estimate of what is in memory, since {_since(status)}"
        return rate.figure(), (Span(of, Tone.MUTED),), (Span(memory, Tone.MUTED),)
    full = f" full bar {rate.scale() * 100:.{_DECIMALS[rate.name]}f} %"
    return (
        (*rate.figure(), *rate.long_change()),
        (Span(of), Span(f"  {_window_label(status)} estimate", Tone.MUTED), *_stale(status)),
        (*rate.bars(), Span(full, Tone.MUTED)),
    )


def _side(status: Status) -> tuple[Line, Line, Line]:
    """Of one width in every line; the windows only where they choose something."""
    words: Line = ()
    if status.filter_text:
        words = (Span(f"/{clip(sanitise(status.filter_text), _FILTER_CELLS)} ", Tone.KEY),)
    windows: Line = ()
    if status.panel:
        windows = tuple(
            Span(f"[{window.label}] ", Tone.KEY)
            if window == status.window
            else Span(f"{window.label} ", Tone.MUTED)
            for window in WINDOWS
        )
    return _counts(status), words, windows


def _shown(status: Status, width: int) -> Line:
    if not status.filter_text or width < _FILTER_FROM:
        return _counts(status)
    words = clip(sanitise(status.filter_text), _FILTER_CELLS)
    return (Span(f" /{words} ", Tone.KEY), *_counts(status))


def _counts(status: Status) -> Line:
    """How many events there are, and how many of them the filter lets through."""
    total = format_count(status.total)
    if not status.filter_text:
        return (Span(f" {total} events ", Tone.MUTED),)
    counts = f" {format_count(status.shown)} of {total} shown"
    if status.searched is not None:
        counts += f", searching… {status.searched * 100:.0f} %"
    return (Span(f"{counts} ", Tone.KEY),)


def _window_label(status: Status) -> str:
    """The window of the figures, and the chosen one while that is still being read."""
    label = status.panel.window.label if status.panel else status.window.label
    return label if label == status.window.label else f"{label} → {status.window.label}…"


def _stale(status: Status) -> Line:
    if not (status.panel and status.panel_stale):
        return ()
    until = status.panel.until
    moment = status.zone.at(min(until, status.counted_until or until))
    today = f"{moment:%m-%d}" == status.today
    return (Span(f"  as of {moment:%H:%M}" if today else f"  as of {moment:%m-%d}", Tone.WARNING),)


def _since(status: Status) -> str:
    if status.rates_since is None:
        return "now"
    moment = status.zone.at(status.rates_since)
    return f"{moment:%H:%M}" if f"{moment:%m-%d}" == status.today else f"{moment:%m-%d}"


def _unit(denominator_of: str) -> str:
    return _UNITS.get(denominator_of, "sent or delivered")


def _nothing_yet() -> Line:
    return (Span(" no rates yet: nothing is in memory", Tone.MUTED),)


def _fitted(line: Line, width: int) -> Line:
    clipped = clip_line(line, width - 1)
    return (*clipped, Span(" " * (width - line_width(clipped))))
