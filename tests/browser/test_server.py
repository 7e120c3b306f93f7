"""`ses-tui serve` as browsers, and those that are none, meet it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from tests.browser.conftest import TOKEN, Served, serving
from tests.engine import TestTable

PATIENCE_SECONDS = 30.0


async def picture(socket: ClientWebSocketResponse, holds: bytes) -> None:
    """Read until the picture has had `holds` in it."""
    drawn = b""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while holds not in drawn:
            message = await socket.receive()
            assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), drawn
            if message.type is WSMsgType.BINARY:
                drawn += message.data


async def until(condition: Callable[[], bool]) -> None:
    """Processes end without telling us."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def refused(browser: ClientSession, **headers: str) -> int:
    """The status that a socket is refused with."""
    with pytest.raises(WSServerHandshakeError) as refusal:
        await browser.ws_connect("/ws", headers=headers)
    return refusal.value.status


async def test_nobody_comes_in_without_the_token(server: Served, stranger: ClientSession) -> None:
    for path in ("/", "/?token=wrong", "/static/js/textual.js", "/page/page.js", "/download/x"):
        async with stranger.get(path) as answer:
            assert answer.status == 401
            assert "Set-Cookie" not in answer.headers
    assert await refused(stranger, Origin=server.origin) == 401


async def test_the_token_is_given_once(stranger: ClientSession) -> None:
    async with stranger.get("/", params={"token": TOKEN}, allow_redirects=False) as answer:
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert TOKEN not in cookie + await answer.text()
    async with stranger.get("/") as answer:
        assert 'id="terminal"' in await answer.text()


async def test_a_name_of_somebody_else_leads_nowhere(browser: ClientSession) -> None:
    for path in ("/", "/static/js/textual.js", f"/?token={TOKEN}"):
        async with browser.get(path, headers={"Host": "rebound.example:8000"}) as answer:
            assert answer.status == 403
            assert "--allow-host" in await answer.text()


async def test_no_other_page_gets_a_session(server: Served, browser: ClientSession) -> None:
    for origin in ("http://evil.example", "null", server.origin + "0"):
        assert await refused(browser, Origin=origin) == 403
    assert await refused(browser) == 403
    assert server.sessions() == set()


async def test_pages_need_nothing_from_outside_and_stand_in_no_frame(
    browser: ClientSession,
) -> None:
    paths = ["/", "/page/page.css", "/page/page.js", "/static/css/xterm.css"]
    found = set(paths)
    for path in paths:
        async with browser.get(path) as answer:
            assert answer.status == 200
            assert answer.headers["X-Frame-Options"] == "DENY"
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            text = await answer.text()
            assert not re.search(r"(?:src|href|url\(|import)\W*(?:https?:)?//", text)
            found |= set(re.findall(r'(?:src|href|url)\W+(/[^"\')]+)', text))
    assert "/static/js/textual.js" in await (await browser.get("/page/page.js")).text()
    for path in found - set(paths):
        async with browser.head(path) as answer:
            assert answer.status == 200, path


async def test_a_session_from_first_picture_to_last_key(
    server: Served, browser: ClientSession
) -> None:
    socket = await browser.ws_connect("/ws?width=100&height=30", origin=server.origin)
    await picture(socket, b"reader4@")
    assert len(server.sessions()) == 1
    await socket.send_json(["stdin", "w"])
    await picture(socket, b"into a file")
    await socket.send_json(["stdin", "\x15../../a b.jsonl\r"])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (message := await socket.receive()).type is not WSMsgType.TEXT:
            pass
    kind, key = message.json()
    assert kind == "deliver_file_start"
    async with browser.get(f"/download/{key}") as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename=a-b.jsonl"
        events = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert len(events) == 10

    await socket.send_json(["stdin", "q"])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await socket.receive()).type in (WSMsgType.BINARY, WSMsgType.TEXT):
            pass
    await until(lambda: server.sessions() == set())


@asynccontextmanager
async def session_of(server: Served, token: str = "") -> AsyncIterator[int]:
    """The process of a dashboard that somebody looks at."""
    jar = aiohttp.CookieJar(unsafe=True)
    origin = f"http://127.0.0.1:{urlsplit(server.address).port}"
    async with aiohttp.ClientSession(f"{origin}/", cookie_jar=jar) as browser:
        async with browser.get("/", params={"token": token}) as answer:
            assert answer.status == 200
        socket = await browser.ws_connect("/ws", origin=origin)
        await picture(socket, b"reader4@")
        (session,) = server.sessions()
        yield session
        with suppress(aiohttp.ClientError):
            await socket.close()


async def test_a_session_ends_where_the_server_is_killed(filled: TestTable) -> None:
    with serving(filled) as server:
        async with session_of(server) as session:
            server.process.kill()
            await until(lambda: not is_running(session))


async def test_a_server_for_others_makes_a_token_tells_it_once_and_ends_its_sessions(
    filled: TestTable,
) -> None:
    with serving(filled, "--host", "0.0.0.0") as server:
        token = server.address.partition("?token=")[2]
        assert len(token) > 40
        async with session_of(server, token) as session:
            server.process.terminate()
            await until(lambda: not is_running(session))
        output, said = await asyncio.to_thread(server.process.communicate)
    assert server.process.returncode == 0
    assert output == ""
    assert token not in said
    assert "a session from 127.0.0.1 ended; open: 0 of 8" in said
    assert "this is http" in said


def is_running(process: int) -> bool:
    """Whether there is such a process; one that has ended and nobody asks about is none."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
