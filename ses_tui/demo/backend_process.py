"""Starts the demo's backend as a child process and ends it in every case."""

import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Final

from ses_tui.core.errors import TableError
from ses_tui.demo.ready import Ready

READY_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 20.0
_KEPT_LINES: Final = 20


class _Progress:
    """The child's standard error: told on until the dashboard takes the screen, always drained."""

    def __init__(self, stream: IO[bytes], tell: Callable[[str], None]) -> None:
        self.last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._tell: Callable[[str], None] | None = tell
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def silence(self) -> None:
        """Tell no more."""
        self._tell = None

    def finish(self) -> None:
        """Wait for the last line."""
        self._thread.join(1.0)

    def _read(self, stream: IO[bytes]) -> None:
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip()
            self.last_lines.append(line)
            tell = self._tell
            if tell is not None:
                tell(line)


@contextmanager
def running_backend(
    arguments: Sequence[str], tell: Callable[[str], None]
) -> Iterator[tuple[Ready, int]]:
    """The backend from its ready line to the end of the block; also its process id.

    Progress goes to `tell` until the backend is ready. Raises `TableError` if it ends before that.
    A session of its own keeps the terminal's Ctrl-c from it; the pipe to its standard input ends
    it however this process ends.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "ses_tui.demo.backend", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    progress = _Progress(process.stderr, tell)
    try:
        line = _first_line(process.stdout)
        if not line:
            progress.finish()
            reason = progress.last_lines[-1] if progress.last_lines else "it said nothing"
            raise TableError(f"the demo's backend did not start: {reason.removeprefix('demo: ')}")
        progress.silence()
        yield Ready.from_line(line), process.pid
    finally:
        process.stdin.close()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        progress.finish()
        process.stdout.close()
        process.stderr.close()


def _first_line(stream: IO[bytes]) -> bytes:
    """The first line, or nothing at the end of the stream. Raises `TableError` if neither comes.

    Read in a thread, so that Ctrl-c and the time limit work on every system.
    """
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    try:
        return lines.get(timeout=READY_SECONDS)
    except queue.Empty:
        raise TableError(
            f"the demo's backend was not ready within {READY_SECONDS:.0f} s: "
            "try a smaller --history, or --engine moto"
        ) from None
