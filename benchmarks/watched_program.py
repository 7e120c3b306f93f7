"""A program in a pseudo-terminal: what it writes, what it costs, how soon it answers."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from benchmarks.child_process import PYTHON_MODULE, start

COLUMNS: Final = 160
ROWS: Final = 48
_READ_BYTES: Final = 65_536
_KEPT_BYTES: Final = 400
"""So much of what came before is looked at with each piece, for words on the border of two."""
_END_SECONDS: Final = 20.0
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")

_CONTROL: Final = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[^\[])")
"""Control sequences (ECMA-48)."""

Heard = Callable[[bytes], bool]


class WatchedProgram:
    """One run of a module. Whoever waits reads: nothing is ever left for the program to wait on."""

    def __init__(
        self,
        *arguments: str,
        report: Path,
        command: Sequence[str] = PYTHON_MODULE,
        columns: int = COLUMNS,
        rows: int = ROWS,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`report` is where the program answers signals, in JSON.

        What `arguments` belong to, the name of a module first, is another `command` where given.
        It ends with the thread that started it, however that comes about.
        """
        self.bytes = 0
        self.bytes_compressed = 0
        """As `ssh -C` sends them: one stream of zlib, flushed with every piece."""
        self._compressor = zlib.compressobj(6)
        self._before = b""
        self._report = report
        self._main, program_side = pty.openpty()
        fcntl.ioctl(program_side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        left_out = {"NO_COLOR", "COLUMNS", "LINES"}
        inherited = {name: value for name, value in environment.items() if name not in left_out}
        self.started_at = time.monotonic()
        self._process = start(
            [*command, *arguments],
            stdin=program_side,
            stdout=program_side,
            stderr=program_side,
            env={**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(program_side)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.quit()

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._main, keys.encode())

    def listen(self, seconds: float, heard: Heard = lambda output: False) -> float | None:
        """Read for so long, or until `heard`; the moment (monotonic) when it was.

        `heard` gets every piece, with the end of the one before in front of it.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self._main], [], [], left)[0]:
                break
            try:
                piece = os.read(self._main, _READ_BYTES)
            except OSError:
                break
            now = time.monotonic()
            self.bytes += len(piece)
            compressed = self._compressor.compress(piece)
            compressed += self._compressor.flush(zlib.Z_SYNC_FLUSH)
            self.bytes_compressed += len(compressed)
            output = self._before + piece
            self._before = output[-_KEPT_BYTES:]
            if heard(output):
                self._before = b""
                return now
        return None

    def listen_for(self, pattern: str, seconds: float = 60.0) -> float:
        """Read until `pattern` is written. Raises `TimeoutError`."""
        sought = re.compile(pattern.encode())
        moment = self.listen(seconds, lambda output: sought.search(output) is not None)
        if moment is None:
            raise self._silent(repr(pattern), seconds)
        return moment

    def listen_for_bytes(self, least: int, seconds: float = 60.0) -> float:
        """Read until more than `least` bytes have come since the start. Raises `TimeoutError`."""
        moment = self.listen(seconds, lambda output: self.bytes > least)
        if moment is None:
            raise self._silent(f"{least:,} bytes", seconds)
        return moment

    @property
    def ended(self) -> bool:
        """Whether it is over; what it wrote last may not have been read yet."""
        return self._process.poll() is not None

    def last_line(self) -> str:
        """The last line of text that was read: what it died of, where it died."""
        text = _CONTROL.sub("", self._before.decode(errors="replace"))
        return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")

    def _silent(self, what: str, seconds: float) -> TimeoutError:
        last = self._before.decode(errors="replace")
        return TimeoutError(f"{what} did not come within {seconds:g} s; the last was {last!r}")

    def processor_seconds(self) -> float:
        """Processor time so far, of this one process."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND

    def exact_processor_seconds(self) -> float:
        """The same without the rounding to ticks: as the scheduler counts each thread."""
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) / 1e9

    def resident_megabytes(self) -> float:
        """Memory in use now."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * _PAGE_BYTES / 1024 / 1024

    def ask(self, question: int = signal.SIGUSR1) -> dict[str, Any]:
        """What the program says when it gets this signal. Raises `TimeoutError`."""
        self._report.unlink(missing_ok=True)
        self._process.send_signal(question)
        for _ in range(400):
            self.listen(0.05)
            if self._report.exists():
                answer: dict[str, Any] = orjson.loads(self._report.read_bytes())
                return answer
        raise TimeoutError("the program did not report")

    def said_at_start(self) -> dict[str, float]:
        """What the program reported by itself before its screen came."""
        answer: dict[str, float] = orjson.loads(self._report.read_bytes())
        return answer

    def quit(self) -> None:
        """Press Ctrl-C; kill what does not end by that."""
        if self._process.poll() is None:
            self.type("\x03")
            deadline = time.monotonic() + _END_SECONDS
            while self._process.poll() is None and time.monotonic() < deadline:
                self.listen(0.1)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._main)
