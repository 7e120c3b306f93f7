"""The web server: textual-serve's, with a gate before it and pages that need nothing from outside.

Its own page loads a font from another server, its sessions are shell commands that nobody ends,
its log shows values of variables, and whoever reaches it gets a session; so page, sessions and the
way in are ours, and the terminal in the browser, its protocol and downloads are its.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server, to_int

from ses_tui.browser.gate import Gate
from ses_tui.browser.session import Session

_PAGE: Final = Path(__file__).parent / "page"
_HEARTBEAT_SECONDS: Final = 15.0
"""A browser that does not answer for so long is gone."""
_LONGEST_MESSAGE: Final = 1 << 20
"""Bytes; the longest is a paste."""
_COLUMNS: Final = 80
_ROWS: Final = 24
_ROOM_SECONDS: Final = 5.0
"""A little longer than a session takes to end that is asked to."""
_SHUTDOWN_SECONDS: Final = 10.0
_GOING_AWAY: Final = 1001
_UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What textual-serve raises where a message is none of a page's."""
_HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache, private",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""xterm.js makes style elements of its own, and older Safari does not take 'self' for a socket."""


class DashboardServer(Server):
    """Serves dashboards; each visitor's is a process of `command`, at most `most` at a time."""

    def __init__(
        self,
        command: Sequence[str],
        gate: Gate,
        *,
        title: str,
        most: int,
        tell: Callable[[str], None],
    ) -> None:
        """`tell` hears a line for each session that begins or ends."""
        super().__init__(" ".join(command), title=title, templates_path=_PAGE)
        self._words = tuple(command)
        self._gate = gate
        self._most = most
        self._tell = tell
        self._cookie_name = "ses-tui"
        self._visits: set[web.WebSocketResponse] = set()
        self._left = asyncio.Condition()
        """Told of each visit that has ended."""

    async def run(self, host: str, port: int, ready: Callable[[int], None]) -> None:
        """Serve until cancelled; `ready` hears the port. Raises `OSError` where it is taken."""
        runner = web.AppRunner(
            await self._make_app(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            port = int(runner.addresses[0][1])
            # Cookies know no ports: two servers of a machine must not overwrite each other's.
            self._cookie_name = f"ses-tui-{port}"
            ready(port)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.router.add_static("/page", _PAGE)
        app.middlewares.append(self._let_in)
        app.on_response_prepare.append(_add_headers)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command does, once it is known where."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every browser's connection, which ends its session."""
        visits = [*self._visits]
        await asyncio.gather(*(visit.close(code=_GOING_AWAY) for visit in visits))

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._gate.is_name_of_this(request.host):
            raise web.HTTPForbidden(
                text="This server is not called so. Open it by its address, or have it started "
                "with --allow-host NAME."
            )
        if request.path == "/" and self._gate.takes_token(request.query.get("token", "")):
            return self._welcome(request)
        if not self._gate.takes_cookie(request.cookies.get(self._cookie_name, "")):
            raise web.HTTPUnauthorized(
                text="This server wants its token. Open the whole address that `ses-tui serve` "
                "has printed, with ?token= at its end."
            )
        return await handler(request)

    def _welcome(self, request: web.Request) -> web.StreamResponse:
        """Remember the browser, and have it ask again without the token.

        The page asks by itself: a redirect would be the doing of the page that led here, from
        which the browser keeps the cookie.
        """
        response = web.FileResponse(_PAGE / "welcome.html")
        response.set_cookie(
            self._cookie_name,
            self._gate.cookie,
            httponly=True,
            samesite="Strict",
            secure=request.headers.get("X-Forwarded-Proto") == "https",
        )
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Give a browser its session, for as long as it stays."""
        if not self._gate.is_own_page(request.headers.get("Origin", ""), request.host):
            raise web.HTTPForbidden(
                text="Only a page of this server may do this. A proxy in between has to pass the "
                "Host header on as it came."
            )
        await self._wait_for_room()
        visit = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LONGEST_MESSAGE)
        session = Session(
            self._words,
            write_bytes=visit.send_bytes,
            write_str=visit.send_str,
            close=visit.close,
            download_manager=self.download_manager,
        )
        self._visits.add(visit)
        self._say("begins", request)
        try:
            await visit.prepare(request)
            columns = to_int(request.query.get("width", ""), _COLUMNS)
            await session.start(columns, to_int(request.query.get("height", ""), _ROWS))
            await self._process_messages(visit, session)
        except _UNREADABLE:
            await visit.close()
        finally:
            await session.stop()
            self._visits.remove(visit)
            async with self._left:
                self._left.notify_all()
            self._say("ended", request)
        return visit

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page, or why there is none."""
        await self._wait_for_room()
        return await super().handle_index(request)

    async def _wait_for_room(self) -> None:
        """A page that is loaded again comes back before its last session has quite ended."""
        try:
            async with asyncio.timeout(_ROOM_SECONDS), self._left:
                await self._left.wait_for(lambda: len(self._visits) < self._most)
        except TimeoutError:
            raise web.HTTPServiceUnavailable(
                text=f"All {self._most} sessions are taken: close one, or try again later."
            ) from None

    def _say(self, what: str, request: web.Request) -> None:
        count = len(self._visits)
        self._tell(f"a session from {request.remote} {what}; open: {count} of {self._most}")


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _POLICY.format(host=request.host)
