"""A dashboard for a pseudo-terminal that has a fault: `p` brings it out.

The argument is the folder for the report.
"""

import sys
from pathlib import Path

from ses_tui.core.crash_report import report_crash
from ses_tui.ui.app import DashboardApp
from tests.ui.fakes import NOON, FakeConnection, FrozenClock
from tests.ui.pty_dashboard import GrowingSource


def fail(app: DashboardApp) -> None:
    """With somebody's address at hand."""
    address = "maria.lopez@customer.example"
    raise ValueError(f"{address} is no reason to stop")


def main() -> None:
    connection = FakeConnection()
    connection.feed = GrowingSource()
    # Its style sheets lie beside its own module, so nothing is derived from it here.
    DashboardApp.action_pause = fail  # type: ignore[method-assign, assignment]
    app = DashboardApp(connection=connection, clock=FrozenClock(), utc=True)
    app.crash_report = lambda error: report_crash(error, Path(sys.argv[1]), NOON)
    app.run(mouse=False)
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
