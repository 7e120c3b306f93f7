"""A viewer whose clock is minutes off is told so, and sees the right ages all the same."""

import pytest

from recorder.model.clock import SystemClock
from ses_tui.aws.connection import open_connection
from ses_tui.core.server_clock import NOTICED_MS, ServerClock
from ses_tui.ui.app import DashboardApp
from tests.aws.pages import options_of, write_page
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event

MINUTE = 60_000


class WrongClock(SystemClock):
    """Goes as this machine's, but for some milliseconds."""

    def __init__(self, ahead_ms: int) -> None:
        self.ahead_ms = ahead_ms

    def now_ms(self) -> int:
        return super().now_ms() + self.ahead_ms


@pytest.mark.parametrize(
    ("ahead", "words"), [(4 * MINUTE, "ahead of"), (-4 * MINUTE, "behind"), (3_000, "")]
)
async def test_it_is_told_and_ages_are_right(table: TestTable, ahead: int, words: str) -> None:
    now = SystemClock().now_ms()
    write_page(table, [make_event(at=now)], at=now, heartbeats=[now])
    clock = ServerClock(WrongClock(ahead))
    connection = await open_connection(options_of(table), clock)
    app = DashboardApp(connection=connection, clock=clock, utc=True, at_once=True)
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            while not len(app.feed.store):
                await pilot.pause(0.02)
            app.refresh_status()
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            text = " ".join(" ".join(strip.text for strip in strips).split())
            assert "LIVE" in text
            assert ("This machine's clock is" in text) is bool(words)
            assert words in text
            assert abs(app.status.now - SystemClock().now_ms()) < NOTICED_MS
    finally:
        await connection.close()


def test_it_does_not_jump_to_and_fro() -> None:
    machine = FrozenClock(NOON + 5 * MINUTE)
    clock = ServerClock(machine)
    clock.compare(NOON)
    assert clock.now_ms() == NOON
    clock.compare(NOON - 9_000)
    assert clock.now_ms() == NOON
    machine.now = NOON + 1_000
    clock.compare(NOON)
    assert clock.now_ms() == NOON + 1_000
    assert clock.monotonic() == machine.monotonic()
