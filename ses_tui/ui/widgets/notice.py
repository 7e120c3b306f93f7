"""A line that is there only while something is wrong, and says what to do about it."""

from ses_tui.core.feed_state import Condition
from ses_tui.core.sanitise import sanitise
from ses_tui.ui.feed import Status
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone, clip_line
from ses_tui.ui.widgets.toned import OneLine


def notice_text(status: Status) -> str:
    """What the state in the header means for the reader; empty while all is well."""
    state = status.state
    if state.condition is Condition.OFFLINE:
        reason = sanitise(state.reason or "the table does not answer")
        return f"{reason}. What is on screen is what was known before. R tries again now."
    if state.condition is Condition.STREAM_BEHIND:
        return "Events are being recorded, but the function on the table's stream is late."
    if state.condition is Condition.RECORDER_DOWN:
        return "No heartbeat and no event: look at the recorder's queue, function and schedule."
    if status.unreadable_pages:
        pages = format_count(status.unreadable_pages)
        return f"{pages} feed page(s) could not be read; their events are missing here."
    return ""


class Notice(OneLine):
    """Takes a line of the screen only while there is something to say."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self.display = False

    def show(self, status: Status) -> None:
        """Say what is wrong in `status`, if anything."""
        self._text = notice_text(status)
        self.display = bool(self._text)
        self.sync()

    def line(self, width: int) -> Line:
        """The text, cut at the width."""
        return clip_line((Span(f" {self._text}", Tone.WARNING),), width)
