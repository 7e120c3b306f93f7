"""The dashboard as a program: wires the source, the memory and the screens together."""

import os
from dataclasses import replace
from pathlib import PurePath
from typing import ClassVar

from textual import events, work
from textual.app import App
from textual.binding import BindingType
from textual.geometry import Size
from textual.reactive import var
from textual.worker import Worker, WorkerState

from recorder.model.clock import Clock
from ses_tui.core.feed_state import Condition, FeedMemory, FeedState
from ses_tui.core.follow import FeedControl, follow
from ses_tui.core.follow_rates import follow_rates
from ses_tui.core.query import Query
from ses_tui.core.source import Connection, MessageReader
from ses_tui.core.windows import DEFAULT_WINDOW, Window, window_named
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE
from ses_tui.ui import keys
from ses_tui.ui.event_row import day_text
from ses_tui.ui.feed import Feed, Status
from ses_tui.ui.messages import FeedRead, RatesRead
from ses_tui.ui.rates_state import RatesState
from ses_tui.ui.screens.help import HelpScreen
from ses_tui.ui.screens.live import LiveScreen
from ses_tui.ui.screens.too_small import TooSmallScreen, is_too_small
from ses_tui.ui.theme import NO_COLOUR_THEME, THEME
from ses_tui.ui.widgets.filter_input import FilterInput

_AGES_EVERY_SECONDS = 1.0
_FEED_GROUP = "feed"
_RATES_GROUP = "rates"


