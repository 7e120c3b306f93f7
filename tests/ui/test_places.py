"""Going from any screen to another, and back."""

import asyncio
from typing import Any

import pytest
from textual import events
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widgets import Input

from ses_tui.ui.screens.live import LiveScreen
from tests.ui.conftest import Open
from tests.ui.fakes import make_bounce, make_event


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_live_is_one_key_away_and_as_it_was_left(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*map(make_event, range(20)), size=size) as board:
        await board.press("k", "k", "enter")
        assert len(board.app.screen_stack) == 2
        await board.press("l")
        assert isinstance(board.app.screen, LiveScreen)
        assert len(board.app.screen_stack) == 1
        assert board.window.selected == make_event(17)


@pytest.mark.parametrize("key", ["enter", "h", "question_mark"])
async def test_what_changes_below_a_screen_paints_nothing_of_it(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with dashboard(*map(make_event, range(20))) as board:
        await board.press(key)
        painted: list[object] = []
        screen = board.app.screen
        refresh = screen.refresh

        def watched(*regions: Region, **options: bool) -> object:
            painted.extend(regions)
            return refresh(*regions, **options)

        monkeypatch.setattr(screen, "refresh", watched)
        await board.feed(*map(make_event, range(20, 25)))
        assert painted == []
        monkeypatch.undo()
        await board.press("escape", "G")
        assert "reader24@" in board.text


async def test_no_key_leads_to_where_the_reader_is(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        assert "live" not in [
            each.binding.id for each in board.app.screen.active_bindings.values() if each.enabled
        ]
        await board.press("l")
        assert len(board.app.screen_stack) == 1
        await board.press("slash", "l")
        assert isinstance(board.app.focused, Input)
        assert board.app.focused.value == "l"


async def test_quit_keeps_its_place_in_the_key_bar(dashboard: Open) -> None:
    async with dashboard(*map(make_bounce, range(20)), size=(80, 24), query="nobody") as board:
        await board.press("k")
        await board.feed(*map(make_bounce, range(20, 45)))
        assert "q Quit" in board.lines[-1]
        assert "Esc Clear filter" in board.lines[-1]
        assert "+25 new, G to follow" in board.lines[-1]


@pytest.mark.parametrize("key", ["", "enter", "h", "w", "ctrl+p", "question_mark"])
async def test_sizes_that_come_at_once_do_not_follow_one_another_for_ever(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with dashboard(*map(make_event, range(20))) as board:
        await board.press(*([key] if key else []))
        layouts = 0
        lay_out = Screen._refresh_layout

        def counted(self: Screen[Any], *arguments: Any, **options: Any) -> None:
            nonlocal layouts
            layouts += 1
            if layouts < 100:
                lay_out(self, *arguments, **options)

        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        screen = board.app.screen
        # Nothing is drawn while a picture is on its way; each layout then leaves a message behind.
        with board.app.batch_update():
            for size in (Size(90, 40), Size(120, 20)):
                for hears in (board.app, screen):
                    hears.post_message(events.Resize(size, size))
                screen.call_later(lambda: None)
            await board.pilot.pause()
        # The app lets a few milliseconds pass before it tells its screens.
        for _ in range(1_000):
            if {screen.size for screen in board.app.screen_stack} == {Size(120, 20)}:
                break
            await asyncio.sleep(0.001)
        assert layouts < 100
        assert {screen.size for screen in board.app.screen_stack} == {Size(120, 20)}
