"""How soon Health opens, and what a tick of it costs: `python -m benchmarks.health`.

Needs DynamoDB Local. The table holds what eight days of a busy shop leave: summaries of hours and
minutes in all families. The dashboard runs in a pseudo-terminal, as it always does.
"""

import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.alone import run_alone
from benchmarks.figure import Figure
from benchmarks.samples import sample_events, sample_items
from benchmarks.stored_events import create_silent_table, load
from benchmarks.watched_program import WatchedProgram
from recorder.model.item import Item
from recorder.model.keys import (
    RATE_COUNTERS,
    folded_key,
    hour_summary_keys,
    minute_summary_keys,
)
from recorder.model.rate_counters import rate_counters
from recorder.model.rollup import (
    HOUR_MS,
    MINUTE_MS,
    RATE_FAMILY,
    Family,
    keep_largest,
    minute_start,
    tally,
)
from recorder.model.summary import summary_item
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import start_dynamodb_local

SIZES: Final = ((160, 48), (80, 24))
TABLE: Final = "ses-events"
_DAYS: Final = 8
_EVENTS: Final = 2_000
_EVENTS_A_MINUTE: Final = 300
_SETTLE_SECONDS: Final = 1.0
_IMPORTED_AFTER_SECONDS: Final = 4.5
"""The program imports its other screens once nobody has to wait for that."""


def measure(quick: bool) -> Iterator[Figure]:
    """Opening and ticks at each size."""
    with (
        start_dynamodb_local(heap_megabytes=512) as engine,
        TemporaryDirectory() as folder,
    ):
        access = LocalAccess(engine.endpoint_url)
        create_silent_table(access, TABLE)
        load(access, TABLE, past(time.time_ns() // 1_000_000))
        if not quick:
            _open(access, Path(folder), *SIZES[0])  # what the engine answers first takes it longer
        for columns, rows in SIZES[:1] if quick else SIZES:
            rounds = 1 if quick or (columns, rows) != SIZES[0] else 2
            opened = [_open(access, Path(folder), columns, rows) for _ in range(rounds)]
            yield from _figures(f"{columns}x{rows}", opened)


def _open(access: LocalAccess, folder: Path, columns: int, rows: int) -> dict[str, list[float]]:
    """Open Health, leave it, open it again, and have it tick."""
    where = (f"--endpoint-url={access.endpoint_url}", f"--access-key={access.access_key_id}")
    report = folder / "report"
    found: dict[str, list[float]] = {}
    with WatchedProgram(
        *("benchmarks.dashboard_program", f"--report={report}", *where),
        report=report,
        columns=columns,
        rows=rows,
    ) as program:
        program.listen_for("RECORDER DOWN|QUIET")
        program.listen(_IMPORTED_AFTER_SECONDS)
        for which in ("first", "again"):
            began, busy = time.monotonic(), program.exact_processor_seconds()
            program.type("h")
            painted = program.listen_for("as of")
            found[which] = [(painted - began) * 1_000]
            found[f"{which}, processor"] = [(program.exact_processor_seconds() - busy) * 1_000]
            program.listen(_SETTLE_SECONDS)
            program.type("l")
            program.listen(1)
        program.type("h")
        program.listen(1)
        return found | program.ask(signal.SIGUSR2)


def _figures(size: str, runs: list[dict[str, list[float]]]) -> Iterator[Figure]:
    def runs_of(name: str) -> tuple[float, ...]:
        return tuple(statistics.median(run[name]) for run in runs)

    for which, called in (("first", "first time"), ("again", "again")):
        name = f"health: opening, {called}, {size}"
        yield Figure(8, name, "ms", runs_of(which), at_most=300)
        yield Figure(8, f"{name}: processor", "ms", runs_of(f"{which}, processor"))
    yield Figure(8, f"health: tick, processor, {size}", "ms", runs_of("milliseconds"), at_most=10)
    yield Figure(8, f"health: tick, bytes, {size}", "bytes", runs_of("bytes"), at_most=2_048)
    yield Figure(8, f"health: reading before a tick, processor, {size}", "ms", runs_of("reads"))


def past(now: int) -> Iterator[Item]:
    """Summaries of eight days, in minutes where a window or what it is compared with needs them."""
    events = sample_events(sample_items(_EVENTS, keep_subject=False))[-_EVENTS_A_MINUTE:]
    of_minute = _counters(events, 1)
    of_hour = _counters(events, 60)
    last_minute = minute_start(now) - 2 * MINUTE_MS
    this_hour = now - now % HOUR_MS
    first = this_hour - _DAYS * 24 * HOUR_MS
    for hour in range(first, this_hour, HOUR_MS):
        for family, counters in of_hour.items():
            yield summary_item(hour_summary_keys(hour, family), hour, counters, 1)
    for ago in (0, 24 * HOUR_MS, 7 * 24 * HOUR_MS):
        for minute in range(this_hour - ago - 2 * HOUR_MS, last_minute - ago + 1, MINUTE_MS):
            for family, counters in of_minute.items():
                yield summary_item(minute_summary_keys(minute, family), minute, counters, 1)
    progress = {"s": first, "m": last_minute, "h": this_hour - HOUR_MS, "r": 0}
    progress |= {"t": last_minute, "g": this_hour - HOUR_MS}
    yield folded_key() | {name: {"N": str(value)} for name, value in progress.items()}


def _counters(events: list[Any], times: int) -> dict[str, Counter[str]]:
    sums: dict[str, Counter[str]] = {family: Counter() for family in Family}
    for (_, family), counters in tally(events).items():
        for name, count in counters.items():
            sums[family][name] += count * times
    kept: dict[str, Counter[str]] = {name: keep_largest(each) for name, each in sums.items()}
    return kept | {RATE_COUNTERS: rate_counters(kept[RATE_FAMILY])}


if __name__ == "__main__":
    run_alone(measure, __doc__ or "")
