"""The dashboard at 10,000 events a second: `python -m benchmarks.following`.

It runs in a process of its own, in a pseudo-terminal of 160x48, and reads the table as it always
does. Processor time is that of its process alone. 1,000 a second are followed beside what
`benchmarks.watching` looks at.
"""

import random
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.alone import run_alone
from benchmarks.dashboard_writer import EVENTS_A_PAGE
from benchmarks.figure import Figure, percentile_95
from benchmarks.watched_dashboard import SETTLE_SECONDS, Bench, Writer, costs_of, open_bench
from benchmarks.watched_program import WatchedProgram

ISSUE: Final = 6
_FLOOD_SECONDS: Final = 30.0
_QUICK_FLOOD_SECONDS: Final = 6.0
_SLICES: Final = 6
_PICTURES_A_SECOND: Final = 3
_PAUSE_BETWEEN_KEYS: Final = (0.2, 0.7)
_LAST_EVENTS_SECONDS: Final = 60.0


def live(bench: Bench, seconds: float) -> Iterator[Figure]:
    """1,000 events a second, followed with three pictures a second and the rates above them."""
    rate = 1_000.0
    access = bench.fresh_access()
    pages = round((seconds + 2 * SETTLE_SECONDS) * rate / EVENTS_A_PAGE)
    polls = f"--interval={1 / _PICTURES_A_SECOND}"
    with (
        bench.dashboard(access, polls) as program,
        bench.writer(access, "pages", rate, pages) as writer,
    ):
        _wait_for_start(writer, program)
        began, before = time.monotonic(), program.ask()["pictures"]
        costs = costs_of(program, seconds, _SLICES)
        pictures = (program.ask()["pictures"] - before) / (time.monotonic() - began)
        processor = tuple(cost.processor for cost in costs)
        sent = tuple(cost.bytes / 1024 for cost in costs)
        compressed = tuple(cost.bytes_compressed / 1024 for cost in costs)
        yield Figure(ISSUE, "1,000/s: processor", "% of a core", processor, at_most=15)
        yield Figure(ISSUE, "1,000/s: bytes", "KiB/s", sent, at_most=130)
        yield Figure(ISSUE, "1,000/s: bytes through zlib", "KiB/s", compressed, at_most=6)
        yield Figure(ISSUE, "1,000/s: pictures", "a second", (pictures,))
        yield _lost("1,000/s", writer, program)


def flood(bench: Bench, seconds: float) -> Iterator[Figure]:
    """10,000 events a second, while keys are pressed."""
    rate = 10_000.0
    access = bench.fresh_access()
    pages = round((seconds + SETTLE_SECONDS) * rate / EVENTS_A_PAGE)
    pauses = random.Random(7)
    with bench.dashboard(access) as program, bench.writer(access, "pages", rate, pages) as writer:
        _wait_for_start(writer, program)
        began, busy = time.monotonic(), program.processor_seconds()
        answers: list[float] = []
        while time.monotonic() - began < seconds:
            for key, answer in (("k", "G to follow"), ("G", "following")):
                program.listen(pauses.uniform(*_PAUSE_BETWEEN_KEYS))
                answers.append(_answer_ms(program, key, answer))
        busy = 100 * (program.processor_seconds() - busy) / (time.monotonic() - began)
        name, late = "10,000/s: key to screen", (percentile_95(answers),)
        note = f"of {len(answers)} keys"
        yield Figure(ISSUE, f"{name}, p95", "ms", late, at_most=100, note=note)
        yield Figure(ISSUE, name, "ms", tuple(answers))
        yield Figure(ISSUE, "10,000/s: processor", "% of a core", (busy,))
        yield _lost("10,000/s", writer, program)


def _wait_for_start(writer: Writer, program: WatchedProgram) -> None:
    """Until events have come for a while."""
    starts = writer.wait_for("starts", program)
    program.listen(max(0.0, starts / 1000 - time.time()) + SETTLE_SECONDS)


def _lost(name: str, writer: Writer, program: WatchedProgram) -> Figure:
    """How many of the events written never came to memory."""
    written = writer.wait_for("wrote", program)
    deadline = time.monotonic() + _LAST_EVENTS_SECONDS
    while (seen := program.ask()["seen"]) < written and time.monotonic() < deadline:
        program.listen(1)
    lost = (float(abs(written - seen)),)
    return Figure(ISSUE, f"{name}: lost", "events", lost, at_most=0, note=f"of {written:,}")


def _answer_ms(program: WatchedProgram, key: str, answer: str) -> float:
    pressed = time.monotonic()
    program.type(key)
    return (program.listen_for(answer) - pressed) * 1000


def measure(quick: bool) -> Iterator[Figure]:
    """Keys beside the flood."""
    with open_bench() as bench:
        yield from flood(bench, _QUICK_FLOOD_SECONDS if quick else _FLOOD_SECONDS)


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
