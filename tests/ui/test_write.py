"""Writing what is listed into a file, by keyboard."""

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from ses_tui.ui.screens.live import LiveScreen
from ses_tui.ui.screens.message import MessageScreen
from ses_tui.ui.screens.search import SearchScreen
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event


async def write(board: Dashboard, file: Path) -> None:
    await board.press("w", "ctrl+u")
    assert isinstance(board.app.focused, Input)
    board.app.focused.insert_text_at_cursor(str(file))
    await board.press("enter")


async def until_written(board: Dashboard) -> None:
    while any(worker.group == "writing" for worker in board.app.workers):
        await board.pilot.pause()
    await board.pilot.pause()


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_the_live_list_is_written_as_it_is_filtered(
    dashboard: Open, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    events = [*map(make_event, range(5)), make_bounce(5)]
    async with dashboard(*events, query="type:bounce", size=size) as board:
        await board.press("w")
        assert "ses-events-20261123-1200.csv" in board.lines[-1]
        assert "Write 1 events into a file" in board.text
        await board.press("enter")
        await until_written(board)
        assert isinstance(board.app.screen, LiveScreen)
        written = (tmp_path / "ses-events-20261123-1200.csv").read_text()
        assert "nobody of that name" in written
        assert "Delivery" not in written


async def test_nothing_is_overwritten_unasked_nor_written_on_escape(
    dashboard: Open, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("before")
    async with dashboard(*map(make_event, range(3))) as board:
        await write(board, file)
        assert "is there already. Enter again replaces it." in " ".join(board.text.split())
        await board.press("escape")
        assert file.read_text() == "before"
        await write(board, file)
        await board.press("enter")
        await until_written(board)
        assert len(file.read_text().splitlines()) == 3
        await write(board, tmp_path / "b.xls")
        assert "the ending chooses the form" in board.text
        await board.press("escape")
        assert len(board.app.screen_stack) == 1


async def test_results_and_messages_are_written_too(dashboard: Open, tmp_path: Path) -> None:
    bounce = make_bounce(1)
    async with dashboard(make_event(0)) as board:
        board.connection.finder.events = [bounce]
        board.connection.reader.stored = (bounce,)
        await board.press("s", "enter")
        await write(board, tmp_path / "found.jsonl")
        await until_written(board)
        assert isinstance(board.app.screen, SearchScreen)
        assert json.loads((tmp_path / "found.jsonl").read_text())["event_id"] == bounce.event_id
        await board.press("enter")
        await write(board, tmp_path / "message.txt")
        await until_written(board)
        assert isinstance(board.app.screen, MessageScreen)
        assert "Rejected by inbox.test" in (tmp_path / "message.txt").read_text()
