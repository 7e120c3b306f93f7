"""A terminal driver that tells how long writing takes, and that no typed byte can end."""

import time
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol, TextIO, cast

from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from ses_tui.ui.link import Link


def _lenient_decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), "replace")


# Textual ends the program on input that is no UTF-8, such as a paste in another encoding.
vars(linux_driver)["getincrementaldecoder"] = _lenient_decoder


_KEEP_TITLE: Final = "\x1b[22;2t"
_RESTORE_TITLE: Final = "\x1b[23;2t"
"""XTWINOPS: terminals and tmux keep titles on a stack; those that do not ignore it."""


class HasLink(Protocol):
    """An app that wants to know what is on its way to the terminal."""

    link: Link


class PacedDriver(LinuxDriver):
    """Textual's own driver, with a stopwatch between its writing thread and the terminal.

    The app has to have a `link`; it learns there what is still on its way.
    """

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._link = cast("HasLink", app).link
        timed: Any = _TimedFile(cast("TextIO", self._file), self._link)
        self._file = timed
        self._title = ""
        self._titled = False
        """Whether the title of before is kept by the terminal, and so is to be restored."""

    def show_title(self, title: str) -> None:
        """Have the terminal show sanitised text as its title, until the screen is given back."""
        self._title = title
        self._write_title()

    def start_application_mode(self) -> None:
        """Take the screen, after a suspension as well."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._title and self._writer_thread is not None:
            self._write_title()

    def stop_application_mode(self) -> None:
        """Give the screen back, and the title of before."""
        if self._titled and self._writer_thread is not None:
            self.write(_RESTORE_TITLE)
        self._titled = False
        super().stop_application_mode()

    def _write_title(self) -> None:
        keep = "" if self._titled else _KEEP_TITLE
        self._titled = True
        self.write(f"{keep}\x1b]2;{self._title}\x1b\\")

    def switch_mouse(self, take: bool) -> None:
        """Have the terminal report the mouse, or not. Textual's own methods do so only if they
        believe that it is to be reported."""
        self._mouse = True
        if take:
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
        self._mouse = take

    def write(self, data: str) -> None:
        """Queue `data` for the writing thread."""
        self._link.queued()
        super().write(data)


class _TimedFile:
    """As much of a text file as the writing thread uses."""

    def __init__(self, file: TextIO, link: Link) -> None:
        self._file = file
        self._link = link
        self._pieces = 0
        self._seconds = 0.0

    def write(self, text: str) -> None:
        started = time.perf_counter()
        self._file.write(text)
        self._seconds += time.perf_counter() - started
        self._pieces += 1

    def flush(self) -> None:
        started = time.perf_counter()
        self._file.flush()
        seconds = self._seconds + time.perf_counter() - started
        pieces, self._pieces, self._seconds = self._pieces, 0, 0.0
        if pieces:
            self._link.written(pieces, seconds)

    def fileno(self) -> int:
        return self._file.fileno()
