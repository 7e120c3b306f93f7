"""The first line: which table, how fast, in which zone, and whether this is the present."""

from typing import Final

from ses_tui.core.feed_state import Condition
from ses_tui.core.sanitise import sanitise
from ses_tui.ui.feed import Status
from ses_tui.ui.text import format_age
from ses_tui.ui.tones import Line, Span, Tone, spread
from ses_tui.ui.widgets.toned import OneLine

_BADGES: Final = {
    Condition.CONNECTING: Tone.CALM_BADGE,
    Condition.LIVE: Tone.GOOD_BADGE,
    Condition.QUIET: Tone.CALM_BADGE,
    Condition.STREAM_BEHIND: Tone.WARNING_BADGE,
    Condition.RECORDER_DOWN: Tone.BAD_BADGE,
    Condition.OFFLINE: Tone.BAD_BADGE,
}

_ROOMY: Final = 100
"""Columns from which on there is room for words around the age of a quiet feed."""


def state_badge(status: Status, wide: bool) -> Span:
    """The state in words, with its age where the age is what matters.

    Who pauses the feed is told that, and not that nothing comes.
    """
    if status.paused_for is not None:
        return Span(f" PAUSED {format_age(status.paused_for)} ", Tone.WARNING_BADGE)
    condition, age = status.state.condition, status.state.age_ms
    text = condition.value
    if condition is Condition.CONNECTING:
        text = "CONNECTING…"
    elif condition is Condition.QUIET and age is not None:
        text = f"QUIET, last event {format_age(age)} ago" if wide else f"QUIET {format_age(age)}"
    elif condition is not Condition.LIVE and age is not None:
        text = f"{text} {format_age(age)}"
    return Span(f" {text} ", _BADGES[condition])


class Header(OneLine):
    """Table and engine on the left; rate, zone and state on the right."""

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status

    def show(self, status: Status) -> None:
        """Say what `status` says."""
        self._status = status
        self.sync()

    def line(self, width: int) -> Line:
        """The whole line; what is left of the state gives way first."""
        status = self._status
        left = (
            Span(" ses-tui ", Tone.STRONG),
            Span(" " + sanitise(status.label), Tone.PLAIN),
        )
        right = (
            Span(f"{status.events_per_second:,.1f} events/s", Tone.PLAIN),
            Span(f"   {status.zone.name}   ", Tone.MUTED),
            state_badge(status, width >= _ROOMY),
        )
        return spread(left, right, width)
