"""Whatever becomes of terminal or program: it survives, or it leaves and puts everything back."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.ui.terminal import ON_BY_DEFAULT, Terminal, run_in_terminal, set_size


def gave_everything_back(terminal: Terminal) -> bool:
    modes = terminal.private_modes()
    return 1049 in modes and modes == {mode: mode in ON_BY_DEFAULT for mode in modes}


def test_a_fault_gives_the_terminal_back_and_tells_nobodys_address(tmp_path: Path) -> None:
    with run_in_terminal("tests.faults.pty_crash", str(tmp_path), size=(100, 30)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("p")
        assert terminal.wait_for_end() == 1
        assert gave_everything_back(terminal)
        (report,) = tmp_path.iterdir()
        last = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
        said = " ".join(last.split())
        assert "a fault of this program, ValueError at pty_crash.py" in said
        assert report.name in last.replace("\r\n", "")
        text = report.read_text()
        assert "builtins.ValueError" in text
        assert "pty_crash.py" in text.splitlines()[-1]
        for words in (last, text):
            assert "maria" not in words
            assert "reader" not in words


def test_pictures_go_to_the_terminal_and_errors_where_somebody_sends_them(tmp_path: Path) -> None:
    log = tmp_path / "errors.log"
    command = f"exec '{sys.executable}' -m tests.faults.pty_crash '{tmp_path}' 2>'{log}'"
    with run_in_terminal("-c", command, command=("sh",), size=(100, 30)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("p")
        assert terminal.wait_for_end() == 1
        assert gave_everything_back(terminal)
    said = log.read_text()
    assert "a fault of this program, ValueError at pty_crash.py" in " ".join(said.split())
    assert "\x1b[" not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_it_gives_the_terminal_back(number: signal.Signals) -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(80, 24)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.signal(number)
        terminal.wait_for_end()
        assert gave_everything_back(terminal)


def test_it_ends_when_the_terminal_is_gone(tmp_path: Path) -> None:
    main, program_side = pty.openpty()
    set_size(main, 80, 24)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.pty_crash", str(tmp_path)],
        stdin=program_side,
        stdout=program_side,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    try:
        os.close(program_side)
        Terminal(process, main, (80, 24)).wait_for_text("reader99@")
        os.close(main)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 128 + signal.SIGHUP
        assert (said, [*tmp_path.iterdir()]) == (b"", [])
    finally:
        process.kill()
        process.wait()


@pytest.mark.long
def test_it_survives_every_size_in_any_order() -> None:
    """Resized as by a hand that cannot let go; 20x5 is no room for anything, and no fault."""
    chance = Random(5)
    with run_in_terminal("tests.ui.pty_dashboard", size=(100, 30)) as terminal:
        terminal.wait_for_text("reader99@")
        for _ in range(60):
            terminal.resize(chance.randint(1, 200), chance.randint(1, 60))
        terminal.resize(20, 5)
        terminal.wait_for_text("too small")
        terminal.resize(1, 1)
        terminal.resize(80, 24)
        terminal.wait_for_text("reader99@")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        assert gave_everything_back(terminal)


def test_of_two_sizes_at_once_the_later_holds() -> None:
    with run_in_terminal("tests.faults.pty_dragged", size=(80, 24)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.resize(70, 20)
        terminal.wait_for(lambda: b"\x1b[30;" in terminal.output)
        terminal.type("q")
        assert terminal.wait_for_end() == 0


def test_it_is_stopped_and_goes_on() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(80, 24)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.signal(signal.SIGSTOP)
        terminal.resize(100, 30)
        terminal.signal(signal.SIGCONT)
        terminal.type("k")
        terminal.wait_for_text("G to follow")
        terminal.type("\x03")
        assert terminal.wait_for_end() == 0
