import dataclasses

import pytest
from rich.cells import cell_len

from ses_tui.core.feed_state import Condition, FeedState
from ses_tui.core.recording_delay import DelayFigures
from ses_tui.core.windows import DEFAULT_WINDOW
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.feed import Status
from ses_tui.ui.widgets.header import Header
from tests.ui.conftest import Open
from tests.ui.fakes import NOON, make_event

FULL = Status(
    "ses-events · eu-west-1",
    UTC_ZONE,
    FeedState(Condition.LIVE, 1_000),
    today="11-23",
    events_per_second=1234.5,
    delay=DelayFigures(1_200, 14_000, 100),
    poll_interval=5.0,
    window=DEFAULT_WINDOW,
    since=NOON - 3_600_000,
    shown=12,
    total=200_000,
    filter_text="type:bounce domain:gmail.com",
)


def text_of(status: Status, width: int) -> str:
    return "".join(span.text for span in Header(status).line(width))


@pytest.mark.parametrize("width", range(60, 200, 7))
def test_the_line_is_as_wide_as_the_terminal_and_keeps_what_matters(width: int) -> None:
    states = (
        FeedState(Condition.LIVE, 1_000),
        FeedState(Condition.RECORDER_DOWN, 7_500_000),
        FeedState(Condition.OFFLINE, 80_000, "no answer"),
        FeedState(Condition.QUIET, 3_600_000, unanswered_ms=12_000),
    )
    for state in states:
        text = text_of(dataclasses.replace(FULL, state=state), width)
        assert cell_len(text) == width
        assert text.rstrip().endswith(
            (state.condition.value, "min", "no answer 12 s", "no answer for 12 s")
        )
        assert "UTC" in text
        assert "ses-events" in text


def test_with_room_everything_is_there() -> None:
    text = text_of(FULL, 220)
    for words in (
        "ses-tui",
        "ses-events · eu-west-1",
        "/type:bounce domain:gmail.com",
        "1,234.5 events/s",
        "delay p50 1.2 s p95 14 s",
        "200,000 in memory since 11:00",
        f"{DEFAULT_WINDOW.label} ",
        "every 5 s",
        "UTC",
        "LIVE",
    ):
        assert words in text


def test_what_matters_least_gives_way_first() -> None:
    order = (
        "ses-tui",
        f"  {DEFAULT_WINDOW.label}  ",
        "since 11:00",
        "p95",
        "every 5 s",
        "1,234.5",
        "/type:",
    )
    kept_at = [min(w for w in range(60, 230) if words in text_of(FULL, w)) for words in order]
    assert kept_at == sorted(kept_at, reverse=True)
    assert len(set(kept_at)) == len(kept_at)


def test_an_unknown_delay_is_said_to_be_unknown() -> None:
    assert "delay - " in text_of(dataclasses.replace(FULL, delay=None), 220)


def test_a_default_interval_needs_no_words() -> None:
    assert "every" not in text_of(dataclasses.replace(FULL, poll_interval=2.0), 220)


async def test_the_delay_comes_from_events_of_the_last_minutes(dashboard: Open) -> None:
    old = [make_event(n) for n in range(50)]
    async with dashboard(*old, size=(160, 48)) as board:
        assert "delay - " in board.lines[0]
        recent = [
            make_event(9_000 + n, recorded_at=NOON - 5_000, event_time=NOON - 5_000 - 1_000)
            for n in range(20)
        ]
        await board.feed(*recent, make_event(8_000, historic=True, recorded_at=NOON, event_time=1))
        assert "delay p50 1.0 s p95 1.0 s" in board.lines[0]


async def test_plus_and_minus_change_how_often_is_polled(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        seen = []
        for key in ("minus", "minus", "minus", "minus", "plus", "plus", "plus", "plus", "plus"):
            await board.press(key)
            seen.append(board.status.poll_interval)
        assert seen == [5.0, 10.0, 30.0, 30.0, 10.0, 5.0, 2.0, 1.0, 1.0]
        assert "every 1 s" in board.lines[0]
        await board.press("minus")
        assert "every" not in board.lines[0]
