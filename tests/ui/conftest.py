import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual._context import active_app
from textual.pilot import Pilot

from recorder.model.event import Event
from ses_tui.core.configuration import DEFAULT_SETTINGS, Settings
from ses_tui.core.errors import SesTuiError
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.feed import Status
from ses_tui.ui.keymap import keymap_of
from ses_tui.ui.list_window import ListWindow
from ses_tui.ui.profiles import NO_PROFILES, Profiles
from ses_tui.ui.widgets.event_list import EventList
from tests.ui.fakes import FakeConnection, FrozenClock, batch_of

_QUIET_TURNS = 12
"""Of the event loop, without a message on its way, until nothing more is to be expected."""


@pytest.fixture(autouse=True)
def _pilot_waits_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot sleeps after each key until the machine has been idle for a while, which is
    slow and depends on what else runs there; here it waits until every message has been handled.
    """

    async def wait_until_quiet(min_sleep: float = 0, max_sleep: float = 0) -> None:
        app, turns = active_app.get(), 0
        # Of an app that a fault has ended, messages wait for ever.
        while turns < _QUIET_TURNS and app._exception is None:
            await asyncio.sleep(0)
            pumps = (pump for screen in app.screen_stack for pump in screen.walk_children())
            waiting = any(pump.message_queue_size for pump in (app, *app.screen_stack, *pumps))
            turns = 0 if waiting else turns + 1
            if turns == _QUIET_TURNS // 2:
                # Draw and lay out what a timer would; that may send messages again.
                app.screen._on_timer_update()

    monkeypatch.setattr("textual.app.wait_for_idle", wait_until_quiet)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_until_quiet)


@pytest.fixture(autouse=True)
def _nobody_looks_for_spikes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard looks at counters five seconds after its start, which on a slow machine is in
    the midst of a test; what the test has found itself would be over by that."""
    monkeypatch.setattr("ses_tui.core.attention.watch._FIRST_AFTER_SECONDS", 86_400.0)


class Dashboard:
    """A running dashboard, its keyboard and its eyes."""

    def __init__(
        self,
        app: DashboardApp,
        pilot: Pilot[None],
        connection: FakeConnection,
        clock: FrozenClock,
    ) -> None:
        self.app = app
        self.pilot = pilot
        self.connection = connection
        self.clock = clock

    async def feed(self, *events: Event, **batch: Any) -> None:
        """Let a batch arrive and be shown."""
        self.connection.feed.put(batch_of(events, **batch))
        await self._read()

    async def fail(self, error: SesTuiError) -> None:
        """Let a read fail."""
        self.connection.feed.put(error)
        await self._read()

    async def _read(self) -> None:
        self.app.action_retry()
        await self.connection.feed.taken.wait()
        await self.pilot.pause()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size. Textual waits a moment for the next one first."""
        await self.pilot.resize_terminal(width, height)
        while self.app.screen._compositor.size != (width, height):
            await self.pilot.pause(0.001)
        await self.pilot.pause()

    async def settle(self) -> None:
        """What a second of the clock would do, now."""
        self.app.refresh_status()
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The text on screen."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def strip(self) -> str:
        """The text of the rates."""
        return "\n".join(self.lines[1 : self._list_top])

    @property
    def listing(self) -> list[str]:
        """The heading of the list and all lines below, but for the last."""
        return self.lines[self._list_top : -1]

    @property
    def _list_top(self) -> int:
        return self.app.screen_stack[0].query_one(EventList).region.y

    @property
    def window(self) -> ListWindow:
        return self.app.screen_stack[0].query_one(EventList).window

    @property
    def status(self) -> Status:
        return self.app.status

    def selected_line(self) -> str:
        """The text of the line that has the list's cursor."""
        window = self.window
        listing = self.app.screen_stack[0].query_one(EventList)
        return self.lines[listing.region.y + 1 + window.cursor - window.top]


Open = Callable[..., AbstractAsyncContextManager[Dashboard]]


async def burst(board: Dashboard, turns: int, *keys: str) -> None:
    """Press keys with some turns of the loop between them."""
    for key in keys:
        board.app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _ in range(turns):
            await asyncio.sleep(0)
    await board.pilot.pause()
    await board.pilot.pause()


@pytest.fixture
def dashboard() -> Open:
    @asynccontextmanager
    async def open_dashboard(
        *history: Event,
        size: tuple[int, int] = (100, 30),
        query: str = "",
        counted: Iterable[Event] = (),
        settings: Settings = DEFAULT_SETTINGS,
        keys: Mapping[str, str] | None = None,
        profiles: Profiles = NO_PROFILES,
        notifications: bool = False,
        **batch: Any,
    ) -> AsyncIterator[Dashboard]:
        connection, clock = FakeConnection(), FrozenClock()
        connection.counters.count(counted)
        connection.feed.put(batch_of(history, **batch))
        app = DashboardApp(
            connection=connection,
            clock=clock,
            utc=True,
            query=query,
            at_once=True,
            settings=settings,
            keymap=keymap_of(keys or {}),
            profiles=profiles,
        )
        async with app.run_test(size=size, notifications=notifications) as pilot:
            await connection.feed.taken.wait()
            await pilot.pause()
            await pilot.pause()
            yield Dashboard(app, pilot, connection, clock)

    return open_dashboard


@pytest.fixture
def local_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in India, whose offset is neither nought nor whole."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
