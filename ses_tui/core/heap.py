"""Memory of a program that runs all night: given back, not only let go of.

What is read and let go of again leaves holes. How large a process stays depends on where they are,
and by default glibc puts anything anywhere: an area for each thread, and blocks of up to 32 MB
between small ones, once the first of such a size was freed (`mallopt(3)`).
"""

import asyncio
import ctypes
import gc
from typing import Any, Final

_ARENA_MAX: Final = -8
_MMAP_THRESHOLD: Final = -3
"""As `malloc.h` of glibc numbers what can be set."""
_BLOCK_BYTES: Final = 65_536
"""Packed events and what a read brings are larger: each has pages of its own, which go with it."""
_TIDY_EVERY_SECONDS: Final = 60.0


def keep_heap_compact() -> None:
    """One area for all threads, which take turns anyway; nothing where the C library has no such
    settings. Best called before there are threads."""
    if (allocator := _allocator("mallopt")) is not None:
        allocator(_ARENA_MAX, 1)
        allocator(_MMAP_THRESHOLD, _BLOCK_BYTES)


async def tidy_heap_regularly() -> None:
    """Each minute let go of garbage in circles, and give back what is free; until cancelled.

    A drawn line refers to itself, and there are some hundred a minute. The collector by itself
    would look after five minutes or more, when they lie between what stays.
    """
    while True:
        await asyncio.sleep(_TIDY_EVERY_SECONDS)
        gc.collect()
        if (trim := _allocator("malloc_trim")) is not None:
            trim(0)


def _allocator(name: str) -> Any:
    """A function of the C library, or `None` where it has none of this name."""
    return getattr(ctypes.CDLL(None), name, None)
