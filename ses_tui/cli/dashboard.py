"""`ses-tui` without a command: the dashboard."""

import asyncio
import sys
from dataclasses import replace
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_state_path

from recorder.model.clock import Clock, SystemClock
from recorder.model.garbage import collect_seldom, lasting
from ses_tui.cli.command_line import complain
from ses_tui.cli.opening import Opening, asked_view, is_first_start, opening_of, view_file
from ses_tui.cli.options import GlobalOptions, connection_of
from ses_tui.cli.progress_line import sign_of_life
from ses_tui.cli.terminal import need_terminal
from ses_tui.core.crash_report import report_crash
from ses_tui.core.heap import keep_heap_compact, tidy_heap_regularly
from ses_tui.core.masking import MASKING
from ses_tui.core.sanitise import sanitise
from ses_tui.core.server_clock import ServerClock
from ses_tui.core.view import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ses_tui.aws.connection import AwsConnection
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.configuration import Configuration
    from ses_tui.core.source import Connection
    from ses_tui.ui.app import DashboardApp

_OF_THE_FIRST_PICTURE: Final = ("ses_tui.ui.app", "ses_tui.ui.screens.live")


class Mode(Enum):
    """What a dashboard is drawn on, and over which table."""

    TERMINAL = "terminal"
    DEMO = "demo"
    BROWSER = "browser"
    """Somebody else's: nothing is kept of a session, and no other table can be gone over to."""


_NO_PROFILES_BECAUSE: Final = {
    Mode.TERMINAL: "The configuration has no profiles; `ses-tui config init` shows how.",
    Mode.DEMO: "The demo stays by itself; `ses-tui --use NAME` opens a profile.",
    Mode.BROWSER: "A dashboard in the browser stays with its table.",
}


def check_view(options: GlobalOptions) -> None:
    """Raises `UsageError` where what the dashboard is to open with cannot be meant."""
    options.read_configuration(_faults_of)
    asked_view(options, SystemClock())


def _faults_of(keys: "Mapping[str, str]") -> "Mapping[str, str]":
    """What is wrong with keys of the keyboard. Only who has chosen some waits here for Textual."""
    from ses_tui.ui.keymap import faults_of

    return faults_of(keys)


def run_dashboard(
    connection: "ConnectionOptions", options: GlobalOptions, mode: Mode = Mode.TERMINAL
) -> None:
    """Open the dashboard until it is quit.

    Credentials, region and table are tried while the terminal is still plain. Raises `SesTuiError`.
    """
    check_view(options)
    if mode is not Mode.BROWSER:
        need_terminal("the dashboard", "`ses-tui tail` prints events without one")
    keep_heap_compact()
    code = asyncio.run(_run_tidily(connection, options, mode))
    if code:
        sys.exit(code)


async def _run_tidily(asked: "ConnectionOptions", options: GlobalOptions, mode: Mode) -> int:
    tidying = asyncio.create_task(tidy_heap_regularly())
    try:
        return await _run(asked, options, mode)
    finally:
        tidying.cancel()


async def _run(asked: "ConnectionOptions", options: GlobalOptions, mode: Mode) -> int:
    """One dashboard after the other, as the reader goes over to other profiles."""
    with lasting():
        from ses_tui.aws.connection import open_connection

    clock = ServerClock(SystemClock())
    configuration = options.configuration
    with sign_of_life(f"opening table {sanitise(asked.table)}"):
        connection = await open_connection(asked, clock, may_ask=mode is not Mode.BROWSER)
        with lasting():
            for module in _OF_THE_FIRST_PICTURE:
                import_module(module)
    collect_seldom()

    opening = opening_of(options, view_file(connection.source.label), clock)
    while True:
        profiles = ConfiguredProfiles(configuration, clock, mode, allow_write=options.allow_write)
        try:
            app = _dashboard(connection, clock, asked, configuration, opening, profiles, mode)
            app.crash_report = lambda error: report_crash(
                error, user_state_path("ses-tui"), clock.now_ms()
            )
            await app.run_async(mouse=configuration.settings.mouse)
        finally:
            await connection.close()
        if profiles.opened is None:
            if app.view_is_lost and options.resume:
                file = view_file(connection.source.label)
                complain(f"{file} cannot be written: the next --resume opens what was kept before")
            return app.return_code or 0
        connection, asked, configuration = profiles.opened
        MASKING.ask(configuration.settings.mask)
        opening = Opening(replace(app.view, query="", screen=Place.LIVE, marks=()))


class ConfiguredProfiles:
    """The profiles of a configuration; `opened` is where the reader went over to."""

    def __init__(
        self,
        configuration: "Configuration",
        clock: Clock,
        mode: Mode = Mode.TERMINAL,
        *,
        allow_write: bool = False,
    ) -> None:
        self.opened: tuple[AwsConnection, ConnectionOptions, Configuration] | None = None
        self._configuration = configuration
        self._clock = clock
        self._allow_write = allow_write
        self.names = configuration.profiles if mode is Mode.TERMINAL else ()
        self.present = configuration.profile
        self.none_because = _NO_PROFILES_BECAUSE[mode]

    async def open(self, name: str) -> None:
        """Open the way to the table of a profile, and try it. Raises `SesTuiError`."""
        from ses_tui.aws.connection import open_connection

        configuration = self._configuration.using(name)
        asked = replace(connection_of(configuration), allow_write=self._allow_write)
        connection = await open_connection(asked, self._clock, may_ask=False)
        self.opened = connection, asked, configuration


def _dashboard(
    connection: "Connection",
    clock: Clock,
    asked: "ConnectionOptions",
    configuration: "Configuration",
    opening: Opening,
    profiles: ConfiguredProfiles,
    mode: Mode,
) -> "DashboardApp":
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.copies import Program
    from ses_tui.ui.keymap import keymap_of

    way = ("ses-tui", *_way(asked))
    app = DashboardApp(
        connection=connection,
        clock=clock,
        settings=configuration.settings,
        keymap=keymap_of(configuration.keys),
        utc=opening.view.utc,
        query=opening.view.query,
        window=opening.view.window,
        marks=opening.view.marks,
        place=opening.view.screen,
        remark=sanitise(opening.remark),
        program=Program(("ses-tui", "demo"), None)
        if mode is Mode.DEMO
        else Program(way, (*way, "show")),
        profiles=profiles,
        **_kept(connection.source.label, configuration, mode),
    )
    if mode is Mode.BROWSER:
        from ses_tui.ui.browser_driver import BrowserDriver

        app.driver_class = BrowserDriver
    return app


def _kept(label: str, configuration: "Configuration", mode: Mode) -> dict[str, Any]:
    """What is kept of a session, and where files go."""
    from ses_tui.core.saved_search import SavedSearches
    from ses_tui.ui.file_place import BrowserDownloads

    if mode is Mode.BROWSER:
        return {
            "saved_searches": SavedSearches(None, configuration.searches),
            "files": BrowserDownloads(),
        }
    state = user_state_path("ses-tui")
    return {
        "saved_searches": SavedSearches(state / "searches.json", configuration.searches),
        "history_file": state / "filters",
        "view_file": view_file(label),
        "greets": is_first_start(state / "greeted"),
    }


def _way(asked: "ConnectionOptions") -> tuple[str, ...]:
    """The words that lead to the table again."""
    options = {
        "--table": asked.table,
        "--profile": asked.profile,
        "--region": asked.region,
        "--endpoint-url": asked.endpoint_url,
    }
    return tuple(word for name, value in options.items() if value for word in (name, value))
