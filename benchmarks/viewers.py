"""Fifty `ses-tui tail` on one table, and the recorder beside them: `python -m benchmarks.viewers`.

DynamoDB Local, the recorder, the stream's consumer and all viewers share this machine's processors,
which they do not on AWS: how much slower the recorder gets is an upper bound. Requests and bytes
are those of each viewer. The tails run in two processes (see `benchmarks.viewers_program`).
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from unittest.mock import patch

import orjson

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.startup import environment_of
from recorder.functions import RecorderFunctions
from recorder.model.settings import RecorderSettings
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import launch, start_dynamodb_local
from ses_tui.demo.generator import TrafficGenerator
from ses_tui.demo.pipeline import create_table
from ses_tui.demo.traffic import queue_message

ISSUE: Final = 10
TABLE: Final = "ses-events"
VIEWERS: Final = 50
_PROCESSES: Final = 2
_BATCH: Final = 100
_RATE: Final = 200.0
_PATIENCE: Final = 120.0
_REQUESTS_OF_START: Final = 12
"""No start on an empty table takes fewer, its preflight included, and the first poll comes then."""

Said = dict[str, list[int]]
"""Of each viewer: requests, bytes, events printed."""


class Viewers:
    """The tails, and what they have said so far."""

    def __init__(self, reports: list[Path]) -> None:
        self._reports = reports

    def said(self) -> Said:
        """What all have asked for and printed until now."""
        told = [orjson.loads(report.read_bytes()) for report in self._reports if report.exists()]
        return {
            name: [value for one in told for value in one[name]]
            for name in ("requests", "bytes", "printed")
        }

    def wait_until(self, reached: Callable[[Said], bool]) -> bool:
        """Whether it came to that in time."""
        deadline = time.monotonic() + _PATIENCE
        while not reached(self.said()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True


class Recording:
    """The recorder, at full speed."""

    def __init__(self, access: LocalAccess) -> None:
        self._client = access.recorder_client()
        self._functions = RecorderFunctions(self._client, RecorderSettings(table=TABLE))
        start = time.time_ns() // 1_000_000 - 60_000
        self._news = TrafficGenerator(3, start).events(_RATE)

    def rate(self, events: int) -> float:
        """Payloads a second, while so many are recorded."""
        records = [queue_message(*one) for one in islice(self._news, events)]
        began = time.perf_counter()
        for first in range(0, len(records), _BATCH):
            answer = self._functions.record({"Records": records[first : first + _BATCH]})
            if answer["batchItemFailures"]:
                raise RuntimeError("not everything was stored")
        return len(records) / (time.perf_counter() - began)


@contextmanager
def beside(what: str, *arguments: str) -> Iterator[None]:
    """A process of `viewers_program`, which ends when its standard input does."""
    command = [sys.executable, "-m", "benchmarks.viewers_program", what, *arguments]
    process = launch(command, Path(__file__).parents[1], subprocess.DEVNULL)
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def viewers(number: int, folder: Path) -> Iterator[Viewers]:
    """So many tails, all of which have begun to follow."""
    reports = [folder / f"report-{process}" for process in range(_PROCESSES)]
    with ExitStack() as started:
        for report in reports:
            each = (f"--number={number // _PROCESSES}", f"--report={report}")
            started.enter_context(beside("tails", *each))
        watching = Viewers(reports)
        if not watching.wait_until(
            lambda said: (
                len(said["requests"]) == number and min(said["requests"]) > _REQUESTS_OF_START
            )
        ):
            raise TimeoutError("not all viewers have begun")
        yield watching


def per_viewer(before: Said, after: Said, name: str) -> list[int]:
    """How much each viewer has added."""
    return [late - early for early, late in zip(before[name], after[name], strict=True)]


@contextmanager
def recorded_table(endpoint_url: str, folder: Path) -> Iterator[Recording]:
    """A database of its own with an empty table, whose stream is consumed."""
    access = LocalAccess(endpoint_url)
    create_table(access, TABLE)
    way = {"SES_TABLE": TABLE, "AWS_ENDPOINT_URL_DYNAMODB": endpoint_url}
    with patch.dict(os.environ, {**environment_of(access, folder), **way}), beside("consumer"):
        yield Recording(access)


def measure(quick: bool) -> Iterator[Figure]:
    """The recorder alone, viewers while nothing happens, and both together."""
    rounds, idle, events = (1, 6.0, 500) if quick else (2, 20.0, 500)
    with TemporaryDirectory() as name, start_dynamodb_local(quick_start=False) as engine:
        folder = Path(name)
        with recorded_table(engine.endpoint_url, folder) as recording:
            recording.rate(events)
            alone = [recording.rate(events) for _ in range(rounds)]
        yield Figure(ISSUE, "recorder without viewers", "events/s", tuple(alone))
        with (
            recorded_table(engine.endpoint_url, folder) as recording,
            viewers(VIEWERS, folder) as watching,
        ):
            first = watching.said()
            time.sleep(idle)
            second = watching.said()
            for name, unit in (("requests", ""), ("bytes", "bytes")):
                runs = tuple(one * 60 / idle for one in per_viewer(first, second, name))
                yield Figure(ISSUE, f"each of {VIEWERS} idle viewers: {name} a minute", unit, runs)
            together = [recording.rate(events) for _ in range(rounds)]
            share = statistics.median(together) / statistics.median(alone)
            both = f"recorder beside {VIEWERS} viewers"
            yield Figure(ISSUE, both, "events/s", tuple(together))
            yield Figure(ISSUE, f"{both} over without", "times", (share,))
            yield from seen_by(watching, second)


def seen_by(watching: Viewers, before: Said) -> Iterator[Figure]:
    """What each viewer asked for while events were recorded, and whether all saw the same."""
    last: list[int] = []

    def settled(said: Said) -> bool:
        nonlocal last
        last, earlier = said["printed"], last
        time.sleep(3.0)
        return last == earlier and min(last) > 0

    watching.wait_until(settled)
    after = watching.said()
    printed = per_viewer(before, after, "printed")
    yield Figure(ISSUE, f"each of {VIEWERS} viewers: events shown", "", tuple(map(float, printed)))
    for name, unit in (("requests", ""), ("bytes", "bytes")):
        runs = tuple(
            count / max(1, shown)
            for count, shown in zip(per_viewer(before, after, name), printed, strict=True)
        )
        yield Figure(ISSUE, f"each of {VIEWERS} viewers: {name} an event shown", unit, runs)
    fewest, most = min(printed), max(printed)
    yield Figure(
        ISSUE, "events that some viewers saw and others did not", "", (most - fewest,), at_most=0
    )


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
