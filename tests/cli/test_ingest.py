"""`ses-tui ingest` into DynamoDB Local."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest
from click.testing import CliRunner

from recorder.model.envelope import EnvelopeRecord
from recorder.model.event import Event
from recorder.model.item import from_item
from recorder.model.keys import MESSAGE_PREFIX
from recorder.recording import Recorder, RecordingReport, RecordResult
from ses_tui.aws.blocking_client import BlockingConnection
from ses_tui.cli import main
from ses_tui.cli.ingest import IngestRun
from ses_tui.core.errors import TableError
from tests import payloads
from tests.cli.conftest import CommandLineRunner, environment_of
from tests.engine import TestTable

WriteFile = Callable[[str, str | bytes], str]


def stored(table: TestTable) -> list[tuple[str, str | None]]:
    return sorted((event.event_type, event.recipient) for event in events_in(table))


def events_in(table: TestTable) -> list[Event]:
    items = table.client.scan(TableName=table.name)["Items"]
    return [from_item(item) for item in items if item["pk"]["S"].startswith(MESSAGE_PREFIX)]


def totals(output: str) -> dict[str, int]:
    document: dict[str, int] = json.loads(output)
    return document


def sns_document(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "TopicArn": payloads.TOPIC,
        "MessageId": "f0e1d2c3",
        "Message": json.dumps(payload),
    }


def indented() -> str:
    return json.dumps(payloads.send(), indent=2)


def test_every_form_of_file(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    records = [
        {"messageId": str(n), "eventSource": "aws:sqs", "body": json.dumps(sns_document(payload))}
        for n, payload in enumerate([payloads.send(), payloads.delivery()])
    ]
    done = ses_tui(
        "ingest",
        write_file("bare.json", json.dumps(payloads.bounce(recipients=["a@x.example"]), indent=2)),
        write_file("sns.json", json.dumps(sns_document(payloads.complaint()))),
        write_file("lambda.json", json.dumps({"Records": records})),
        write_file("array.json", json.dumps([payloads.reject(), payloads.open_event()], indent=1)),
        write_file(
            "lines.jsonl",
            f"{json.dumps(payloads.click())}\r\n\n{json.dumps(payloads.subscription())}",
        ),
        write_file("indented.json", f"{indented()}\n{indented()}{indented()}\r\n"),
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert totals(done.stdout) == {"stored": 11, "duplicate": 0, "ignored": 0, "failed": 0}
    assert {event_type for event_type, _ in stored(table)} == {
        "Bounce", "Complaint", "Send", "Delivery", "Reject", "Open", "Click", "Subscription"
    }  # fmt: skip


def test_a_second_run_changes_nothing(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    recipients = ["a@x.example", "b@x.example"]
    file = write_file("bounce.json", json.dumps(payloads.bounce(recipients=recipients)))
    assert "2 stored, 0 duplicate" in ses_tui("ingest", file).stderr
    before = table.client.scan(TableName=table.name)["Items"]
    done = ses_tui("ingest", file)
    assert done.returncode == 0
    assert "0 stored, 2 duplicate" in done.stderr
    assert table.client.scan(TableName=table.name)["Items"] == before


def test_bad_lines_are_named_and_stop_nothing(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    lines = [
        '{"eventType": "Bounce", "mail": {"messageId"',
        json.dumps(payloads.send()),
        "\x1b[31mSuccessfully validated SNS topic.",
        "",
        json.dumps({"eventType": "Delivery"}),
        json.dumps(payloads.delivery()),
        indented()[:-40],
        indented(),
    ]
    file = write_file("torn.jsonl", "\n".join(lines))
    done = ses_tui("ingest", file, "--json")
    assert done.returncode == 1
    assert totals(done.stdout) == {"stored": 3, "duplicate": 0, "ignored": 1, "failed": 3}
    complaints = done.stderr.splitlines()
    assert f"{file}, line 1: 1 failed: " in complaints[0]
    assert f"{file}, line 3: 1 ignored: " in complaints[1]
    assert f"{file}, line 5: 1 failed: " in complaints[2]
    assert f"{file}, line 7: 1 failed: " in complaints[3]
    assert "\x1b" not in done.stderr
    assert len(stored(table)) == 3


def test_a_bad_record_of_an_array_is_named(
    ses_tui: CommandLineRunner, write_file: WriteFile
) -> None:
    file = write_file("array.json", json.dumps([payloads.send(), {"eventType": "Bounce"}]))
    done = ses_tui("ingest", file)
    assert done.returncode == 1
    assert f"{file}, record 2 of 2: 1 failed" in done.stderr


def test_unreadable_files_are_named_and_the_others_recorded(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    good = write_file("good.json", json.dumps(payloads.send()))
    done = ses_tui("ingest", "/nowhere/at-all.json", "/", good)
    assert done.returncode == 2
    assert "/nowhere/at-all.json: No such file or directory" in done.stderr
    assert "/: Is a directory" in done.stderr
    assert len(stored(table)) == 1


def test_standard_input_and_odd_encodings(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    utf_16 = write_file("export.json", json.dumps(payloads.send()).encode("utf-16"))
    marked = write_file("marked.json", json.dumps(payloads.reject()).encode("utf-8-sig"))
    done = ses_tui("ingest", "-", utf_16, marked, stdin=json.dumps(payloads.delivery()))
    assert done.returncode == 0, done.stderr
    assert len(stored(table)) == 3


def test_nothing_at_all_is_nothing_wrong(ses_tui: CommandLineRunner, write_file: WriteFile) -> None:
    done = ses_tui("ingest", write_file("empty", ""))
    assert done.returncode == 0
    assert "0 stored, 0 duplicate, 0 ignored, 0 failed" in done.stderr


def test_old_events_are_filed_under_their_own_time(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    payload = payloads.bounce(time="2024-05-01T10:00:00.000Z")
    assert ses_tui("ingest", write_file("old.json", json.dumps(payload))).returncode == 0
    event = events_in(table)[0]
    assert event.historic
    assert event.recorded_at == event.event_time


def test_settings_come_from_the_environment(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    file = write_file("send.json", json.dumps(payloads.send(subject="Your order")))
    done = ses_tui("ingest", file, SES_KEEP_SUBJECT="perhaps")
    assert done.returncode == 2
    assert "SES_KEEP_SUBJECT is 'perhaps'" in done.stderr
    assert ses_tui("ingest", file, SES_KEEP_SUBJECT="1").returncode == 0
    assert events_in(table)[0].subject == "Your order"


def test_more_than_one_batch(
    ses_tui: CommandLineRunner, table: TestTable, write_file: WriteFile
) -> None:
    lines = "\n".join(json.dumps(payloads.send(recipients=["a@x.example"])) for _ in range(1_100))
    done = ses_tui("ingest", write_file("many.jsonl", lines), "--json")
    assert totals(done.stdout)["stored"] == 1_100
    assert len(stored(table)) > 0


class DeadEnd:
    """A recorder that fails with everything, on a connection that knows why."""

    def __init__(self, error: TableError | None) -> None:
        self.batches = 0
        self._error = error

    def record(self, records: Sequence[EnvelopeRecord], *, backfill: bool) -> RecordingReport:
        assert backfill
        self.batches += 1
        return RecordingReport(tuple(RecordResult(None, failed=1) for _ in records))

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def run(self) -> IngestRun:
        return IngestRun(cast(Recorder, self), cast(BlockingConnection, self))


def test_a_table_that_is_gone_ends_the_run(write_file: WriteFile) -> None:
    file = write_file("many.jsonl", "{}\n" * 1_200)
    dead_end = DeadEnd(TableError("the table is gone"))
    run = dead_end.run()
    with pytest.raises(TableError, match="the table is gone"):
        run.ingest_file(file)
    assert dead_end.batches == 1
    assert run.totals["failed"] == 500


def test_payloads_that_fail_on_a_good_table_do_not(write_file: WriteFile) -> None:
    dead_end = DeadEnd(None)
    run = dead_end.run()
    run.ingest_file(write_file("many.jsonl", "{}\n" * 1_200))
    assert dead_end.batches == 3
    assert run.totals["failed"] == 1_200


@pytest.mark.parametrize(("answer", "agreed"), [("y\n", True), ("n\n", False)])
def test_somebody_at_a_terminal_is_asked_before_a_large_table_is_read(
    table: TestTable,
    write_file: WriteFile,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    agreed: bool,
) -> None:
    monkeypatch.setattr("ses_tui.cli.repair.COSTLY_ITEMS", -1)
    monkeypatch.setattr("ses_tui.cli.repair._is_terminal", lambda: True)
    file = write_file("old.json", json.dumps(payloads.delivery()))
    environment = environment_of(table)
    done = CliRunner().invoke(main, ["ingest", file], input=answer, env=environment)
    assert done.exit_code == 0, done.output
    assert "read all of it?" in done.stderr
    assert ("repaired the figures" in done.stderr) == agreed
    assert ("no feed page before `ses-tui repair --since" in done.stderr) != agreed
