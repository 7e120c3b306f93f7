"""The live tail: rates, the list of events, and the filter over it."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ses_tui.core.blocking_terms import Blocking
from ses_tui.core.feed_state import Condition
from ses_tui.core.query import Query, QueryError
from ses_tui.core.sanitise import sanitise, visible
from ses_tui.core.ticket_report import span_in_words
from ses_tui.core.view import Place
from ses_tui.ui import keys
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.keymap import key_of
from ses_tui.ui.screens.moving import MovingScreen
from ses_tui.ui.text import format_count
from ses_tui.ui.widgets.breakdown_pane import BreakdownPane
from ses_tui.ui.widgets.candidates import Candidates
from ses_tui.ui.widgets.detail_pane import DetailPane
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.filter_input import FilterInput
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.notice import Notice
from ses_tui.ui.widgets.panes import Panes
from ses_tui.ui.widgets.prompt import HighlightPrompt, TimePrompt
from ses_tui.ui.widgets.rates_strip import RatesStrip

if TYPE_CHECKING:
    from ses_tui.ui.screens.write import Listed

_WIDTHS: Final = [(140, "-wide"), (120, "-beside")]
_HEIGHTS: Final = [(30, "-high")]
"""With room in both directions, the rates are a row of cards."""


class LiveScreen(MovingScreen):
    """Where the dashboard starts."""

    PLACE = Place.LIVE
    WRITES = True
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.FILTER,
        keys.STOP_LOADING,
        keys.CLEAR_HIGHLIGHT,
        keys.CLEAR_FILTER,
        keys.QUIT,
        keys.PAUSE,
        keys.RESUME,
        keys.GO_TO_TIME,
        keys.HIGHLIGHT,
        *keys.CHOOSE_WINDOW,
        keys.RETRY,
        keys.FASTER,
        keys.SLOWER,
    ]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    AUTO_FOCUS = "EventList"

    def __init__(self, feed: Feed, status: Status) -> None:
        super().__init__(feed, status)
        self._filter_before = Query()
        self._filter_last = feed.filter.text
        self._error_position: int | None = None

    def compose(self) -> ComposeResult:
        """Header, rates, list, filter, keys."""
        yield Header(self._status)
        yield RatesStrip(self._status)
        yield Notice()
        yield Panes(
            EventList(
                self._feed.events,
                self._status.zone,
                self.dashboard.marks,
                self.dashboard.settings.list_columns,
            ),
            DetailPane(self._feed, self.dashboard.connection.messages, self._status.zone),
            BreakdownPane(self._feed),
        )
        yield FilterInput(self._feed.vocabulary, self.dashboard.filters)
        yield Candidates()
        yield TimePrompt()
        yield HighlightPrompt()
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
        if status.masked != before.masked:
            listing.paint_anew()
            self.query_one(Panes).paint_anew()
        if status.searched is not None or before.searched is not None:
            listing.events_found()
        elif status.revision != before.revision:
            listing.events_changed(self._feed.oldest)
        self.past_changed(before, status)
        self.query_one(Panes).sync(status)
        self.say_position()
        if (status.paused_for is None) != (before.paused_for is None):
            self.refresh_bindings()

    def listed(self) -> "Listed":
        """The events of the list, oldest first; those of a frozen one if it is."""
        from ses_tui.ui.screens.write import Listed

        events, status = self.listing.window.events, self._status
        remark = ""
        if status.searched is not None:
            remark = f"the filter has looked at {status.searched * 100:.0f} % of memory only"
        words = span_in_words(events, status.zone)
        return Listed(events, self.report_head(status.filter_text, words, remark))

    @on(EventList.Opened)
    def opened(self, message: EventList.Opened) -> None:
        """Show the message of an event."""
        self.say_position()
        self.dashboard.open_message(message.event)

    def action_filter(self) -> None:
        """Open the filter, with the last one in it."""
        self._filter_before = self._feed.filter
        self._error_position = None
        self.query_one(Candidates).display = True
        self.query_one(FilterInput).open(visible(self._filter_last))

    def action_clear_filter(self) -> None:
        """Show everything again."""
        self._apply(Query())

    @on(Input.Changed, "FilterInput")
    def typed(self, message: Input.Changed) -> None:
        """Filter while typing."""
        if self.query_one(FilterInput).display:
            self._filter_by(message.value)

    @on(Input.Submitted, "FilterInput")
    def submitted(self, message: Input.Submitted) -> None:
        """Keep the filter."""
        if self._keep_filter(message.value):
            self._close_filter()
        else:
            self.completing()

    @on(BreakdownPane.Narrowed)
    def narrowed(self, message: BreakdownPane.Narrowed) -> None:
        """Filter by one of the names that were counted, too."""
        self._keep_filter(message.query)

    def show_only(self, query: str) -> None:
        """Filter by what something else on screen stands for."""
        self._keep_filter(query)

    @on(FilterInput.Completing)
    def completing(self) -> None:
        """Show what may be typed, or where it is wrong."""
        entry = self.query_one(FilterInput)
        caret = None if self._error_position is None else entry.column_of(self._error_position)
        self.query_one(Candidates).show(entry.candidates, entry.chosen, caret)

    @on(FilterInput.Cancelled)
    def cancelled(self) -> None:
        """Back to the filter of before."""
        self._close_filter()
        self._apply(self._filter_before)

    def _close_filter(self) -> None:
        self.set_focus(self.query_one(EventList))
        self.query_one(FilterInput).display = False
        self.query_one(Candidates).display = False

    def _keep_filter(self, text: str) -> bool:
        """Filter, and remember it in its canonical form for the next time."""
        if not self._filter_by(text):
            return False
        self._filter_last = self._feed.filter.text or self._filter_last
        self.dashboard.filters.add(self._feed.filter.text)
        return True

    def _filter_by(self, text: str) -> bool:
        """Filter by what is typed; says what is wrong with it and changes nothing if it is none."""
        try:
            query = self.dashboard.parse_query(text)
        except QueryError as error:
            self._error_position = error.position
            self.dashboard.say_filter_error(str(error))
            return False
        self._apply(query)
        return True

    def _apply(self, query: Query) -> None:
        self._error_position = None
        self.dashboard.say_filter_error("")
        if query != self._feed.filter:
            self._feed.set_filter(query)
            self.dashboard.memory_search.begin()
            self.query_one(EventList).show(self._feed.events)
            self.dashboard.refresh_status()
            self.refresh_bindings()


def _empty_text(status: Status) -> str:
    """What an empty list says of itself."""
    if status.total:
        count = format_count(status.total)
        words = sanitise(status.filter_text)
        if status.searched is not None:
            share = f"{status.searched * 100:.0f} %"
            if not status.outcomes_known:
                return (
                    f"Reading what became of the messages of {count} events: {share}. "
                    f'Then "{words}" shows what it lets through.'
                )
            return f'No match for "{words}" yet; searched {share} of {count} events.'
        clears = f"{key_of('clear_filter')} clears it, {key_of('search')} asks the whole table."
        text = f'None of {count} events matches the filter "{words}". {clears}'
        return text if status.blocking is None else f"{text} {_blocking_text(status.blocking)}"
    if status.state.condition is Condition.CONNECTING:
        return "Reading the newest events…"
    if status.state.condition is Condition.OFFLINE:
        return "Nothing could be read yet; the line above says why."
    return "No events in the last 7 days. Waiting for the first."


def _blocking_text(blocking: Blocking) -> str:
    """Which term hides everything."""
    terms = " and ".join(sanitise(term) for term in blocking.terms)
    verb, them = ("hide", "them") if len(blocking.terms) > 1 else ("hides", "it")
    return f"{terms} {verb} all; without {them} {format_count(blocking.shown_without)}."
