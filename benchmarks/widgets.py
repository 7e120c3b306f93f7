"""Our list of events beside Textual's `DataTable` and `RichLog`: `python -m benchmarks.widgets`.

Each in a process and a pseudo-terminal of 160x48 of its own, with the same columns of the same
events. Times are of that process's processor, until everything is written that a step brought.
Textual's widgets get plain text and fixed widths, which is what they are quickest with.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.stored_events import recorded_events
from benchmarks.watched_program import WatchedProgram
from recorder.model.event import EVENT_TYPES
from recorder.model.page import encode_page

ISSUE: Final = 10
SIZES: Final = (1_000, 10_000, 200_000)
NAMES: Final = {"own": "our list", "table": "DataTable", "log": "RichLog"}
STEPS: Final = {
    "fill": ("fill", "s", 1),
    "memory": ("memory of the rows", "MB", 1),
    "append": ("append 100", "ms", 1_000),
    "trim": ("append 100, drop the oldest 100", "ms", 1_000),
    "page": ("scroll a page", "ms", 1_000),
    "page: bytes": ("scroll a page", "bytes", 1),
    "filter": ("filter all", "s", 1),
}
"""What the program reports; what that is called, its unit, and how many of that a second has."""
_EVENTS: Final = 4_000
_PATIENCE: Final = {1_000: 10.0, 10_000: 20.0, 200_000: 8.0}
"""Seconds of processor time that one program may take for everything at a size.

Textual's lists take over a minute to fill with the most rows, so that is not waited for.
"""
_OWN_PATIENCE: Final = 60.0
_SHARED_WITH: Final = 8
"""On a machine so busy a second of processor time takes this long."""


def write_page(path: Path, events: int = _EVENTS) -> Path:
    """Events for the lists, in a file."""
    path.write_bytes(encode_page(recorded_events(events, frozenset(EVENT_TYPES))))
    return path


def watch(kind: str, rows: int, page: Path, patience: float) -> dict[str, Any]:
    """What one list reported, as far as it came in so many seconds of processor time.

    Raises `RuntimeError` where its program ended before.
    """
    report = page.with_name(f"report-{kind}-{rows}")
    arguments = ("benchmarks.list_program", kind, f"--rows={rows}", f"--page={page}")
    said: dict[str, Any] = {"doing": "start"}
    with WatchedProgram(*arguments, f"--report={report}", report=report) as program:
        deadline = time.monotonic() + patience * _SHARED_WITH
        while (
            said["doing"] is not None
            and program.processor_seconds() < patience
            and time.monotonic() < deadline
        ):
            over = program.ended
            program.listen(0.25)
            if report.exists():
                said = orjson.loads(report.read_bytes())
            if over:
                raise RuntimeError(f"the list ended at {said['doing']}: {program.last_line()}")
    return said


def figures_of(kind: str, rows: int, said: dict[str, Any], patience: float) -> Iterator[Figure]:
    """What a list took. The step that it was ended in takes longer, and those after it are not
    tried: the patience is shared by all of them."""
    for step, (name, unit, in_a_second) in STEPS.items():
        title = f"{NAMES[kind]}, {rows:,} rows: {name}"
        if runs := said.get(step, ()):
            scaled = tuple(value * in_a_second for value in runs)
            yield Figure(ISSUE, title, unit, scaled)
        else:
            note = f"{said.get('rows', 0):,} rows by then; nothing else was tried"
            yield Figure(ISSUE, title, "s", (patience,), note=note, longer=True)
            return


def figures_at(rows: int, page: Path) -> Iterator[Figure]:
    """Every list at one size: ours alone, then Textual's two beside each other, which take long."""
    for kinds in (("own",), ("table", "log")):
        patience = _OWN_PATIENCE if kinds == ("own",) else _PATIENCE[rows]
        with ThreadPoolExecutor(len(kinds)) as threads:
            # A program ends with the thread that started it: these stay until all is said.
            watched = threads.map(partial(watch, rows=rows, page=page, patience=patience), kinds)
            for kind, said in zip(kinds, watched, strict=True):
                yield from figures_of(kind, rows, said, patience)


def measure(quick: bool) -> Iterator[Figure]:
    """Every list at every size; quickly, at the smallest alone."""
    with TemporaryDirectory() as folder:
        page = write_page(Path(folder) / "page")
        for rows in SIZES[:1] if quick else SIZES:
            yield from figures_at(rows, page)


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
