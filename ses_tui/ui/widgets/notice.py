"""Lines that are there only while something is wrong, and say what to do about it.

A notice is a text in its forms, the longest first.
"""

from collections.abc import Callable, Iterable
from math import ceil
from typing import Final

from rich.cells import cell_len

from ses_tui.core.attention.concerns import Topic
from ses_tui.core.attention.signals import Signal
from ses_tui.core.disagreement import mismatch_text
from ses_tui.core.feed_state import Condition
from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import NEWER_RECORDER
from ses_tui.ui.feed import Status
from ses_tui.ui.keymap import key_of
from ses_tui.ui.signal_lines import signal_texts
from ses_tui.ui.text import format_age, format_count
from ses_tui.ui.tones import Tone
from ses_tui.ui.widgets.wrapped_text import WrappedLines

_MOST_LINES: Final = 4


Forms = tuple[str, ...]


def notices(status: Status) -> tuple[Forms, ...]:
    """What the reader is to know now, each on lines of its own; none while all is well."""
    if status.filter_error:
        return ((sanitise(status.filter_error),),)
    trouble = _trouble(status)
    return (*((trouble,) for _ in (trouble,) if trouble), *_signal_forms(status))


def signals_in_full(status: Status) -> tuple[Forms, ...]:
    """What nobody has acknowledged, and nothing else, with all that is known of it."""
    return tuple(forms[:1] for forms in _signal_forms(status))


def _signal_forms(status: Status) -> tuple[Forms, ...]:
    return (forms,) if (forms := signal_texts(status)) else ()


def _trouble(status: Status) -> str:
    """What the state in the header means, or what could not be read."""
    if status.paused_for is None and (trouble := _feed_trouble(status)):
        return trouble
    if status.past.error:
        reason = _sentence(status.past.error)
        return f"Older events could not be read: {reason} Move on to try again."
    if status.rates_error:
        reason = _sentence(status.rates_error)
        return f"The rates could not be read: {reason} {key_of('retry')} tries again now."
    if status.mismatches:
        return sanitise(mismatch_text(status.mismatches, status.zone, status.program))
    if status.clock_ahead:
        way = "ahead of" if status.clock_ahead > 0 else "behind"
        apart = format_age(abs(status.clock_ahead))
        return (
            f"This machine's clock is {apart} {way} the server's; all times here are the server's."
        )
    return ""


def _feed_trouble(status: Status) -> str:
    state = status.state
    if state.condition is Condition.OFFLINE:
        reason = _sentence(state.reason or "the table does not answer")
        again = f"{key_of('retry')} tries again now."
        if state.next_try_in_ms == 0:
            again = "Trying again now."
        elif state.next_try_in_ms:
            again = f"Next try in {ceil(state.next_try_in_ms / 1000)} s; {again}"
        # What to do comes first: a narrow screen may have no room for the end of a reason.
        return f"{again} Why: {reason} What is on screen is what was known before."
    if state.condition is Condition.STREAM_BEHIND:
        return (
            "Events are being recorded, but the function on the table's stream is late. "
            "Problems are shown meanwhile."
        )
    if state.condition is Condition.RECORDER_DOWN:
        if any(_tells_of_recorder(signal) for signal in status.signals):
            return ""
        return "No heartbeat, no event: look at the recorder's queue, function and schedule."
    if status.newer_recorder:
        words = f"{NEWER_RECORDER[0].upper()}{NEWER_RECORDER[1:]}."
        lost = format_count(status.unreadable_events)
        missing = f"{lost} events in its feed pages are missing here."
        return f"{words} {missing}" if status.unreadable_events else words
    if status.unreadable_events:
        count = format_count(status.unreadable_events)
        return f"{count} events are in feed pages that could not be read, and missing here."
    return ""


def _tells_of_recorder(signal: Signal) -> bool:
    return signal.concern.topic is Topic.RECORDER and not signal.acknowledged


def _sentence(reason: str) -> str:
    return sanitise(reason).rstrip(".") + "."


class Notice(WrappedLines):
    """Takes lines of the screen only while there is something to say, and one for each if it can:
    of the forms of a text the longest one that fits."""

    def __init__(self, notices_of: Callable[[Status], tuple[Forms, ...]] = notices) -> None:
        super().__init__(_MOST_LINES, Tone.WARNING)
        self._notices_of = notices_of
        self._notices: tuple[Forms, ...] = ()

    def show(self, status: Status) -> None:
        """Say what is wrong in `status`, if anything."""
        if (found := self._notices_of(status)) != self._notices:
            self._notices = found
            self.show_anew()

    def paragraphs(self, room: int) -> Iterable[str]:
        """Of each notice the first form of at most `room` cells, else the last."""
        for forms in self._notices:
            yield next((form for form in forms if cell_len(form) <= room), forms[-1])
