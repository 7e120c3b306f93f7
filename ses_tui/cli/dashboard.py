"""`ses-tui` without a command: the dashboard."""

import asyncio
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from platformdirs import user_state_path

from recorder.model.clock import Clock, SystemClock
from ses_tui.cli.opening import Opening, asked_view, is_first_start, opening_of, view_file
from ses_tui.cli.options import GlobalOptions, connection_of
from ses_tui.core.crash_report import report_crash
from ses_tui.core.errors import UsageError
from ses_tui.core.garbage import collect_seldom, lasting
from ses_tui.core.masking import MASKING
from ses_tui.core.sanitise import sanitise
from ses_tui.core.server_clock import ServerClock
from ses_tui.core.view import Place

if TYPE_CHECKING:
    from ses_tui.aws.connection import AwsConnection
    from ses_tui.aws.options import ConnectionOptions
    from ses_tui.core.configuration import Configuration
    from ses_tui.core.source import Connection
    from ses_tui.ui.app import DashboardApp

_OF_THE_FIRST_PICTURE: Final = ("ses_tui.ui.app", "ses_tui.ui.screens.live")


def check_view(options: GlobalOptions) -> None:
    """Raises `UsageError` where what the dashboard is to open with cannot be meant."""
    from ses_tui.ui.keymap import faults_of

    options.read_configuration(faults_of)
    asked_view(options, SystemClock())


def run_dashboard(
    connection: "ConnectionOptions", options: GlobalOptions, *, is_demo: bool = False
) -> None:
    """Open the dashboard until it is quit.

    Credentials, region and table are tried while the terminal is still plain. Raises `SesTuiError`.
    """
    check_view(options)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the dashboard needs a terminal: `ses-tui tail` prints events without one")
    code = asyncio.run(_run(connection, options, is_demo))
    if code:
        sys.exit(code)


async def _run(asked: "ConnectionOptions", options: GlobalOptions, is_demo: bool) -> int:
    """One dashboard after the other, as the reader goes over to other profiles."""
    with lasting():
        from ses_tui.aws.connection import open_connection

    clock = ServerClock(SystemClock())
    configuration = options.configuration
    connection = await open_connection(asked, clock)
    with lasting():
        for module in _OF_THE_FIRST_PICTURE:
            import_module(module)
    collect_seldom()

    opening = opening_of(options, view_file(connection.source.label), clock)
    while True:
        profiles = ConfiguredProfiles(
            configuration, clock, offered=not is_demo, allow_write=options.allow_write
        )
        try:
            app = _dashboard(connection, clock, asked, configuration, opening, profiles, is_demo)
            app.crash_report = lambda error: report_crash(
                error, user_state_path("ses-tui"), clock.now_ms()
            )
            await app.run_async(mouse=configuration.settings.mouse)
        finally:
            await connection.close()
        if profiles.opened is None:
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
        *,
        offered: bool,
        allow_write: bool = False,
    ) -> None:
        self.opened: tuple[AwsConnection, ConnectionOptions, Configuration] | None = None
        self._configuration = configuration
        self._clock = clock
        self._allow_write = allow_write
        self.names = configuration.profiles if offered else ()
        self.present = configuration.profile
        self.none_because = (
            "The configuration has no profiles; `ses-tui config init` shows how."
            if offered
            else "The demo stays by itself; `ses-tui --use NAME` opens a profile."
        )

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
    is_demo: bool,
) -> "DashboardApp":
    from ses_tui.core.saved_search import SavedSearches
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.copies import Program
    from ses_tui.ui.keymap import keymap_of

    state = user_state_path("ses-tui")
    way = ("ses-tui", *_way(asked))
    return DashboardApp(
        connection=connection,
        clock=clock,
        settings=configuration.settings,
        keymap=keymap_of(configuration.keys),
        utc=opening.view.utc,
        query=opening.view.query,
        window=opening.view.window,
        marks=opening.view.marks,
        place=opening.view.screen,
        saved_searches=SavedSearches(state / "searches.json", configuration.searches),
        history_file=state / "filters",
        view_file=view_file(connection.source.label),
        remark=sanitise(opening.remark),
        greets=is_first_start(state / "greeted"),
        program=Program(("ses-tui", "demo"), None) if is_demo else Program(way, (*way, "show")),
        profiles=profiles,
    )


def _way(asked: "ConnectionOptions") -> tuple[str, ...]:
    """The words that lead to the table again."""
    options = {
        "--table": asked.table,
        "--profile": asked.profile,
        "--region": asked.region,
        "--endpoint-url": asked.endpoint_url,
    }
    return tuple(word for name, value in options.items() if value for word in (name, value))
