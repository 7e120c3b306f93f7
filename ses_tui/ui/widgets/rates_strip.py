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
_FILTER_CELLS: Final = 24


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
        """Rates first; the words around them give way where there is no room."""
        right = self._shown(width)
        left = self._rates()
        room = width - line_width(right) - 2
        for details in (self._details(), self._short_details()):
            if line_width(left) + line_width(details) <= room:
                return spread((*left, *details), right, width)
        return spread(left, right, width)

    def _rates(self) -> Line:
        rates = self._status.rates
        if rates is None:
            return (Span(" no rates yet: nothing is in memory", Tone.MUTED),)
        return (
            Span(" bounce ", Tone.MUTED),
            *_rate(rates.bounce_rate, rates.bounce_mark, 1),
            Span("   complaint ", Tone.MUTED),
            *_rate(rates.complaint_rate, rates.complaint_mark, 2),
        )

    def _details(self) -> Line:
        status = self._status
        if status.rates is None or status.since is None:
            return ()
        of = {"Send": "sent", "Delivery + Bounce": "delivered or bounced"}
        unit = of.get(status.rates.denominator_of, "sent or delivered")
        since = f"{status.zone.at(status.since):%m-%d %H:%M}"
        text = f"   estimate of {format_count(status.rates.denominator)} {unit}"
        return (Span(f"{text}, in memory since {since}", Tone.MUTED),)

    def _short_details(self) -> Line:
        status = self._status
        if status.rates is None or status.since is None:
            return ()
        since = f"{status.zone.at(status.since):%H:%M}"
        count = format_count(status.rates.denominator)
        return (Span(f"   est. n={count} in memory since {since}", Tone.MUTED),)

    def _shown(self, width: int) -> Line:
        status = self._status
        if not status.filter_text:
            return (Span(f"{format_count(status.total)} events ", Tone.MUTED),)
        counts = f"{format_count(status.shown)} of {format_count(status.total)} shown "
        if width < 100:
            return (Span(counts, Tone.KEY),)
        return (
            Span(f"/{clip(sanitise(status.filter_text), _FILTER_CELLS)}  ", Tone.KEY),
            Span(counts),
        )


def _rate(rate: float | None, mark: Mark, decimals: int) -> Line:
    if rate is None:
        return (Span("none sent", Tone.MUTED),)
    word = mark.value.replace("_", " ").lower() if mark is Mark.TOO_FEW else mark.value
    text = f" {word} " if mark is Mark.CRITICAL else word
    return (Span(f"{rate * 100:.{decimals}f} % ", Tone.PLAIN), Span(text, _MARK_TONES[mark]))
