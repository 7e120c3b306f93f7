from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.recording_delay import OVER_MS, RecordingDelay
from tests.events import NOON, make_event


def delay_of(*delays: int, at: int = NOON, **fields: Any) -> RecordingDelay:
    delay = RecordingDelay()
    delay.add(make_event(at=at, event_time=at - each, **fields) for each in delays)
    return delay


def test_nothing_is_known_without_events_of_the_last_minutes() -> None:
    assert RecordingDelay().figures(NOON) is None
    old = delay_of(500, at=NOON - OVER_MS - 20_000)
    assert old.figures(NOON) is None
    assert delay_of(500, historic=True).figures(NOON) is None
    untimed = RecordingDelay()
    untimed.add([make_event(event_time=None)])
    assert untimed.figures(NOON) is None


@given(st.lists(st.integers(20, 10**8), min_size=1, max_size=200))
def test_percentiles_are_right_to_three_per_cent(delays: list[int]) -> None:
    figures = delay_of(*delays).figures(NOON)
    assert figures is not None
    ordered = sorted(delays)
    for share, figure in ((50, figures.p50), (95, figures.p95)):
        exact = ordered[-(-len(ordered) * share // 100) - 1]
        assert abs(figure - exact) <= exact * 0.03 + 1
    assert figures.count == len(delays)


def test_clocks_that_differ_make_no_negative_delay() -> None:
    figures = delay_of(-4_000, -1, 0).figures(NOON)
    assert figures is not None
    assert figures.p50 == figures.p95 == 20


def test_old_events_leave_and_late_ones_of_the_past_do_not_come_back() -> None:
    delay = delay_of(60_000, at=NOON - OVER_MS)
    delay.add(make_event(at=NOON, event_time=NOON - 1_000) for _ in range(10))
    delay.add([make_event(at=NOON - 2 * OVER_MS, event_time=0)])
    figures = delay.figures(NOON)
    assert figures is not None
    assert figures.count == 10
    assert figures.p95 <= 1_100


def test_the_figures_follow_the_clock_without_events() -> None:
    delay = delay_of(1_000)
    assert delay.figures(NOON + OVER_MS - 20_000) is not None
    assert delay.figures(NOON + OVER_MS + 20_000) is None
