"""Dashboards over fresh tables of an engine, watched in a pseudo-terminal of 160x48."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.child_process import PYTHON_MODULE, child
from benchmarks.watched_program import WatchedProgram
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local
from ses_tui.demo.pipeline import create_table

TABLE: Final = "ses-events"
SETTLE_SECONDS: Final = 5.0
FIRST_PICTURE_BYTES: Final = 3_000
"""More than switching the terminal over, less than any picture of 160x48."""
_ENGINE_MEGABYTES: Final = 1_024


class Bench:
    """An engine, and programs over fresh tables of it."""

    def __init__(self, endpoint_url: str, folder: Path) -> None:
        self._endpoint_url = endpoint_url
        self._folder = folder
        self._runs = 0

    def fresh_access(self) -> LocalAccess:
        """A database of its own, with an empty table."""
        access = LocalAccess(self._endpoint_url)
        create_table(access, TABLE)
        return access

    def dashboard(self, access: LocalAccess, *arguments: str) -> WatchedProgram:
        """The dashboard over the table of `access`."""
        where = (f"--endpoint-url={self._endpoint_url}", f"--access-key={access.access_key_id}")
        return self._run("benchmarks.dashboard_program", *where, *arguments)

    def empty_app(self) -> WatchedProgram:
        """An app of Textual with nothing in it."""
        return self._run("benchmarks.dashboard_program", "--empty")

    @contextmanager
    def writer(self, access: LocalAccess, what: str, rate: float, count: int) -> Iterator["Writer"]:
        """A process that writes `count` pages or events."""
        command = (
            *(*PYTHON_MODULE, "benchmarks.dashboard_writer", what),
            f"--endpoint-url={self._endpoint_url}",
            f"--access-key={access.access_key_id}",
            *(f"--table={TABLE}", f"--rate={rate}", f"--count={count}"),
        )
        with child(command, stdout=subprocess.PIPE) as process:
            yield Writer(process)

    def _run(self, module: str, *arguments: str) -> WatchedProgram:
        self._runs += 1
        report = self._folder / f"report-{self._runs}"
        return WatchedProgram(module, f"--report={report}", *arguments, report=report)


@contextmanager
def open_bench() -> Iterator[Bench]:
    """An engine that is at work for long, and a folder for what programs report."""
    with (
        TemporaryDirectory() as folder,
        start_dynamodb_local(heap_megabytes=_ENGINE_MEGABYTES, quick_start=False) as engine,
    ):
        yield Bench(engine.endpoint_url, Path(folder))


class Writer:
    """What a writing process tells."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._output = process.stdout
        os.set_blocking(self._output.fileno(), False)
        self._text = b""

    def wait_for(self, word: str, program: WatchedProgram, seconds: float = 300.0) -> int:
        """The number behind `word`, once it is printed; `program` is read meanwhile."""
        deadline = time.monotonic() + seconds
        sought = re.compile(word.encode() + rb" (\d+) ")
        while time.monotonic() < deadline:
            if found := sought.search(self._text + b" "):
                return int(found[1])
            program.listen(0.02)
            self._text += self._output.read() or b""
        raise TimeoutError(f"the writer has not said {word!r} within {seconds:g} s")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took over a while, a second."""

    processor: float
    """Per cent of a core."""
    bytes: float
    bytes_compressed: float


def costs_of(program: WatchedProgram, seconds: float, slices: int) -> list[Cost]:
    """What a program takes from now on, in so many slices of the time."""
    costs = []
    for _ in range(slices):
        began = time.monotonic()
        before = (program.exact_processor_seconds(), program.bytes, program.bytes_compressed)
        program.listen(seconds / slices)
        after = (program.exact_processor_seconds(), program.bytes, program.bytes_compressed)
        took = time.monotonic() - began
        busy, sent, compressed = (
            (now - then) / took for now, then in zip(after, before, strict=True)
        )
        costs.append(Cost(100 * busy, sent, compressed))
    return costs
