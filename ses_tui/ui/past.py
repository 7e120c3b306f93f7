"""What the reader has loaded of the time before memory, and what is being loaded."""

from ses_tui.core.load_past import Stretch
from ses_tui.core.source import GapReason, LoadedEvents
from ses_tui.core.store import EventKey
from ses_tui.ui.feed import Feed
from ses_tui.ui.gap_lines import Absence, GapLine, line_of
from ses_tui.ui.list_window import Beyond
from ses_tui.ui.past_status import PastStatus


class Past:
    """Decides what to load and knows how far that is; the app does it."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._wanted: Stretch | None = None
        self._reading: Stretch | None = None
        """What is left of it while it is being read."""
        self._goal: EventKey | None = None
        self._error = ""
        self._ended = 0

    @property
    def status(self) -> PastStatus:
        """The present state."""
        return PastStatus(self._lines(), self._reading, self._goal, self._error, self._ended)

    @property
    def reading(self) -> bool:
        """Whether something is being loaded."""
        return self._reading is not None

    def covers(self, moment: int) -> bool:
        """Whether everything recorded at `moment` (ms) is in memory."""
        store = self._feed.store
        span, live_since = store.loaded_span, store.live_since
        return (live_since is not None and moment >= live_since) or (
            span is not None and span[0] <= moment < span[1]
        )

    def beyond(self, beyond: Beyond, now_ms: int) -> Stretch | None:
        """What to load for a reader who wants to go on there; `None` if there is nothing."""
        store = self._feed.store
        if beyond.gap is not None:
            for gap in store.gaps:
                if gap.until == beyond.gap.until:
                    return Stretch(gap.since, gap.until, beyond.backwards)
            return None
        if store.at_table_start:
            return None
        return Stretch(0, self._oldest(now_ms), backwards=True)

    def since(self, moment: int, now_ms: int) -> Stretch:
        """What to load for a reader who wants to go to a `moment` that is not in memory."""
        store = self._feed.store
        span = store.loaded_span
        before_loaded = span is not None and moment < span[0]
        until = span[0] if span is not None and before_loaded else (store.live_since or now_ms)
        return Stretch(moment, until, backwards=False)

    def start(self, stretch: Stretch, goal: EventKey | None = None) -> None:
        """Take note that `stretch` is being read."""
        self._wanted = self._reading = stretch
        self._goal, self._error = goal, ""

    def take(self, loaded: LoadedEvents, stretch: Stretch) -> None:
        """Take in a piece of a `stretch`, unless the reader wants something else by now."""
        if self._reading is not None and stretch == self._wanted:
            self._feed.take_loaded(loaded, backwards=stretch.backwards)
            self._reading = self._reading.after(loaded)

    def end(self, stretch: Stretch, error: str = "") -> None:
        """Take note that no more of a `stretch` will be read; its goal stays for who goes there."""
        if self._reading is not None and stretch == self._wanted:
            self._reading, self._error = None, error
            self._ended += 1

    def fail(self, fault: str) -> None:
        """Take note that reading stopped on a fault of this program."""
        if self._wanted is not None:
            self.end(self._wanted, fault)

    def stop(self) -> None:
        """Forget what was being read; what has come of it stays."""
        self._wanted = self._reading = self._goal = None
        self._error = ""

    def let_go(self) -> None:
        """Forget what was loaded, too."""
        self.stop()
        self._feed.drop_loaded()

    def _oldest(self, now_ms: int) -> int:
        store = self._feed.store
        if store.loaded_span is not None:
            return store.loaded_span[0]
        return now_ms + 1 if store.live_since is None else store.live_since

    def _lines(self) -> tuple[GapLine, ...]:
        reading, store = self._reading, self._feed.store
        lines = [
            GapLine(gap.since, gap.until, Absence.READING)
            if gap.reason is GapReason.NOT_LOADED and reading is not None and reading.since
            else line_of(gap)
            for gap in self._feed.gaps
        ]
        if reading is not None and not reading.since:
            lines.insert(0, GapLine(None, reading.until, Absence.READING))
        elif store.at_table_start:
            lines.insert(0, GapLine(None, 0, Absence.NOTHING))
        return tuple(lines)
