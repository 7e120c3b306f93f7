import re

import pytest

from tests.ui.terminal import ON_BY_DEFAULT, run_in_terminal


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
@pytest.mark.parametrize("end", ["q", "\x03"])
def test_a_person_sees_rows_and_gets_the_terminal_back(size: tuple[int, int], end: str) -> None:
    with run_in_terminal("tests.ui.pty_dashboard", "--mouse", size=size) as terminal:
        terminal.wait_for_text("reader99@inbox.test")
        assert "ses-events · fake engine" in terminal.lines[0]
        terminal.type("k")
        terminal.wait_for_text("G to follow")
        terminal.type("R")
        terminal.wait_for_text(r"\+\d+ new, G to follow")
        terminal.type("/reader42@")
        terminal.wait_for_text("1 of 10[0-9] shown")
        terminal.type("\r")
        terminal.wait_for_text("Esc Clear filter")
        terminal.type("\r")
        terminal.wait_for_text("message-42")
        terminal.type("q")
        terminal.wait_for_text("Clear filter")
        terminal.type(end)
        assert terminal.wait_for_end() == 0
        modes = terminal.private_modes()
        assert {1049, 25, 1000, 2004} <= modes.keys()
        assert modes == {mode: mode in ON_BY_DEFAULT for mode in modes}
        assert terminal.output.count(b"\x1b[>") <= terminal.output.count(b"\x1b[<u")


def test_bytes_that_are_no_text_do_no_harm() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(80, 24)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("/")
        terminal.wait_for_text("Esc Cancel")
        terminal.type("\x1b[134397:~")  # begins like a key
        assert "z" not in terminal.text

        def is_heard() -> bool:
            terminal.type("z")
            return "z" in terminal.text

        terminal.wait_for(is_heard)  # What comes in one read with it goes with it.
        terminal.type(b"\x9b31m caf\xe9\xff reader42@")
        terminal.wait_for_text("reader42@ ")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0


def test_a_terminal_that_shrinks_and_grows() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(100, 30)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.resize(59, 14)
        terminal.wait_for_text(r"terminal too small \(59x14\), needs 60x15")
        terminal.resize(80, 24)
        terminal.wait_for_text("reader99@")
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def colours(output: bytes) -> set[str]:
    """Every code of a colour, the terminal's own included."""
    groups = re.findall(rb"\x1b\[([\d;]*)m", output)
    return {
        code
        for group in groups
        for code in re.findall(r"(?<![\d;])[34]8;[25];[\d;]+|\d+", group.decode())
        if ";" in code or 30 <= int(code) <= 49 or 90 <= int(code) <= 107
    }


def test_no_colour_means_none_at_all() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(80, 24), NO_COLOR="1") as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("k?")
        terminal.wait_for_text("Half a page up")
        terminal.type("q:")
        terminal.wait_for_text("Find a command")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0
        assert re.search(rb"\x1b\[7[;m]", terminal.output), (
            "the selected row is told by reversed video"
        )
        assert not colours(terminal.output)


def test_the_terminals_own_colours_are_the_sixteen() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(160, 48), TEST_THEME="ansi") as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("k:")
        terminal.wait_for_text("Find a command")
        terminal.type("\x1b")
        terminal.wait_for(lambda: "Find a command" not in terminal.text)
        terminal.type("%")
        terminal.wait_for_text("mouse: ")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0
        used = colours(terminal.output)
        assert used
        assert not [code for code in used if ";" in code]


def test_ascii_alone() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", "--ascii", size=(160, 48)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("k")
        terminal.wait_for_text("G to follow")
        terminal.type("di?")
        terminal.wait_for_text("Half a page up")
        terminal.type("q:")
        terminal.wait_for_text("Find a command")
        terminal.type("\x1b")
        terminal.wait_for(lambda: "Find a command" not in terminal.text)
        terminal.type("\r")
        terminal.wait_for_text("message-")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0
        assert terminal.output.isascii()


def test_the_mouse_is_taken_and_given_back() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(80, 24)) as terminal:
        terminal.wait_for_text("reader99@")
        assert 1000 not in terminal.private_modes()
        terminal.type("%")
        terminal.wait_for_text("mouse: the dashboard has it")
        assert terminal.private_modes()[1003]
        terminal.type("%")
        terminal.wait_for_text("mouse: the terminal has it")
        assert not terminal.private_modes()[1003]
        terminal.type("%")
        terminal.wait_for(lambda: terminal.private_modes()[1003])
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert not terminal.private_modes()[1003]
