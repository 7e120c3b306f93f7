"""What is written for a change leads from the picture before to the new one, in few bytes."""

from random import Random
from typing import Any

import pyte
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from ses_tui.ui.paced_app import PacedApp
from ses_tui.ui.screens.paced import PacedScreen
from ses_tui.ui.tones import Span, Tone
from ses_tui.ui.widgets.lines import DrawnLine, LinesWidget

SIZE = (60, 8)
TEXTS = ("12,34", "茶 茶", "e\u0301", "gmail.com", " ", "▃▃▃", "a")


class Letters(LinesWidget):
    """Lines that are changed by whoever looks on."""

    DEFAULT_CSS = "Letters { width: 1fr; height: 1fr; margin: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines = [DrawnLine((Span("x"),))] * SIZE[1]

    def picture(self, width: int, height: int) -> list[DrawnLine]:
        return self.lines[:height]


class Board(PacedScreen, Screen[None]):
    """Two of them beside each other, with a gap."""

    def compose(self) -> ComposeResult:
        yield Horizontal(Letters(), Letters())


class BoardApp(PacedApp):
    """Draws for an emulated terminal."""

    CSS = ".tone--bad { color: yellow; } .tone--bad-badge { background: red; }"

    def __init__(self) -> None:
        super().__init__()
        self.terminal = pyte.Screen(*SIZE)
        self.stream = pyte.Stream(self.terminal)
        self.written = ""

    def get_default_screen(self) -> Board:
        return Board()

    def _display(self, screen: Any, renderable: Any) -> None:
        if renderable is not None:
            self.written = renderable.render_segments(self.console)
            self.stream.feed(self.written)


def changed(random: Random, line: DrawnLine) -> DrawnLine:
    """Another line, or the same with a piece more, fewer, or in another tone."""
    spans = [*line.line]
    at = random.randrange(len(spans) + 1)
    tone = random.choice((Tone.PLAIN, Tone.BAD_BADGE))
    spans[at : at + random.randrange(3)] = [Span(random.choice(TEXTS), tone)]
    return DrawnLine(tuple(spans[-6:]), selected=random.random() < 0.1)


async def test_a_terminal_shows_what_a_whole_picture_would() -> None:
    random, app = Random(11), BoardApp()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for _ in range(60):
            for letters in app.screen.query(Letters):
                for y in random.sample(range(SIZE[1]), random.randrange(3)):
                    letters.lines[y] = changed(random, letters.lines[y])
                letters.sync()
            await pilot.pause()
            whole = pyte.Screen(*SIZE)
            update = app.screen._compositor.render_full_update()
            pyte.Stream(whole).feed(update.render_segments(app.console))
            assert app.terminal.display == whole.display
            assert app.terminal.buffer == whole.buffer


async def test_a_cell_costs_the_bytes_of_a_cell() -> None:
    app = BoardApp()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        letters = app.screen.query(Letters).last()
        for figure in ("1", "2"):
            letters.lines[3] = DrawnLine((Span("of 1,23"), Span(figure, Tone.BAD)))
            letters.sync()
            await pilot.pause()
        assert app.written.startswith(f"\x1b[4;{letters.region.x + 8}H")
        assert len(app.written) < 60
