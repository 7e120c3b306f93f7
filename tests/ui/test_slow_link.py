"""A line that takes far less than what a busy feed would draw."""

import re

import pytest

from tests.ui.terminal import PATIENCE_SECONDS, Terminal, run_in_terminal

BYTES_A_CELL = 5
"""A picture of everything takes less than that."""


def use_until_quick(terminal: Terminal) -> None:
    """Press keys on a line that is quick again until that has been noticed."""
    for _ in range(60):
        if "SLOW LINK" in terminal.text:
            terminal.type("kj")
            terminal.wait_for_more()
    terminal.wait_for(lambda: "SLOW LINK" not in terminal.text)


@pytest.mark.parametrize(
    ("size", "bytes_a_second"),
    [
        ((80, 24), 4_000),
        ((160, 48), 20_000),
        pytest.param((80, 24), 2_000, marks=pytest.mark.long),
        pytest.param((160, 48), 2_000, marks=pytest.mark.long),
        pytest.param((80, 24), 1_000, marks=pytest.mark.long),
    ],
)
def test_a_slow_line_is_told_and_keys_stay_alive(
    size: tuple[int, int], bytes_a_second: int
) -> None:
    with run_in_terminal("tests.ui.pty_busy", size=size) as terminal:
        terminal.wait_for_text(r"reader\d{3,}@")
        terminal.bytes_a_second = bytes_a_second
        # A picture or two may be on their way already, and are as long as they are.
        terminal.patience_seconds = max(PATIENCE_SECONDS, 120_000 / bytes_a_second)
        terminal.wait_for_text(r"SLOW LINK 1/[15] s")

        before = len(terminal.output)
        terminal.type("p")
        terminal.bytes_a_second = None
        terminal.wait_for_text("PAUSED")
        waited_for = len(terminal.output) - before
        assert waited_for < 2 * BYTES_A_CELL * terminal.cells, "one on its way, and the answer"

        use_until_quick(terminal)

        terminal.type("G")
        terminal.wait_for_text("following")
        shown = [int(number) for number in re.findall(r"reader(\d+)@", terminal.text)]
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert f"there were {shown[-1] + 1} events" in terminal.text
        assert shown == list(range(shown[0], shown[-1] + 1))


def test_buffers_on_the_way_do_not_hide_a_slow_line() -> None:
    """Over SSH all is taken at once, and shown when the line has carried it."""
    with run_in_terminal("tests.ui.pty_busy", size=(80, 24)) as terminal:
        terminal.answers = True
        terminal.buffer_bytes = 1_000_000
        terminal.wait_for_text(r"reader\d{3,}@")
        terminal.bytes_a_second = 4_000
        terminal.wait_for_text(r"SLOW LINK 1/[15] s")

        terminal.type("p")
        before = len(terminal.output)
        terminal.wait_for_text("PAUSED")
        waited_for = len(terminal.output) - before
        assert waited_for < 2 * BYTES_A_CELL * terminal.cells, "one on its way, and the answer"

        terminal.bytes_a_second = None
        use_until_quick(terminal)
        terminal.type("q")
        assert terminal.wait_for_end() == 0
