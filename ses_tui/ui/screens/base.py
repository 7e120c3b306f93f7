"""What every screen of the dashboard has: the status of the app, and the keys of all screens."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from recorder.model.event import Event
from ses_tui.core.feed_state import Condition
from ses_tui.core.sanitise import sanitise
from ses_tui.core.ticket_report import ReportHead
from ses_tui.core.view import Place
from ses_tui.core.windows import Window, window_named
from ses_tui.ui import keys
from ses_tui.ui.feed import Status
from ses_tui.ui.screens.paced import PacedScreen

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.copies import Copy
    from ses_tui.ui.screens.write import Listed


class PlainScreen(PacedScreen, Screen[None], inherit_bindings=False):
    """Follows the status of the app, and has no keys but its own."""

    _behind = False
    _theme_of_styles = ""

    @property
    def dashboard(self) -> "DashboardApp":
        """The app."""
        return cast("DashboardApp", self.app)

    def on_mount(self) -> None:
        """Start to follow."""
        self._theme_of_styles = self.app.theme
        self.watch(self.app, "status", self._follow)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show what has changed while the screen was out of the way.

        Textual would style everything on it anew, which only another theme is a reason for.
        """
        event.refresh_styles = self._theme_of_styles != self.app.theme
        self._theme_of_styles = self.app.theme
        if self._behind:
            self._follow(self.dashboard.status)

    def _follow(self, status: Status) -> None:
        """A screen that is kept for later has nothing to draw until then."""
        self._behind = self not in self.app.screen_stack
        if not self._behind:
            self.status_changed(status)

    def status_changed(self, status: Status) -> None:
        """Show what is new in `status`."""

    @property
    def is_covered(self) -> bool:
        """Whether nothing of this screen is seen: only a palette lets through what is below."""
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else ()
        return any(not screen.is_modal for screen in above)

    def _compositor_refresh(self) -> None:
        """Textual paints a screen all anew for whatever changes on the one below it."""
        if self.is_covered:
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()

    def action_back(self) -> None:
        """Back to the screen this one was opened from."""
        self.app.pop_screen()


class DashboardScreen(PlainScreen):
    """A screen with the keys that work everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.EVERYWHERE]
    PLACE: ClassVar[Place | None] = None
    """Set by screens that a key leads to from any other."""

    WRITES: ClassVar[bool] = False
    """Whether there is a list to be written into a file."""

    _offline = False

    @property
    def event_at_hand(self) -> Event | None:
        """The event that the reader has chosen, if the screen shows any."""
        return None

    @property
    def follows(self) -> bool:
        """Whether the event at hand is the newest one by itself, and nobody has chosen it."""
        return False

    def copies(self) -> Iterator["Copy"]:
        """What there is to copy of this screen, beside its event and its view."""
        return iter(())

    @property
    def window(self) -> Window | None:
        """The window of time that is shown, here that of the rates; `None` where all of it is."""
        return self.dashboard.view.window

    def reader_comes(self, event: Event | None, *, chosen: bool) -> None:
        """The key of this place was pressed, with an event at hand if the screen there had any.

        It is `chosen` unless it was at hand only for being the newest.
        """

    def action_read_again(self) -> None:
        """Read anew what is shown, and the feed, too, where it waits for its next try."""
        if self.dashboard.status.state.condition is Condition.OFFLINE:
            self.dashboard.action_retry()
        self.read_again()

    def read_again(self) -> None:
        """Read anew what is shown here, if it was read for this screen."""

    def read_what_failed(self) -> None:
        """Read anew what could not be read for this screen while nothing answered."""

    def _follow(self, status: Status) -> None:
        """Nobody has to ask again for what failed, once there are answers again."""
        super()._follow(status)
        was_offline, self._offline = self._offline, status.state.condition is Condition.OFFLINE
        if was_offline and not self._offline:
            self.read_what_failed()

    def action_choose_window(self, label: str) -> None:
        """Show another window of time: here that of the rates."""
        self.dashboard.choose_window(window_named(label))

    def listed(self) -> "Listed":
        """What is written into a file: the events that are listed, in their order."""
        raise NotImplementedError

    def action_write(self) -> None:
        """Ask for a file to write what is listed into."""
        if len((listed := self.listed()).events):
            from ses_tui.ui.screens.write import WriteScreen

            self.app.push_screen(WriteScreen(listed))
        else:
            self.dashboard.say("nothing is listed that could be written", warning=True)

    def report_head(self, query: str, range_words: str, remark: str = "") -> ReportHead:
        """What a report says of a list."""
        app = self.dashboard
        source = sanitise(app.status.label)
        return ReportHead(query, range_words, app.status.zone, app.now_ms, source, remark)

    def action_go_to(self, place: str) -> None:
        """Show another place."""
        self.dashboard.go_to(Place(place))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No key leads to where the reader is; a line that is typed in takes every letter."""
        if action == "write":
            return self.WRITES and not isinstance(self.focused, Input)
        if action == "go_to":
            return parameters != (self.PLACE,) and not isinstance(self.focused, Input)
        return True
