"""Compare a folder of SES payloads with what its index expects: `python -m tests.corpus DIR`.

The folder holds payload files and `INDEX.tsv`, a row an expected event: `file`, `envelope`,
`event_type` (NONE where nothing may be stored), `expect_message_id`, `expect_recipients`,
`expect_recipients_bare` (JSON lists), `expect_event_timestamp_utc`, `expect_details` (JSON map).
Each file goes through `ses-tui ingest` twice into a fresh table on DynamoDB Local.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from recorder.model.event import Event
from recorder.model.item import from_item
from recorder.model.keys import MESSAGE_PREFIX
from recorder.model.original import expand_original
from recorder.model.timestamps import parse_timestamp
from ses_tui.cli import main
from ses_tui.demo.engine import start_dynamodb_local
from tests.engine import TestTable, fresh_table

Row = dict[str, str]

EVENT_FIELDS = {
    "bounceType": "bounce_type",
    "bounceSubType": "bounce_subtype",
    "complaintFeedbackType": "complaint_type",
    "complaintSubType": "complaint_subtype",
    "delayType": "delay_type",
    "feedbackId": "feedback_id",
    "remoteMtaIp": "remote_mta_ip",
    "reportingMTA": "reporting_mta",
    "smtpResponse": "diagnostic",
    "processingTimeMillis": "processing_ms",
    "reason": "reject_reason",
    "errorMessage": "failure_reason",
    "link": "link",
    "userAgent": "user_agent",
    "ipAddress": "ip_address",
}
"""Details of an index that events carry; any other is looked up in the stored original."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one table holds: events in the order of their ids, and the originals."""

    events: tuple[Event, ...]
    originals: tuple[dict[str, Any], ...]


def read_table(table: TestTable) -> Stored:
    """Every event and original of the table."""
    events: list[Event] = []
    originals: list[dict[str, Any]] = []
    for page in table.client.get_paginator("scan").paginate(TableName=table.name):
        for item in page["Items"]:
            if not item["pk"]["S"].startswith(MESSAGE_PREFIX):
                continue
            events.append(from_item(item))
            if "o" in item:
                originals.append(json.loads(expand_original(item["o"]["B"], int(item["ov"]["N"]))))
    return Stored(tuple(sorted(events)), tuple(originals))


def differences(rows: Sequence[Row], stored: Stored) -> Iterator[str]:
    """What is stored of one file against what its rows expect."""
    expected = [row for row in rows if row["event_type"] != "NONE"]
    kinds = {(_type_of(row), row["expect_message_id"] or None) for row in expected}
    for event in stored.events:
        if (event.event_type, event.message_id) not in kinds:
            yield f"stored but not expected: {event.event_type} {event.message_id}"
    for row in expected:
        kind = (_type_of(row), row["expect_message_id"] or None)
        events = [e for e in stored.events if (e.event_type, e.message_id) == kind]
        if not events:
            yield f"expected but not stored: {kind[0]} {kind[1]}"
            continue
        alone = sum(_type_of(r) == kind[0] and r["expect_message_id"] == kind[1] for r in expected)
        yield from _row_differences(row, events, stored.originals, only_row=alone == 1)


def _row_differences(
    row: Row, events: Sequence[Event], originals: Sequence[dict[str, Any]], *, only_row: bool
) -> Iterator[str]:
    for column, name in (
        ("expect_recipients", "recipient_raw"),
        ("expect_recipients_bare", "recipient"),
    ):
        wanted = {text.lower() for text in json.loads(row[column] or "[]")} or {None}
        found = {value and value.lower() for value in (getattr(e, name) for e in events)}
        if not (found == wanted if only_row else found >= wanted):
            yield f"{name}: expected {sorted(map(str, wanted))}, stored {sorted(map(str, found))}"
    moment = parse_timestamp(row["expect_event_timestamp_utc"])
    if not any(event.event_time == moment for event in events):
        stored_times = row["expect_event_timestamp_utc"], [event.event_time for event in events]
        yield f"event_time: expected {stored_times[0]} ({moment}), stored {stored_times[1]}"
    for name, value in json.loads(row["expect_details"] or "{}").items():
        if name == "perRecipient":
            yield from _per_recipient_differences(value, events)
        elif name in EVENT_FIELDS:
            field = EVENT_FIELDS[name]
            if not any(getattr(event, field) == value for event in events):
                yield f"{field}: expected {value!r}, stored {getattr(events[0], field)!r}"
        elif not any(_holds(original, name, value) for original in originals):
            yield f"{name}: expected {value!r}, not in the stored original"


def _per_recipient_differences(expected: list[Any], events: Sequence[Event]) -> Iterator[str]:
    found = {(event.smtp_status, event.diagnostic) for event in events}
    for _action, status, diagnostic in expected:
        if (status, diagnostic) not in found:
            yield f"recipient: expected {status!r} {diagnostic!r}, stored {sorted(map(str, found))}"


def _holds(original: dict[str, Any], name: str, value: Any) -> bool:
    return any(isinstance(part, dict) and part.get(name) == value for part in original.values())


def _type_of(row: Row) -> str:
    return row["event_type"].replace(" ", "")


def check_file(path: Path, rows: Sequence[Row], table: TestTable) -> Iterator[str]:
    """Ingest one file twice and name every difference."""
    arguments = ["ingest", str(path), "--table", table.name, "--endpoint-url", table.endpoint_url]
    environment = {
        "AWS_ACCESS_KEY_ID": table.credentials["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": table.credentials["aws_secret_access_key"],
        "AWS_REGION": table.credentials["region_name"],
        "AWS_DEFAULT_REGION": table.credentials["region_name"],
    }
    first = CliRunner().invoke(main, arguments, env=environment)
    stored = read_table(table)
    if first.exit_code != 0:
        yield f"ingest ended with {first.exit_code}: {first.output.strip()}"
    yield from differences(rows, stored)
    CliRunner().invoke(main, arguments, env=environment)
    if read_table(table) != stored:
        yield "a second ingest changed what is stored"


def check_corpus(folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many files the index names, and what differs, by file."""
    rows_by_file: dict[str, list[Row]] = {}
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            rows_by_file.setdefault(row["file"], []).append(row)
    found: dict[str, list[str]] = {}
    with start_dynamodb_local() as engine:
        for name, rows in rows_by_file.items():
            with fresh_table(engine.endpoint_url) as table:
                if problems := list(check_file(folder / name, rows, table)):
                    found[name] = problems
    return len(rows_by_file), found


def run(arguments: Sequence[str]) -> int:
    """Check the folder named on the command line; 1 where anything differs."""
    count, found = check_corpus(Path(arguments[0]))
    for name, problems in found.items():
        for problem in problems:
            sys.stdout.write(f"{name}: {problem}\n")
    sys.stdout.write(f"{count - len(found)} of {count} files as expected\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
