"""Keys in a burst go to the screen that the key before them opens, however long that takes."""

import asyncio
from pathlib import Path

import pytest
from textual.screen import Screen

from ses_tui.core.zone import LOCAL_ZONE
from ses_tui.ui.palette import Palette
from ses_tui.ui.screens.message import MessageScreen
from ses_tui.ui.screens.original import OriginalScreen
from ses_tui.ui.screens.write import WritePrompt
from ses_tui.ui.widgets.prompt import KeyPrompt
from tests.ui.conftest import Dashboard, Open, burst
from tests.ui.fakes import make_event


@pytest.fixture
def slow_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screens take some more turns of the loop until they are made."""
    compose = Screen._compose

    async def compose_slowly(screen: Screen[object]) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        await compose(screen)

    monkeypatch.setattr(Screen, "_compose", compose_slowly)


@pytest.mark.usefixtures("slow_screens")
async def test_letters_behind_a_key_that_opens_a_screen_are_typed_there(
    dashboard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_event(1), make_event(2)) as board:
        copied: list[str] = []
        monkeypatch.setattr(board.app, "copy_out", copied.append)
        await burst(board, 0, "y", *"message id", "enter")
        assert copied == [make_event(2).message_id]
        await burst(board, 3, "colon", *"times in local", "enter")
        assert board.app.status.zone == LOCAL_ZONE
        file = tmp_path / "mails.csv"
        await burst(board, 1, "w", "ctrl+u", *str(file))
        assert board.app.screen.query_one(WritePrompt).value == str(file)
        await burst(board, 0, "escape", "question_mark", "slash", *"copy")
        assert board.app.screen.query_one(KeyPrompt).value == "copy"


@pytest.mark.usefixtures("slow_screens")
async def test_keys_behind_enter_are_for_what_it_opens(dashboard: Open) -> None:
    async with dashboard(make_event(1)) as board:
        await burst(board, 0, "enter", "J")
        assert _opened(board) == [MessageScreen, OriginalScreen]
        await burst(board, 3, "escape", "escape", "enter", "y")
        assert _opened(board) == [MessageScreen, Palette]


def _opened(board: Dashboard) -> list[type]:
    return [type(each) for each in board.app.screen_stack[1:]]
