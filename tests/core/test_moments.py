import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.moments import MomentError, moment_of, parse_moment, past_moment_of
from ses_tui.core.zone import LOCAL_ZONE, UTC_ZONE, Zone
from tests.events import NOON


def shown(text: str) -> str:
    return f"{datetime.fromtimestamp(moment_of(text, NOON, UTC_ZONE) / 1000, UTC):%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2h", "11-23 10:00:00"),
        ("now", "11-23 12:00:00"),
        (" 14:32 ", "11-22 14:32:00"),
        ("11:59:58", "11-23 11:59:58"),
        ("12:00", "11-23 12:00:00"),
        ("yesterday 9:00", "11-22 09:00:00"),
        ("Yesterday  9:00:30", "11-22 09:00:30"),
        ("today 9:00", "11-23 09:00:00"),
        ("monday", "11-23 00:00:00"),
        ("sun 23:15", "11-22 23:15:00"),
        ("tuesday 8:00", "11-17 08:00:00"),
        ("11-22 14:32:10", "11-22 14:32:10"),
        ("12-24", "12-24 00:00:00"),
        ("2026-11-20 14:32", "11-20 14:32:00"),
        ("2026-11-20T14:32:10z", "11-20 14:32:10"),
        ("2026-11-20T14:32:10.250+02:00", "11-20 12:32:10"),
    ],
)
def test_times_as_people_write_them(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_date_without_its_year_is_the_last_of_its_kind() -> None:
    assert moment_of("12-24", NOON, UTC_ZONE) == moment_of("2025-12-24", NOON, UTC_ZONE)


def test_milliseconds_are_kept() -> None:
    assert moment_of("11:00:00.250", NOON, UTC_ZONE) % 1000 == 250


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no time was given: write 2h, 30m"),
        ("25:10", "25:10 is no time of day: hour must be in 0..23"),
        ("yesterday 9:75", "9:75 is no time of day: minute must be in 0..59"),
        ("2026-02-30", "2026-02-30 is no date: day is out of range for month"),
        ("02-29 9:00", "02-29 is no date: "),
        ("-2x", "-2x is no time: write 2h, 30m"),
        ("tomorrow 9:00", "tomorrow 9:00 is no time: write "),
        ("9:00 yesterday", "9:00 yesterday is no time: write "),
        ("yesterday 9:00 or so", "yesterday 9:00 or so is no time"),
    ],
)
def test_errors_name_what_is_wrong_and_an_example(text: str, words: str) -> None:
    with pytest.raises(MomentError) as caught:
        moment_of(text, NOON, UTC_ZONE)
    assert words in str(caught.value)
    assert parse_moment(text, NOON, UTC_ZONE) is None


def test_what_is_still_to_come_is_not_gone_to() -> None:
    assert past_moment_of("now", NOON, UTC_ZONE) == NOON
    with pytest.raises(MomentError, match=r"2026-11-23 12:01 is still to come: .* as in -2h"):
        past_moment_of("today 12:01", NOON, UTC_ZONE)


@given(st.text(max_size=20))
def test_any_text_is_a_moment_or_an_error(text: str) -> None:
    with suppress(MomentError):
        assert isinstance(moment_of(text, NOON, UTC_ZONE), int)


@given(st.timedeltas(timedelta(0), timedelta(days=900)))
def test_a_time_as_the_list_shows_it_leads_back_to_it(ago: timedelta) -> None:
    moment = NOON - round(ago.total_seconds()) * 1000
    assert moment_of(f"{UTC_ZONE.at(moment):%Y-%m-%d %H:%M:%S}", NOON, UTC_ZONE) == moment


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_day_has_its_own_offset_from_utc(berlin: None) -> None:
    """Clocks went back on 25 October 2026 at 3:00; the day before is still in summer time."""
    now = moment_of("2026-10-25T12:00:00Z", NOON, UTC_ZONE)
    summer = moment_of("yesterday 9:00", now, LOCAL_ZONE)
    assert summer == moment_of("2026-10-24T07:00:00Z", NOON, UTC_ZONE)
    assert moment_of("9:00", now, LOCAL_ZONE) == moment_of("2026-10-25T08:00Z", NOON, UTC_ZONE)


@pytest.mark.parametrize("moment", [-(2**63), -62_135_596_800_000, 253_402_300_799_999, 2**63])
def test_what_the_calendar_cannot_name_is_some_time_all_the_same(moment: int) -> None:
    for offset in (-14, 0, 14):
        zone = Zone(timezone(timedelta(hours=offset)))
        assert zone.at(moment).year in (1, 9999)
