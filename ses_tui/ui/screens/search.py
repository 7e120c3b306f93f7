"""Search of everything that is stored: a query, how far it is, and what it found."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from recorder.model.event import Event
from ses_tui.core.errors import UsageError
from ses_tui.core.query import Query, QueryError
from ses_tui.core.sanitise import sanitise, visible
from ses_tui.core.saved_search import SavedSearch
from ses_tui.core.search.arrangement import Arrangement
from ses_tui.core.search.carry_out import Phase, SearchState, carry_out
from ses_tui.core.search.typed import chosen_range, meant, range_in_words, ranged, with_range
from ses_tui.core.source import EventSearch
from ses_tui.core.view import Place
from ses_tui.core.windows import Window, window_named
from ses_tui.core.zone import Zone
from ses_tui.ui import keys
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.messages import SearchMoved
from ses_tui.ui.screens.highlighting import HighlightingScreen
from ses_tui.ui.screens.searching import SEARCH_GROUP, SearchingScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.text import clip
from ses_tui.ui.tones import Line, Span, Tone, spread
from ses_tui.ui.widgets.candidates import Candidates
from ses_tui.ui.widgets.filter_input import FilterInput
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.prompt import HighlightPrompt, SavePrompt
from ses_tui.ui.widgets.result_list import ResultList
from ses_tui.ui.widgets.search_input import SearchInput
from ses_tui.ui.widgets.toned import OneLine
from ses_tui.ui.widgets.wrapped_text import WrappedText

_MOST_LINES: Final = 6
_LONGEST_QUERY: Final = 400


class QueryLine(OneLine):
    """What is looked for, over which range, in which order."""

    text = ""
    order = ""
    range_words = ""

    def line(self, width: int) -> Line:
        """The query on the left, the rest on the right."""
        right = (Span(f"{self.range_words}  {self.order} ", Tone.MUTED),)
        if not self.text:
            return spread((Span(" everything", Tone.MUTED),), right, width)
        return spread((Span(f" {self.text}", Tone.KEY),), right, width)


class SearchScreen(SearchingScreen, HighlightingScreen):
    """Keeps what was found until something else is searched, wherever the reader goes meanwhile."""

    PLACE = Place.SEARCH
    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.QUERY,
        keys.GO_ON,
        keys.STOP_LOADING,
        keys.CLEAR_HIGHLIGHT,
        keys.BACK,
        keys.TURN,
        keys.SORT,
        keys.REVERSE,
        *keys.CHOOSE_WINDOW,
        keys.HIGHLIGHT,
        keys.READ_AGAIN,
        keys.SAVE,
    ]

    def __init__(self, feed: Feed, status: Status, searcher: EventSearch) -> None:
        super().__init__(status, searcher)
        self._feed = feed
        self._asked = Query()
        """What the reader asks for; the range may be left open."""
        self._filter_taken = ""
        self._arrangement = Arrangement()
        self._waiting: Callable[[], None] | None = None
        """What to begin with as soon as the screen is there."""

    @property
    def state(self) -> SearchState:
        """How far the search is."""
        return self._state

    @property
    def query_text(self) -> str:
        """What is asked for."""
        return self._asked.text

    @property
    def by_message(self) -> bool:
        """Whether rows stand for messages, and not for single events."""
        return self._arrangement.by_message

    @property
    def highlighted(self) -> ResultList:
        """The list."""
        return self.listing

    @property
    def list_widget(self) -> ResultList:
        """The list."""
        return self.listing

    @property
    def window(self) -> Window | None:
        """The range, where it is one of the windows."""
        return chosen_range(self._asked)

    def compose(self) -> ComposeResult:
        """Header, query, words, results, lines to type in, keys."""
        yield Header(self._status)
        yield QueryLine()
        yield SearchInput(
            self._feed.vocabulary, self.dashboard.filters, self.dashboard.saved_searches
        )
        yield Candidates()
        progress = WrappedText(_MOST_LINES)
        progress.id = "progress"
        yield progress
        yield ResultList(self.dashboard.marks)
        yield SavePrompt()
        yield HighlightPrompt()
        yield KeyBar()

    def on_mount(self) -> None:
        """Show what there is, and begin with what was asked for."""
        super().on_mount()
        self.show_all()
        self._begin_waiting()

    def reader_comes(self, event: Event | None, *, chosen: bool) -> None:
        """Ask for a query: what Live is filtered by, unless that was taken before, else the last.

        It is selected, so that an address typed at once is searched for itself. Esc leaves it
        for what was found.
        """
        filter_text = self._feed.filter.text
        is_new = filter_text and filter_text != self._filter_taken
        if is_new:
            self._filter_taken = filter_text
        text = filter_text if is_new else self._asked.text
        self._waiting = partial(self._open_input, text, selected=True)
        if self.is_mounted:
            self._begin_waiting()

    def listed(self) -> Listed:
        """The events of every row, in the order of the rows."""
        words = range_in_words(self._found.query, self._status.zone)
        return self._listed(self._asked.text, words)

    def search_for(self, text: str) -> None:
        """Carry `text` out, at once or as soon as the screen is there."""
        self._waiting = partial(self._search_at_once, text)
        if self.is_mounted:
            self._begin_waiting()

    @on(Input.Changed, "SearchInput")
    def typed(self, message: Input.Changed) -> None:
        """Say at once where what is typed is no query."""
        if message.input.display:
            self._parse(message.value)

    @on(Input.Submitted, "SearchInput")
    def submitted(self, message: Input.Submitted) -> None:
        """Search for what is typed."""
        query = self._parse(message.value)
        if query is None:
            self.completing()
            return
        self._close_input()
        self._search(query.text)

    @on(FilterInput.Completing)
    def completing(self) -> None:
        """Show what may be typed."""
        entry = self.query_one(SearchInput)
        self.query_one(Candidates).show(entry.candidates, entry.chosen, None)

    @on(FilterInput.Cancelled)
    def cancelled(self) -> None:
        """Leave the line without a change."""
        self._close_input()

    @on(Input.Submitted, "SavePrompt")
    def name_typed(self, message: Input.Submitted) -> None:
        """Save the query under that name."""
        name = " ".join(message.value.split())
        self.close_line(message.input)
        try:
            self.dashboard.saved_searches.save(SavedSearch(name, self._asked.text))
        except UsageError as error:
            self.dashboard.say(f"{sanitise(str(error))}.", warning=True)
        else:
            self.dashboard.say(f"saved as {sanitise(name)}: in the palette, and by Tab here")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc does the first of what there is to do; an open line takes every letter."""
        asking = self._state.may_go_on
        stops = self._state.running or asking
        if action == "stop_reading":
            return stops
        if action == "go_on":
            return asking and not isinstance(self.focused, Input)
        if action == "clear_highlight":
            return bool(self.listing.highlight) and not stops
        if action in ("turn", "sort", "reverse"):
            return bool(self._found.batch.events)
        if action in ("read_again", "save_search"):
            return bool(self._state.began_at) and not isinstance(self.focused, Input)
        if action in ("edit_query", "highlight", "choose_window"):
            return not isinstance(self.focused, Input)
        if action == "go_to" and parameters == (self.PLACE,):
            # Who wants to search presses `s`, and types on, wherever that may be.
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_edit_query(self) -> None:
        """Type another query, from the present one on."""
        self._open_input(self._asked.text)

    def action_go_on(self) -> None:
        """Agree to what the search costs."""
        if self._state.earlier is None:
            self._run(agreed=True)
        else:
            self._read_on(self._state.earlier, agreed=True)

    def action_stop_reading(self) -> None:
        """Read no further, or leave what would have to be agreed to."""
        if not self._state.running:
            self._state = replace(self._state, phase=Phase.STOPPED)
        super().action_stop_reading()

    def read_again(self) -> None:
        """Search once more, up to the present moment."""
        self._search(self._asked.text)

    def action_choose_window(self, label: str) -> None:
        """Search another range."""
        text = with_range(self._asked, window_named(label))
        if self._state.began_at:
            self._search(text)
        else:
            self._asked = self.dashboard.parse_query(text)
            self.show_all()

    def action_turn(self) -> None:
        """Rows for messages, or for events."""
        self.listing.start_at_top()
        self._arrange(self._arrangement.turned())

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._arrange(self._arrangement.sorted_by_next())

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self._arrange(self._arrangement.reversed())

    def action_save_search(self) -> None:
        """Ask for a name to save the query under."""
        self.query_one(SavePrompt).open()

    def _begin_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def _search_at_once(self, text: str) -> None:
        self._close_input()
        self._search(text)

    def _open_input(self, text: str, *, selected: bool = False) -> None:
        self.query_one(QueryLine).display = False
        self.query_one(Candidates).display = True
        entry = self.query_one(SearchInput)
        entry.open(visible(text))
        if selected:
            entry.select_all()

    def _close_input(self) -> None:
        self.dashboard.say_filter_error("")
        self.set_focus(self.listing)
        self.query_one(SearchInput).display = False
        self.query_one(Candidates).display = False
        self.query_one(QueryLine).display = True
        self.refresh_bindings()

    def _parse(self, text: str) -> Query | None:
        """The query that `text` means; says what is wrong with it if it is none."""
        try:
            query = self.dashboard.parse_query(meant(text))
        except QueryError as error:
            self.dashboard.say_filter_error(str(error))
            return None
        self.dashboard.say_filter_error("")
        return query

    def _search(self, text: str) -> None:
        """Begin anew with what `text` means now."""
        query = self._parse(text)
        if query is None:
            return
        if query.text != self._asked.text:
            self._found = SearchState()
            self.listing.start_at_top()
        self._asked = query
        self.dashboard.filters.add(query.text)
        self._run(agreed=False)

    def _run(self, *, agreed: bool) -> None:
        """Carry the query out; what it found before is listed until there is something new."""
        now, zone = self.dashboard.now_ms, self._status.zone
        query = ranged(self._asked, now, zone)
        self._state = SearchState(query, Phase.PLANNING, now)
        self._reading_older.cancel()
        self._carry_out(query, zone, now, agreed)
        self.show_all()

    @work(exclusive=True, group=SEARCH_GROUP, exit_on_error=False)
    async def _carry_out(self, query: Query, zone: Zone, now: int, agreed: bool) -> None:
        async for state in carry_out(self._searcher, query, zone, now, agreed=agreed):
            self.post_message(SearchMoved(state))

    def _arrange(self, arrangement: Arrangement) -> None:
        self._arrangement = arrangement
        self.show_all()

    def show_all(self) -> None:
        """Everything there is, as it is to be seen now."""
        found, status, arrangement = self._found, self._status, self._arrangement
        rows = arrangement.rows(found.batch.events, found.outcomes)
        self._show_rows(rows)
        line = self.query_one(QueryLine)
        line.text = clip(sanitise(self._asked.text), _LONGEST_QUERY)
        line.range_words = range_in_words(
            ranged(self._asked, self.dashboard.now_ms, status.zone), status.zone
        )
        line.order = arrangement.words
        line.sync()
        self.say_progress()
        self.refresh_bindings()

    def progress_words(self) -> tuple[str, Tone]:
        """What is wrong with what is typed, else how far the search is."""
        if self._status.filter_error:
            return sanitise(self._status.filter_error), Tone.WARNING
        return super().progress_words()
