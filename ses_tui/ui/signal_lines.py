"""Signals as the header and the lines below it say them."""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

from ses_tui.core.attention.concerns import Concern, Severity, Topic
from ses_tui.core.attention.signals import Signal
from ses_tui.core.sanitise import sanitise
from ses_tui.core.zone import Zone
from ses_tui.ui.feed import Status
from ses_tui.ui.gap_lines import moment_text
from ses_tui.ui.keymap import key_of
from ses_tui.ui.text import clip
from ses_tui.ui.tones import Line, Span, Tone

_BADGES: Final = {Severity.HIGH: Tone.WARNING_BADGE, Severity.CRITICAL: Tone.BAD_BADGE}
_SEEN: Final = {Severity.HIGH: Tone.WARNING, Severity.CRITICAL: Tone.BAD}
_RATES: Final = (Topic.BOUNCE_RATE, Topic.COMPLAINT_RATE)
_HEADLINE_CELLS: Final = 64
_MOST_BESIDES: Final = 2
_SHORT_CELLS: Final = 30
_LEAST_NAME: Final = 6


def signal_forms(status: Status) -> tuple[Line, ...]:
    """The worst signal for the header, the longest form first; never left out altogether.

    That the recorder is down is the header's own word already; rates stand below, so that what
    has a name goes before them.
    """
    signals = [signal for signal in status.signals if signal.concern.topic is not Topic.RECORDER]
    signals.sort(key=lambda signal: (signal.acknowledged, signal.concern.topic in _RATES))
    if not signals:
        return ((),)
    worst = signals[0]
    concern = worst.concern
    begun = "" if concern.topic is Topic.SILENCE else f" {_begun(status, worst)}"
    more = f" +{len(signals) - 1}" if len(signals) > 1 else ""
    headline = clip(sanitise(concern.headline), _HEADLINE_CELLS)
    short = _within(sanitise(concern.short), _SHORT_CELLS)
    return tuple(
        _badge(status, worst, f"{words}{more}") for words in (f"{headline}{begun}", headline, short)
    )


def signal_texts(status: Status) -> tuple[str, ...]:
    """The worst of what nobody has acknowledged, the longest form first; empty where there is none.

    Every form says what hurts, how much of it, and since when. What gives way first is the key,
    which the key bar shows too, then the names of the others, then what else is known.
    """
    signals = [signal for signal in status.signals if not signal.acknowledged]
    if not signals:
        return ()
    worst, *others = signals
    concern, over = worst.concern, ""
    if _is_of_another_window(status, worst):
        over = f" Over {status.window.label} it is not so."
    elif worst.well_since is not None:
        over = f" Well again since {_moment(status, worst.well_since)}."
    names = [signal.concern.short for signal in others[:_MOST_BESIDES]]
    names += [f"{len(others) - _MOST_BESIDES} more"] if len(others) > _MOST_BESIDES else []
    named = f" Besides: {', '.join(names)}." if others else ""
    counted = f" {len(others)} more." if others else ""
    ends = f" {key_of('acknowledge')} acknowledges."
    rests = dict.fromkeys(over + more + end for more in (named, counted) for end in (ends, ""))
    begun = _begun(status, worst)
    begun = f"{begun[0].upper()}{begun[1:]}"
    return tuple(
        sanitise(f"{begun}: {words}{rest}") for words in _sentences(concern) for rest in rests
    )


def _begun(status: Status, signal: Signal) -> str:
    """Since when it is so; or by when it was, if it may have begun before anybody looked."""
    word = "since" if signal.concern.since is not None else "by"
    return f"{word} {_moment(status, signal.since)}"


def _sentences(concern: Concern) -> Iterator[str]:
    """What is known of a concern, then ever less of it."""
    yield concern.sentence
    if concern.topic is Topic.RECORDER:
        # The header has the word for it; here stands what to do.
        yield concern.sentence.partition(": ")[2]
    elif ". " in concern.sentence:
        yield f"{concern.sentence.partition('. ')[0]}."
    yield f"{concern.headline}."
    yield f"{concern.short}."


def _is_of_another_window(status: Status, signal: Signal) -> bool:
    """Whether a rate is no concern only because the reader has chosen another window: over the
    former one it may be as bad as it was."""
    window = signal.concern.window
    return signal.well_since is not None and window not in ("", status.window.label)


def _badge(status: Status, signal: Signal, words: str) -> Line:
    """Reversed as long as nobody has seen it; the word tells the same without colours."""
    if _is_of_another_window(status, signal):
        return Span(f" {signal.concern.window}: {words} ", Tone.CALM_BADGE), Span("  ")
    if signal.well_since is not None:
        return Span(f" over: {words} ", Tone.CALM_BADGE), Span("  ")
    if signal.acknowledged:
        return Span(f"seen: {words}", _SEEN[signal.concern.severity]), Span("  ")
    return Span(f" ! {words} ", _BADGES[signal.concern.severity]), Span("  ")


def _within(words: str, cells: int) -> str:
    """`words` in so many cells; what is cut is the longest of them, a name, and never a figure."""
    excess = cell_len(words) - cells
    longest = max(words.split(" "), key=cell_len)
    if excess > 0 and cell_len(longest) > excess + _LEAST_NAME:
        words = words.replace(longest, clip(longest, cell_len(longest) - excess), 1)
    return clip(words, cells)


def _moment(status: Status, moment: int) -> str:
    return moment_text(moment, status.zone, status.today).rpartition(":")[0]


def query_of(signal: Signal, zone: Zone) -> str:
    """The query for the events behind a signal, in `zone`."""
    begun = f"since:{zone.at(signal.concern.since):%Y-%m-%dT%H:%M}" if signal.concern.since else ""
    return f"{signal.concern.query} {begun}".strip()
