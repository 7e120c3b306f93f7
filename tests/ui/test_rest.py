"""Background work that nobody waits for begins when whoever presses keys has a rest."""

import asyncio

import pytest

from ses_tui.ui import paced_app
from tests.ui.conftest import Open
from tests.ui.fakes import make_event


async def test_it_waits_for_a_rest_and_not_for_ever(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paced_app, "_REST_SECONDS", 0.05)
    async with dashboard(make_event(0)) as board:
        now = asyncio.get_running_loop().time
        await board.app.wait_for_rest()  # nobody has pressed any
        began = now()
        await board.press("k")
        await board.app.wait_for_rest()
        assert now() - began >= 0.05
        monkeypatch.setattr(paced_app, "_REST_SECONDS", 3_600.0)
        monkeypatch.setattr(paced_app, "_LONGEST_WAIT_FOR_REST", 0.05)
        await board.press("k")
        await asyncio.wait_for(board.app.wait_for_rest(), 60)
