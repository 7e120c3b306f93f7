from datetime import UTC, datetime
from pathlib import Path

from ses_tui.core.crash_report import crash_text, report_crash
from tests.events import NOON

ADDRESS = "maria.lopez@customer.example"


def fault() -> Exception:
    subject = f"Re: {ADDRESS}"
    try:
        try:
            raise KeyError(subject)
        except KeyError as error:
            raise ValueError(f"no {ADDRESS}") from error
    except ValueError as error:
        return error


def test_it_tells_types_and_places_and_no_words() -> None:
    text = crash_text(fault(), datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert "2026-11-23T12:00:00Z" in text
    assert text.index("builtins.ValueError") < text.index("builtins.KeyError")
    assert "in fault" in text
    assert "maria" not in text


def test_it_says_where_the_report_is(tmp_path: Path) -> None:
    said = report_crash(fault(), tmp_path / "state", NOON)
    (report,) = (tmp_path / "state").iterdir()
    assert str(report) in said
    assert report.stat().st_mode & 0o077 == 0
    assert "ValueError" in said
    assert "maria" not in said + report.read_text()


def test_a_report_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "state"
    taken.write_text("")
    assert "no report could be written" in report_crash(fault(), taken, NOON)
