"""A screen with one list that a search fills: what was found, how far it is, how it is stopped."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import on
from textual.worker import Worker, WorkerState

from recorder.model.event import Event
from ses_tui.core.message_story import happened_at
from ses_tui.core.search.carry_out import Phase, SearchState, read_on, reading_on
from ses_tui.core.search.results import Result
from ses_tui.core.source import EventSearch
from ses_tui.core.zone import Zone
from ses_tui.ui.background import Background
from ses_tui.ui.event_row import day_text
from ses_tui.ui.feed import Status
from ses_tui.ui.messages import SearchMoved
from ses_tui.ui.result_row import ResultLook
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.write import Listed
from ses_tui.ui.search_words import search_words
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.header import Header
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.result_list import ResultList
from ses_tui.ui.widgets.wrapped_text import WrappedText

SEARCH_GROUP: Final = "search"
"""The workers that search."""
_OLDER_GROUP: Final = "older"
"""Those that read on behind what a search has found."""


class SearchingScreen(DashboardScreen):
    """Has a `Header`, a `ResultList`, a `WrappedText` with the id `progress`, and a `KeyBar`.

    Whoever searches sets `_state` to a state that is running and posts `SearchMoved` from a worker
    of `SEARCH_GROUP`.
    """

    WRITES = True
    AUTO_FOCUS: ClassVar[str | None] = "ResultList"

    def __init__(self, status: Status, searcher: EventSearch) -> None:
        super().__init__()
        self._status = status
        self._searcher = searcher
        self._reading_older = Background(self, _OLDER_GROUP)
        self._state = SearchState()
        """How far the search is."""
        self._found = SearchState()
        """The last state that found what is listed: an error takes nothing away."""

    @property
    def listing(self) -> ResultList:
        """The list."""
        return self.query_one(ResultList)

    @property
    def event_at_hand(self) -> Event | None:
        """The event that tells most of the selected row."""
        selected = self.listing.selected
        return None if selected is None else selected.telling

    @property
    def by_message(self) -> bool:
        """Whether rows stand for messages, and not for single events."""
        return True

    def show_all(self) -> None:
        """Show everything there is, as it is to be seen now."""
        raise NotImplementedError

    def say_progress(self) -> None:
        """Say how far the search is, and where the list is."""
        words, tone = self.progress_words()
        self.query_one("#progress", WrappedText).say(words, tone)
        self.say_position()

    def progress_words(self) -> tuple[str, Tone]:
        """How far the search is, sanitised."""
        listing, status = self.listing, self._status
        return search_words(
            self._state,
            status.now,
            status.zone,
            in_part=self.by_message and any(not row.whole for row in listing.rows),
            kept=bool(listing.rows),
        )

    def say_position(self) -> None:
        """Which row is selected of how many, or why the last step did not lead on."""
        listing = self.listing
        line: Line = ()
        if listing.rows and listing.remark:
            line = (Span(f" {listing.remark} ", Tone.WARNING),)
        elif listing.rows:
            rows = format_count(len(listing.rows))
            line = (Span(f" {listing.position}/{rows} ", Tone.MUTED),)
        self.query_one(KeyBar).say(line)

    def status_changed(self, status: Status) -> None:
        """Write everything anew where that looks different, and show that time goes by."""
        before, self._status = self._status, status
        self.query_one(Header).show(status)
        if _look(status) != _look(before):
            self.show_all()
        elif self._state.running or status.filter_error != before.filter_error:
            self.say_progress()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc first stops reading."""
        if action == "stop_reading":
            return self._state.running
        return super().check_action(action, parameters)

    def action_stop_reading(self) -> None:
        """Read no further; what was found stays."""
        self.workers.cancel_group(self, SEARCH_GROUP)
        self._reading_older.cancel()
        self._take(self._state.stopped())

    @on(ResultList.Opened)
    def opened(self, message: ResultList.Opened) -> None:
        """Show the message of a row."""
        self.dashboard.open_message(message.result.telling)

    @on(ResultList.PastEnd)
    def past_end(self) -> None:
        """Read what is older, if the search left anything."""
        earlier = self._state.goes_on_from
        if earlier is not None and not self._state.may_go_on:
            self._read_on(earlier, agreed=False)

    def _read_on(self, earlier: SearchState, *, agreed: bool) -> None:
        """Go on from a state that has found its fill; `agreed` as in `carry_out`."""
        now = self.dashboard.now_ms
        self._state = reading_on(earlier, now)
        self._reading_older.run(self._post_older, earlier, now, agreed)
        self.show_all()

    async def _post_older(self, earlier: SearchState, now: int, agreed: bool) -> None:
        async for state in read_on(self._searcher, earlier, now, agreed=agreed):
            self.post_message(SearchMoved(state))

    @on(ResultList.Moved)
    def moved(self) -> None:
        """Tell where the list is."""
        self.say_position()

    def on_search_moved(self, message: SearchMoved) -> None:
        """Show how far the search has come, unless it was stopped, or another one began."""
        if message.state.query is self._state.query and self._state.running:
            self._take(message.state)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault is no reason to lose what was found."""
        if event.state is WorkerState.ERROR and event.worker.group in (SEARCH_GROUP, _OLDER_GROUP):
            self._take(self._state.failed(f"a fault of this program: {event.worker.error!r}"))

    def _take(self, state: SearchState) -> None:
        self._state = state
        if state.batch.events or state.phase is Phase.DONE:
            self._found = state
        self.show_all()

    def _show_rows(self, rows: Sequence[Result]) -> None:
        status, listing, events = self._status, self.listing, self._found.batch.events
        listing.set_look(
            ResultLook(
                listing.size.width,
                status.zone,
                status.today,
                self.by_message,
                dated=any(day_text(happened_at(e), status.zone) != status.today for e in events),
                with_subjects=any(each.subject for each in events),
            )
        )
        listing.show(rows)

    def _listed(self, query: str, range_words: str) -> Listed:
        """The events of every row, in the order of the rows."""
        events = tuple(event for row in self.listing.rows for event in row.events)
        found = self._found
        remark = "" if found.batch.exhausted else f"{found.batch.count_text} events found"
        head = self.report_head(query, range_words, remark)
        return Listed(events, replace(head, outcomes=found.outcomes))


def _look(status: Status) -> tuple[Zone, str, bool]:
    """What of `status` changes how everything is written."""
    return status.zone, status.today, status.masked
