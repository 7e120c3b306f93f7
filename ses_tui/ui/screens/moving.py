"""Ways through the list of events that need more than the list: a typed line, or events to load."""

from textual import on
from textual.widgets import Input

from recorder.model.event import Event
from ses_tui.core.moments import MomentError
from ses_tui.core.store import event_key
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.gap_lines import moment_text
from ses_tui.ui.keymap import key_of
from ses_tui.ui.screens.highlighting import HighlightingScreen
from ses_tui.ui.text import format_count
from ses_tui.ui.tones import Line, Span, Tone
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.key_bar import KeyBar
from ses_tui.ui.widgets.prompt import TimePrompt


class MovingScreen(HighlightingScreen):
    """A screen with one list of events."""

    def __init__(self, feed: Feed, status: Status) -> None:
        super().__init__()
        self._feed = feed
        self._status = status

    @property
    def listing(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    @property
    def highlighted(self) -> EventList:
        """The list."""
        return self.listing

    @property
    def list_widget(self) -> EventList:
        """The list."""
        return self.listing

    def past_changed(self, before: Status, status: Status) -> None:
        """Show what is missing, and go on where that has been loaded."""
        past, listing = status.past, self.listing
        if past == before.past:
            return
        listing.set_gaps(past.lines)
        if past.ended != before.past.ended:
            if past.error:
                listing.finder.forget()
            elif past.goal is not None:
                listing.window.events_loaded()
                listing.go_to(past.goal)
            else:
                listing.events_loaded()
        if (past.reading is None) != (before.past.reading is None):
            self.refresh_bindings()

    @property
    def event_at_hand(self) -> Event | None:
        """The selected event."""
        return self.listing.window.selected

    @property
    def follows(self) -> bool:
        """Whether the list shows the newest event, and goes on doing so."""
        return self.listing.window.following

    def say_position(self) -> None:
        """Tell at the end of the last line where the list is."""
        self.query_one(KeyBar).say(self._position_line())

    def _position_line(self) -> Line:
        """Where the list is, in a few words."""
        listing, status = self.listing, self._status
        window, reading = listing.window, status.past.reading
        if reading is not None:
            from_to = "before" if reading.backwards else "from"
            moment = reading.until if reading.backwards else reading.since
            when = moment_text(moment, status.zone, status.today)
            stops = f"{key_of('stop_reading')} stops"
            return (Span(f" loading {from_to} {when}… {stops} ", Tone.WARNING),)
        if listing.finder.searching:
            return (Span(f" searching… {key_of('stop_reading')} stops ", Tone.WARNING),)
        if listing.finder.remark:
            return (Span(f" {listing.finder.remark} ", Tone.WARNING),)
        if window.following:
            return (Span("following ", Tone.MUTED),)
        follow = f"{key_of('newest')} to follow "
        if new := window.new_events:
            return (Span(f" +{format_count(new)} new, {follow}", Tone.WARNING_BADGE),)
        return (Span(f"held, {follow}", Tone.WARNING),)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc does the first of what there is to do; an open line takes every letter."""
        reading = self._status.past.reading is not None or self.listing.finder.searching
        if action == "stop_reading":
            return reading
        if action == "clear_highlight":
            return bool(self.listing.highlight) and not reading
        if action == "clear_filter":
            return bool(self._feed.filter) and not reading and not self.listing.highlight
        if action in ("filter", "highlight", "go_to_time"):
            return not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    @on(EventList.Moved)
    def moved(self) -> None:
        """Whoever follows the newest needs nothing of the past any more."""
        if self.listing.window.following and self._feed.store.loaded_span is not None:
            self.dashboard.past.let_go()
        self.say_position()
        self.refresh_bindings()

    @on(EventList.Reached)
    def reached(self, message: EventList.Reached) -> None:
        """Load what the reader wants to go on to."""
        if not self.dashboard.past.load_beyond(message.beyond):
            self.listing.finder.give_up()

    def action_stop_reading(self) -> None:
        """Neither load nor search any longer."""
        self.listing.finder.forget()
        self.dashboard.past.stop()
        self.listing.moved()

    def action_next_mark(self) -> None:
        """Go to the next marked event, round from the newest to the oldest."""
        listing = self.listing
        selected = listing.window.selected
        marks = listing.marks.after(None if selected is None else event_key(selected))
        hidden = 0
        for key in marks:
            if listing.window.events.index_of(key) is not None:
                listing.go_to(key)
                return
            if self._feed.store.index_of(key) is None and self.dashboard.past.load_around(key):
                listing.window.hold()
                return
            hidden += 1
        listing.finder.remark = "no marked event that the filter shows" if hidden else "no marks"
        listing.moved()

    def action_go_to_time(self) -> None:
        """Ask for a time."""
        self.query_one(TimePrompt).open()

    @on(Input.Submitted, "TimePrompt")
    def time_typed(self, message: Input.Submitted) -> None:
        """Go to the first event that was recorded then or later."""
        try:
            moment = self.dashboard.parse_past_moment(message.value)
        except MomentError as error:
            self.dashboard.say_filter_error(str(error))
            return
        self.close_line(message.input)
        listing = self.listing
        listing.finder.forget()
        if self.dashboard.play_on_at(moment):
            listing.action_newest()
            return
        listing.window.hold()
        if not self.dashboard.past.load_around((moment, "")):
            if listing.window.is_behind((moment, "")):
                listing.window.take_newer()
            listing.go_to((moment, ""))
        listing.moved()
