"""The places of the dashboard: screens that a key leads to from any other."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from recorder.model.event import Event
from ses_tui.core.view import Place
from ses_tui.ui.screens.base import DashboardScreen

if TYPE_CHECKING:
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.screens.live import LiveScreen
    from ses_tui.ui.screens.recipient import RecipientScreen
    from ses_tui.ui.screens.search import SearchScreen


def _live(app: "DashboardApp") -> DashboardScreen:
    from ses_tui.ui.screens.live import LiveScreen

    return LiveScreen(app.feed, app.status)


def _health(app: "DashboardApp") -> DashboardScreen:
    from ses_tui.ui.screens.health import HealthScreen

    return HealthScreen(app.status, app.connection, app.clock)


def _search(app: "DashboardApp") -> DashboardScreen:
    from ses_tui.ui.screens.search import SearchScreen

    return SearchScreen(app.feed, app.status, app.connection.search)


def _recipient(app: "DashboardApp") -> DashboardScreen:
    from ses_tui.ui.screens.recipient import RecipientScreen

    return RecipientScreen(
        app.status, app.connection.search, app.connection.messages, app.connection.suppression
    )


SCREEN_OF: Final[Mapping[Place, Callable[["DashboardApp"], DashboardScreen]]] = {
    Place.LIVE: _live,
    Place.HEALTH: _health,
    Place.SEARCH: _search,
    Place.RECIPIENT: _recipient,
}
"""Makes the screen of a place, imported then; its class names the place, to be found again."""


def import_ahead() -> None:
    """Import the screens that keys lead to, which takes a third of opening one; for a thread."""
    for place in SCREEN_OF:
        import_module(f"ses_tui.ui.screens.{place.value}")


def go_to(app: "DashboardApp", place: Place) -> None:
    """Return to the screen of `place` as it was left, or show it above the present one.

    A place is open once at most, so there are never more screens than places and what is opened
    from them.
    """
    event, present = app.event_at_hand, app.screen
    chosen = not (isinstance(present, DashboardScreen) and present.follows)
    screen = _screen_of(app, place)
    if screen in app.screen_stack:
        for _ in range(len(app.screen_stack) - 1 - app.screen_stack.index(screen)):
            app.pop_screen()
        screen.reader_comes(event, chosen=chosen)
    else:
        screen.reader_comes(event, chosen=chosen)
        app.push_screen(place.value)


def begin_at(app: "DashboardApp", place: Place, query: str) -> None:
    """Go where the reader wants to begin, above the live tail, which is there by now."""
    if place is Place.SEARCH and query:
        search_for(app, query)
    elif place is Place.RECIPIENT:
        go_to(app, place)
        cast("RecipientScreen", app.screen).ask_by_query(query)
    elif place is not Place.LIVE:
        go_to(app, place)


def search_for(app: "DashboardApp", text: str) -> None:
    """Search for what `text` asks, on the screen for that."""
    go_to(app, Place.SEARCH)
    cast("SearchScreen", app.screen).search_for(text)


def show_only(app: "DashboardApp", query: str) -> None:
    """Show on Live the events that pass `query`."""
    go_to(app, Place.LIVE)
    cast("LiveScreen", _screen_of(app, Place.LIVE)).show_only(query)


def show_message(app: "DashboardApp", message_id: str | None, event: Event | None) -> None:
    """Show a message above all else: that of `event`, or one of which only the id is known."""
    from ses_tui.ui.screens.message import MessageScreen

    app.push_screen(MessageScreen(message_id, event, app.feed, app.status, app.connection.messages))


def place_and_query(app: "DashboardApp") -> tuple[Place, str]:
    """The place that is shown, or that is below what covers it, and what it asks for."""
    for screen in reversed(app.screen_stack):
        if not isinstance(screen, DashboardScreen):
            continue
        if screen.PLACE is Place.SEARCH:
            return Place.SEARCH, cast("SearchScreen", screen).query_text
        if screen.PLACE is Place.RECIPIENT:
            return Place.RECIPIENT, cast("RecipientScreen", screen).query_text
        if screen.PLACE is not None:
            return screen.PLACE, app.feed.filter.text
    return Place.LIVE, app.feed.filter.text


def _screen_of(app: "DashboardApp", place: Place) -> DashboardScreen:
    """The one screen of `place`, made when first wanted and kept when it is left."""
    if place is Place.LIVE:
        return cast(DashboardScreen, app.screen_stack[0])
    if not app.is_screen_installed(place.value):
        app.install_screen(SCREEN_OF[place](app), place.value)
    return cast(DashboardScreen, app.get_screen(place.value))
