"""Compare a folder of SES payloads with what its index expects: `python -m tests.corpus DIR`.

The folder holds payload files and `INDEX.tsv`, a row an expected event: `file`, `envelope`,
`event_type` (NONE where nothing may be stored), `expect_message_id`, `expect_recipients`,
`expect_recipients_bare` (JSON lists), `expect_event_timestamp_utc`, `expect_details` (JSON map).
Further columns are for people. A file may be anything that `ingest` reads: an event, a whole Lambda
event, a document a line. Each goes through `ses-tui ingest` twice into a fresh table on DynamoDB
Local. Ends with 1 where anything differs, and with 2 where the folder cannot be compared.
"""

import csv
import json
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from recorder.model.event import Event
from recorder.model.event_types import folded, known_type
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


SPELLED_ANYHOW = frozenset(
    {"bounceType", "bounceSubType", "complaintFeedbackType", "complaintSubType", "delayType"}
)
"""Details of which events have SES's own spelling, whatever that of the payload."""
COLUMNS = (
    "file",
    "event_type",
    "expect_message_id",
    "expect_recipients",
    "expect_recipients_bare",
    "expect_event_timestamp_utc",
    "expect_details",
)
JSON_COLUMNS = {"expect_recipients": list, "expect_recipients_bare": list, "expect_details": dict}


MOST_LINES = 3
"""Of what `ingest` says; it names every line of a file that it cannot read."""
NOTHING = "NONE"
"""The type of a row that expects nothing to be stored; its other columns are for people."""


class UnusableCorpus(ValueError):  # noqa: N818
    """A folder that cannot be compared; the text says why and where."""


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
    expected = [row for row in rows if row["event_type"] != NOTHING]
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
            if not any(_is_same(name, getattr(event, field), value) for event in events):
                yield f"{field}: expected {value!r}, stored {getattr(events[0], field)!r}"
        elif not any(_holds(original, name, value) for original in originals):
            yield f"{name}: expected {value!r}, not in the stored original"


def _per_recipient_differences(expected: list[Any], events: Sequence[Event]) -> Iterator[str]:
    found = {(event.smtp_status, event.diagnostic) for event in events}
    for _action, status, diagnostic in expected:
        if (status or None, diagnostic or None) not in found:
            yield f"recipient: expected {status!r} {diagnostic!r}, stored {sorted(map(str, found))}"


def _is_same(name: str, stored: Any, expected: Any) -> bool:
    if name in SPELLED_ANYHOW and isinstance(expected, str) and stored is not None:
        return folded(stored) == folded(expected)
    return bool(stored == (None if expected == "" else expected))


def _holds(original: dict[str, Any], name: str, value: Any) -> bool:
    return any(isinstance(part, dict) and part.get(name) == value for part in original.values())


def _type_of(row: Row) -> str:
    return known_type(row["event_type"]) or row["event_type"]


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
        said = "; ".join(first.output.strip().splitlines()[:MOST_LINES])
        yield f"ingest ended with {first.exit_code}: {said}"
    yield from differences(rows, stored)
    CliRunner().invoke(main, arguments, env=environment)
    if read_table(table) != stored:
        yield "a second ingest changed what is stored"


def read_index(folder: Path) -> dict[str, list[Row]]:
    """The rows of the folder's index by file, in their order. Raises `UnusableCorpus`."""
    path = folder / "INDEX.tsv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as index:
            reader = csv.DictReader(index, delimiter="\t")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UnusableCorpus(f"{path}: no column {', '.join(missing)}")
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableCorpus(f"{path}: {error}") from error
    rows_by_file: dict[str, list[Row]] = {}
    for line, row in rows:
        if None in row.values():
            raise UnusableCorpus(f"{path}, line {line}: fewer fields than columns")
        for name, kind in JSON_COLUMNS.items():
            if row["event_type"] != NOTHING and not _is_json_of(kind, row[name]):
                raise UnusableCorpus(f"{path}, line {line}: {name} is no JSON {kind.__name__}")
        rows_by_file.setdefault(row["file"], []).append(row)
    if not rows_by_file:
        raise UnusableCorpus(f"{path}: no rows")
    return rows_by_file


def _is_json_of(kind: type, text: str) -> bool:
    try:
        return not text or isinstance(json.loads(text), kind)
    except ValueError:
        return False


def files_without_row(folder: Path, named: Container[str]) -> Iterator[str]:
    """Payloads in `cases/`, its folders included, that no row of the index speaks of."""
    for path in sorted((folder / "cases").rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in named:
            yield name


def check_corpus(folder: Path) -> tuple[int, dict[str, list[str]]]:
    """How many files there are to compare, and what differs, by file. Raises `UnusableCorpus`."""
    rows_by_file = read_index(folder)
    unnamed = list(files_without_row(folder, rows_by_file))
    found = {name: ["no row of INDEX.tsv names it"] for name in unnamed}
    with start_dynamodb_local() as engine:
        for name, rows in rows_by_file.items():
            with fresh_table(engine.endpoint_url) as table:
                if problems := list(check_file(folder / name, rows, table)):
                    found[name] = problems
    return len(rows_by_file) + len(unnamed), found


def run(arguments: Sequence[str]) -> int:
    """Check the folder named on the command line."""
    try:
        count, found = check_corpus(Path(arguments[0]))
    except UnusableCorpus as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, problems in found.items():
        for problem in problems:
            sys.stdout.write(f"{name}: {problem}\n")
    sys.stdout.write(f"{count - len(found)} of {count} files as expected\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
