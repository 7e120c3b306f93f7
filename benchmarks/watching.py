"""A quiet table, and how soon an event is seen: `python -m benchmarks.watching`.

Five dashboards and `ses-tui tail` watch at once, each in a process of its own: one a table without
mail, one a table that nobody writes to, one a table that gets 1,000 events a second, the others
tables in which ten events a second are recorded and put into pages. All of them together take a
part of a core.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import IO, Final

from benchmarks.alone import run_alone
from benchmarks.child_process import SES_TUI, child
from benchmarks.dashboard_writer import WINDOW_SECONDS
from benchmarks.figure import Figure, percentile_95
from benchmarks.following import live
from benchmarks.watched_dashboard import SETTLE_SECONDS, TABLE, Bench, costs_of, open_bench
from ses_tui.core.follow import DEFAULT_INTERVAL_SECONDS
from ses_tui.demo.access import LocalAccess

ISSUE: Final = 6
_TAIL_ISSUE: Final = 2
_SECONDS: Final = {False: 30.0, True: 6.0}
_LIVE_SECONDS: Final = 45.0
_SLICES: Final = 6
_RATE: Final = 10.0
_STAMP: Final = re.compile(rb"at(\d{13})@visible")
_ASKED: Final = {"poll": WINDOW_SECONDS + DEFAULT_INTERVAL_SECONDS + 0.5, "stream": 0.7}
_TAIL_ASKED: Final = 3.0


def idle(bench: Bench, seconds: float) -> list[Figure]:
    """A table without mail: a heartbeat a minute, and the rows of the schedule."""
    return _idle(bench, seconds, "idle", "heartbeats")


def idle_alone(bench: Bench, seconds: float) -> list[Figure]:
    """A table that nobody writes to any more: one page of events, and then nothing."""
    return _idle(bench, seconds, "idle, nothing is written", "pages")


def _idle(bench: Bench, seconds: float, name: str, writes: str) -> list[Figure]:
    access = bench.fresh_access()
    with bench.dashboard(access) as program, bench.writer(access, writes, 1_000, 1) as writer:
        writer.wait_for("starts", program)
        program.listen(3 * SETTLE_SECONDS)
        costs = costs_of(program, seconds, _SLICES)
    processor = tuple(cost.processor for cost in costs)
    sent = tuple(cost.bytes for cost in costs)
    return [
        Figure(ISSUE, f"{name}: processor", "% of a core", processor, at_most=1),
        Figure(ISSUE, f"{name}: bytes", "bytes/s", sent, at_most=300),
    ]


def visible(bench: Bench, seconds: float, source: str) -> list[Figure]:
    """From the recording of an event to the line on the screen."""
    asked = _ASKED[source]
    access = bench.fresh_access()
    count = round((seconds + SETTLE_SECONDS) * _RATE)
    seen: dict[int, float] = {}

    def note(output: bytes) -> bool:
        now = time.time()
        for stamp in map(int, _STAMP.findall(output)):
            seen.setdefault(stamp, now - stamp / 1000)
        return len(seen) == count

    with bench.dashboard(access, f"--source={source}") as program:
        program.listen(2 * SETTLE_SECONDS)
        with bench.writer(access, "recorded", _RATE, count) as writer:
            writer.wait_for("starts", program)
            program.listen(seconds + 4 * SETTLE_SECONDS, note)
    return _ages(ISSUE, f"recorded to visible, {source}", seen, count, asked)


def told(bench: Bench, seconds: float) -> list[Figure]:
    """From the recording of an event to the line that `ses-tui tail --json` prints."""
    access = bench.fresh_access()
    count = round((seconds + SETTLE_SECONDS) * _RATE)
    seen: dict[int, float] = {}
    with _tail(access, count, seconds + 8 * SETTLE_SECONDS) as output:
        # As long as the dashboards have: a tail that has not begun prints nothing of what is past.
        time.sleep(3 * SETTLE_SECONDS)
        with bench.writer(access, "recorded", _RATE, count):
            for line in output:
                if stamp := _STAMP.search(line):
                    seen.setdefault(int(stamp[1]), time.time() - int(stamp[1]) / 1000)
    return _ages(_TAIL_ISSUE, "recorded to printed, tail --json", seen, count, _TAIL_ASKED)


@contextmanager
def _tail(access: LocalAccess, count: int, seconds: float) -> Iterator[IO[bytes]]:
    """What `ses-tui tail` prints of the table, up to so many events, and for so long at most."""
    command = (
        *(*SES_TUI, "tail", "--json"),
        *(f"--table={TABLE}", f"--endpoint-url={access.endpoint_url}"),
        *(f"--count={count}", f"--for={seconds:.0f}s"),
    )
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": access.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_DEFAULT_REGION": access.region,
    }
    with child(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        yield process.stdout


def _ages(issue: int, name: str, seen: dict[int, float], count: int, asked: float) -> list[Figure]:
    """How long events took to be seen once it goes steadily, and how many never were."""
    steady = [seen[stamp] for stamp in sorted(seen)][round(SETTLE_SECONDS * _RATE) :]
    late, note = (percentile_95(steady),), f"of {len(steady)} events"
    never = (float(count - len(seen)),)
    return [
        Figure(issue, f"{name}, p95", "s", late, at_most=asked, note=note),
        Figure(issue, name, "s", tuple(steady)),
        Figure(issue, f"{name}: never", "events", never, at_most=0, note=f"of {count}"),
    ]


def measure(quick: bool) -> Iterator[Figure]:
    """All of them at once, each on an engine of its own; quickly, fewer."""
    seconds = _SECONDS[quick]
    watches: list[Callable[[Bench, float], Iterable[Figure]]] = [
        idle,
        partial(visible, source="poll"),
        partial(visible, source="stream"),
        told,
    ]
    if not quick:
        watches += [idle_alone, lambda bench, _: live(bench, _LIVE_SECONDS)]

    def watch(one: Callable[[Bench, float], Iterable[Figure]]) -> list[Figure]:
        with open_bench() as bench:
            return list(one(bench, seconds))

    with ThreadPoolExecutor(len(watches)) as threads:
        for figures in threads.map(watch, watches):
            yield from figures


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
