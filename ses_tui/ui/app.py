"""The dashboard as a program: wires the source, the memory and the screens together.

What the first picture does not show is imported when it is asked for.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.reactive import var
from textual.worker import Worker, WorkerState

from recorder.model.clock import Clock
from recorder.model.event import Event
from ses_tui.core.attention.signals import Signal
from ses_tui.core.configuration import DEFAULT_SETTINGS, Settings
from ses_tui.core.feed_state import Condition, FeedState
from ses_tui.core.follow import FeedControl
from ses_tui.core.input_history import InputHistory
from ses_tui.core.masking import MASKING
from ses_tui.core.moments import past_moment_of
from ses_tui.core.query import Query
from ses_tui.core.sanitise import sanitise
from ses_tui.core.saved_search import SavedSearches
from ses_tui.core.source import Connection
from ses_tui.core.store import EventKey
from ses_tui.core.view import Place, View
from ses_tui.core.windows import Window
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE, Zone
from ses_tui.ui import keys
from ses_tui.ui.ascii_filter import AsciiFilter, ascii_text
from ses_tui.ui.clipboard import TooLargeError, clipboard_sequence
from ses_tui.ui.colourless_filter import ColourlessFilter
from ses_tui.ui.copies import DIRECT, Program
from ses_tui.ui.event_row import day_text
from ses_tui.ui.feed import Status
from ses_tui.ui.file_place import DISK, FilePlace
from ses_tui.ui.greeting import greeting
from ses_tui.ui.keymap import use_keymap
from ses_tui.ui.marks import Marks
from ses_tui.ui.masking_switch import toggle_masking
from ses_tui.ui.memory_search import SEARCH_GROUP
from ses_tui.ui.messages import AttentionRead, FeedRead, PastEnded, PastRead, RatesRead
from ses_tui.ui.orderly_keys import OrderlyKeysApp
from ses_tui.ui.places import (
    SCREEN_OF,
    begin_at,
    go_to,
    import_ahead,
    place_and_query,
    search_for,
    show_message,
    show_only,
)
from ses_tui.ui.profiles import NO_PROFILES, PROFILE_GROUP, Profiles
from ses_tui.ui.readings import Readings
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.too_small import cover_if_too_small
from ses_tui.ui.signal_lines import query_of
from ses_tui.ui.theme import THEMES
from ses_tui.ui.view_keeper import ViewKeeper

_AGES_EVERY_SECONDS = 1.0
_GREETING_SECONDS = 20.0
_IMPORT_GROUP = "import"
_IMPORT_AFTER_SECONDS = 3.0
"""The first picture, the first events and the first rates come before."""


class DashboardApp(OrderlyKeysApp, inherit_bindings=False):
    """Background work posts messages, handlers here own the state, `status` fans it out."""

    TITLE = "ses-tui"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/live.tcss"]
    """Textual reads the file of every screen that is pushed, but not that of the first one."""
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [keys.QUIT_ANYWHERE, keys.REDRAW, keys.SUSPEND]

    status: var[Status] = var(Status("", UTC_ZONE, FeedState(Condition.CONNECTING)), init=False)

    def __init__(
        self,
        *,
        connection: Connection,
        clock: Clock,
        utc: bool = False,
        query: str = "",
        settings: Settings = DEFAULT_SETTINGS,
        keymap: Mapping[str, str] | None = None,
        window: Window | None = None,
        history_file: Path | None = None,
        saved_searches: SavedSearches | None = None,
        place: Place = Place.LIVE,
        view_file: Path | None = None,
        marks: Iterable[EventKey] = (),
        program: Program = DIRECT,
        profiles: Profiles = NO_PROFILES,
        files: FilePlace = DISK,
        remark: str = "",
        greets: bool = False,
        control: FeedControl | None = None,
        at_once: bool = False,
    ) -> None:
        """`settings` hold for what no argument says; `keymap` is that of `keymap_of`.

        Applied filters are kept in `history_file`, if there is one, for later sessions; so is
        what is looked at, in `view_file`. A `remark` is made once, and
        so is what helps a newcomer, if it `greets`.

        `control` steers what is followed otherwise than by reading it more or less often.

        With `at_once`, every read is shown by itself, however fast they follow on each other.
        """
        no_colour = "NO_COLOR" in os.environ
        super().__init__(
            at_once=at_once,
            ansi_color=True if no_colour else None,
            frames_per_second=settings.frames_per_second,
        )
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES["ansi" if no_colour else settings.theme].name
        if no_colour:
            self._filters.append(ColourlessFilter())
        if settings.ascii:
            self._filters.append(AsciiFilter())
        self.animation_level = "none"
        self.set_keymap(dict(keymap or {}))
        use_keymap(keymap or {})
        self.settings = settings
        self._connection = connection
        self._clock = clock
        window = window or settings.window
        self.filters = InputHistory(history_file)
        self.saved_searches = SavedSearches() if saved_searches is None else saved_searches
        self._readings = Readings(
            self,
            connection,
            clock,
            settings,
            window,
            control or FeedControl(settings.poll_interval),
            at_once=at_once,
        )
        self.feed = self._readings.feed
        self.reader = self._readings.reader
        self.memory_search = self._readings.memory_search
        self.past = self._readings.past
        self.marks = Marks(marks)
        self._views = ViewKeeper(view_file)
        self._remark = remark
        self._greets = greets
        self.program = program
        self.profiles = profiles
        self.files = files
        self._opens_with = (place, query)
        if place not in (Place.SEARCH, Place.RECIPIENT):
            zone = UTC_ZONE if utc else LOCAL_ZONE
            self.feed.set_filter(Query.parse(query, now_ms=clock.now_ms(), zone=zone))
        self.set_reactive(
            DashboardApp.status,
            replace(
                self.status,
                label=connection.source.label,
                program=program.opens if program.shows else None,
                zone=UTC_ZONE if utc else LOCAL_ZONE,
                filter_text=self.feed.filter.text,
                window=window,
            ),
        )

    @property
    def view(self) -> View:
        """What is looked at."""
        place, query = place_and_query(self)
        return View(
            query=query,
            screen=place,
            window=self._readings.rates.control.window,
            utc=self.status.zone == UTC_ZONE,
            marks=tuple(self.marks),
        )

    @property
    def view_is_lost(self) -> bool:
        """Whether what was looked at could not be kept for the next session."""
        return self._views.lost

    def parse_query(self, text: str) -> Query:
        """The query that `text` means now, in the zone shown. Raises `QueryError`."""
        return Query.parse(text, now_ms=self._clock.now_ms(), zone=self.status.zone)

    def parse_past_moment(self, text: str) -> int:
        """The moment (ms) that `text` names now, in the zone shown. Raises `MomentError`.

        Of a recording all has been, and times are seen from its end.
        """
        playback = self.reader.playback
        now = self._clock.now_ms() if playback is None else playback.end
        return past_moment_of(text, now, self.status.zone)

    def play_on_at(self, moment: int) -> bool:
        """Leave out what a recording holds up to `moment` (ms), unless that was played already."""
        if not self.reader.play_on_at(moment):
            return False
        self.refresh_status()
        return True

    def say_filter_error(self, reason: str) -> None:
        """Tell why what is typed is no filter; nothing where it is one."""
        if reason != self.status.filter_error:
            self.status = replace(self.status, filter_error=reason)

    @property
    def connection(self) -> Connection:
        """The way to the table."""
        return self._connection

    @property
    def clock(self) -> Clock:
        """What tells the time."""
        return self._clock

    @property
    def now_ms(self) -> int:
        """The present moment."""
        return self._clock.now_ms()

    def search_for(self, text: str) -> None:
        """Search for what `text` asks, on the screen for that."""
        search_for(self, text)

    def get_default_screen(self) -> DashboardScreen:
        """The live tail."""
        return SCREEN_OF[Place.LIVE](self)

    def on_mount(self) -> None:
        """Start to read once there is a picture, and to count the seconds."""
        self._views.keep(self.view)
        self.call_after_refresh(self._readings.start)
        if self._remark:
            self.say(self._remark, warning=True)
        if self._greets:
            self.call_after_refresh(self._greet)
        self.set_interval(_AGES_EVERY_SECONDS, self._each_second)
        self.set_timer(_IMPORT_AFTER_SECONDS, self._import_ahead)

    def on_ready(self) -> None:
        """Go where the reader wants to begin, above the live tail that is there by now."""
        begin_at(self, *self._opens_with)

    def _import_ahead(self) -> None:
        self.run_worker(import_ahead, thread=True, exit_on_error=False, group=_IMPORT_GROUP)

    def on_feed_read(self, message: FeedRead) -> None:
        """Take in what a read of the feed brought."""
        self._readings.take_feed(message.update)
        self.show_soon()

    def on_rates_read(self, message: RatesRead) -> None:
        """Take in what a read of the rates brought."""
        self._readings.take_rates(message.update, self.status)
        self.show_soon()

    def on_past_read(self, message: PastRead) -> None:
        """Take in a piece of the past."""
        self.past.take(message)

    def on_past_ended(self, message: PastEnded) -> None:
        """Show what has come of it."""
        self.past.end(message)

    def on_attention_read(self, message: AttentionRead) -> None:
        """Take in what was found."""
        self._readings.take_attention(message.update)
        self.show_soon()

    def action_acknowledge(self) -> None:
        """The reader has seen what stands."""
        self._readings.attention.acknowledge()
        self.refresh_status()

    def show_events_of(self, signal: Signal) -> None:
        """Show on Live the events that a signal is about."""
        show_only(self, query_of(signal, self.status.zone))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault in reading is no reason to lose what is on screen: say it, and go on."""
        if event.state is not WorkerState.ERROR:
            return
        group, fault = event.worker.group, f"a fault of this program: {event.worker.error!r}"
        if group == PROFILE_GROUP:
            self.say(f"Still here: going over stopped on {sanitise(fault)}.", warning=True)
        elif group == SEARCH_GROUP:
            self.say_filter_error(f"the search stopped on {fault}")
        elif words := self._readings.fail(group, fault):
            self.say(words, warning=True)
        self.refresh_status()

    def refresh_status(self) -> None:
        """Fan out what has changed, ages included."""
        now = self._clock.now_ms()
        base = replace(
            self.status,
            now=now,
            today=day_text(now, self.status.zone),
            past=self.past.status,
            masked=MASKING.on,
            slow_link=self.pace.interval if self.pace.slow else None,
            clock_ahead=getattr(self._clock, "ahead_ms", 0),
            newer_recorder=self._connection.met_newer_recorder,
        )
        before = self.status
        self.status = self._readings.status(base, now)
        self._announce(before)

    def _announce(self, before: Status) -> None:
        """Say by bell, title and key bar what has changed in what stands."""
        attention = self._readings.attention
        if attention.take_ring():
            self.ring()
        if (title := attention.title(self.status)) is not None:
            self.show_title(ascii_text(title) if self.settings.ascii else title)
        if before.signals != self.status.signals:
            self.screen.refresh_bindings()

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screens while there is no room for them."""
        cover_if_too_small(self, event.size)

    def on_unmount(self) -> None:
        """Keep what was looked at for the next session; the screens may be gone by now."""
        self._views.keep_at_the_end(self.view)

    async def action_quit(self) -> None:
        """Quit, while it is known what is looked at."""
        self.keep_view()
        await super().action_quit()

    def keep_view(self) -> None:
        """Keep what is looked at now, if that has changed."""
        self._views.keep(self.view)

    def _each_second(self) -> None:
        self.show_soon()
        self.keep_view()
        # The state decides and not the event alone: one that is overtaken must not leave a mess.
        cover_if_too_small(self, self.size)

    @property
    def event_at_hand(self) -> Event | None:
        """The event that the reader has chosen on the present screen."""
        return self.screen.event_at_hand if isinstance(self.screen, DashboardScreen) else None

    def go_to(self, place: Place) -> None:
        """Show a place."""
        go_to(self, place)

    def open_message(self, event: Event) -> None:
        """Show the message of an event."""
        show_message(self, event.message_id, event)

    def open_message_id(self, message_id: str) -> None:
        """Show a message of which only the id is known."""
        show_message(self, message_id, None)

    def action_help(self) -> None:
        """Show the keys of the present screen."""
        from ses_tui.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen.active_bindings))

    def action_palette(self) -> None:
        """Offer everything that can be done now."""
        from ses_tui.ui.palette import ActionProvider, Palette

        self.push_screen(Palette([ActionProvider], placeholder="Find a command"))

    def action_copy(self) -> None:
        """Offer what can be copied."""
        from ses_tui.ui.palette import CopyProvider, Palette

        self.push_screen(Palette([CopyProvider], placeholder="Copy to the terminal's clipboard"))

    def action_profile(self) -> None:
        """Offer the profiles of the configuration."""
        from ses_tui.ui.palette import Palette, ProfileProvider

        if self.profiles.names:
            self.push_screen(Palette([ProfileProvider], placeholder="Go over to a profile"))
        else:
            self.say(self.profiles.none_because)

    def copy_out(self, text: str) -> None:
        """Send `text` to the clipboard of the terminal."""
        try:
            self.write_to_terminal(clipboard_sequence(text))
        except TooLargeError as error:
            self.say(f"Not copied: {error}.", warning=True)
        else:
            self.say("sent to the terminal's clipboard")

    def say(self, words: str, *, warning: bool = False) -> None:
        """Show sanitised words for some seconds."""
        self.notify(words, severity="warning" if warning else "information", markup=False)

    def _greet(self) -> None:
        self.notify(greeting(self.screen.active_bindings), timeout=_GREETING_SECONDS, markup=False)

    def action_toggle_zone(self) -> None:
        """Show times in the other zone."""
        self.show_zone(LOCAL_ZONE if self.status.zone == UTC_ZONE else UTC_ZONE)

    def show_zone(self, zone: Zone) -> None:
        """Show times in `zone`."""
        self.status = replace(self.status, zone=zone)
        self.refresh_status()

    def show_theme(self, name: str) -> None:
        """Show another of `THEMES`."""
        self.theme = THEMES[name].name

    def action_toggle_masking(self) -> None:
        """Mask addresses, or show them again."""
        toggle_masking(self)

    def action_toggle_mouse(self) -> None:
        """Take the mouse, or leave it to the terminal."""
        self.take_mouse(not self.has_mouse)
        words = "the terminal has it" if not self.has_mouse else "the dashboard has it"
        self.say(f"mouse: {words}")

    def action_pause(self) -> None:
        """Read nothing until resumed."""
        self.reader.pause()
        self.refresh_status()

    def action_resume(self) -> None:
        """Read again, at once."""
        self.reader.resume()
        self.refresh_status()

    def action_poll_faster(self) -> None:
        """Read more often."""
        self.reader.faster()
        self.refresh_status()

    def action_poll_slower(self) -> None:
        """Read less often."""
        self.reader.slower()
        self.refresh_status()

    def action_retry(self) -> None:
        """Do not wait for the next reads; read anew where a fault has stopped them."""
        self._readings.retry()

    def choose_window(self, window: Window) -> None:
        """Show the rates of another window."""
        self._readings.rates.control.choose(window)
        self.refresh_status()

    def action_redraw(self) -> None:
        """Write the whole screen anew."""
        self.draw_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The same key pauses and resumes."""
        if action in ("pause", "resume"):
            return self.reader.paused == (action == "resume")
        if action == "acknowledge":
            return any(not signal.acknowledged for signal in self.status.signals)
        return True