class DashboardApp(App[None], inherit_bindings=False):
    """Background work posts messages, handlers here own the state, `status` fans it out."""

    TITLE = "ses-tui"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/live.tcss"]
    """Textual reads the file of every screen that is pushed, but not that of the first one."""
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [keys.QUIT_ANYWHERE, keys.REDRAW]

    status: var[Status] = var(Status("", UTC_ZONE, FeedState(Condition.CONNECTING)), init=False)

    def __init__(
        self,
        *,
        connection: Connection,
        clock: Clock,
        utc: bool = False,
        query: str = "",
        window: Window = DEFAULT_WINDOW,
    ) -> None:
        no_colour = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if no_colour else None)
        self.register_theme(THEME)
        self.theme = NO_COLOUR_THEME if no_colour else THEME.name
        self.animation_level = "none"
        self._connection = connection
        self._clock = clock
        self._control = FeedControl()
        self._memory = FeedMemory()
        self._paused_at: int | None = None
        self._rates = RatesState(window)
        self.feed = Feed()
        self.feed.set_filter(
            Query.parse(query, now_ms=clock.now_ms(), zone=UTC_ZONE if utc else LOCAL_ZONE)
        )
        self.set_reactive(
            DashboardApp.status,
            replace(
                self.status,
                label=connection.source.label,
                zone=UTC_ZONE if utc else LOCAL_ZONE,
                filter_text=self.feed.filter.text,
                window=window,
            ),
        )

    def parse_query(self, text: str) -> Query:
        """The query that `text` means now, in the zone shown. Raises `QueryError`."""
        return Query.parse(text, now_ms=self._clock.now_ms(), zone=self.status.zone)

    def say_filter_error(self, reason: str) -> None:
        """Tell why what is typed is no filter; nothing where it is one."""
        if reason != self.status.filter_error:
            self.status = replace(self.status, filter_error=reason)

    @property
    def messages(self) -> MessageReader:
        """Reads single messages."""
        return self._connection.messages

    def get_default_screen(self) -> LiveScreen:
        """The live tail."""
        return LiveScreen(self.feed, self.status)

    def on_mount(self) -> None:
        """Start to read, and to count the seconds."""
        self._follow_feed()
        self._follow_rates()
        self.set_interval(_AGES_EVERY_SECONDS, self._each_second)

    @work(exclusive=True, group=_FEED_GROUP, exit_on_error=False)
    async def _follow_feed(self) -> None:
        async for update in follow(self._connection.source, self._clock, self._control):
            self.post_message(FeedRead(update))

    def on_feed_read(self, message: FeedRead) -> None:
        """Take in what a read of the feed brought."""
        update = message.update
        if update.batch is not None:
            self._memory = self._memory.after(update.batch)
            self.feed.take(update.batch)
        else:
            self._memory = self._memory.after_error(update.error or "")
        self.refresh_status()

    @work(exclusive=True, group=_RATES_GROUP, exit_on_error=False)
    async def _follow_rates(self) -> None:
        rollups = self._connection.rollups
        async for update in follow_rates(rollups, self._clock, self._rates.control):
            self.post_message(RatesRead(update))

    def on_rates_read(self, message: RatesRead) -> None:
        """Take in what a read of the rates brought."""
        self._rates.take(message.update, self.feed, self.status)
        self.refresh_status()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A fault in reading is no reason to lose what is on screen: say it, and go on."""
        if event.state is not WorkerState.ERROR:
            return
        fault = f"a fault of this program: {event.worker.error!r}"
        if event.worker.group == _FEED_GROUP:
            self._memory = self._memory.after_error(f"reading the feed stopped on {fault}")
        elif event.worker.group == _RATES_GROUP:
            self._rates.fail(fault)
        self.refresh_status()

    def refresh_status(self) -> None:
        """Fan out what has changed, ages included."""
        now = self._clock.now_ms()
        base = replace(
            self.status,
            state=self._memory.state(now),
            today=day_text(now, self.status.zone),
            paused_for=None if self._paused_at is None else now - self._paused_at,
        )
        self.status = self._rates.status(self.feed.status(base, now), now)

    def on_resize(self, event: events.Resize) -> None:
        """Cover the screens while there is no room for them."""
        self._cover_if_too_small(event.size)

    def _each_second(self) -> None:
        self.refresh_status()
        # The state decides and not the event alone: one that is overtaken must not leave a mess.
        self._cover_if_too_small(self.size)

    def _cover_if_too_small(self, size: Size) -> None:
        covered = isinstance(self.screen, TooSmallScreen)
        if is_too_small(size.width, size.height):
            if not covered:
                self.push_screen(TooSmallScreen())
        elif covered:
            self.pop_screen()

    def on_key(self, event: events.Key) -> None:
        """Keys typed right behind `/` were on their way to the list already: they are text too.

        An input stops the printable keys it gets, so none of those comes up here again.
        """
        if event.is_printable and isinstance(self.focused, FilterInput):
            event.prevent_default()
            self.focused.insert_text_at_cursor(event.character or "")

    def action_help(self) -> None:
        """Show the keys of the present screen."""
        self.push_screen(HelpScreen(self.screen.active_bindings))

    def action_toggle_zone(self) -> None:
        """Show times in the other zone."""
        zone = LOCAL_ZONE if self.status.zone == UTC_ZONE else UTC_ZONE
        self.status = replace(self.status, zone=zone)
        self.refresh_status()

    def action_pause(self) -> None:
        """Read nothing until resumed."""
        self._paused_at = self._clock.now_ms()
        self._control.pause()
        self.refresh_status()

    def action_resume(self) -> None:
        """Read again, at once."""
        self._paused_at = None
        self._control.resume()
        self.refresh_status()

    def action_retry(self) -> None:
        """Do not wait for the next reads; read anew where a fault has stopped them."""
        if self._is_running(_FEED_GROUP):
            self._control.retry()
        else:
            self.feed.start_anew()
            self._follow_feed()
        if self._is_running(_RATES_GROUP):
            self._rates.control.read_now()
        else:
            self._follow_rates()

    def action_choose_window(self, label: str) -> None:
        """Show the rates of another window."""
        self._rates.control.choose(window_named(label))
        self.refresh_status()

    def action_redraw(self) -> None:
        """Write the whole screen anew."""
        self.screen.refresh(layout=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The same key pauses and resumes."""
        if action in ("pause", "resume"):
            return (self._paused_at is not None) == (action == "resume")
        return True

    def _is_running(self, group: str) -> bool:
        return any(worker.group == group and worker.is_running for worker in self.workers)
