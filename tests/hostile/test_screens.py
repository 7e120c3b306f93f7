"""Whatever an event holds, on every screen a terminal is given harmless text and no markup acts."""

import pytest

from ses_tui.core.errors import TableError
from tests.hostile.events import hostile_events
from tests.hostile.harmless import attacks_in_pieces, harm_in
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON

WAYS: dict[str, list[list[str]]] = {
    "list": [["right"], ["right"], ["g"]],
    "detail": [["k", "d"], ["e"], ["E"]],
    "breakdown": [["i"], *[["right_square_bracket"]] * 4, ["tab", "enter"]],
    "filter": [["slash", "tab"], ["escape", "escape"]],
    "highlight": [["f", "x", "enter"], ["n"]],
    "message": [["k", "enter"], ["space"], ["space"], ["J"]],
    "copies": [["k", "y"]],
    "help": [["question_mark"]],
    "palette": [["colon"]],
    "search": [["s", "x", "enter"], ["enter"], ["escape"], ["right_square_bracket"]],
    "recipient": [["k", "r"], ["d"], ["enter"]],
    "health": [["h"], *[["right_square_bracket"]] * 7],
    "write": [["w"]],
}
"""Keys, and after each group of them a look."""


def assert_harmless(board: Dashboard) -> None:
    for strip in board.app.screen._compositor.render_strips():
        for segment in strip:
            assert harm_in(segment.text) is None, ascii(segment.text)
            if segment.style is not None:
                assert segment.style.link is None
                assert "@click" not in segment.style.meta


@pytest.mark.parametrize("way", WAYS)
async def test_no_screen_shows_what_an_attack_brings(dashboard: Open, way: str) -> None:
    events = hostile_events(attacks_in_pieces(), NOON)
    async with dashboard(*events, size=(160, 48), counted=events, notifications=True) as board:
        board.connection.reader.stored = tuple(events)
        board.connection.finder.events = events
        for keys in WAYS[way]:
            await board.press(*keys)
            assert_harmless(board)


async def test_no_error_or_notice_shows_what_an_attack_brings(dashboard: Open) -> None:
    async with dashboard(*hostile_events(["plain"], NOON), notifications=True) as board:
        for text in attacks_in_pieces(30):
            await board.fail(TableError(f"no answer: {text}"))
            assert_harmless(board)
            board.connection.reader.error = TableError(text)
            await board.press("enter")
            assert_harmless(board)
            await board.press("escape")
