"""The program that `benchmarks.startup` watches: `ses-tui`, with a note of when it is how far.

Where one stage ends and the next begins is told by what the command line itself calls then.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

FIRST_PICTURE_BYTES: Final = 3_000
"""More than switching the terminal over, less than any picture of 160x48."""


class Stages:
    """When each stage ended, and the processor time of this process then."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self._ended: list[tuple[str, float, float]] = []
        self.end("python")

    def end(self, stage: str) -> None:
        """`stage` has just ended."""
        self._ended.append((stage, time.monotonic(), time.process_time()))

    def tell(self) -> None:
        """Report seconds and processor seconds of each stage."""
        from benchmarks.dashboard_program import say

        told = {
            stage: (moment - before, processor - processor_before)
            for (stage, moment, processor), (_, before, processor_before) in zip(
                self._ended[1:], self._ended, strict=False
            )
        }
        say(self._report, told)


def watch_imports(stages: Stages) -> None:
    """The command line imports in two blocks: the way to AWS, then, behind it, the dashboard."""
    dashboard: Any = import_module("ses_tui.cli.dashboard")
    lasting = dashboard.lasting
    blocks = iter(
        (
            ("options and configuration", "AWS library imported"),
            ("preflight", "dashboard imported"),
        )
    )

    @contextmanager
    def noted() -> Iterator[None]:
        before, within = next(blocks)
        stages.end(before)
        with lasting():
            yield
        stages.end(within)
        if before == "preflight":
            watch_pictures(stages)

    dashboard.lasting = noted


def watch_pictures(stages: Stages) -> None:
    """What the app does from its making to its first picture."""
    from ses_tui.ui.app import DashboardApp
    from ses_tui.ui.paced_driver import PacedDriver

    run_async, on_mount, write = DashboardApp.run_async, DashboardApp.on_mount, PacedDriver.write
    written = 0

    async def noted_run(app: DashboardApp, **settings: Any) -> Any:
        stages.end("app made")
        return await run_async(app, **settings)

    def noted_mount(app: DashboardApp) -> None:
        stages.end("terminal taken, style sheets")
        on_mount(app)

    def noted_write(driver: PacedDriver, data: str) -> None:
        nonlocal written
        write(driver, data)
        before, written = written, written + len(data.encode())
        if before <= FIRST_PICTURE_BYTES < written:
            stages.end("widgets laid out and drawn")
            stages.tell()

    for owner, noted in (
        (DashboardApp, {"run_async": noted_run, "on_mount": noted_mount}),
        (PacedDriver, {"write": noted_write}),
    ):
        for name, function in noted.items():
            setattr(owner, name, function)


def main() -> None:
    """Run `ses-tui` with the arguments behind the name of the report."""
    stages = Stages(Path(sys.argv[1]))
    from ses_tui.cli import main as command_line

    stages.end("command line imported")
    watch_imports(stages)
    command_line(sys.argv[2:], prog_name="ses-tui")


if __name__ == "__main__":
    main()
