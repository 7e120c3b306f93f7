"""A line to an engine on which things go wrong: a small HTTP proxy on the loopback interface."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum, auto
from typing import Any, Final
from urllib.parse import urlsplit

_HOST: Final = "127.0.0.1"
_SLOW_SECONDS: Final = 0.3
_CHUNKED: Final = b"transfer-encoding:"
_ERROR_TYPE: Final = "com.amazonaws.dynamodb.v20120810#"


class Fault(StrEnum):
    """What the line does to every request."""

    NONE = auto()
    REFUSED = auto()
    """Nobody listens."""
    RESET = auto()
    """The connection breaks as soon as something is asked."""
    HUNG = auto()
    """No answer ever comes."""
    SLOW = auto()
    """The answer comes late, though in time."""
    THROTTLED = auto()
    EXPIRED = auto()
    """The credentials have ended."""
    UNKNOWN = auto()
    """Nobody knows the credentials."""
    FAILING = auto()
    """The service has a fault of its own (500)."""
    CUT = auto()
    """The answer ends in its middle."""
    MANGLED = auto()
    """The answer is whole, and has lost its end."""


_ERRORS: Final = {
    Fault.THROTTLED: (400, "ThrottlingException", "Rate exceeded"),
    Fault.EXPIRED: (400, "ExpiredTokenException", "The security token included is expired"),
    Fault.UNKNOWN: (400, "UnrecognizedClientException", "The security token is invalid"),
    Fault.FAILING: (500, "InternalServerError", "Something broke here"),
}


class FaultyLine:
    """A way to an engine, for any number of clients; `fault` and `upstream` may change at once."""

    def __init__(self, upstream: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[Any]] = set()
        self._fault = Fault.NONE
        self._server: asyncio.Server | None = None
        self.upstream = upstream
        self.refused_requests = 0
        """Requests that met a fault."""
        with socket.socket() as probe:
            probe.bind((_HOST, 0))
            self._port: int = probe.getsockname()[1]
        self._do(self._listen())

    @property
    def endpoint_url(self) -> str:
        """What clients are given instead of the engine's."""
        return f"http://{_HOST}:{self._port}"

    @property
    def fault(self) -> Fault:
        """What is wrong."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._do(self._change(fault))

    def close(self) -> None:
        """End it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _change(self, fault: Fault) -> None:
        self._fault = fault
        for writer in tuple(self._open):
            _break(writer)
        if fault is Fault.REFUSED and self._server is not None:
            self._server.close()
            self._server = None
        elif fault is not Fault.REFUSED and self._server is None:
            await self._listen()

    async def _end(self) -> None:
        await self._change(Fault.REFUSED)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, _HOST, self._port, reuse_address=True
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)  # The loop itself would let go of one that waits.
        try:
            # Streams complain of a server's task that is cancelled, as all are in the end.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while request := await _message(reader):
                    await self._answer(request, writer)
        finally:
            self._serving.discard(task)
            self._open.discard(writer)
            writer.close()

    async def _answer(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        fault = self._fault
        self.refused_requests += fault not in (Fault.NONE, Fault.SLOW)
        if fault is Fault.RESET:
            _break(writer)
            return
        if fault is Fault.HUNG:
            await asyncio.Event().wait()
        if fault is Fault.SLOW:
            await asyncio.sleep(_SLOW_SECONDS)
        if fault in _ERRORS:
            answer = _error(*_ERRORS[fault])
        else:
            answer = await self._ask(request)
        if fault is Fault.CUT:
            writer.write(answer[: -max(1, len(answer) // 4)])
            writer.close()
            return
        if fault is Fault.MANGLED:
            head, _, body = answer.partition(b"\r\n\r\n")
            body = body[: len(body) // 2]
            lines = [
                line
                for line in head.split(b"\r\n")
                if not line.lower().startswith((b"content-length", b"x-amz-crc32"))
            ]
            lines.append(b"Content-Length: %d" % len(body))
            answer = b"\r\n".join(lines) + b"\r\n\r\n" + body
        writer.write(answer)
        await writer.drain()

    async def _ask(self, request: bytes) -> bytes:
        where = urlsplit(self.upstream)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(request)
            return await _message(reader)
        finally:
            writer.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A whole HTTP message, always with its length; nothing at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
    if b"chunked" not in fields.get(b"transfer-encoding", b""):
        return head + await reader.readexactly(int(fields.get(b"content-length", 0)))
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        body += (await reader.readexactly(size + 2))[:size]
    await reader.readuntil(b"\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(_CHUNKED)]
    return b"\r\n".join([*lines[:-2], b"Content-Length: %d" % len(body), b"", body])


def _error(status: int, code: str, message: str) -> bytes:
    body = f'{{"__type":"{_ERROR_TYPE}{code}","message":"{message}"}}'.encode()
    head = (
        f"HTTP/1.1 {status} Fault\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _break(writer: asyncio.StreamWriter) -> None:
    """Let the connection go with a reset, and not with a polite end."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def faulty_line(upstream: str) -> Iterator[FaultyLine]:
    """A line that works, to begin with."""
    line = FaultyLine(upstream)
    try:
        yield line
    finally:
        line.close()
