"""What a timer begins happens however busy the machine is."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from textual import _time
from textual.app import App
from textual.message_pump import MessagePump

from ses_tui.ui.widgets.breakdown_pane import BreakdownPane
from ses_tui.ui.widgets.detail_pane import DetailPane
from tests.ui.conftest import Dashboard


@pytest.mark.parametrize("of", [App, DetailPane, BreakdownPane])
async def test_a_timer_that_begins_too_late_goes_off(
    dashboard: Callable[..., AbstractAsyncContextManager[Dashboard]],
    monkeypatch: pytest.MonkeyPatch,
    of: type[MessagePump],
) -> None:
    async with dashboard() as board:
        screen = board.app.screen
        pump: MessagePump = board.app if of is App else screen.query_one(of)  # type: ignore[type-var]
        now, looks = _time.get_time, 0

        def get_time() -> float:
            nonlocal looks
            looks += 1
            return now() + min(looks, 50)  # a second is gone with each look at the clock

        gone_off = asyncio.Event()
        monkeypatch.setattr(_time, "get_time", get_time)
        pump.set_timer(0.001, gone_off.set)
        await asyncio.wait_for(gone_off.wait(), 20)
