"""What is written to the terminal, counted: nothing that did not change."""

import re

from tests.ui.terminal import Terminal, run_in_terminal


def wait_for_the_list(terminal: Terminal) -> None:
    """Until it is there from top to bottom."""
    terminal.wait_for(lambda: sum("@inbox.test" in line for line in terminal.lines) > 30)


def held_back(terminal: Terminal) -> int:
    """How many events are said to have come while the list is held."""
    told = re.search(r"\+(\d+) new, G to follow", terminal.text)
    return int(told[1]) if told else 0


def read_once(terminal: Terminal) -> int:
    """Bytes that one more read of the feed costs, which brings one event."""
    before, known = len(terminal.output), held_back(terminal)
    terminal.type("R")
    terminal.wait_for(lambda: held_back(terminal) > known)
    return len(terminal.output) - before


def test_a_held_list_writes_no_row_while_events_arrive() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(160, 48)) as terminal:
        wait_for_the_list(terminal)
        terminal.type("kkk")
        terminal.wait_for_text("G to follow")
        read_once(terminal)
        rows = [line for line in terminal.lines if "@inbox.test" in line]
        start = len(terminal.output)
        costs = [read_once(terminal) for _ in range(3)]
        written = terminal.output[start:]
        assert [line for line in terminal.lines if "@inbox.test" in line] == rows
        assert b"@inbox.test" not in written
        assert max(costs) < 6_000
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_moving_the_selection_writes_two_rows() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(160, 48)) as terminal:
        wait_for_the_list(terminal)
        terminal.type("k")
        terminal.wait_for_text("G to follow")
        for marked in (True, False, True):
            # What was written while a picture was on its way comes again with the next one.
            start = len(terminal.output)
            terminal.type("m")
            terminal.wait_for(
                lambda: any(line.startswith("*") for line in terminal.lines) == marked  # noqa: B023
            )
        assert terminal.output[start:].count(b"@inbox.test") == 1
        start = len(terminal.output)
        terminal.type("km")
        terminal.wait_for(lambda: sum(line.startswith("*") for line in terminal.lines) == 2)
        rows = {int(n) for n in re.findall(rb"reader(\d+)@", terminal.output[start:])}
        assert len(rows) == 2
        terminal.type("q")
        assert terminal.wait_for_end() == 0
