"""The backend from end to end, on both engines: real processes, real tables, real stream."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from recorder.model.item import from_item
from recorder.model.keys import feed_partition
from recorder.model.page import decode_page
from recorder.model.timestamps import day_of
from ses_tui.core.errors import TableError
from ses_tui.demo.access import LocalAccess
from ses_tui.demo.backend_process import running_backend
from ses_tui.demo.ready import Ready

TRAFFIC = ["--history=30", "--rate=10", "--seed=4"]
PATIENCE_SECONDS = 60.0
_PAST_MS = 12 * 3_600_000
_LOOKED_EVERY_SECONDS = 0.3
"""A look costs moto as much as the traffic itself."""


def eventually(condition: Callable[[], bool]) -> None:
    """Waits for what another process brings about; fails if it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        threading.Event().wait(_LOOKED_EVERY_SECONDS)


def client_of(ready: Ready) -> Any:
    return LocalAccess(
        ready.endpoint_url, ready.access_key_id, ready.secret_access_key, ready.region
    ).dynamodb_client()


def stored_and_paged(ready: Ready) -> tuple[set[str], set[str]]:
    """Ids of the events in the table, and ids in today's and yesterday's feed pages: the past of
    the demo is some hours, so soon after midnight most of it is yesterday's.

    The pages are read first: what is in one of them is in the table by the time that is read.
    Without the days before, which the demo goes on to record, each paged when it is whole.
    """
    client = client_of(ready)
    paged: set[str] = set()
    now = int(time.time() * 1000)
    since = now - _PAST_MS
    for day in {day_of(now), day_of(now - 86_400_000)}:
        pages = client.get_paginator("query").paginate(
            TableName=ready.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": feed_partition(day, 0)}},
        )
        for answer in pages:
            for item in answer["Items"]:
                if "z" in item:
                    events = decode_page(item["z"]["B"]).events
                    paged.update(each.event_id for each in events if each.recorded_at > since)
    stored: set[str] = set()
    for answer in client.get_paginator("scan").paginate(TableName=ready.table):
        stored.update(
            item["sk"]["S"].rpartition("#")[2]
            for item in answer["Items"]
            if item["pk"]["S"].startswith("M#") and int(item["r"]["N"]) > since
        )
    return stored, paged


def children_of(process_id: int) -> list[int]:
    """Process ids of the children (Linux); a thread may end while they are being listed."""
    children: list[int] = []
    for task in Path(f"/proc/{process_id}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            children += map(int, (task / "children").read_text().split())
    return children


def is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_history_and_traffic_come_through_the_stream_into_pages() -> None:
    arguments = ["--engine=dynamodb-local", *TRAFFIC]
    with running_backend(arguments, lambda line: None) as (ready, process_id):
        assert ready.engine.startswith("DynamoDB Local ")
        engine_process = look_at_all(ready, process_id)
    assert not is_running(process_id)
    assert not is_running(engine_process)


@pytest.mark.long
def test_moto_takes_over_where_the_jar_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DYNAMODB_LOCAL_HOME", str(tmp_path))
    told: list[str] = []
    with running_backend(TRAFFIC, told.append) as (ready, process_id):
        assert ready.engine == "moto (fallback)"
        engine_process = look_at_all(ready, process_id)
    assert any("-m ses_tui.demo.dynamodb_local" in line and "moto" in line for line in told)
    assert not is_running(process_id)
    assert not is_running(engine_process)


def look_at_all(ready: Ready, process_id: int) -> int:
    """History and live traffic are stored and paged; the process id of the engine."""
    (engine_process,) = children_of(process_id)
    history = len(stored_and_paged(ready)[0])
    assert history >= 30

    def live_traffic_is_paged() -> bool:
        stored, paged = stored_and_paged(ready)
        assert paged <= stored
        return len(paged) >= history + 20

    eventually(live_traffic_is_paged)
    heartbeats = client_of(ready).scan(
        TableName=ready.table,
        FilterExpression="begins_with(pk, :heartbeat)",
        ExpressionAttributeValues={":heartbeat": {"S": "H#"}},
    )
    assert heartbeats["Count"] >= 1
    return engine_process


def test_everything_recorded_is_paged_and_nothing_else(engine_url: str) -> None:
    arguments = [f"--endpoint-url={engine_url}", "--history=80", "--rate=0.01"]
    with running_backend(arguments, lambda line: None) as (ready, _):
        assert len(stored_and_paged(ready)[0]) >= 80

        def all_is_paged() -> bool:
            stored, paged = stored_and_paged(ready)
            return stored == paged

        eventually(all_is_paged)


def test_without_a_past_traffic_begins_with_the_present(engine_url: str) -> None:
    begin = int(time.time() * 1000)
    arguments = [f"--endpoint-url={engine_url}", "--history=0", "--rate=20"]
    with running_backend(arguments, lambda line: None) as (ready, _):
        eventually(lambda: bool(stored_and_paged(ready)[0]))
        items = client_of(ready).scan(TableName=ready.table)["Items"]
    times = [from_item(item).event_time for item in items if item["pk"]["S"].startswith("M#")]
    assert all(at is None or at >= begin for at in times)


PARENT = """
import sys, threading
from ses_tui.demo.backend_process import running_backend
with running_backend(["--engine=moto", "--history=0"], lambda line: None) as (_, process_id):
    print(process_id, flush=True)
    threading.Event().wait()
"""


@pytest.mark.parametrize(
    "how",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGINT, marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, marks=pytest.mark.long),
    ],
)
def test_backend_and_engine_end_with_their_parent(how: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert parent.stdout is not None
        backend = int(parent.stdout.readline())
        (engine_process,) = children_of(backend)
        parent.send_signal(how)
        parent.wait()
        eventually(lambda: not is_running(backend) and not is_running(engine_process))
    finally:
        parent.kill()
        parent.wait()


def test_the_engine_ends_with_a_backend_that_is_killed() -> None:
    with running_backend(["--history=0"], lambda line: None) as (_, process_id):
        (engine_process,) = children_of(process_id)
        os.kill(process_id, signal.SIGKILL)
        eventually(lambda: not is_running(engine_process))


def test_an_engine_that_cannot_start_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DYNAMODB_LOCAL_HOME", str(tmp_path))
    told: list[str] = []
    with (
        pytest.raises(TableError, match=r"-m ses_tui.demo.dynamodb_local") as raised,
        running_backend(["--engine=dynamodb-local"], told.append),
    ):
        pass
    assert raised.value.exit_code == 4
    assert str(tmp_path) in str(raised.value)
    assert "Traceback" not in "".join(told)


def test_an_endpoint_that_does_not_answer_is_one_clear_line() -> None:
    with (
        pytest.raises(TableError, match=r"http://127\.0\.0\.1:9"),
        running_backend(["--endpoint-url=http://127.0.0.1:9"], lambda line: None),
    ):
        pass


@pytest.mark.long
def test_a_profile_of_the_environment_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    with running_backend(["--engine=moto", "--history=0"], lambda line: None) as (ready, _):
        assert ready.table == "ses-events"


@pytest.mark.parametrize("wrong", [["--rate=0"], ["--rate=nan"], ["--history=-1"]])
def test_what_cannot_be_meant_is_refused(wrong: list[str]) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "ses_tui.demo.backend", *wrong],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 2
    assert wrong[0].partition("=")[0] in finished.stderr
    assert finished.stdout == ""
