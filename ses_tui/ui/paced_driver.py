"""A terminal driver that tells how long writing takes, and that no typed byte can end."""

import signal
import sys
import time
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any, Final, TextIO, cast

from textual import events
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from ses_tui.ui.link import HasLink
from ses_tui.ui.round_trip import QUESTION
from ses_tui.ui.style_changes import say_changes_only
from ses_tui.ui.timed_file import TimedFile

_ENDS_WITH: Final = (signal.SIGHUP, signal.SIGTERM)
"""The terminal has hung up; somebody has ended the process."""
_SIGNALLED: Final = 128
"""And the number of the signal: the exit code, as shells have it."""


def _lenient_decoder(encoding: str) -> Callable[[], IncrementalDecoder]:
    class Decoder(getincrementaldecoder(encoding)):  # type: ignore[misc]
        def decode(self, data: bytes, final: bool = False) -> str:
            if not data:
                # What is ready and yet empty has come to its end.
                raise EOFError("the terminal has hung up")
            return str(super().decode(data, final))

    return partial(Decoder, "replace")


# Textual ends the program on input that is no UTF-8, such as a paste in another encoding, and reads
# on for ever, as fast as it can, where the terminal is gone.
vars(linux_driver)["getincrementaldecoder"] = _lenient_decoder


_KEEP_TITLE: Final = "\x1b[22;2t"
_RESTORE_TITLE: Final = "\x1b[23;2t"
"""XTWINOPS: terminals and tmux keep titles on a stack; those that do not ignore it."""


class PacedDriver(LinuxDriver):
    """Textual's own driver, with a stopwatch between its writing thread and the terminal.

    The app has to have a `link`; it learns there what is still on its way. Pictures go to standard
    output, of which the command line has seen that it is a terminal; Textual's own go to standard
    error, which people keep in a file to look for errors.
    """

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._link = cast("HasLink", app).link
        screen = cast("TextIO", sys.__stdout__)
        # A letter that the locale does not have is no reason to end.
        terminal = open(  # noqa: SIM115 - as long as the process
            screen.fileno(), "w", encoding=screen.encoding, errors="backslashreplace", closefd=False
        )
        timed: Any = TimedFile(terminal, self._link)
        self._file = timed
        self._title = ""
        self._titled = False
        """Whether the title of before is kept by the terminal, and so is to be restored."""
        self._answer = Event()

    def ask(self) -> None:
        """Ask the terminal whether it has shown everything, unless a question is open."""
        if self._link.round_trip.ask(time.monotonic()):
            self._answer.clear()
            self.write(QUESTION)

    def process_message(self, message: Message) -> None:
        """Take the answer out of what is typed."""
        if isinstance(message, events.CursorPosition):
            self._answer.set()
            self._link.on_answer(time.monotonic())
        else:
            super().process_message(message)

    def show_title(self, title: str) -> None:
        """Have the terminal show sanitised text as its title, until the screen is given back."""
        self._title = title
        self._write_title()

    def start_application_mode(self) -> None:
        """Take the screen, after a suspension as well.

        Whatever ends the process politely gives it back.
        """
        for number in _ENDS_WITH:
            self._loop.add_signal_handler(number, self._app.exit, None, _SIGNALLED + number)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Textual's own handler of a size is interrupted by the handler of the next one, and then is
        # the last to tell: a window that was dragged was drawn for a size of before.
        self._loop.add_signal_handler(signal.SIGWINCH, self._tell_size)
        self._link.round_trip.forget()
        self.ask()
        if self._title and self._writer_thread is not None:
            self._write_title()

    def stop_application_mode(self) -> None:
        """Give the screen back, and the title of before."""
        if self._key_thread is not None and self._key_thread.is_alive():
            self._answer.wait(self._link.round_trip.rest(time.monotonic()))
        if self._titled and self._writer_thread is not None:
            self.write(_RESTORE_TITLE)
        self._titled = False
        super().stop_application_mode()

    def _tell_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self._app.post_message(events.Resize(size, size))

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

    def _run_input_thread(self) -> None:
        # Textual prints a traceback, which is itself a fault where the terminal is gone.
        while True:
            try:
                return self.run_input_thread()
            except (EOFError, OSError):
                self._app.call_later(self._app.exit, None, _SIGNALLED + signal.SIGHUP)
                return
            except ValueError:
                continue  # bytes that begin like a key and are none: what follows may be one
            except Exception as error:
                self._app.call_later(self._app._handle_exception, error)
                return

    def _sigcont_application(self, *_: object) -> None:
        # After SIGSTOP, which nobody hears, Textual would take for the terminal's own settings what
        # it has set itself, and leave the terminal in them in the end.
        if self._auto_restart and not self._must_signal_resume:
            self.suspend_application_mode()
        super()._sigcont_application()

    def write(self, data: str) -> None:
        """Queue `data` for the writing thread."""
        self._link.queued()
        super().write(say_changes_only(data))
