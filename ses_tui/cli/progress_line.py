"""What a command says on a terminal's standard error while it works, and takes away at the end."""

import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_TO_END_OF_LINE: Final = "\x1b[K"
_WITHOUT_WRAPPING: Final = "\x1b[?7l"
_WRAPPING: Final = "\x1b[?7h"
"""DECAWM, VT100: what is too long for the terminal is cut by it, since a second row would stay."""
_SILENT_SECONDS: Final = 0.2
"""What takes longer than this shows that it is alive."""


class ProgressLine:
    """One line on a terminal that is written over; nothing elsewhere. Text has to be sanitised."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, text: str) -> None:
        """Write the line."""
        if sys.stderr.isatty():
            self._shown = True
            line = f"{_WITHOUT_WRAPPING}\rses-tui: {text}{_TO_END_OF_LINE}{_WRAPPING}"
            sys.stderr.write(line)
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(f"\r{_TO_END_OF_LINE}")
            sys.stderr.flush()
            self._shown = False


class Pace:
    """How fast something is done, from now on, and how long the rest will take."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def text(self, done: int, of: int, noun: str, *, done_before: int = 0) -> str:
        """As in `read 1,200 of about 5,000 items, 300 items/s, about 13 s left`, but for the verb.

        `of` may be passed where it was an estimate; `done_before` is what was done by an earlier
        run.
        """
        rate = self.rate(done - done_before)
        text = f"{done:,} of about {max(of, done):,} {noun}, {rate:,.0f} {noun}/s"
        if rate and of > done:
            text += f", about {duration_text((of - done) / rate)} left"
        return text

    def rate(self, done: int) -> float:
        """How much a second, where so much was done."""
        seconds = time.monotonic() - self._began
        return done / seconds if seconds else 0.0


def duration_text(seconds: float) -> str:
    """A length of time in words, as in `2 h 47 min`."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{max(1, round(seconds))} s"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def sign_of_life(words: str) -> Iterator[None]:
    """Say sanitised `words` while the block takes long: what it waits for tells nothing itself.

    Nothing is said over a question for a code or a password.
    """
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    line = ProgressLine()

    def watch() -> None:
        while not over.wait(_SILENT_SECONDS):
            if not _is_asked_for_a_secret():
                line.show(f"{words}…")
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        line.end()


def _is_asked_for_a_secret() -> bool:
    """Whether the terminal echoes nothing, as while `getpass` waits for what is typed."""
    with suppress(termios.error):
        local_modes: int = termios.tcgetattr(sys.stderr)[3]
        return not local_modes & termios.ECHO
    return False
