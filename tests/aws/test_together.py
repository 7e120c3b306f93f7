import asyncio

import pytest

from ses_tui.aws.together import together
from ses_tui.core.errors import TableError


async def test_an_error_ends_the_others_and_is_no_cancellation_of_who_waits() -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise TableError("no")

    with pytest.raises(TableError, match="no"):
        await together([wait(), fail()])
    assert ended.is_set()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
