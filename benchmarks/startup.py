"""Where the time goes until there is a picture: `python -m benchmarks.startup`.

`ses-tui` as it is, in a pseudo-terminal of 160x48, over a small table of DynamoDB Local. Then the
same over a line on which every answer comes late: how much later the picture comes tells how many
answers it waits for, one behind the other.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

import orjson

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.watched_program import WatchedProgram
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.pipeline import create_table
from tests.faults.line import Fault, FaultyLine

ISSUE: Final = 10
TABLE: Final = "ses-events"
STAGES: Final = (
    "command line imported",
    "options and configuration",
    "AWS library imported",
    "preflight",
    "dashboard imported",
    "app made",
    "terminal taken, style sheets",
    "widgets laid out and drawn",
)
_LATE_SECONDS: Final = 0.3
"""By so much `Fault.SLOW` delays each answer."""
_PATIENCE: Final = 60.0

Stages = dict[str, tuple[float, float]]
"""Seconds and processor seconds of each stage."""


def environment_of(access: LocalAccess, home: Path) -> Mapping[str, str]:
    """Credentials, and a home of its own without any configuration."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "AWS_ACCESS_KEY_ID": access.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_REGION": access.region,
    }


def start_once(endpoint_url: str, report: Path) -> Stages:
    """The stages of one start."""
    report.unlink(missing_ok=True)
    where = (f"--table={TABLE}", f"--endpoint-url={endpoint_url}")
    arguments = ("benchmarks.startup_program", str(report), *where)
    with WatchedProgram(*arguments, report=report) as program:
        if program.listen(_PATIENCE, lambda output: report.exists()) is None:
            raise TimeoutError(f"no picture came within {_PATIENCE:g} s")
        program.listen(0.5)
    stages: Stages = orjson.loads(report.read_bytes())
    return stages


def python_alone() -> float:
    """Seconds of starting Python and ending it again."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.monotonic() - began


def stage_figures(starts: list[Stages], pythons: list[float]) -> Iterator[Figure]:
    """Each stage, in order, by the clock and by the processor."""
    yield Figure(ISSUE, "start 0: Python alone", "ms", tuple(one * 1_000 for one in pythons))
    for number, stage in enumerate(STAGES, 1):
        for place, kind in enumerate(("", ", processor")):
            runs = tuple(start[stage][place] * 1_000 for start in starts)
            yield Figure(ISSUE, f"start {number}: {stage}{kind}", "ms", runs)
    totals = (
        (python + sum(seconds for seconds, _ in start.values())) * 1_000
        for python, start in zip(pythons, starts, strict=True)
    )
    yield Figure(ISSUE, "start: until the first picture", "ms", tuple(totals))


def measure(quick: bool) -> Iterator[Figure]:
    """The stages, and what the first picture waits for."""
    rounds = 3 if quick else 5
    with TemporaryDirectory() as folder, start_dynamodb_local(quick_start=False) as engine:
        access = LocalAccess(engine.endpoint_url)
        create_table(access, TABLE)
        report = Path(folder) / "report"
        with patch.dict(os.environ, environment_of(access, Path(folder))):
            start_once(engine.endpoint_url, report)
            starts = [start_once(engine.endpoint_url, report) for _ in range(rounds)]
            yield from stage_figures(starts, [python_alone() for _ in range(rounds)])
            line = FaultyLine(engine.endpoint_url)
            try:
                line.fault = Fault.SLOW
                late = [start_once(line.endpoint_url, report) for _ in range(2)]
            finally:
                line.close()
    # Nothing else asks for anything. The least of several is what other work disturbed least.
    waited, usual = (min(start["preflight"][0] for start in some) for some in (late, starts))
    answers = max(0, round((waited - usual) / _LATE_SECONDS))
    yield Figure(ISSUE, "start: answers it waits for, one behind the other", "", (float(answers),))


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
