"""The live tail: rates, the list of events, and the filter over it."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ses_tui.core.feed_state import Condition
from ses_tui.core.query import Query, QueryError
from ses_tui.core.sanitise import sanitise
from ses_tui.ui import keys
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.message import MessageScreen
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.filter_input import FilterInput
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.notice import Notice
from ses_tui.ui.widgets.rates_strip import RatesStrip

_FILTERED_WHILE_TYPING: Final = 20_000
"""With more events than this a filter is applied on Enter, so that typing never waits."""
_WIDTHS: Final = [(140, "-wide")]
_HEIGHTS: Final = [(30, "-high")]
"""With room in both directions, the rates are a row of cards."""


class LiveScreen(DashboardScreen):
    """Where the dashboard starts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        keys.FILTER,
        keys.CLEAR_FILTER,
        keys.HELP,
        keys.QUIT,
        keys.PAUSE,
        keys.RESUME,
        keys.RETRY,
        keys.ZONE,
        *keys.CHOOSE_WINDOW,
    ]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    AUTO_FOCUS = "EventList"

    def __init__(self, feed: Feed, status: Status) -> None:
        super().__init__()
        self._feed = feed
        self._status = status
        self._filter_before = Query()
        self._filter_last = feed.filter.text

    def compose(self) -> ComposeResult:
        """Header, rates, list, filter, keys."""
        yield Header(self._status)
        yield RatesStrip(self._status)
        yield Notice()
        yield EventList(self._feed.events, self._status.zone)
        yield FilterInput()
        yield KeyBar()

    def status_changed(self, status: Status) -> None:
        """Fan the status out to what shows it."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        self.query_one(RatesStrip).show(status)
        self.query_one(Notice).show(status)
        listing = self.query_one(EventList)
        listing.set_times(status.zone, status.today, status.since)
        listing.set_empty_text(_empty_text(status))
        if status.revision != before.revision:
            listing.events_changed(self._feed.oldest)
        self._say_position()
        if (status.paused_for is None) != (before.paused_for is None):
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc has something to clear only while there is a filter; an open input takes `/`."""
        if action == "clear_filter":
            return bool(self._feed.filter)
        return action != "filter" or not isinstance(self.focused, FilterInput)

    @on(EventList.Moved)
    def moved(self) -> None:
        """Say whether the list follows."""
        self._say_position()

    @on(EventList.Opened)
    def opened(self, message: EventList.Opened) -> None:
        """Show the message of an event."""
        self._say_position()
        self.app.push_screen(
            MessageScreen(message.event, self._feed, self._status, self.dashboard.messages)
        )

    def action_filter(self) -> None:
        """Open the filter, with the last one in it."""
        self._filter_before = self._feed.filter
        entry = self.query_one(FilterInput)
        entry.value = sanitise(self._filter_last)
        entry.cursor_position = len(entry.value)
        entry.display = True
        self.set_focus(entry)

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self._apply(Query())

    @on(Input.Changed)
    def typed(self, message: Input.Changed) -> None:
        """Filter while typing, where that is quick."""
        small = len(self._feed.store) <= _FILTERED_WHILE_TYPING
        if small and self.query_one(FilterInput).display:
            self._filter_by(message.value)

    @on(Input.Submitted)
    def submitted(self, message: Input.Submitted) -> None:
        """Keep the filter."""
        if self._filter_by(message.value):
            self._filter_last = self._feed.filter.text or self._filter_last
            self._close_filter()

    @on(FilterInput.Cancelled)
    def cancelled(self) -> None:
        """Back to the filter of before."""
        self._close_filter()
        self._apply(self._filter_before)

    def _close_filter(self) -> None:
        self.set_focus(self.query_one(EventList))
        self.query_one(FilterInput).display = False

    def _filter_by(self, text: str) -> bool:
        """Filter by what is typed; says what is wrong with it and changes nothing if it is none."""
        try:
            query = self.dashboard.parse_query(text)
        except QueryError as error:
            self.dashboard.say_filter_error(str(error))
            return False
        self._apply(query)
        return True

    def _apply(self, query: Query) -> None:
        self.dashboard.say_filter_error("")
        if query != self._feed.filter:
            self._feed.set_filter(query)
            self.query_one(EventList).show(self._feed.events)
            self.dashboard.refresh_status()
            self.refresh_bindings()

    def _say_position(self) -> None:
        window = self.query_one(EventList).window
        if window.following:
            right = (Span("following ", Tone.MUTED),)
        elif new := window.new_events:
            right = (Span(f" +{format_count(new)} new, G to follow ", Tone.WARNING_BADGE),)
        else:
            right = (Span("held, G to follow ", Tone.WARNING),)
        self.query_one(KeyBar).say(right)


def _empty_text(status: Status) -> str:
    """What an empty list says of itself."""
    if status.total:
        count = format_count(status.total)
        words = sanitise(status.filter_text)
        return f'None of {count} events matches the filter "{words}". Esc clears it.'
    if status.state.condition is Condition.CONNECTING:
        return "Reading the newest events…"
    if status.state.condition is Condition.OFFLINE:
        return "Nothing could be read yet; the line above says why."
    return "No events in the last 7 days. Waiting for the first."
