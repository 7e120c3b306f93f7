"""A file that tells the link how long writing to it takes."""

import time
from contextlib import suppress
from typing import Protocol

from ses_tui.ui.link import Link


class TextSink(Protocol):
    """As much of a text file as a writing thread uses."""

    def write(self, text: str, /) -> object:
        """Take `text`."""

    def flush(self) -> None:
        """Let it go."""

    def fileno(self) -> int:
        """The descriptor."""


class TimedFile:
    """For the thread that writes pictures: goes on where the reader is gone."""

    def __init__(self, file: TextSink, link: Link) -> None:
        self._file = file
        self._link = link
        self._pieces = 0
        self._seconds = 0.0

    def write(self, text: str) -> None:
        """Write a piece."""
        started = time.perf_counter()
        with suppress(OSError):  # of a terminal that is gone: its input tells so, too
            self._file.write(text)
        self._seconds += time.perf_counter() - started
        self._pieces += 1

    def flush(self) -> None:
        """Write the last piece of a picture, and tell the link."""
        started = time.perf_counter()
        with suppress(OSError):
            self._file.flush()
        seconds = self._seconds + time.perf_counter() - started
        pieces, self._pieces, self._seconds = self._pieces, 0, 0.0
        if pieces:
            self._link.written(pieces, seconds)

    def fileno(self) -> int:
        """The descriptor."""
        return self._file.fileno()
