"""The first line: which table, how fast, in which zone, and whether this is the present."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ses_tui.core.feed_state import Condition
from ses_tui.core.follow import DEFAULT_INTERVAL_SECONDS, Playback
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import SourceKind
from ses_tui.ui.feed import Status
from ses_tui.ui.signal_lines import signal_forms
from ses_tui.ui.text import clip, format_age, format_count, format_span
from ses_tui.ui.tones import Line, Span, Tone, line_width, spread
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
_LONG_FILTER: Final = 40
_SHORT_FILTER: Final = 16


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the line in its forms, the longest first; the last one may be nothing at all."""

    forms: tuple[Line, ...]
    on_the_right: bool = True


def slow_link_badge(status: Status) -> Line:
    """Tells that the line to the terminal sets the pace, and which one."""
    if status.slow_link is None:
        return ()
    return Span(f" SLOW LINK 1/{status.slow_link:g} s ", Tone.WARNING_BADGE), Span(" ")


def state_badge(status: Status, wide: bool) -> Span:
    """The state in words, with its age where the age is what matters.

    Who pauses the feed is told that, and not that nothing comes.
    """
    if status.paused_for is not None and status.playback is None:
        return Span(f" PAUSED {format_age(status.paused_for)} ", Tone.WARNING_BADGE)
    if status.playback is not None:
        return playback_badge(status, status.playback)
    condition, age = status.state.condition, status.state.age_ms
    text = condition.value
    if condition is Condition.CONNECTING:
        text = "CONNECTING…"
    elif condition is Condition.QUIET and age is not None:
        text = f"QUIET, last event {format_age(age)} ago" if wide else f"QUIET {format_age(age)}"
    elif condition is not Condition.LIVE and age is not None:
        text = f"{text} {format_age(age)}"
    unanswered = status.state.unanswered_ms
    if unanswered is None:
        return Span(f" {text} ", _BADGES[condition])
    how_long = format_age(unanswered)
    tone = Tone.BAD_BADGE if condition is Condition.OFFLINE else Tone.WARNING_BADGE
    return Span(f" {text} · no answer {'for ' if wide else ''}{how_long} ", tone)


def playback_badge(status: Status, playback: Playback) -> Span:
    """That this is a recording, which moment of it is played, and how fast."""
    moment = status.zone.at(playback.moment)
    if status.paused_for is not None:
        return Span(f" REPLAY PAUSED {moment:%m-%d %H:%M:%S} ", Tone.WARNING_BADGE)
    how = "ENDED" if playback.ended else f"{playback.speed:g}x"
    return Span(f" REPLAY {how} {moment:%m-%d %H:%M:%S} ", Tone.CALM_BADGE)


class Header(OneLine):
    """Table, engine and filter on the left; what changes with time on the right.

    A line of a terminal has no room for all of it. What gives way first, each to its shorter form
    and then to nothing: the program's name, the window (the rates below name it, too), how much is
    in memory, the delay, how new events are read, the rate, the filter, the words of a signal.
    Table, zone and state stay, and so do a signal's name and that the stream is read.
    """

    def __init__(self, status: Status) -> None:
        super().__init__()
        self._status = status

    def show(self, status: Status) -> None:
        """Say what `status` says."""
        self._status = status
        self.sync()

    def line(self, width: int) -> Line:
        """The whole line, with as much on it as there is room for."""
        status = self._status
        badge = state_badge(status, width >= _ROOMY)
        parts = _parts(status)
        chosen = dict.fromkeys(parts, 0)
        badges = (*slow_link_badge(status), badge)
        room = width - line_width(badges) - 1
        for name in _GIVING_WAY:
            while _width(parts, chosen) > room and chosen[name] < len(parts[name].forms) - 1:
                chosen[name] += 1
        left = _joined(parts, chosen, on_the_right=False)
        right = _joined(parts, chosen, on_the_right=True)
        return spread(left, (*right, *badges), width)


_GIVING_WAY: Final = (
    "program",
    "window",
    "memory",
    "masked",
    "delay",
    "interval",
    "rate",
    "filter",
    "signal",
)


