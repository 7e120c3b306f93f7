import unicodedata

from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce


def assert_harmless(board: Dashboard) -> None:
    for strip in board.app.screen._compositor.render_strips():
        for segment in strip:
            unsafe = [c for c in segment.text if unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
            assert not unsafe, repr(segment.text)
            assert not (segment.style and segment.style.meta), "markup became an action"


async def test_markup_is_shown_as_it_was_written(dashboard: Open) -> None:
    event = make_bounce(0, subject="[bold]Sale[/] [/] 50%", diagnostic="550 [red]no[/red]")
    async with dashboard(event, size=(160, 48)) as board:
        assert "550 [red]no[/red]" in board.text
        await board.press("enter")
        await board.pilot.pause()
        assert "[bold]Sale[/] [/] 50%" in board.text


async def test_a_pasted_filter_cannot_reach_the_terminal(dashboard: Open) -> None:
    async with dashboard(make_bounce(0), query="\x1b[31mq\u202e") as board:
        assert_harmless(board)
        await board.press("slash")
        entry = board.app.screen.query_one("FilterInput")
        entry.insert_text_at_cursor("\x1b]0;x\x07\u202e[bold]")  # type: ignore[attr-defined]
        await board.pilot.pause()
        assert_harmless(board)
        assert "[bold]" in board.text
        await board.press("enter")
        assert_harmless(board)


async def test_a_hostile_table_name_cannot_reach_the_terminal(dashboard: Open) -> None:
    async with dashboard(make_bounce(0)) as board:
        board.connection.feed.label = "\x1b[31mtable"
        assert_harmless(board)
