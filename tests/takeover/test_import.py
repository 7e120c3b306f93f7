"""`ses-tui import signiant` on DynamoDB Local."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recorder.model.event import BOUNCE, DELIVERY, Event
from recorder.model.item import from_item
from recorder.model.keys import MESSAGE_PREFIX
from recorder.model.payload import parse_payload
from recorder.model.timestamps import format_timestamp
from ses_tui.cli import main
from ses_tui.core.takeover.ledger import Ledger, TableLedger, ledger_of_json
from ses_tui.core.takeover.signiant_row import RowKind
from tests import payloads
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import TestTable
from tests.takeover.rows import TABLES, create_tables, row_of

OLD = "2026-05-01T10:00:{:02d}.250Z"


@pytest.fixture
def ses_tui(table: TestTable, tmp_path: Path) -> CommandLineRunner:
    """With a place for the state of its own."""
    return CommandLineRunner(environment_of(table, XDG_STATE_HOME=str(tmp_path)))


@pytest.fixture
def theirs(table: TestTable) -> Iterator[TestTable]:
    """Their two tables, beside ours."""
    create_tables(table)
    yield table
    for name in TABLES:
        with suppress(Exception):
            table.client.delete_table(TableName=name)


BOTH = ("--bounces", "SES_BOUNCES", "--deliveries", "SES_DELIVERIES")


def put(table: TestTable, events: Sequence[Event], **version: Any) -> None:
    for event in events:
        name = "SES_BOUNCES" if event.event_type == BOUNCE else "SES_DELIVERIES"
        table.client.put_item(TableName=name, Item=row_of(event, **version))


def event_of(payload: dict[str, Any]) -> Event:
    return parse_payload(payload, recorded_at=0).events[0]


def stored(table: TestTable) -> list[Event]:
    items = table.client.scan(TableName=table.name)["Items"]
    found = [from_item(item) for item in items if item["pk"]["S"].startswith(MESSAGE_PREFIX)]
    return sorted(found, key=lambda event: (event.recorded_at, event.event_id))


def pages(table: TestTable) -> list[dict[str, Any]]:
    items = table.client.scan(TableName=table.name)["Items"]
    return [item for item in items if item["pk"]["S"].startswith("F#")]


def report(output: str) -> dict[str, dict[str, Any]]:
    document: dict[str, dict[str, Any]] = json.loads(output)
    return document


def counts(table: dict[str, Any]) -> tuple[int, ...]:
    return tuple(table[name] for name in ("read", "stored", "already_there", "recent"))


def test_rows_become_history_and_a_second_import_changes_nothing(
    ses_tui: CommandLineRunner, theirs: TestTable
) -> None:
    bounced = [
        event_of(payloads.bounce(recipients=[f"r{n}@inbox.test"], time=OLD.format(n)))
        for n in range(12)
    ]
    delivered = [
        event_of(payloads.delivery(recipients=["ann@inbox.test"], time=OLD.format(n)))
        for n in range(3)
    ]
    put(theirs, bounced + delivered)
    before = theirs.client.scan(TableName="SES_BOUNCES")["Items"]

    dry = ses_tui("import", "signiant", *BOTH, "--dry-run", "--json")
    assert dry.returncode == 0, dry.stderr
    assert counts(report(dry.stdout)["bounces"]) == (12, 12, 0, 0)
    assert stored(theirs) == []

    done = ses_tui("import", "signiant", *BOTH, "--json")
    assert done.returncode == 0, done.stderr
    assert counts(report(done.stdout)["bounces"]) == (12, 12, 0, 0)
    assert counts(report(done.stdout)["deliveries"]) == (3, 3, 0, 0)
    events = stored(theirs)
    assert [event.event_type for event in events].count(DELIVERY) == 3
    assert all(event.historic and event.recorded_at == event.event_time for event in events)
    assert pages(theirs), "the touched time is repaired"
    assert "packed 15 events" in done.stderr

    items = theirs.client.scan(TableName=theirs.name)["Items"]
    again = ses_tui("import", "signiant", *BOTH)
    assert again.returncode == 0
    assert "bounces: 12 rows read, 0 stored, 12 already there" in again.stderr
    assert len(theirs.client.scan(TableName=theirs.name)["Items"]) == len(items)
    assert theirs.client.scan(TableName="SES_BOUNCES")["Items"] == before


@pytest.mark.parametrize("first_version", [False, True])
def test_an_event_that_the_recorder_has_is_not_doubled_in_either_order(
    ses_tui: CommandLineRunner, theirs: TestTable, tmp_path: Path, first_version: bool
) -> None:
    early = payloads.bounce(recipients=["Early@inbox.test"], time=OLD.format(1))
    late = payloads.bounce(recipients=["late@inbox.test"], time=OLD.format(2))
    put(theirs, [event_of(early), event_of(late)], first_version=first_version)
    file = tmp_path / "early.json"
    file.write_text(json.dumps(early))
    assert ses_tui("ingest", "--no-repair", str(file)).returncode == 0

    done = ses_tui("import", "signiant", "--bounces", "SES_BOUNCES", "--json")
    assert counts(report(done.stdout)["bounces"]) == (2, 1, 1, 0)
    assert len(stored(theirs)) == 2

    file.write_text(json.dumps(late))
    other = payloads.bounce(
        recipients=["late@inbox.test"],
        time=OLD.format(40),
        message_id=late["mail"]["messageId"],
    )
    (tmp_path / "other.json").write_text(json.dumps(other))
    ingested = ses_tui("ingest", "--no-repair", "--json", str(file), str(tmp_path / "other.json"))
    assert json.loads(ingested.stdout)["duplicate"] == 1
    assert json.loads(ingested.stdout)["stored"] == 1, "another bounce of the same mail is one"
    filled = [
        event for event in stored(theirs) if event.feedback_id == late["bounce"]["feedbackId"]
    ]
    assert len(filled) == 1, "the event itself fills what the row lacked"
    assert filled[0].configuration_set is not None
    again = ses_tui("ingest", "--no-repair", "--json", str(file))
    assert json.loads(again.stdout)["duplicate"] == 1
    assert len(stored(theirs)) == 3


def test_what_cannot_be_read_is_counted_by_reason_and_recent_rows_are_left(
    ses_tui: CommandLineRunner, theirs: TestTable
) -> None:
    import time

    now = format_timestamp(time.time_ns() // 1_000_000)
    broken = row_of(event_of(payloads.bounce(recipients=["b@inbox.test"], time=OLD.format(3))))
    broken["bounceTimestamp"] = {"S": "\x1b[31mnoon"}
    theirs.client.put_item(TableName="SES_BOUNCES", Item=broken)
    put(theirs, [event_of(payloads.bounce(recipients=["now@inbox.test"], time=now))])
    nameless = row_of(event_of(payloads.bounce(recipients=["x@inbox.test"], time=OLD.format(4))))
    nameless["recipientAddress"] = {"S": "UNKNOWN"}
    theirs.client.put_item(TableName="SES_BOUNCES", Item=nameless)
    done = ses_tui("import", "signiant", "--bounces", "SES_BOUNCES", "--json")
    assert done.returncode == 1
    document = report(done.stdout)["bounces"]
    assert counts(document) == (3, 1, 0, 1)
    assert document["unreadable"] == {"bounceTimestamp is no time in seconds since 1970": 1}
    assert "\x1b" not in done.stderr
    assert [event.recipient for event in stored(theirs)] == [None]


def test_a_stopped_run_goes_on_and_repairs_what_the_first_has_stored(
    ses_tui: CommandLineRunner, theirs: TestTable, tmp_path: Path
) -> None:
    events = [
        event_of(payloads.bounce(recipients=[f"r{n}@inbox.test"], time=OLD.format(n)))
        for n in range(6)
    ]
    put(theirs, events[:3])
    done = ses_tui("import", "signiant", "--bounces", "SES_BOUNCES")
    assert done.returncode == 0
    assert not list(tmp_path.rglob("signiant-*.json")), "nothing is left to go on with"

    put(theirs, events[3:])
    rows = theirs.client.scan(TableName="SES_BOUNCES", Limit=2)
    ledger = Ledger(
        {RowKind.BOUNCES: TableLedger("SES_BOUNCES", 2, 2, position=rows["LastEvaluatedKey"])}
    )
    import hashlib

    label = f"{theirs.name} · {theirs.endpoint_url.removeprefix('http://')}"
    names = "\n".join([label, theirs.credentials["region_name"], "SES_BOUNCES"])
    mark = hashlib.blake2b(names.encode(), digest_size=8).hexdigest()
    file = tmp_path / "ses-tui" / "imports" / f"signiant-{mark}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(ledger.to_json())
    on = ses_tui("import", "signiant", "--bounces", "SES_BOUNCES", "--json")
    assert "going on where a run has stopped after 2 rows" in on.stderr
    assert report(on.stdout)["bounces"]["read"] == 6
    assert not file.exists()


@pytest.mark.parametrize("option", [(), ("--yes",)], ids=["asked", "--yes"])
def test_a_costly_repair_is_asked_for_once_and_waits_for_the_next_run(
    theirs: TestTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    monkeypatch.setattr("ses_tui.cli.repair.COSTLY_ITEMS", 0)
    monkeypatch.setattr("ses_tui.cli.repair._is_terminal", lambda: True)
    put(theirs, [event_of(payloads.bounce(recipients=["ann@inbox.test"], time=OLD.format(0)))])
    command = ["import", "signiant", "--bounces", "SES_BOUNCES", *option]
    environment = environment_of(theirs, XDG_STATE_HOME=str(tmp_path))
    done = CliRunner().invoke(main, command, input="n\n", env=environment)
    assert len(stored(theirs)) == 1
    assert ("read all of it?" in done.stderr) is not bool(option)
    assert bool(pages(theirs)) is bool(option)
    assert (done.exit_code, "run again" in done.stderr) == ((0, False) if option else (1, True))
    assert bool(list(tmp_path.rglob("signiant-*.json"))) is not bool(option)
    again = CliRunner().invoke(main, command, input="y\n", env=environment)
    assert again.exit_code == 0, again.stderr
    assert pages(theirs)


def test_a_table_of_another_kind_or_none_is_refused(
    ses_tui: CommandLineRunner, theirs: TestTable
) -> None:
    done = ses_tui("import", "signiant", "--bounces", theirs.name)
    assert done.returncode == 2
    assert "is no table of that recorder: its key is pk, sk" in done.stderr
    assert ses_tui("import", "signiant").returncode == 2
    done = ses_tui("import", "signiant", "--bounces", "NO_SUCH_TABLE")
    assert done.returncode == 4
    assert "there is no table 'NO_SUCH_TABLE' to take over" in done.stderr
    assert "rows read" not in done.stderr


def test_a_ledger_reads_back_and_a_broken_one_is_none() -> None:
    ledger = Ledger({RowKind.BOUNCES: TableLedger("B", 5, 3, 1, 1, position={"k": {"S": "v"}})})
    ledger.tables[RowKind.BOUNCES].unreadable["no time"] += 2
    hour = 3_600_000
    ledger.events_by_hour.update({0: 150_000, hour: 60_000, 5 * hour: 10})
    names = {RowKind.BOUNCES: "B"}
    assert ledger_of_json(ledger.to_json(), names) == ledger
    assert ledger_of_json(ledger.to_json(), {RowKind.BOUNCES: "C"}) is None
    for text in ("", "[]", "{}", '{"tables": {"x": {}}}'):
        assert ledger_of_json(text, names) is None
    assert list(ledger.stretches_to_repair()) == [(0, hour), (hour, 6 * hour)]
    ledger.forget_repaired(0, hour)
    assert list(ledger.stretches_to_repair()) == [(hour, 6 * hour)]
