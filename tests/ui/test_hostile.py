import unicodedata

import pytest

from ses_tui.core.errors import TableError
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event

HOSTILE = [
    "\x1b[2J\x1b]0;title\x07\x1b[31mred",
    "\x9b31m\x9d0;title\x9c",
    "a\rb\nc\td\x08e\x7f",
    "\u202egnp.exe\u2066\u2069\u200f\u2028\u2029\ufeff",
    "[bold]x[/bold] [@click=app.quit]y[/] [/] [/nothing]",
    "\x00\x0e\x0f\x84\x90",
    "o" + "\u0301" * 500,
    "\ud800 lone",
]


def assert_harmless(board: Dashboard) -> None:
    for strip in board.app.screen._compositor.render_strips():
        for segment in strip:
            unsafe = [c for c in segment.text if unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
            assert not unsafe, repr(segment.text)
            assert not (segment.style and segment.style.meta), "markup became an action"


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_reaches_no_strip(dashboard: Open, text: str) -> None:
    event = make_bounce(
        0,
        message_id=f"m{text}",
        recipient=f"{text}@inbox.test",
        recipient_raw=f"{text} <x@inbox.test>",
        sender=text,
        subject=text,
        diagnostic=text,
        bounce_subtype=text,
        smtp_status=text,
        reporting_mta=text,
        remote_mta_ip=text,
        user_agent=text,
        link=text,
        identity=text,
        configuration_set=text,
        feedback_id=text,
        tags={text: [text]},
    )
    strange = make_event(1, f"New{text}", reject_reason=text)
    async with dashboard(strange, event, size=(160, 48)) as board:
        assert_harmless(board)
        await board.press("enter")
        await board.pilot.pause()
        assert_harmless(board)
        await board.press("escape")
        await board.fail(TableError(f"no answer: {text}"))
        assert_harmless(board)


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
