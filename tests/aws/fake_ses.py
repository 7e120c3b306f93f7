"""An SES on loopback that knows the suppression list, and remembers what it was asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class FakeSes:
    """Answers by the address exactly as it stands in the path, percent-encoded."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.denied: set[str] = set()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """One request, as `GET /v2/email/suppression/addresses/ann%40x.example`."""
        self.asked.append(f"{request.method} {request.rel_url.raw_path}")
        if request.method in self.denied:
            return _error(403, "AccessDeniedException")
        address = request.match_info["address"]
        if address not in self.entries:
            return _error(404, "NotFoundException")
        if request.method == "DELETE":
            del self.entries[address]
            return web.json_response({})
        entry = {"EmailAddress": address, **self.entries[address]}
        return web.json_response({"SuppressedDestination": entry})


def _error(status: int, code: str) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps({"message": "said so"}),
        content_type="application/json",
        headers={"x-amzn-ErrorType": code},
    )


@asynccontextmanager
async def running_ses() -> AsyncIterator[FakeSes]:
    """The service on a free port, until the block ends."""
    ses = FakeSes()
    app = web.Application()
    app.router.add_route("*", "/v2/email/suppression/addresses/{address}", ses.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    ses.url = f"http://{host}:{port}"
    try:
        yield ses
    finally:
        await runner.cleanup()
