"""A terminal emulator around a program, to see what a person would see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

PATIENCE_SECONDS = 30.0
_PIECE_SECONDS = 0.05
"""A slow line brings a piece so often."""
_MOST_BYTES = 65_536
ON_BY_DEFAULT = {7, 25}
"""Private modes that a terminal starts with: wrapping at the edge, and a visible cursor."""


class AnsweringScreen(pyte.Screen):
    """A terminal's screen that sends its answers to whoever asked."""

    def __init__(self, size: tuple[int, int], answer: Callable[[str], None]) -> None:
        super().__init__(*size)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Terminal:
    """One pseudo-terminal and the program in it."""

    def __init__(self, process: subprocess.Popen[bytes], main: int, size: tuple[int, int]) -> None:
        self._process = process
        self._main = main
        self._screen = AnsweringScreen(size, self._answer)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        self.bytes_a_second: int | None = None
        """How fast the line to the reader is; `None`: as fast as can be."""
        self.buffer_bytes = 0
        """As much is taken at once and shown later, as SSH and the kernels on the way do."""
        self.on_the_way = b""
        self.answers = False
        """Whether questions of the program are answered, as all terminals do."""
        self.patience_seconds = PATIENCE_SECONDS

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def lines(self) -> list[str]:
        return list(self._screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cells(self) -> int:
        return self._screen.lines * self._screen.columns

    def type(self, keys: str | bytes) -> None:
        os.write(self._main, keys if isinstance(keys, bytes) else keys.encode())

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Read until `condition` holds; fails with the screen where it never does."""
        deadline = time.monotonic() + self.patience_seconds
        while not condition():
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"never came to be:\n{self.text}")

    def wait_for_text(self, pattern: str) -> None:
        self.wait_for(lambda: re.search(pattern, self.text))

    def wait_for_more(self) -> None:
        """Until anything at all is written."""
        before = len(self.output)
        self.wait_for(lambda: len(self.output) > before)

    def wait_for_quiet(self, seconds: float) -> None:
        """Read until nothing has come for so long."""
        while self._read(time.monotonic() + seconds):
            pass

    def wait_for_end(self) -> int:
        """The exit code, once everything the program wrote has been read."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read(time.monotonic() + 0.1)
        while self._read(time.monotonic()):
            pass
        return self._process.wait(1)

    def resize(self, columns: int, rows: int) -> None:
        set_size(self._main, columns, rows)
        self._screen.resize(rows, columns)
        self._process.send_signal(signal.SIGWINCH)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._process.send_signal(number)

    def private_modes(self) -> dict[int, bool]:
        """Every private mode the program touched, as it left it."""
        modes: dict[int, bool] = {}
        for numbers, letter in re.findall(rb"\x1b\[\?([\d;]+)([hl])", self.output):
            for number in numbers.split(b";"):
                modes[int(number)] = letter == b"h"
        return modes

    def _answer(self, answer: str) -> None:
        if self.answers:
            self.type(answer)

    def _read(self, deadline: float) -> bool:
        wait = 0.0 if self.on_the_way else max(0, deadline - time.monotonic())
        ready, _, _ = select.select([self._main], [], [], wait)
        if not ready and not self.on_the_way:
            return False
        most = _MOST_BYTES
        if self.bytes_a_second is not None:
            select.select([], [], [], _PIECE_SECONDS)
            most = round(self.bytes_a_second * _PIECE_SECONDS)
        if ready and (room := max(most, self.buffer_bytes) - len(self.on_the_way)) > 0:
            with suppress(OSError):
                self.on_the_way += os.read(self._main, min(room, _MOST_BYTES))
        data, self.on_the_way = self.on_the_way[:most], self.on_the_way[most:]
        self.output += data
        # Private parameters such as those of the Kitty keyboard protocol are unknown to pyte.
        self._stream.feed(re.sub(rb"\x1b\[[<>=][\d;]*[a-z]", b"", data))
        return bool(data)


def set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextmanager
def run_in_terminal(
    *arguments: str,
    size: tuple[int, int],
    command: Sequence[str] = (sys.executable, "-m"),
    **environment: str,
) -> Iterator[Terminal]:
    """Run a module of the tests in a terminal of `size` (columns, rows), restored at the end."""
    main, program_side = pty.openpty()
    set_size(main, *size)
    before = termios.tcgetattr(program_side)
    # COLUMNS and LINES would stand above what the terminal says of itself.
    own = {"NO_COLOR", "COLUMNS", "LINES"}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=program_side,
        stdout=program_side,
        stderr=program_side,
        cwd=Path(__file__).parents[2],
        env={**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        start_new_session=True,
    )
    try:
        terminal = Terminal(process, main, size)
        yield terminal
        assert termios.tcgetattr(program_side) == before, "the line settings were not restored"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(program_side)
        os.close(main)
