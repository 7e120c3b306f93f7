"""`ses-tui tail` as a process, while pages are written and while everything runs."""

import json
import subprocess
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import IO, Any, cast

from recorder.model.event import Event
from ses_tui.cli.tail_remarks import Remarks
from ses_tui.core.follow import FeedControl
from ses_tui.core.source import FeedBatch
from tests.aws.pages import put_items, write_page
from tests.cli.conftest import CommandLineRunner
from tests.engine import TestTable
from tests.events import FrozenClock, make_event


def wait_for(stream: IO[str] | None, text: str) -> str:
    """Reads up to the line that holds `text`; a stream that ends without it is a failure."""
    assert stream is not None
    before: list[str] = []
    for line in stream:
        if text in line:
            return line
        before.append(line)
    raise AssertionError(f"ended without {text!r}: {before}")


def events_now(count: int, **fields: str) -> list[Event]:
    now = time.time_ns() // 1_000_000
    return [make_event(at=now + i, **fields) for i in range(count)]


def write_now(table: TestTable, events: Sequence[Event]) -> None:
    write_page(table, events, at=time.time_ns() // 1_000_000)


def lines_of(process: "subprocess.Popen[str]") -> list[str]:
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    return stdout.splitlines()


def test_events_from_now_on_and_each_once(ses_tui: CommandLineRunner, table: TestTable) -> None:
    write_now(table, events_now(3))
    new = events_now(4)
    with ses_tui.running("tail", "--json", "--count", "4", "--interval", "1s") as process:
        wait_for(process.stderr, "waiting for events of ses-events")
        write_now(table, new[:3])
        write_now(table, new[1:])
        printed = [json.loads(line) for line in lines_of(process)]
    assert [event["event_id"] for event in printed] == [event.event_id for event in new]


def test_out_of_the_stream_before_any_page_is_written(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    before, *new = events_now(4)
    put_items(table, [before])
    arguments = ("--json", "--count", "3", "--source", "stream")
    with ses_tui.running("tail", *arguments) as process:
        wait_for(process.stderr, "waiting for events of ses-events")
        put_items(table, new)
        printed = [json.loads(line) for line in lines_of(process)]
    assert [event["event_id"] for event in printed] == [event.event_id for event in new]


def test_a_query_with_an_exclusion_and_options_behind_it(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    wanted = make_event("Bounce", recipient="a@x.example", at=events_now(1)[0].recorded_at)
    arguments = ("tail", "-domain:hotmail.com", "type:Bounce", "--count", "1", "--utc")
    with ses_tui.running(*arguments, "--table", table.name, "--interval", "1s") as process:
        wait_for(process.stderr, "waiting")
        now = wanted.recorded_at
        others = [
            make_event("Bounce", recipient="b@hotmail.com", at=now),
            make_event("Delivery", recipient="c@x.example", at=now),
        ]
        write_now(table, [*others, wanted])
        (line,) = lines_of(process)
    assert "a@x.example" in line


def test_nothing_of_a_stranger_reaches_the_terminal(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    hostile = "a\x1b[2J\x9b31m\u202eb"
    for form in ([], ["--json"]):
        with ses_tui.running("tail", "--count", "1", "--interval", "1s", *form) as process:
            wait_for(process.stderr, "waiting")
            write_now(table, events_now(1, subject=hostile))
            (line,) = lines_of(process)
        assert not set("\x1b\x9b\u202e") & set(line)
        if form:
            assert json.loads(line)["subject"] == hostile


def test_it_ends_when_its_time_is_over(ses_tui: CommandLineRunner) -> None:
    done = ses_tui("tail", "--for", "1s")
    assert done.returncode == 0
    assert done.stdout == ""


def test_a_reader_that_has_enough_ends_it_quietly(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    with ses_tui.running("tail", "--interval", "1s") as process:
        wait_for(process.stderr, "waiting")
        assert process.stdout is not None
        process.stdout.close()
        write_now(table, events_now(1))
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_lost_connection_is_told_and_its_gap_filled(
    ses_tui: CommandLineRunner, table: TestTable
) -> None:
    """The table goes and comes back, as everything behind a broken line does."""
    from recorder.model.table import table_definition

    missed = events_now(2)
    with ses_tui.running("tail", "--json", "--count", "2", "--interval", "1s") as process:
        wait_for(process.stderr, "waiting")
        table.client.delete_table(TableName=table.name)
        line = wait_for(process.stderr, "trying again in")
        assert "there is no table" in line
        table.client.create_table(**table_definition(table.name))
        wait_for(process.stderr, "answers come again")
        write_now(table, missed)
        printed = [json.loads(text)["event_id"] for text in lines_of(process)]
    assert printed == [event.event_id for event in missed]


def test_a_read_without_an_answer_is_told_once_and_so_is_that_it_came() -> None:
    said: list[str] = []
    control, clock = FeedControl(), FrozenClock()
    remarks = Remarks(
        cast("Any", SimpleNamespace(met_newer_recorder=False)), control, clock, said.append
    )
    remarks.look()
    control.asked_at = clock.now
    for milliseconds in (4_900, 2_100, 20_000):
        clock.advance(milliseconds)
        remarks.look()
    assert said == ["no answer for 7 s; still waiting"]
    control.asked_at = None
    for _ in range(2):
        remarks.came(FeedBatch(read_at=clock.now))
    assert said[1:] == ["answers come again; what was missed follows"]
