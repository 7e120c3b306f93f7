from pathlib import Path

import pytest

from ses_tui.core.input_history import InputHistory, load_entries
from ses_tui.ui.widgets.filter_input import FilterInput
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event

EVENTS = (
    *(make_event(n, recipient=f"a{n}@gmail.com") for n in range(3)),
    make_event(3, recipient="b@gmx.example"),
    make_bounce(4, recipient="c@mail.example", configuration_set="spring news"),
)


def entry(board: Dashboard) -> FilterInput:
    return board.app.screen.query_one(FilterInput)


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_tab_completes_with_what_was_seen(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*EVENTS, size=size) as board:
        await board.press("slash", *"domain:g")
        assert "Tab  domain:gmail.com  domain:gmx.example" in board.lines[-2]
        await board.press("tab")
        assert entry(board).value == "domain:gmail.com"
        assert "[domain:gmail.com]" in board.lines[-2]
        assert "3 of 5 shown" in board.text
        await board.press("tab")
        assert entry(board).value == "domain:gmx.example"
        await board.press("shift+tab", "shift+tab")
        assert entry(board).value == "domain:gmx.example"
        await board.press("enter")
        assert "1 of 5 shown" in board.text
        assert "Tab" not in board.lines[-2]


async def test_a_key_then_its_values(dashboard: Open) -> None:
    async with dashboard(*EVENTS) as board:
        await board.press("slash", *"-se", "tab")
        assert entry(board).value == "-set:"
        await board.press("tab", "right")
        assert entry(board).value == "-set:receipts"
        await board.press(*["backspace"] * 8, *"spr", "tab", "enter")
        assert board.app.feed.filter.text == '-set:"spring news"'
        assert "4 of 5 shown" in board.text


async def test_escape_takes_a_completion_back_and_only_then_leaves(dashboard: Open) -> None:
    async with dashboard(*EVENTS) as board:
        await board.press("slash", *"domain:g", "tab", "tab", "escape")
        assert entry(board).value == "domain:g"
        assert entry(board).display
        await board.press("escape")
        assert not entry(board).display
        assert board.app.feed.filter.text == ""


async def test_up_and_down_bring_back_what_was_applied(dashboard: Open) -> None:
    async with dashboard(*EVENTS) as board:
        for text in ("type:bounce", "gmail", "type:bounce"):
            await board.press("slash", "ctrl+u", *text, "enter")
        await board.press("slash", "ctrl+u", *"dra", "up")
        assert entry(board).value == "type:bounce"
        await board.press("up")
        assert entry(board).value == "gmail"
        assert "3 of 5 shown" in board.text
        await board.press("up", "down", "down")
        assert entry(board).value == "dra"


async def test_filters_are_kept_in_canonical_form_for_the_next_session(
    dashboard: Open, tmp_path: Path
) -> None:
    file = tmp_path / "filters"
    async with dashboard(*EVENTS) as board:
        board.app.filters.__init__(file)  # type: ignore[misc]
        await board.press("slash", *'  TYPE:bounce   set:"receipts" ', "enter")
        assert board.app.feed.filter.text == "type:bounce set:receipts"
        await board.press("slash", "ctrl+u", *"x:y", "enter")
    assert load_entries(file) == ("type:bounce set:receipts",)
    assert InputHistory(file).older("") == ""


async def test_a_caret_shows_where_a_filter_goes_wrong(dashboard: Open) -> None:
    async with dashboard(*EVENTS, size=(80, 24)) as board:
        await board.press("slash", *"gmail typo:x")
        line, under = board.lines[-3], board.lines[-2]
        assert under.index("▲") == line.index("typo:x")
        assert "typo: is no key: did you mean type?" in board.text
        await board.press("enter")
        assert entry(board).display


async def test_the_canonical_filter_is_shown_when_it_is_applied(dashboard: Open) -> None:
    async with dashboard(*EVENTS, size=(160, 48)) as board:
        await board.press("slash", *"  type:bounce  ", "enter")
        for size in ((160, 48), (100, 30), (80, 24)):
            await board.resize(*size)
            assert "/type:bounce " in board.lines[0]
            assert "1 of 5 shown" in board.text
