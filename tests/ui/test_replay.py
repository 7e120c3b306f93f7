"""The dashboard on a recording."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from ses_tui.cli.options import GlobalOptions
from ses_tui.cli.tail import LinePrinter
from ses_tui.core.replay.recording import Recording
from ses_tui.core.replay.replay_clock import ReplayClock
from ses_tui.core.replay.replay_connection import ReplayConnection
from ses_tui.core.replay.replay_control import ReplayControl
from ses_tui.ui.app import DashboardApp
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, FakeConnection, FrozenClock, make_bounce, make_event

EVENTS = [(make_bounce if n % 4 == 0 else make_event)(n) for n in range(60)]
FIRST, LAST = EVENTS[0].recorded_at, EVENTS[-1].recorded_at

OpenReplay = Callable[..., AbstractAsyncContextManager[Dashboard]]


@pytest.fixture
def night(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """What `tail --json` prints of them."""
    LinePrinter(GlobalOptions(), True, None, lambda _: True).print(EVENTS)
    file = tmp_path / "night.jsonl"
    file.write_text(capsys.readouterr().out)
    return file


@pytest.fixture
def replay(night: Path) -> OpenReplay:
    @asynccontextmanager
    async def open_replay(
        size: tuple[int, int] = (100, 30), start: int = FIRST
    ) -> AsyncIterator[Dashboard]:
        real = FrozenClock(0)
        clock = ReplayClock(real, start, LAST)
        connection = ReplayConnection(Recording(night), clock)
        app = DashboardApp(
            connection=connection, clock=clock, control=ReplayControl(clock), utc=True, at_once=True
        )
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.pause()
            # Its clock is the real one: that of the recording follows.
            yield Dashboard(app, pilot, FakeConnection(), real)
        await connection.close()

    return open_replay


async def play(dashboard: Dashboard, seconds: float) -> None:
    """Let time pass, and what it brings be shown."""
    dashboard.clock.now += int(seconds * 1000)
    dashboard.app.action_retry()
    await dashboard.pilot.pause()
    await dashboard.pilot.pause()
    await dashboard.settle()


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_what_tail_printed_is_what_the_dashboard_shows(
    replay: OpenReplay, dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*EVENTS, size=size) as live:
        expected = live.listing
    async with replay(size) as played:
        await play(played, 60)
        assert played.listing == expected
        assert f"REPLAY ENDED 11-23 {LAST_CLOCK}" in played.lines[0]
        assert "night.jsonl" in played.lines[0]


LAST_CLOCK = "11:00:59"


async def test_keys_pause_change_the_speed_and_leap(replay: OpenReplay) -> None:
    async with replay() as played:
        assert "REPLAY 1x 11-23 11:00:00" in played.lines[0]
        assert played.status.total == 1
        await play(played, 5)
        assert played.status.total == 6
        await played.press("p")
        await play(played, 30)
        assert "REPLAY PAUSED 11-23 11:00:05" in played.lines[0]
        assert played.status.total == 6
        await played.press("p", "plus", "plus")
        assert "REPLAY 5x" in played.lines[0]
        await play(played, 2)
        assert played.status.total == 16
        await played.press("minus", "minus", "minus")
        assert "REPLAY 1x" in played.lines[0]

        await played.press("t", *"11:00:40", "enter")
        await play(played, 0)
        assert played.status.total == 41
        assert "reader40@" in played.selected_line()
        await played.press("t", *"11:00:03", "enter")
        assert played.status.total == 41, "what was played stays"
        assert "reader3@" in played.selected_line()
        await play(played, 1_000)
        assert "REPLAY ENDED" in played.lines[0]
        assert played.status.total == 60


async def test_figures_and_stories_are_those_of_the_moment(replay: OpenReplay) -> None:
    async with replay(start=LAST) as played:
        played.app.action_retry()
        await played.pilot.pause()
        assert played.status.panel is not None
        assert played.status.panel.estimate is not None
        assert not played.status.mismatches
        await played.press("enter")
        assert "reader59@" in played.text


def test_noon_is_an_hour_later() -> None:
    """The clock times typed above."""
    assert FIRST == NOON - 3_600_000
