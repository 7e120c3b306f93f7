"""What `make corpus` says of a folder before it compares anything, and of what is stored."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from recorder.model.payload import parse_payload
from tests.corpus import COLUMNS, Stored, UnusableCorpus, differences, files_without_row, read_index
from tests.payloads import bounce

HEADER = "\t".join((*COLUMNS, "notes"))
ROW = {"file": "cases/a.json", "event_type": "BOUNCE", "expect_message_id": "m-1"}


def line_of(row: Mapping[str, str]) -> str:
    return "\t".join(row.get(name, "") for name in (*COLUMNS, "notes"))


def write(folder: Path, text: str) -> Path:
    (folder / "INDEX.tsv").write_text(text, "utf-8", newline="")
    return folder


@pytest.mark.parametrize(("mark", "end"), [("", "\n"), ("\ufeff", "\r\n")])
def test_an_index_with_a_mark_windows_line_ends_and_further_columns(
    mark: str, end: str, tmp_path: Path
) -> None:
    nothing = ROW | {"event_type": "NONE", "expect_details": "a word to the reader"}
    text = mark + end.join((HEADER, line_of(ROW), line_of(nothing), ""))
    (rows,) = read_index(write(tmp_path, text)).values()
    assert [row["event_type"] for row in rows] == ["BOUNCE", "NONE"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "INDEX.tsv"),
        ("", "no column file"),
        (HEADER.replace("expect_details", "details"), "no column expect_details"),
        (HEADER + "\n", "no rows"),
        (HEADER + "\ncases/a.json\n", "line 2: fewer fields"),
        (
            f"{HEADER}\n{line_of(ROW | {'expect_details': '{'})}",
            "line 2: expect_details is no JSON",
        ),
        (f"{HEADER}\n{line_of(ROW | {'expect_recipients': '{}'})}", "expect_recipients is no JSON"),
    ],
)
def test_a_folder_that_cannot_be_compared_says_why(
    text: str | None, said: str, tmp_path: Path
) -> None:
    if text is not None:
        write(tmp_path, text)
    with pytest.raises(UnusableCorpus, match=said):
        read_index(tmp_path)


def test_a_payload_that_no_row_names_is_told(tmp_path: Path) -> None:
    (tmp_path / "cases" / "more").mkdir(parents=True)
    for name in ("cases/a.json", "cases/more/b.json"):
        (tmp_path / name).write_text("{}")
    assert list(files_without_row(tmp_path, {"cases/a.json"})) == ["cases/more/b.json"]


def test_spelling_and_blanks_are_no_difference_and_others_are() -> None:
    payload = bounce(message_id="m-1", bounce_type="PERMANENT", diagnostic="", status="5.1.1")
    events = parse_payload(payload, recorded_at=0).events
    row = ROW | {
        "expect_recipients": '["maria@shop.example"]',
        "expect_recipients_bare": '["maria@shop.example"]',
        "expect_event_timestamp_utc": "2026-11-23T06:00:02.500Z",
        "expect_details": '{"bounceType": "PERMANENT", "perRecipient": [["failed", "5.1.1", ""]]}',
    }
    assert list(differences([row], Stored(events, ()))) == []
    (told,) = differences([row | {"expect_recipients": '["x@y.example"]'}], Stored(events, ()))
    assert told.startswith("recipient_raw: expected")
