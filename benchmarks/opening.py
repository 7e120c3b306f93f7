"""How soon there is something to look at: `python -m benchmarks.opening`."""

import subprocess
import time
from collections.abc import Iterator
from functools import partial
from operator import truediv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.alone import run_alone
from benchmarks.child_process import SES_TUI
from benchmarks.figure import Figure
from benchmarks.watched_dashboard import FIRST_PICTURE_BYTES, Bench, open_bench
from benchmarks.watched_program import WatchedProgram

ISSUE: Final = 6
_ROUNDS: Final = 4
_QUICK_ROUNDS: Final = 2
_DEMO_ISSUE: Final = 2
_DEMO_SECONDS: Final = 60.0


def version(rounds: int) -> Figure:
    """`ses-tui --version`."""
    times = []
    for _ in range(rounds + 1):
        began = time.monotonic()
        subprocess.run([*SES_TUI, "--version"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.monotonic() - began)
    return Figure(ISSUE, "ses-tui --version", "s", tuple(times[1:]), at_most=0.2)


def first_paint(bench: Bench, rounds: int) -> Iterator[Figure]:
    """From the end of the preflight to the first picture, against an app with nothing in it."""
    access = bench.fresh_access()
    own: list[float] = []
    empty: list[float] = []
    preflights: list[float] = []
    for round_number in range(rounds + 1):
        for times, start in ((empty, bench.empty_app), (own, partial(bench.dashboard, access))):
            with start() as program:
                painted = program.listen_for_bytes(FIRST_PICTURE_BYTES)
                said = program.said_at_start()
                program.listen(0.5)
            if round_number:
                times.append(painted - said["before_screen"])
                preflights += [said["preflight"]] if "preflight" in said else []
    ratios = tuple(map(truediv, own, empty))
    yield Figure(ISSUE, "first paint over that of an empty app", "times", ratios, at_most=2)
    yield Figure(ISSUE, "first paint", "s", tuple(own))
    yield Figure(ISSUE, "first paint of an empty app", "s", tuple(empty))
    yield Figure(ISSUE, "preflight, imports included", "s", tuple(preflights), at_most=0.8)


def demo() -> Figure:
    """From `ses-tui demo` to a second second of live events on its screen."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        with WatchedProgram("demo", report=report, command=SES_TUI) as program:
            program.listen_for("LIVE", _DEMO_SECONDS)
            program.listen(1.0)
            moved = program.listen_for(r"\d\d:\d\d:\d\d", _DEMO_SECONDS)
    return Figure(
        _DEMO_ISSUE, "demo: until rows move", "s", (moved - program.started_at,), at_most=20
    )


def measure(quick: bool) -> Iterator[Figure]:
    """The version, the first picture, and the demo; quickly without the demo."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    yield version(rounds)
    with open_bench() as bench:
        yield from first_paint(bench, rounds)
    if not quick:
        yield demo()


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
