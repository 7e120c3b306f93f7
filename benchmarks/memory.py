"""Many events in memory: what they take, and how soon a filter shows something.

`python -m benchmarks.memory`. The dashboard runs in a process of its own, in a pseudo-terminal of
160x48, over an empty table; its memory is filled before its first picture.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure, percentile_95
from benchmarks.watched_dashboard import FIRST_PICTURE_BYTES, open_bench
from benchmarks.watched_program import WatchedProgram

ISSUE: Final = 6
_SHOWN: Final = re.compile(rb"shown|searched")
_FILLING_SECONDS: Final = 180.0
_SETTLE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Filled:
    """So many events, what is asked of them, and what is typed to filter them."""

    events: int
    megabytes: float
    filter_ms: float
    filters: Sequence[str]


FILLED: Final = (
    Filled(200_000, 100, 60, ("gmail", "order", "nobody", "5.1.1")),
    Filled(1_000_000, 450, 250, ("gma",)),
)


def measure(quick: bool) -> Iterator[Figure]:
    """The empty dashboard, and two that are full; quickly only the smaller one."""
    with open_bench() as bench:
        access = bench.fresh_access()
        with bench.dashboard(access) as program:
            program.listen_for_bytes(FIRST_PICTURE_BYTES)
            program.listen(_SETTLE_SECONDS)
            empty = program.resident_megabytes()
        yield Figure(ISSUE, "memory of the empty dashboard", "MB", (empty,))
        for filled in FILLED[:1] if quick else FILLED:
            filters = filled.filters[:1] if quick else filled.filters
            filling = (f"--events={filled.events}", f"--capacity={filled.events}")
            name = f"{filled.events:,} events"
            with bench.dashboard(access, *filling) as program:
                program.listen_for_bytes(FIRST_PICTURE_BYTES, _FILLING_SECONDS)
                program.listen(_SETTLE_SECONDS)
                taken = (program.resident_megabytes() - empty,)
                over = f"{name}: memory over the empty dashboard"
                yield Figure(ISSUE, over, "MB", taken, at_most=filled.megabytes)
                answers = tuple(_filter_answers(program, filters))
            late, note = (percentile_95(answers),), f"of {len(answers)} keys"
            key = f"{name}: filter key to screen"
            yield Figure(ISSUE, f"{key}, p95", "ms", late, at_most=filled.filter_ms, note=note)
            yield Figure(ISSUE, key, "ms", answers)


def _filter_answers(program: WatchedProgram, filters: Sequence[str]) -> Iterator[float]:
    """Milliseconds from each key of a filter to the first screen that shows what it lets through.

    A key is pressed when the search of the one before has ended, so that no picture is its.
    """
    for text in filters:
        program.type("/")
        program.listen(0.5)
        program.type("\x15")
        _wait_for_search(program)
        for letter in text:
            pressed = time.monotonic()
            program.type(letter)
            found = program.listen(5, lambda output: _SHOWN.search(output) is not None)
            if found is not None:
                yield (found - pressed) * 1000
            _wait_for_search(program)
        program.type("\x1b")
        program.listen(0.5)


def _wait_for_search(program: WatchedProgram) -> None:
    """Until there is nothing left to search, and its last picture has come."""
    program.listen(0.15)
    while program.ask()["searching"]:
        program.listen(0.15)
    program.listen(0.3)


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
