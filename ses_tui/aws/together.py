"""Several reads at once."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def together(reads: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """The results in order. The first error ends the other reads and is raised by itself.

    A task group would do, but up to Python 3.12 it counts an error as a cancellation of whoever
    waits for it, and never takes that back: Ctrl-C would end `tail` with a traceback then.
    """
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        running = [task for task in tasks if not task.done()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
