"""Following a source: what comes out, and how long it waits, without any waiting."""

import asyncio
from collections.abc import Sequence

import pytest

from ses_tui.core.errors import SesTuiError, TableError
from ses_tui.core.follow import FeedControl, FeedUpdate, follow
from ses_tui.core.source import FeedBatch
from tests.events import NOON, FrozenClock


class ScriptedSource:
    """Answers each read with the next entry of its script, and ends it all after the last."""

    label = "script"

    def __init__(self, script: Sequence[FeedBatch | SesTuiError]) -> None:
        self._script = list(script)
        self.reads: list[str] = []

    async def start(self, history_events: int) -> FeedBatch:
        return self._next(f"start {history_events}")

    async def poll(self) -> FeedBatch:
        return self._next("poll")

    async def close(self) -> None:
        return

    def _next(self, read: str) -> FeedBatch:
        self.reads.append(read)
        answer = self._script.pop(0)
        if isinstance(answer, SesTuiError):
            raise answer
        return answer


class InstantControl(FeedControl):
    """Notes every wait and does not wait."""

    def __init__(self, interval: float = 2.0) -> None:
        super().__init__(interval)
        self.waits: list[float | None] = []

    async def wait(self, seconds: float | None) -> None:
        self.waits.append(seconds)


async def take(source: ScriptedSource, control: FeedControl, count: int) -> list[FeedUpdate]:
    updates: list[FeedUpdate] = []
    async for update in follow(source, FrozenClock(), control, history_events=7):
        updates.append(update)
        if len(updates) == count:
            break
    return updates


async def test_history_first_then_polls_at_the_interval() -> None:
    batches = [FeedBatch(read_at=number) for number in range(3)]
    source, control = ScriptedSource(batches), InstantControl(5.0)
    assert [update.batch for update in await take(source, control, 3)] == batches
    assert source.reads == ["start 7", "poll", "poll"]
    assert control.waits == [5.0, 5.0]


async def test_errors_are_told_and_tried_again_ever_more_slowly() -> None:
    errors = [TableError(f"lost {number}") for number in range(7)]
    source, control = ScriptedSource([FeedBatch(), *errors, FeedBatch()]), InstantControl()
    updates = await take(source, control, 9)
    assert [update.error for update in updates[1:8]] == [str(error) for error in errors]
    assert updates[1].next_try_at == NOON + 1_000
    assert control.waits == [2.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert updates[8].batch is not None
    assert updates[8].error is None


async def test_a_good_read_makes_the_next_error_a_first_one() -> None:
    lost = TableError("lost")
    script: list[FeedBatch | SesTuiError] = [
        FeedBatch(),
        lost,
        lost,
        FeedBatch(),
        lost,
        FeedBatch(),
    ]
    source, control = ScriptedSource(script), InstantControl()
    await take(source, control, 6)
    assert control.waits == [2.0, 1.0, 2.0, 2.0, 1.0]


async def test_a_failed_start_is_started_again() -> None:
    source = ScriptedSource([TableError("lost"), FeedBatch(), FeedBatch()])
    await take(source, InstantControl(), 3)
    assert source.reads == ["start 7", "start 7", "poll"]


async def test_other_errors_are_bugs_and_are_not_hidden() -> None:
    class Broken(ScriptedSource):
        async def poll(self) -> FeedBatch:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await take(Broken([FeedBatch()]), InstantControl(), 2)


@pytest.mark.parametrize("change", ["retry", "resume", "interval"])
async def test_every_change_ends_a_wait(change: str) -> None:
    control = FeedControl()
    waiting = asyncio.ensure_future(control.wait(None))
    await asyncio.sleep(0)
    assert not waiting.done()
    if change == "interval":
        control.interval = 1.0
    else:
        getattr(control, change)()
    await waiting


async def test_paused_reads_nothing_until_resumed() -> None:
    source, control = ScriptedSource([FeedBatch(), FeedBatch()]), FeedControl(0.0)
    updates = follow(source, FrozenClock(), control)
    await anext(updates)
    control.pause()
    assert control.paused
    following = asyncio.ensure_future(anext(updates))
    for _ in range(5):
        control.retry()
        await asyncio.sleep(0)
    assert len(source.reads) == 1
    control.resume()
    await following
    assert source.reads[1:] == ["poll"]
