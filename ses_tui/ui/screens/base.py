"""What every screen of the dashboard has: the status of the app, and no keys but its own."""

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from recorder.model.event import Event
from ses_tui.ui.feed import Status

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp


class DashboardScreen(Screen[None], inherit_bindings=False):
    """Follows the status of the app."""

    @property
    def dashboard(self) -> "DashboardApp":
        """The app."""
        return cast("DashboardApp", self.app)

    @property
    def event_at_hand(self) -> Event | None:
        """The event that the reader has chosen, if the screen shows any."""
        return None

    def on_mount(self) -> None:
        """Start to follow."""
        self.watch(self.app, "status", self.status_changed)

    def status_changed(self, status: Status) -> None:
        """Show what is new in `status`."""

    def action_back(self) -> None:
        """Back to the screen this one was opened from."""
        self.app.pop_screen()
