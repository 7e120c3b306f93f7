"""Following a source: what comes out, and how long it waits, without any waiting."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ses_tui.core.errors import SesTuiError, TableError
from ses_tui.core.follow import FeedControl, FeedUpdate, follow
from ses_tui.core.source import FeedBatch
from tests.events import NOON, FrozenClock, make_event


class ScriptedSource:
    """Answers each read with the next entry of its script, and ends it all after the last."""

    label = "script"

    def __init__(
        self, script: Sequence[FeedBatch | SesTuiError], interval: float | None = None
    ) -> None:
        self.interval = interval
        self._script = list(script)
        self.reads: list[str] = []

    async def start(self, history_events: int) -> FeedBatch:
        return self._next(f"start {history_events}")

    async def poll(self) -> FeedBatch:
        return self._next("poll")

    def fill_gaps_since(self, moment: int) -> None: ...

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


async def test_since_when_a_read_waits_is_known_while_it_does() -> None:
    control = InstantControl()
    clock = FrozenClock()
    seen: list[int | None] = []

    class Watched(ScriptedSource):
        def _next(self, read: str) -> FeedBatch:
            seen.append(control.asked_at)
            clock.advance(7_000)
            return super()._next(read)

    source = Watched([FeedBatch(), TableError("lost"), FeedBatch()])
    updates = follow(source, clock, control)
    for asked_at in (NOON, NOON + 7_000, NOON + 14_000):
        await anext(updates)
        assert seen[-1] == asked_at
        assert control.asked_at is None


async def test_other_errors_are_bugs_and_are_not_hidden() -> None:
    class Broken(ScriptedSource):
        async def poll(self) -> FeedBatch:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await take(Broken([FeedBatch()]), InstantControl(), 2)


async def test_a_source_may_have_an_interval_of_its_own() -> None:
    batches = [FeedBatch(read_at=NOON), FeedBatch(read_at=NOON + 1_000)]
    source, control = ScriptedSource(batches, 0.3), InstantControl(5.0)
    await take(source, control, 2)
    assert control.waits == [0.3]


async def test_of_many_quiet_reads_one_a_second_is_told() -> None:
    quiet = [FeedBatch(read_at=NOON + 300 * number) for number in range(9)]
    with_event = replace(quiet[3], events=(make_event(),))
    hindered = replace(quiet[5], hindrance="another reader")
    still_hindered = replace(quiet[6], hindrance="another reader")
    free = quiet[7]
    script = [*quiet[:3], with_event, quiet[4], hindered, still_hindered, free, quiet[8]]
    last = FeedBatch(read_at=NOON + 3_400)
    updates = await take(ScriptedSource([*script, last], 0.3), InstantControl(), 5)
    assert [update.batch for update in updates] == [quiet[0], with_event, hindered, free, last]


async def test_another_source_starts_anew_and_the_first_is_read_no_more() -> None:
    first, second = ScriptedSource([FeedBatch(), FeedBatch()]), ScriptedSource([FeedBatch()] * 2)
    control = InstantControl()
    updates = follow(first, FrozenClock(), control, history_events=7)
    await anext(updates)
    control.use(second)
    await anext(updates)
    await anext(updates)
    assert first.reads == ["start 7"]
    assert second.reads == ["start 7", "poll"]


async def test_a_source_that_cannot_start_is_tried_again_and_not_the_one_before() -> None:
    first = ScriptedSource([FeedBatch()])
    second = ScriptedSource([TableError("no stream"), FeedBatch()])
    control = InstantControl()
    updates = follow(first, FrozenClock(), control, history_events=7)
    await anext(updates)
    control.use(second)
    assert (await anext(updates)).error == "no stream"
    assert (await anext(updates)).batch is not None
    assert second.reads == ["start 7", "start 7"]


def test_faster_and_slower_go_by_steps_and_stop_at_the_ends() -> None:
    control = FeedControl()
    assert [control.slower() for _ in range(4)] == [5.0, 10.0, 30.0, 30.0]
    assert [control.faster() for _ in range(5)] == [10.0, 5.0, 2.0, 1.0, 1.0]
    control.interval = 7.0
    assert control.faster() == 5.0
    control.interval = 7.0
    assert control.slower() == 10.0


@pytest.mark.parametrize("change", ["retry", "resume", "interval", "use", "faster"])
async def test_every_change_ends_a_wait(change: str) -> None:
    control = FeedControl()
    waiting = asyncio.ensure_future(control.wait(None))
    await asyncio.sleep(0)
    assert not waiting.done()
    if change == "interval":
        control.interval = 1.0
    elif change == "use":
        control.use(ScriptedSource([]))
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
