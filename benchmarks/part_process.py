"""Measures one part in a process of its own, so that no part can spoil another, or the run."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from benchmarks.figure import Figure
from benchmarks.parts import Part
from ses_tui.demo.engine import launch

ROOT: Final = Path(__file__).parents[1]
_END_SECONDS: Final = 10.0
_REASON_LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class MeasuredPart:
    """What became of a part: its figures, and `problem` in words where it did not end well."""

    name: str
    figures: tuple[Figure, ...]
    seconds: float
    problem: str = ""


def measure_part(part: Part, quick: bool, allowed_seconds: float) -> MeasuredPart:
    """The figures of a part; those that it had, where it fails or is not done in time.

    What is missing is a figure of its own that says why. The process, and all that it started, is
    gone afterwards.
    """
    began = time.monotonic()
    seconds = min(part.budget(quick), allowed_seconds)
    with TemporaryDirectory() as folder:
        results, log = Path(folder) / "figures", Path(folder) / "log"
        results.touch()
        command = [sys.executable, "-m", __spec__.name, part.module, str(results)]
        with log.open("wb") as output:
            process = launch([*command, *(["--quick"] if quick else [])], ROOT, output)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                problem = f"not done within {seconds:.0f} s"
            else:
                problem = "" if code == 0 else _last_line(log) or f"it ended with {code}"
            finally:
                _end(process)
        figures = [_figure_of(line) for line in results.read_bytes().splitlines()]
        if problem:
            figures.append(not_measured(part, problem, some=bool(figures)))
    return MeasuredPart(part.name, tuple(figures), time.monotonic() - began, problem)


def not_measured(part: Part, reason: str, *, some: bool = False) -> Figure:
    """The figure that stands for what a part did not measure: all, or the rest of it."""
    return Figure(10, f"{part.name}: {'the rest' if some else 'all of it'}", "", (), note=reason)


def write_figures(figures: Iterable[Figure], file: Path) -> None:
    """Append each figure to `file` as it comes, so that those before a failure are there."""
    with file.open("ab", buffering=0) as output:
        for figure in figures:
            output.write(orjson.dumps(asdict(figure)) + b"\n")


def _figure_of(line: bytes) -> Figure:
    values: dict[str, Any] = orjson.loads(line)
    runs = (inf if run is None else run for run in values["runs"])  # JSON has no infinity.
    return Figure(**values | {"runs": tuple(runs)})


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip()[:_REASON_LETTERS] for line in reversed(lines) if line.strip()), "")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a part so that it can clear up; then by force. What it started ends with it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()


def main() -> None:
    """Measure one part, and write its figures to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("file", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    # What functions log to standard output would otherwise be mixed into what is raised.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    module = import_module(options.module)
    measure: Callable[[bool], Iterable[Figure]] = module.measure
    write_figures(measure(options.quick), options.file)


if __name__ == "__main__":
    main()
