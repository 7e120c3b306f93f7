"""A server whose dashboards are small programs that do what a dashboard must not."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError

from ses_tui.browser import server, session
from ses_tui.browser.gate import Gate

ENDS_WITH_ITS_INPUT = "import sys; sys.stdin.read()"


@dataclass(frozen=True)
class Visitor:
    """A browser at a server with room for one session."""

    browser: ClientSession
    origin: str

    async def connect(self) -> ClientWebSocketResponse:
        """Begin a session."""
        return await self.browser.ws_connect("/ws", origin=self.origin)


@asynccontextmanager
async def visitor(program: str) -> AsyncIterator[Visitor]:
    """Of a server whose dashboard is a line of Python."""
    served = server.DashboardServer(
        (sys.executable, "-c", program),
        Gate((), None),
        title="a table",
        most=1,
        tell=lambda line: None,
    )
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.ensure_future(served.run("127.0.0.1", 0, listening.set_result))
    origin = f"http://127.0.0.1:{await listening}"
    try:
        async with ClientSession(f"{origin}/") as browser:
            yield Visitor(browser, origin)
    finally:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


@asynccontextmanager
async def visit(program: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with visitor(program) as somebody:
        yield await somebody.connect()


async def test_why_a_dashboard_could_not_be_opened_is_shown_and_harmless() -> None:
    program = "import sys; sys.exit('ses-tui: no such table\\x1b]0;owned\\x07\\ntry another')"
    async with visit(program) as socket:
        shown = (await socket.receive_bytes()).decode()
        assert shown.endswith("ses-tui: no such table␛]0;owned␇\r\ntry another")
        await socket.receive()
        assert socket.closed


async def test_a_dashboard_knows_its_size_and_neither_token_nor_the_terminal_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SES_TUI_SERVE_TOKEN", "a-token-that-is-long-enough")
    monkeypatch.setenv("TMUX", "/tmp/tmux")
    program = (
        "import os, sys; e = os.environ; sys.exit(' '.join((e['COLUMNS'], e['ROWS'], e['TERM'],"
        " str('SES_TUI_SERVE_TOKEN' in e), str('TMUX' in e))))"
    )
    async with visit(program) as socket:
        shown = (await socket.receive_bytes()).decode()
        assert shown.endswith("80 24 xterm-256color False False")


async def test_title_and_bell_are_told_to_the_page() -> None:
    packets = b"__GANGLION__\n"
    for said in ({"type": "title", "words": "! bounce · ses-tui"}, {"type": "bell"}):
        packet = json.dumps(said).encode()
        packets += b"M" + len(packet).to_bytes(4, "big") + packet
    program = f"import os, sys; os.write(1, {packets!r}); sys.stdin.read()"
    async with visit(program) as socket:
        assert await socket.receive_json() == ["title", "! bounce · ses-tui"]
        assert await socket.receive_json() == ["bell", ""]


async def test_a_dashboard_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_END_SECONDS", 0.05)
    program = (
        "import os, signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "os.write(1, b'__GANGLION__\\nD\\0\\0\\0\\x05%05d' % os.getpid());"
        "[signal.pause() for _ in iter(int, 1)]"
    )
    async with visit(program) as socket:
        process = int(await socket.receive_bytes())
        await socket.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize("message", ["no JSON", "{}", "[]", '["stdin", 7]', '["resize", {}]'])
async def test_what_no_page_says_ends_the_session(message: str) -> None:
    async with visit(ENDS_WITH_ITS_INPUT) as socket:
        await socket.send_str(message)
        await socket.receive()
        assert socket.closed


async def test_a_page_that_is_loaded_again_gets_the_place_of_its_last_session() -> None:
    async with visitor(ENDS_WITH_ITS_INPUT) as somebody:
        socket = await somebody.connect()
        answers = asyncio.gather(somebody.browser.get("/"), somebody.connect())
        await socket.close()
        page, again = await answers
        assert page.status == 200
        await again.close()


async def test_no_more_sessions_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_ROOM_SECONDS", 0.05)
    async with visitor(ENDS_WITH_ITS_INPUT) as somebody:
        taken = await somebody.connect()
        with pytest.raises(WSServerHandshakeError) as refusal:
            await somebody.connect()
        assert refusal.value.status == 503
        async with somebody.browser.get("/") as page:
            assert page.status == 503
            assert "All 1 sessions are taken" in await page.text()
        await taken.close()
