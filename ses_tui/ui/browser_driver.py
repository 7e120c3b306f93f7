"""A driver for a dashboard in a browser: packets over standard input and output.

What it is told and what it tells is the protocol of Textual's own `WebDriver`, and title and bell.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final, cast

from textual import events
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.web_driver import WebDriver

from ses_tui.ui.link import HasLink
from ses_tui.ui.style_changes import say_changes_only
from ses_tui.ui.timed_file import TimedFile

_CHUNK_REQUEST: Final = "deliver_chunk_request"
_REPORT_NO_MOVES: Final = "\x1b[?1003l"


class BrowserDriver(WebDriver):
    """Textual's own driver, with a thread that writes, a stopwatch in it, and an end.

    Textual's writes in the thread that answers keys, reports the mouse unasked, and goes on for
    ever where the server is gone. The app has to have a `link`, as for a terminal.
    """

    def __init__(self, app: App[Any], **settings: Any) -> None:
        super().__init__(app, **settings)
        self._link = cast("HasLink", app).link
        self._loop = asyncio.get_running_loop()
        packets: Any = open(self.fileno, "wb", closefd=False)  # noqa: SIM115
        self._writer = WriterThread(cast("Any", TimedFile(packets, self._link)))
        send: Any = self._send
        self._write = send

    def start_application_mode(self) -> None:
        """Begin to write and to listen."""
        self._writer.start()
        super().start_application_mode()
        # Textual's begins without the focus, and may have heard by now that the page has it.
        self._app.call_later(self._app.post_message, events.AppFocus())
        if not self._mouse:
            self.write(_REPORT_NO_MOVES)

    def write(self, data: str) -> None:
        """Queue `data` for the writing thread."""
        super().write(say_changes_only(data))

    def switch_mouse(self, take: bool) -> None:
        """Have the browser report the mouse, or not."""
        self._mouse = True
        if take:
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
        self._mouse = take

    def show_title(self, title: str) -> None:
        """Have the page show sanitised text as its title."""
        self.write_meta({"type": "title", "words": title})

    def ring(self) -> None:
        """Have the page sound."""
        self.write_meta({"type": "bell"})

    def close(self) -> None:
        """Write what is left."""
        if self._writer.is_alive():
            self._writer.stop()

    def run_input_thread(self) -> None:
        """Listen until the server says no more: then there is nobody to show anything."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            with suppress(RuntimeError):  # the loop has just ended by itself
                self._loop.call_soon_threadsafe(self._app.exit)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Hear what is no typing; pieces of a file are sent by the thread that sends all else."""
        if packet_type == _CHUNK_REQUEST:
            self._loop.call_soon_threadsafe(super().on_meta, packet_type, payload)
        else:
            super().on_meta(packet_type, payload)

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            super()._enable_mouse_support()

    def _send(self, packet: bytes) -> None:
        self._link.queued()
        self._writer.write(cast("Any", packet))
