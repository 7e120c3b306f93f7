from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from recorder.model.rollup import MINUTE_MS, tally
from ses_tui.core.rate_panel import SMALLEST_COLUMN, RatePanel, panel_of
from ses_tui.core.rates import RateCounters, RateEstimate
from ses_tui.core.rollup_pieces import Piece, RollupAnswer
from ses_tui.core.windows import DEFAULT_WINDOW, WINDOWS, Window
from tests.events import NOON, make_event

COUNTED = ("Send", "Delivery", "Bounce", "Complaint", "Open")


def answer_of(events: list[Event], since: int, until: int) -> RollupAnswer:
    """What a reader of rollups answers for the minutes of [since, until)."""
    pieces: dict[int, Piece] = {}
    for (minute, family), counters in sorted(tally(events).items()):
        if since <= minute < until:
            piece = pieces.setdefault(minute, Piece(minute, MINUTE_MS, {}))
            piece.families.setdefault(family, Counter()).update(counters)
    return RollupAnswer(tuple(pieces.values()), until)


def panel_from(events: list[Event], window: Window, now: int) -> RatePanel:
    since = window.start(now)
    before = answer_of(events, since - window.length, since)
    return panel_of(window, now, answer_of(events, since, now + 1), before)


def estimate_of(events: list[Event]) -> RateEstimate:
    counters = RateCounters()
    counters.add(events)
    return counters.estimate()


def mail(at: int, sends: int, bounces: int = 0, complaints: int = 0) -> list[Event]:
    bounced: dict[str, Any] = {"bounce_type": "Permanent"}
    return [
        *(make_event("Send", at=at) for _ in range(sends)),
        *(make_event("Bounce", at=at, **bounced) for _ in range(bounces)),
        *(make_event("Complaint", at=at, complaint_type="abuse") for _ in range(complaints)),
    ]


@given(
    st.sampled_from(WINDOWS),
    st.integers(0, 86_400_000),
    st.lists(
        st.tuples(
            st.sampled_from(COUNTED),
            st.floats(0, 2.2),
            st.sampled_from(["orders", "news", None]),
        ),
        max_size=60,
    ),
)
def test_figures_are_those_of_the_events_of_each_window(
    window: Window, later: int, kinds: list[tuple[str, float, str | None]]
) -> None:
    now = NOON + later
    events = [
        make_event(
            kind,
            at=now - int(age * window.length),
            configuration_set=name,
            bounce_type="Permanent",
        )
        for kind, age, name in kinds
    ]
    since = window.start(now)
    panel = panel_from(events, window, now)
    within = [event for event in events if event.recorded_at >= since]
    before = [e for e in events if since - window.length <= e.recorded_at < since]
    assert panel.estimate == estimate_of(within)
    assert panel.before == estimate_of(before)
    columns = window.length // window.step
    assert columns <= len(panel.bounce_series) == len(panel.complaint_series) <= columns + 1
    assert any(panel.bounce_series) == bool(panel.estimate.bounces and panel.estimate.denominator)


def test_a_column_keeps_its_events_while_the_window_moves_on() -> None:
    step = DEFAULT_WINDOW.step
    events = mail(NOON - 10 * step, 100, 5) + mail(NOON - 4 * step, 100)
    series = panel_from(events, DEFAULT_WINDOW, NOON).bounce_series
    assert [value for value in series if value is not None] == [0.05, 0.0]
    later = panel_from(events, DEFAULT_WINDOW, NOON + step).bounce_series
    assert later[-20:-1] == series[-19:]


def test_one_bounce_of_two_mails_is_no_storm() -> None:
    panel = panel_from(mail(NOON, 2, 1), DEFAULT_WINDOW, NOON)
    assert panel.bounce_series[-1] == 1 / SMALLEST_COLUMN
    assert panel.estimate.bounce_rate == 1 / 2


def test_change_is_the_difference_to_the_window_before() -> None:
    length = DEFAULT_WINDOW.length
    panel = panel_from(mail(NOON, 400, 20, 2) + mail(NOON - length, 200, 4), DEFAULT_WINDOW, NOON)
    assert panel.bounce_change == pytest.approx(0.05 - 0.02)
    assert panel.complaint_change == pytest.approx(0.005)


@pytest.mark.parametrize(("now", "before"), [(199, 400), (400, 199), (400, 0), (0, 400)])
def test_there_is_no_change_where_either_window_has_too_few(now: int, before: int) -> None:
    events = mail(NOON, now, 5) + mail(NOON - DEFAULT_WINDOW.length, before, 5)
    panel = panel_from(events, DEFAULT_WINDOW, NOON)
    assert panel.bounce_change is None
    assert panel.complaint_change is None
