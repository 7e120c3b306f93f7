"""`ses-tui --replay FILE`: the dashboard on what `ses-tui tail --json` has written."""

import asyncio
import sys
from pathlib import Path

from platformdirs import user_state_path

from recorder.model.clock import SystemClock
from ses_tui.cli.command_line import complain
from ses_tui.cli.dashboard import check_view
from ses_tui.cli.opening import asked_view
from ses_tui.cli.options import GlobalOptions
from ses_tui.cli.progress_line import ProgressLine
from ses_tui.cli.terminal import need_terminal
from ses_tui.core.errors import UsageError
from ses_tui.core.replay.recording import LoadProgress, Recording


def run_replay(options: GlobalOptions) -> None:
    """Open the dashboard on a recording until it is quit. Raises `UsageError`."""
    if options.replay is None:
        raise UsageError("--speed is the speed of a recording: give --replay FILE, too")
    check_view(options)
    recording = open_recording(Path(options.replay).expanduser())
    need_terminal("the dashboard", "the recording itself is text, a line an event")
    code = asyncio.run(_run(recording, options))
    if code:
        sys.exit(code)


def open_recording(file: Path) -> Recording:
    """The recording in `file`, all of it looked at once. Raises `UsageError`."""
    line = ProgressLine()

    def told(progress: LoadProgress) -> None:
        line.show(f"reading {progress.share:.0%}, {progress.events:,} events")

    try:
        recording = Recording(file, told)
    finally:
        line.end()
    if recording.bad_lines:
        complain(recording.bad_lines_text)
    return recording


async def _run(recording: Recording, options: GlobalOptions) -> int:
    from ses_tui.core.replay.replay_clock import ReplayClock
    from ses_tui.core.replay.replay_connection import ReplayConnection
    from ses_tui.core.replay.replay_control import ReplayControl
    from ses_tui.core.saved_search import SavedSearches
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.copies import Program
    from ses_tui.ui.keymap import keymap_of

    clock = ReplayClock(SystemClock(), recording.first, recording.last, options.speed or 1.0)
    connection = ReplayConnection(recording, clock)
    try:
        configuration = options.configuration
        view = asked_view(options, clock)
        way = ("ses-tui", "--replay", options.replay or "")
        app = DashboardApp(
            connection=connection,
            clock=clock,
            control=ReplayControl(clock),
            settings=configuration.settings,
            keymap=keymap_of(configuration.keys),
            utc=view.utc,
            query=view.query,
            window=view.window,
            place=view.screen,
            saved_searches=SavedSearches(
                user_state_path("ses-tui") / "searches.json", configuration.searches
            ),
            history_file=user_state_path("ses-tui") / "filters",
            remark=recording.bad_lines_text,
            program=Program(way, None),
        )
        await app.run_async(mouse=configuration.settings.mouse)
        return app.return_code or 0
    finally:
        await connection.close()
