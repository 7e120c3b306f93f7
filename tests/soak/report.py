"""What came of a soak, as a table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.soak.accounting import Account
from tests.soak.faults import Planned
from tests.soak.memory import Memory

_MOST_GROWTH_MEGABYTES: Final = 3.0
_LONG_SECONDS: Final = 600.0
_MOST_GROWTH_OF_SHORT_RUN_MEGABYTES: Final = 8.0
"""A run of few minutes is all warm-up: caches fill. It tells only what grows without any bound."""
_MARKS = 8


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that is judged, and some figures beside it."""

    seconds: float
    events: int
    met: tuple[Planned, ...]
    accounts: tuple[Account, ...]
    memory: Memory
    caught_up_seconds: float | None
    repeated: int
    processes_ended: int
    dashboard_processor_seconds: float
    left_behind: tuple[int, ...]

    @property
    def most_growth(self) -> float:
        """By how much (MB) the dashboard may grow after its warm-up, however many events come."""
        is_long = self.seconds >= _LONG_SECONDS
        return _MOST_GROWTH_MEGABYTES if is_long else _MOST_GROWTH_OF_SHORT_RUN_MEGABYTES

    @property
    def memory_is_flat(self) -> bool:
        """Whether the dashboard grew by no more than it may."""
        return self.memory.growth(self.seconds) <= self.most_growth

    @property
    def passed(self) -> bool:
        """Whether everything is as it has to be."""
        return (
            self.caught_up_seconds is not None
            and all(account.is_exact for account in self.accounts)
            and self.memory_is_flat
            and not self.left_behind
        )


def lines_of(result: Result) -> Iterator[str]:
    """The table, a line at a time."""
    yield ""
    yield f"{'fault':32} {'times':>5} {'seconds':>8}"
    lasted: Counter[str] = Counter()
    times = Counter(planned.trouble for planned in result.met)
    for planned in result.met:
        lasted[planned.trouble] += round(planned.ends - planned.begins)
    for trouble, number in sorted(times.items()):
        yield f"{trouble:32} {number:5} {lasted[trouble]:8}"
    yield (
        f"{result.repeated:,} messages came twice; {result.processes_ended} processes of "
        "functions ended in the middle"
    )
    yield ""
    yield f"{'place':24} {'seen':>10} {'missing':>8} {'doubled':>8} {'strange':>8}"
    for account in result.accounts:
        yield (
            f"{account.place:24} {account.seen:10,} {account.missing:8,} {account.doubled:8,} "
            f"{account.strange:8,}"
        )
    yield ""
    marks = result.memory.marks
    chosen = marks[:: max(1, len(marks) // _MARKS)]
    yield "dashboard's memory: " + ", ".join(
        f"{at / 60:.1f} min {megabytes:.0f} MB" for at, megabytes in chosen
    )
    yield (
        f"it grew by {result.memory.growth(result.seconds):+.1f} MB after its warm-up "
        f"(at most {result.most_growth:.1f}); "
        f"{result.dashboard_processor_seconds:.0f} s of processor time"
    )
    caught_up = result.caught_up_seconds
    yield (
        "the readers never caught up"
        if caught_up is None
        else f"the readers had caught up {caught_up:.0f} s after the end"
    )
    yield f"processes left behind: {len(result.left_behind)}"
    yield f"verdict: {'PASSED' if result.passed else 'FAILED'}"
