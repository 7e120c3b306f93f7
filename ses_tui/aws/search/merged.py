"""Several streams of results as one, some of them under way at a time."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any, TypeVar

Result = TypeVar("Result")


async def merged(
    sources: Iterable[AsyncGenerator[Result, None]], at_once: int
) -> AsyncGenerator[Result, None]:
    """The results of all sources as they come; a source is asked for when it is its turn.

    The first error ends the others and is raised.
    """
    waiting = iter(sources)
    results: asyncio.Queue[Result] = asyncio.Queue(at_once)

    async def work() -> None:
        for source in waiting:
            async with aclosing(source):
                async for result in source:
                    await results.put(result)

    workers = [asyncio.ensure_future(work()) for _ in range(at_once)]
    ended: asyncio.Future[Any] = asyncio.gather(*workers)
    try:
        while not ended.done():
            getting: asyncio.Future[Any] = asyncio.ensure_future(results.get())
            try:
                await asyncio.wait([getting, ended], return_when=asyncio.FIRST_COMPLETED)
                if getting.done():
                    yield getting.result()
            finally:
                getting.cancel()
        await ended
        while not results.empty():
            yield results.get_nowait()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.wait(workers)
        if ended.done() and not ended.cancelled():
            ended.exception()
