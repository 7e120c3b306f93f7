import sys

from tests.ui.terminal import run_in_terminal


def test_ctrl_z_gives_the_terminal_back_and_fg_brings_everything_again() -> None:
    with run_in_terminal("tests.ui.pty_shell", size=(100, 30), PS1="ready> ") as terminal:
        terminal.wait_for_text("ready>")
        terminal.type(f"clear; {sys.executable} -m tests.ui.pty_dashboard\n")
        terminal.wait_for_text("reader99@")
        terminal.type("\x1a")
        terminal.wait_for(lambda: terminal.output.rstrip().endswith(b"ready>"))
        assert b"Stopped" in terminal.output
        modes = terminal.private_modes()
        assert modes[25]
        assert not modes[1049]
        assert terminal.output.count(b"\x1b[23;2t") == 1
        before = len(terminal.output)
        terminal.type("fg\n")
        terminal.wait_for(lambda: b"reader99@" in terminal.output[before:])
        assert "ses-events · fake engine" in terminal.lines[0]
        assert b"\x1b]2;ses-tui" in terminal.output[before:]
        terminal.type("q")
        terminal.wait_for(lambda: terminal.output.rstrip().endswith(b"ready>"))
        terminal.type("exit\n")
        assert terminal.wait_for_end() == 0
