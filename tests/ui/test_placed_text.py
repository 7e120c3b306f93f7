"""What stands behind text of uncertain width stands in its column, on a terminal that disagrees."""

import pyte
import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from ses_tui.ui.placed_text import move_to, render_in_columns
from ses_tui.ui.tones import Span
from ses_tui.ui.widgets.lines import DrawnLine
from tests.ui.test_sparing_compositor import SIZE, BoardApp, Letters

HINDI = "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e"
SINHALA = "\u0dc3\u0dca\u0dad\u0dd4\u0dad\u0dd2\u0dba\u0dd2"
KHMER = "\u1780\u17d2\u179a\u17bb\u1798"


@pytest.mark.parametrize("text", [HINDI, SINHALA, KHMER, "caf\u00e9", "\u8336", ""])
def test_the_next_piece_is_in_its_column_and_nothing_is_left_before_it(text: str) -> None:
    terminal = pyte.Screen(40, 1)
    strip = Strip([Segment("> "), Segment(text), Segment("|")])
    written = move_to(3, 0) + render_in_columns(strip, 3, Console(color_system=None))
    pyte.Stream(terminal).feed("x" * 40 + written)
    end = 3 + 2 + cell_len(text)
    cells = [terminal.buffer[0][column].data for column in range(40)]
    assert cells[end] == "|"
    assert "x" not in cells[3:end]
    assert cells[end + 1] == "x"


def test_the_terminal_of_these_tests_disagrees() -> None:
    terminal = pyte.Screen(40, 1)
    pyte.Stream(terminal).feed(HINDI + "|")
    assert terminal.buffer[0][cell_len(HINDI)].data != "|"


async def test_a_line_in_hindi_shifts_nothing() -> None:
    app = BoardApp()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        left, right = app.screen.query(Letters)
        right.lines[2] = DrawnLine((Span("right"),))
        right.sync()
        for _ in range(2):  # As one piece of the picture, then with all of it.
            left.lines[2] = DrawnLine((Span(HINDI), Span("|")))
            left.sync()
            await pilot.pause()
            line = [app.terminal.buffer[2][column].data for column in range(SIZE[0])]
            assert line[left.region.x + cell_len(HINDI)] == "|"
            assert "".join(line[right.region.x :]).startswith("right")
            app.terminal.reset()
            whole = app.screen._compositor.render_full_update()
            app.stream.feed(whole.render_segments(app.console))
