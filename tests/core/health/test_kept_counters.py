"""What is kept of the counters of a window changes no figure."""

from collections import Counter
from collections.abc import Collection, Sequence

from hypothesis import given, settings
from hypothesis import strategies as some

from recorder.model.rollup import HOUR_MS, MINUTE_MS, Family, minute_start
from ses_tui.core.health.kept_counters import KEPT_SECONDS, KeptCounters
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.windows import Window, window_named
from tests.ui.fakes import NOON, FrozenClock

_OPEN_MINUTES = 2
_HOUR_TABLES = window_named("6h")


class OneEventAMinute:
    """As a table whose summaries are two minutes behind; `late` events came in since."""

    def __init__(self) -> None:
        self.late = 0
        self.minutes_read = 0
        self.progress: int | None = None

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        start, end = minute_start(since), minute_start(until) + MINUTE_MS
        self.minutes_read = (end - start) // MINUTE_MS
        summarised = minute_start(until) - _OPEN_MINUTES * MINUTE_MS
        self.progress = summarised
        pieces = []
        for family in (Family.TYPE, Family.DOMAIN):
            at = start
            while at < end:
                whole = at % HOUR_MS == 0 and at + HOUR_MS <= summarised and family in hourly
                length = HOUR_MS if whole else MINUTE_MS
                count = length // MINUTE_MS * (1 + self.late)
                pieces.append(Piece(at, length, {family: Counter({"D|": count})}))
                at += length
        return RollupAnswer(tuple(pieces), summarised)

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        raise NotImplementedError


def minutes_counted(answer: RollupAnswer, window: Window, now: int) -> set[int]:
    return {counters.total() for counters in answer.between(window.start(now), now + 1).values()}


class HurriedClock(FrozenClock):
    """Minutes pass while nothing grows old."""

    def monotonic(self) -> float:
        return 0.0


@given(
    window=some.sampled_from([window_named(label) for label in ("5m", "1h", "6h", "24h")]),
    steps=some.lists(some.sampled_from([0, 1, 7, 59, 60, 100]), min_size=2, max_size=8),
)
@settings(max_examples=25, deadline=None)
async def test_every_minute_is_counted_once(window: Window, steps: list[int]) -> None:
    clock = HurriedClock()
    kept = KeptCounters(OneEventAMinute(), clock)
    for minutes in steps:
        clock.now += minutes * MINUTE_MS
        answer = await kept.read(window, clock.now)
        assert minutes_counted(answer, window, clock.now) == {window.length // MINUTE_MS}


async def test_only_open_minutes_are_read_again_for_a_while() -> None:
    rollups, clock = OneEventAMinute(), FrozenClock()
    kept = KeptCounters(rollups, clock)
    for _ in range(2):
        await kept.read(_HOUR_TABLES, clock.now)
        assert rollups.minutes_read == 360
        clock.now += 10_000
        await kept.read(_HOUR_TABLES, clock.now)
        assert rollups.minutes_read == _OPEN_MINUTES + 1
        kept.forget()
    await kept.read(_HOUR_TABLES, clock.now)
    rollups.late = 1
    clock.now += int(KEPT_SECONDS * 1_000)
    answer = await kept.read(_HOUR_TABLES, clock.now)
    assert minutes_counted(answer, _HOUR_TABLES, clock.now) == {720}, "what came late is seen"
    assert clock.now >= NOON
