"""`ses-tui` without a command: the dashboard."""

import asyncio
import sys
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from recorder.model.clock import SystemClock
from ses_tui.cli.opening import asked_view, is_first_start, opening_of, view_file
from ses_tui.cli.options import GlobalOptions
from ses_tui.core.errors import UsageError
from ses_tui.core.sanitise import sanitise

if TYPE_CHECKING:
    from ses_tui.aws.options import ConnectionOptions


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
    from ses_tui.aws.connection import open_connection

    clock = SystemClock()
    connection = await open_connection(asked, clock)
    try:
        from ses_tui.core.saved_search import SavedSearches
        from ses_tui.ui.app import DashboardApp
        from ses_tui.ui.copies import Program
        from ses_tui.ui.keymap import keymap_of

        file = view_file(connection.source.label)
        opening = opening_of(options, file, clock)
        way = ("ses-tui", *_way(asked))
        configuration = options.configuration
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
            saved_searches=SavedSearches(
                user_state_path("ses-tui") / "searches.json", configuration.searches
            ),
            history_file=user_state_path("ses-tui") / "filters",
            view_file=file,
            remark=sanitise(opening.remark),
            greets=is_first_start(user_state_path("ses-tui") / "greeted"),
            program=(
                Program(("ses-tui", "demo"), None) if is_demo else Program(way, (*way, "show"))
            ),
        )
        await app.run_async(mouse=configuration.settings.mouse)
        return app.return_code or 0
    finally:
        await connection.close()


def _way(asked: "ConnectionOptions") -> tuple[str, ...]:
    """The words that lead to the table again."""
    options = {
        "--table": asked.table,
        "--profile": asked.profile,
        "--region": asked.region,
        "--endpoint-url": asked.endpoint_url,
    }
    return tuple(word for name, value in options.items() if value for word in (name, value))
