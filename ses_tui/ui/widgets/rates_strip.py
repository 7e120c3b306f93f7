"""The second line: bounce and complaint rate over what is in memory, and how much that is."""

from typing import Final

from ses_tui.core.rates import Mark
from ses_tui.core.sanitise import sanitise
from ses_tui.ui.feed import Status
from ses_tui.ui.text import clip, format_count
from ses_tui.ui.tones import Line, Span, Tone, line_width, spread
from ses_tui.ui.widgets.toned import OneLine

_MARK_TONES: Final = {
    Mark.OK: Tone.GOOD,
    Mark.WATCH: Tone.WARNING,
    Mark.HIGH: Tone.BAD,
    Mark.CRITICAL: Tone.BAD_BADGE,
    Mark.TOO_FEW: Tone.MUTED,
}
_UNITS: Final = {"Send": "sent", "Delivery + Bounce": "delivered or bounced"}
_FILTER_CELLS: Final = 24
_FILTER_FROM: Final = 100
"""Columns from which on the words of the filter stand beside what it lets through."""


class RatesStrip(OneLine):
    """An estimate, labelled as one, with its sample; on the right what the filter lets through."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status

    def show(self, status: Status) -> None:
        """Say what `status` says."""
        self._status = status
        self.sync()

    def line(self, width: int) -> Line:
        """Rates first, and never without their sample; longer words where there is room."""
        rates, shown = self._rates(), self._shown(width)
        long, short, least = self._samples()
        last = ((short, ()), (least, ())) if not self._status.filter_text else ((least, shown),)
        for sample, right in ((long, shown), (short, shown), *last):
            if line_width((*rates, *sample, *right)) < width:
                return spread((*rates, *sample), right, width)
        return spread(rates, (), width)

    def _rates(self) -> Line:
        rates = self._status.rates
        if rates is None:
            return (Span(" no rates yet: nothing is in memory", Tone.MUTED),)
        return (
            Span(" bounce ", Tone.MUTED),
            *_rate(rates.bounce_rate, rates.bounce_mark, 1),
            Span("  complaint ", Tone.MUTED),
            *_rate(rates.complaint_rate, rates.complaint_mark, 2),
        )

    def _samples(self) -> tuple[Line, Line, Line]:
        """What the rates are of, in many words, in few, and in as few as can be."""
        status = self._status
        if status.rates is None or status.since is None:
            return (), (), ()
        count = format_count(status.rates.denominator)
        unit = _UNITS.get(status.rates.denominator_of, "sent or delivered")
        moment = status.zone.at(status.since)
        today = f"{moment:%m-%d}" == status.today
        since = f"{moment:%H:%M}" if today else f"{moment:%m-%d}"
        texts = (
            f"   estimate of {count} {unit}, in memory since {since}",
            f"  n={count} in memory since {since}",
            f"  est. n={count}",
        )
        long, short, least = ((Span(text, Tone.MUTED),) for text in texts)
        return long, short, least

    def _shown(self, width: int) -> Line:
        status = self._status
        if not status.filter_text:
            return (Span(f"{format_count(status.total)} events ", Tone.MUTED),)
        counts = f"{format_count(status.shown)} of {format_count(status.total)} shown "
        if width < _FILTER_FROM:
            return (Span(counts, Tone.KEY),)
        words = clip(sanitise(status.filter_text), _FILTER_CELLS)
        return (Span(f"/{words}  ", Tone.KEY), Span(counts))


def _rate(rate: float | None, mark: Mark, decimals: int) -> Line:
    if rate is None:
        return (Span("none sent", Tone.MUTED),)
    word = mark.value.replace("_", " ").lower() if mark is Mark.TOO_FEW else mark.value
    return (Span(f"{rate * 100:.{decimals}f} % ", Tone.PLAIN), Span(word, _MARK_TONES[mark]))
