"""`ses-tui` without a command: the dashboard."""

import asyncio
import sys
from typing import TYPE_CHECKING

from recorder.model.clock import SystemClock
from ses_tui.core.errors import UsageError

if TYPE_CHECKING:
    from ses_tui.aws.options import ConnectionOptions


def run_dashboard(options: "ConnectionOptions", *, utc: bool, query: str = "") -> None:
    """Open the dashboard until it is quit.

    Credentials, region and table are tried while the terminal is still plain. Raises `SesTuiError`.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the dashboard needs a terminal: `ses-tui tail` prints events without one")
    code = asyncio.run(_run(options, utc, query))
    if code:
        sys.exit(code)


async def _run(options: "ConnectionOptions", utc: bool, query: str) -> int:
    from ses_tui.aws.connection import open_connection

    clock = SystemClock()
    connection = await open_connection(options, clock)
    try:
        from ses_tui.ui.app import DashboardApp

        app = DashboardApp(connection=connection, clock=clock, utc=utc, query=query)
        await app.run_async(mouse=False)
        return app.return_code or 0
    finally:
        await connection.close()