def _parts(status: Status) -> dict[str, _Part]:
    """Every part but the state, in the order they stand in."""
    return {
        "program": _Part((_program_name(), ()), on_the_right=False),
        "table": _Part(((Span(f" {sanitise(status.label)} "),),), on_the_right=False),
        "filter": _Part(_filter_forms(status), on_the_right=False),
        "rate": _Part(_rate_forms(status)),
        "delay": _Part(_delay_forms(status)),
        "memory": _Part(_memory_forms(status)),
        "window": _Part(((Span(f"{status.window.label}  ", Tone.MUTED),), ())),
        "interval": _Part(_interval_forms(status)),
        "signal": _Part(signal_forms(status)),
        "masked": _Part(((Span("masked  ", Tone.MUTED),), ()) if status.masked else ((),)),
        "zone": _Part(((Span(f"{status.zone.name}  ", Tone.MUTED),),)),
    }


def _program_name() -> Line:
    return (Span(" ses-tui ", Tone.STRONG),)


def _filter_forms(status: Status) -> tuple[Line, ...]:
    if not status.filter_text:
        return ((),)
    words = sanitise(status.filter_text)
    long, short = (
        Span(f" /{clip(words, cells)} ", Tone.KEY) for cells in (_LONG_FILTER, _SHORT_FILTER)
    )
    return ((long,), (short,), ())


def _rate_forms(status: Status) -> tuple[Line, ...]:
    rate = f"{status.events_per_second:,.1f}"
    return (Span(f"{rate} events/s  "),), (Span(f"{rate}/s  "),), ()


def _delay_forms(status: Status) -> tuple[Line, ...]:
    """Half of the events are recorded within the first figure, 95 % within the second."""
    if status.delay is None:
        return (Span("delay -  ", Tone.MUTED),), ()
    p50, p95 = format_span(status.delay.p50), format_span(status.delay.p95)
    return (
        (Span(f"delay p50 {p50} p95 {p95}  ", Tone.MUTED),),
        (Span(f"delay {p50}/{p95}  ", Tone.MUTED),),
        (Span(f"p95 {p95}  ", Tone.MUTED),),
        (),
    )


def _memory_forms(status: Status) -> tuple[Line, ...]:
    count = format_count(status.total)
    if status.since is None:
        return (
            (Span(f"{count} in memory  ", Tone.MUTED),),
            (Span(f"{count} events  ", Tone.MUTED),),
            (),
        )
    moment = status.zone.at(status.since)
    today = f"{moment:%m-%d}" == status.today
    since = f"{moment:%H:%M}" if today else f"{moment:%m-%d %H:%M}"
    return (
        (Span(f"{count} in memory since {since}  ", Tone.MUTED),),
        (Span(f"{count} since {since}  ", Tone.MUTED),),
        (),
    )


def _interval_forms(status: Status) -> tuple[Line, ...]:
    """How new events are read, and how often where that was changed.

    AWS allows two readers of a stream, so that one of them never forgets that he is.
    """
    if status.playback is not None:
        return ((),)
    if status.source is SourceKind.STREAM:
        return ((Span("stream  ", Tone.MUTED),),)
    if status.poll_interval == DEFAULT_INTERVAL_SECONDS:
        return (Span("poll  ", Tone.MUTED),), ()
    every = f"every {status.poll_interval:g} s  "
    return (Span(f"poll {every}", Tone.WARNING),), (Span(every, Tone.WARNING),), ()


def _joined(parts: dict[str, _Part], chosen: dict[str, int], *, on_the_right: bool) -> Line:
    lines: Iterator[Sequence[Span]] = (
        part.forms[chosen[name]]
        for name, part in parts.items()
        if part.on_the_right == on_the_right
    )
    return tuple(span for line in lines for span in line)


def _width(parts: dict[str, _Part], chosen: dict[str, int]) -> int:
    return sum(line_width(part.forms[chosen[name]]) for name, part in parts.items())
