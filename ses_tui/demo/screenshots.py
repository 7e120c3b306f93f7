"""The pictures of the README, taken from the real dashboard over the demo: `make screenshots`."""

import argparse
import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from recorder.model.clock import SystemClock
from ses_tui.aws.connection import open_connection
from ses_tui.aws.options import ConnectionOptions
from ses_tui.demo.backend import report
from ses_tui.demo.backend_process import running_backend
from ses_tui.ui.app import DashboardApp

SIZE: Final = (120, 36)
BACKEND: Final = ("--rate=20", "--history=6000", "--incident=gmail")
PICTURES: Final[dict[str, Sequence[str]]] = {
    "live": (),
    "breakdown": ("slash", *"type:bounce", "enter", "i"),
    "message": ("escape", "escape", "E", "enter"),
    "search": ("l", "s", *"domain:gmail.com type:bounce", "enter"),
    "health": ("h",),
}
"""Names of pictures, and the keys that lead from one to the next."""
_FONT_FROM_ELSEWHERE: Final = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)
"""A picture is to load nothing: the reader's own monospaced font will do."""
_PATIENCE_SECONDS: Final = 90
_REST_SECONDS: Final = 3.0
"""Until what a key asked for has been read and drawn."""


async def take_pictures(options: ConnectionOptions, folder: Path) -> None:
    """Open the dashboard without a terminal, press keys, and write what it shows."""
    connection = await open_connection(options, SystemClock())
    try:
        app = DashboardApp(connection=connection, clock=SystemClock(), utc=True)
        async with app.run_test(size=SIZE) as pilot:
            await _until(pilot, lambda: app.status.panel is not None and app.status.total > 0)
            for name, keys in PICTURES.items():
                await pilot.press(*keys)
                await pilot.pause(_REST_SECONDS)
                file = folder / f"{name}.svg"
                file.write_text(
                    _FONT_FROM_ELSEWHERE.sub("", app.export_screenshot(title="ses-tui"))
                )
                report(f"wrote {file}")
    finally:
        await connection.close()


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not condition():
            await pilot.pause(0.2)


def main() -> None:
    """Take every picture into a folder."""
    parser = argparse.ArgumentParser(prog="python -m ses_tui.demo.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with running_backend(BACKEND, lambda line: report(line.removeprefix("demo: "))) as (ready, _):
        options = ConnectionOptions(
            table=ready.table,
            region=ready.region,
            endpoint_url=ready.endpoint_url,
            access_key=ready.access_key_id,
            secret_key=ready.secret_access_key,
            label=f"{ready.table} · {ready.engine}",
        )
        asyncio.run(take_pictures(options, folder))


if __name__ == "__main__":
    main()
