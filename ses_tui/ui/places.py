"""The places of the dashboard: screens that a key leads to from any other."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ses_tui.core.view import Place
from ses_tui.ui.screens.base import DashboardScreen
from ses_tui.ui.screens.live import LiveScreen

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp

SCREEN_OF: Final[Mapping[Place, Callable[["DashboardApp"], DashboardScreen]]] = {
    Place.LIVE: lambda app: LiveScreen(app.feed, app.status),
}
"""Makes the screen of a place; its class names the place, so that it is found again."""


def go_to(app: "DashboardApp", place: Place) -> None:
    """Return to the screen of `place` as it was left, else open it above the present one.

    So each place is open once at most, and there are never more screens than places and what is
    opened from them.
    """
    event = app.event_at_hand
    for open_screen in reversed(app.screen_stack):
        if isinstance(open_screen, DashboardScreen) and open_screen.PLACE is place:
            for _ in range(len(app.screen_stack) - 1 - app.screen_stack.index(open_screen)):
                app.pop_screen()
            open_screen.reader_comes(event)
            return
    screen = SCREEN_OF[place](app)
    screen.reader_comes(event)
    app.push_screen(screen)
