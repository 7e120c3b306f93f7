"""A dashboard over a real table whose line or engine fails: said with the reason, and made good."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from recorder.model.clock import SystemClock
from recorder.model.event import Event
from recorder.model.table import table_definition
from ses_tui.aws.connection import open_connection
from ses_tui.core.feed_state import Condition
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.engine import LocalEngine, start_dynamodb_local
from ses_tui.ui.app import DashboardApp
from tests.aws.pages import options_of, put_items, write_page
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import TestTable
from tests.events import NOON, FrozenClock, make_event
from tests.faults.line import Fault, FaultyLine, faulty_line
from tests.ui.conftest import Dashboard

PATIENCE_SECONDS = 30.0
WORDS = {
    Fault.REFUSED: "cannot reach http://127.0.0.1",
    Fault.RESET: "cannot reach http://127.0.0.1",
    Fault.HUNG: "does not answer in time",
    Fault.THROTTLED: "too busy",
    Fault.EXPIRED: "have expired: run `aws sso login`",
    Fault.UNKNOWN: "`aws sts get-caller-identity` shows whether they are still valid",
    Fault.FAILING: "has a fault of its own in Query (InternalServerError)",
    Fault.CUT: "broke off",
    Fault.MANGLED: "cannot be read",
}


class Watch:
    """A dashboard over a table, and the events that were recorded there."""

    def __init__(self, app: DashboardApp, board: Dashboard, table: TestTable) -> None:
        self.app = app
        self.board = board
        self.table = table
        self.recorded: list[Event] = []

    def record(self, number: int) -> None:
        """Let events be recorded and paged, whether anybody can read them or not."""
        record(self.table, self.recorded, number)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what the app's workers bring about."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                await self.board.pilot.pause(0.02)
        await self.board.settle()

    async def goes_offline(self) -> None:
        """Until the app knows; it is asked to look at once."""
        self.app.action_retry()
        await self.until(
            lambda: (
                self.app.reader.status(self.app.status, NOON).state.condition is Condition.OFFLINE
            )
        )

    async def comes_back(self) -> None:
        """`R`, until all that was recorded is in memory."""
        await self.board.press("R")
        await self.until(lambda: len(self.app.feed.store) >= len(self.recorded))

    @property
    def known(self) -> list[str]:
        """Ids of the events in memory."""
        return [event.event_id for event in self.app.feed.store]

    @property
    def text(self) -> str:
        return " ".join(self.board.text.split())


def record(table: TestTable, known: list[Event], number: int, *, at: int = NOON) -> None:
    """Store and page events at the time `at` (ms), and note them in `known`."""
    events = [make_event(at=at - 1_000 + len(known) + n) for n in range(number)]
    known += events
    put_items(table, events)
    write_page(table, events, at=at, heartbeats=[at])


def ids(events: Sequence[Event]) -> list[str]:
    return [event.event_id for event in events]


@asynccontextmanager
async def watching(table: TestTable, line: FaultyLine) -> AsyncIterator[Watch]:
    """A dashboard that has shown what there is."""
    clock = FrozenClock()
    recorded: list[Event] = []
    record(table, recorded, 3)
    connection = await open_connection(options_of(table, endpoint_url=line.endpoint_url), clock)
    app = DashboardApp(connection=connection, clock=clock, utc=True, at_once=True)
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            watch = Watch(app, Dashboard(app, pilot, None, clock), table)  # type: ignore[arg-type]
            watch.recorded = recorded
            await watch.until(lambda: len(app.feed.store) == len(recorded))
            yield watch
    finally:
        await connection.close()


@pytest.mark.parametrize("fault", WORDS)
@pytest.mark.usefixtures("impatient")
async def test_a_fault_is_said_and_its_gap_is_filled(
    table: TestTable, line: FaultyLine, fault: Fault
) -> None:
    async with watching(table, line) as watch:
        line.fault = fault
        await watch.goes_offline()
        assert "OFFLINE" in watch.board.lines[0]
        assert WORDS[fault] in watch.text
        assert re.search(r"Next try in \d+ s; R tries again now\.", watch.text)
        assert watch.app.status.state.next_try_in_ms is not None
        assert watch.known == ids(watch.recorded)
        watch.record(4)
        line.fault = Fault.NONE
        await watch.comes_back()
        assert "LIVE" in watch.board.lines[0]
        assert watch.known == ids(watch.recorded)


@pytest.mark.usefixtures("impatient")
async def test_a_slow_line_is_no_fault(table: TestTable, line: FaultyLine) -> None:
    async with watching(table, line) as watch:
        line.fault = Fault.SLOW
        watch.record(2)
        await watch.comes_back()
        assert watch.known == ids(watch.recorded)
        assert "LIVE" in watch.board.lines[0]


async def test_a_read_that_hangs_is_told_long_before_it_is_given_up(
    table: TestTable, line: FaultyLine
) -> None:
    async with watching(table, line) as watch:

        def is_told() -> bool:
            watch.board.clock.now += 1_000
            watch.app.refresh_status()
            return "LIVE · no answer for " in watch.board.lines[0]

        line.fault = Fault.HUNG
        watch.app.action_retry()
        await watch.until(is_told)
        watch.record(2)
        line.fault = Fault.NONE
        await watch.comes_back()
        assert watch.known == ids(watch.recorded)
        watch.app.refresh_status()
        assert "no answer" not in watch.board.lines[0]


@dataclass
class EngineOnDisk:
    """DynamoDB Local that can be killed and brought back, and what is recorded in it."""

    folder: Path
    engine: LocalEngine
    table: TestTable
    line: FaultyLine

    def die(self) -> None:
        """No farewell: as after a power cut."""
        os.kill(self.engine.process_id, signal.SIGKILL)
        self.engine.stop()

    def come_back(self) -> None:
        """With the data that was there, at another port, behind the same line."""
        self.engine = start_dynamodb_local(data_folder=self.folder)
        key = self.table.access.access_key_id
        self.table = TestTable(LocalAccess(self.engine.endpoint_url, key))
        self.line.upstream = self.engine.endpoint_url


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[EngineOnDisk]:
    """An engine with an empty table."""
    engine = start_dynamodb_local(data_folder=tmp_path)
    table = TestTable(LocalAccess(engine.endpoint_url))
    table.client.create_table(**table_definition(table.name))
    with faulty_line(engine.endpoint_url) as line:
        made = EngineOnDisk(tmp_path, engine, table, line)
        try:
            yield made
        finally:
            made.engine.stop()


@pytest.mark.usefixtures("impatient")
async def test_the_engine_is_killed_at_every_stage_and_comes_back(on_disk: EngineOnDisk) -> None:
    """While the list is followed, while a message is open, and while older events are asked for."""
    async with watching(on_disk.table, on_disk.line) as watch:
        for stage in (["G"], ["enter"], ["escape", "g", "pageup"]):
            await watch.board.press(*stage)
            on_disk.die()
            await watch.goes_offline()
            assert watch.app.status.state.next_try_in_ms is not None
            assert watch.known == ids(watch.recorded)
            on_disk.come_back()
            watch.table = on_disk.table
            watch.record(3)
            await watch.comes_back()
            assert watch.known == ids(watch.recorded)
        assert "LIVE" in watch.board.lines[0]


@pytest.mark.long
def test_tail_misses_nothing_and_doubles_nothing(on_disk: EngineOnDisk) -> None:
    """One that runs through every fault of its line and the death of its engine."""
    recorded: list[Event] = []
    clock = SystemClock()
    environment = environment_of(on_disk.table, on_disk.line.endpoint_url)
    with CommandLineRunner(environment).running(
        "tail", "--json", "--interval", "1s", "--count", "6"
    ) as process:
        assert process.stderr is not None
        assert "waiting for events" in process.stderr.readline()
        for fault in (Fault.RESET, Fault.FAILING, Fault.CUT):
            on_disk.line.fault = fault
            assert "trying again in" in process.stderr.readline()
            record(on_disk.table, recorded, 1, at=clock.now_ms())
            on_disk.line.fault = Fault.NONE
        on_disk.die()
        while "cannot reach" not in process.stderr.readline():
            pass
        on_disk.come_back()
        record(on_disk.table, recorded, 3, at=clock.now_ms())
        output, _ = process.communicate(timeout=90)
    printed = [json.loads(line)["event_id"] for line in output.splitlines()]
    assert sorted(printed) == sorted(ids(recorded))
