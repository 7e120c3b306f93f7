"""A list as a file: what it holds, and that nothing is lost where it cannot be written."""

import csv
import json
import os
import stat
from pathlib import Path

import pytest

from recorder.model.event import event_to_json
from ses_tui.core.errors import UsageError
from ses_tui.core.event_file import EventFile, FileForm, default_name, form_of
from ses_tui.core.message_story import Outcome
from ses_tui.core.ticket_report import MOST_REPORTED, ReportHead
from ses_tui.core.zone import UTC_ZONE
from tests.ui.fakes import NOON, make_bounce, make_event

HEAD = ReportHead("type:bounce", "last 24h", UTC_ZONE, NOON, "ses-events · eu-west-1")


def write(file: Path, *events: object, head: ReportHead = HEAD) -> str:
    writing = EventFile(file, list(events), head)  # type: ignore[arg-type]
    while writing.step():
        pass
    written = writing.finish()
    assert written.count == len(events)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]
    return file.read_text(encoding="utf-8")


def test_csv_has_no_formula_and_json_lines_have_everything(tmp_path: Path) -> None:
    events = [make_event(n, subject="=HYPERLINK(1)") for n in range(50)]
    rows = list(csv.DictReader(write(tmp_path / "a.csv", *events).splitlines()))
    assert {row["subject"] for row in rows} == {"'=HYPERLINK(1)"}
    (tmp_path / "a.csv").unlink()
    lines = write(tmp_path / "a.JSONL", *events).splitlines()
    assert [json.loads(line) for line in lines] == [event_to_json(event) for event in events]


def test_a_report_says_what_was_asked_and_what_became_of_it(tmp_path: Path) -> None:
    send = make_event(1, "Send", message_id="m1")
    bounce = make_bounce(2, message_id="m1", recipient=send.recipient, subject="evil\x1b[2J")
    other = make_event(3, message_id="m2")
    head = ReportHead(
        **{name: getattr(HEAD, name) for name in ("query", "range_words", "zone", "now")},
        outcomes={send.event_id: Outcome.BOUNCED, other.event_id: Outcome.COMPLAINT},
    )
    text = write(tmp_path / "a.txt", send, bounce, other, head=head)
    assert "Query     type:bounce\nRange     last 24h\n" in text
    assert "By type   Send 1, Bounce 1, Delivery 1" in text
    assert "By status bounced 1, complaint 1\n" in text
    assert "to reader1@inbox.test\n     Rejected by inbox.test" in text
    assert "mailbox does not exist (5.1.1). Permanent; SES will not try again." in text
    assert "Of the whole message: complaint. Of the events listed here: Delivered" in text
    assert "\x1b" not in text


def test_half_a_story_is_said_to_be_one(tmp_path: Path) -> None:
    text = write(tmp_path / "a.txt", make_event(1))
    assert "By status delivered? 1\n" in text
    assert "As far as the events listed here tell: Delivered" in text


def test_too_long_a_report_is_refused_with_a_way_out(tmp_path: Path) -> None:
    events = [make_event(1)] * (MOST_REPORTED + 1)
    with pytest.raises(UsageError, match=r"narrow the list, or write \.csv or \.jsonl"):
        EventFile(tmp_path / "a.txt", events, HEAD)
    assert not os.listdir(tmp_path)


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("before")
    writing = EventFile(file, [make_event(n) for n in range(40)], HEAD)
    full = open("/dev/full", "w", encoding="utf-8", buffering=100_000)  # noqa: SIM115
    writing._new.close()
    writing._new = full
    writing._new.write("x" * 10_000)
    with pytest.raises(UsageError, match="No space left on device"):
        writing.finish()
    writing.abandon()
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["a.csv"]
    with pytest.raises(UsageError, match="No such file or directory"):
        EventFile(tmp_path / "nowhere" / "a.csv", [], HEAD)


def test_the_ending_chooses_the_form() -> None:
    assert form_of(Path("night.txt")) is FileForm.REPORT
    assert default_name(HEAD) == "ses-events-20261123-1200.csv"
    with pytest.raises(UsageError, match=r"\.csv \(CSV\), \.jsonl \(JSON lines\), \.txt"):
        form_of(Path("night.xls"))
