"""One dashboard, in a process of its own, between a browser and the table."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from textual_serve.app_service import AppService

from ses_tui.core.configuration import SERVE_TOKEN_VARIABLE
from ses_tui.core.sanitise import sanitise

_PRELUDE: Final = b"__GANGLION__\n"
"""What Textual's driver says first: from there on, standard output is packets."""
_FOR_THE_PAGE: Final = ("title", "bell")
"""What `BrowserDriver` tells and `page.js` hears; textual-serve knows neither."""
_END_SECONDS: Final = 3.0
"""How long a process is waited for that was asked to end, before it is asked less politely."""
_KEPT_BYTES: Final = 4_000
_LARGEST: Final = (500, 200)
"""Columns and rows; a browser may ask for anything."""
_BLANK_SCREEN: Final = "\x1b[?1049l\x1b[2J\x1b[H"
_OF_ANOTHER_TERMINAL: Final = ("TMUX", "STY", "COLUMNS", "LINES")
_TERMINAL: Final = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
}
"""What xterm.js is, whatever terminal the server was started in."""


class Session(AppService):
    """Starts the process, carries packets, and ends the process with the browser's visit."""

    def __init__(self, command: Sequence[str], **wiring: Any) -> None:
        super().__init__(" ".join(command), **wiring)
        self._words = tuple(command)
        self._browser_is_gone = False

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the process how large its screen is."""
        await super().set_terminal_size(*_clamped(width, height))

    async def stop(self) -> None:
        """End the process, and wait for it; it ends by itself where nobody speaks to it."""
        if self._task is None or self._process is None:
            return
        task, self._task = self._task, None
        self._browser_is_gone = True
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        self.stdin.close()
        await _ended(self._process)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def run(self) -> None:
        """Carry packets until the process ends; what it then complains of is shown."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        complaint = asyncio.create_task(_last_bytes(process.stderr))
        try:
            if await process.stdout.readline() == _PRELUDE:
                await self._carry(process.stdout)
            said = await complaint
            if await process.wait() and said:
                lines = map(sanitise, said.decode("utf-8", "replace").splitlines())
                await self.on_data("\r\n".join((_BLANK_SCREEN, *lines)).encode())
            await self.remote_close()
        finally:
            complaint.cancel()

    async def on_data(self, payload: bytes) -> None:
        """Send a piece of the picture, unless nobody is there any longer."""
        if not self._browser_is_gone:
            try:
                await self.remote_write_bytes(payload)
            except ConnectionResetError:
                self._browser_is_gone = True

    async def on_meta(self, data: bytes) -> None:
        """Tell the page its title and when to ring; the rest is textual-serve's."""
        said = json.loads(data)
        if said["type"] in _FOR_THE_PAGE:
            await self.remote_write_str(json.dumps([said["type"], said.get("words", "")]))
        else:
            await super().on_meta(data)

    async def _carry(self, packets: asyncio.StreamReader) -> None:
        takers: dict[bytes, Callable[[bytes], Any]] = {
            b"D": self.on_data,
            b"M": self.on_meta,
            b"P": self.on_packed,
        }
        with suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                kind = await packets.readexactly(1)
                size = int.from_bytes(await packets.readexactly(4), "big")
                await takers[kind](await packets.readexactly(size))

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        columns, rows = _clamped(width, height)
        unwanted = (*_OF_ANOTHER_TERMINAL, SERVE_TOKEN_VARIABLE)
        environment = {name: text for name, text in os.environ.items() if name not in unwanted}
        return environment | _TERMINAL | {"COLUMNS": str(columns), "ROWS": str(rows)}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # A session of its own keeps the terminal's Ctrl-c from it.
        self._process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._stdin = self._process.stdin
        return self._process


def _clamped(width: int, height: int) -> tuple[int, int]:
    return max(1, min(int(width), _LARGEST[0])), max(1, min(int(height), _LARGEST[1]))


async def _ended(process: Process) -> None:
    """Wait for the end of a process, and bring it about if it takes too long."""
    for hasten in (process.terminate, process.kill):
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
            return
        except TimeoutError:
            with suppress(ProcessLookupError):
                hasten()
    await process.wait()


async def _last_bytes(stream: asyncio.StreamReader) -> bytes:
    """The last of what a stream brings, at its end."""
    last = b""
    while piece := await stream.read(_KEPT_BYTES):
        last = (last + piece)[-_KEPT_BYTES:]
    return last
