import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.timestamps import day_of, format_timestamp, minute_of, parse_timestamp

YEAR_ONE = -62_135_596_800_000
END_OF_9999 = 253_402_300_799_999


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:00:02.500Z",
        " 2026-11-23T06:00:02.500Z\n",
        "2026-11-23t06:00:02.500z",
        "2026-11-23T06:00:02.5Z",
        "2026-11-23T06:00:02.500999Z",
        "2026-11-23T06:00:02.500",
        "2026-11-23 06:00:02.500 Z",
        "2026-11-23T06:00:02.500 +0000",
        "2026-11-23T08:00:02.500+02:00",
        "2026-11-23T01:00:02.500 -0500",
        "2026-11-23 06:00:02.500 UTC",
        "2026-11-23T06:00:02.500gmt",
        "2026-11-23T06:00:02.500Z[UTC]",
        "2026-11-23T07:00:02.500+01:00[Europe/Berlin]",
        1_795_413_602_500,
        1_795_413_602.5,
    ],
)
def test_one_moment_written_in_many_ways(text: object) -> None:
    assert parse_timestamp(text) == 1_795_413_602_500


def test_a_date_of_a_mail_and_whole_seconds_are_times() -> None:
    assert parse_timestamp("Mon, 23 Nov 2026 06:00:02 GMT") == 1_795_413_602_000
    assert parse_timestamp("Mon, 23 Nov 2026 07:00:02 +0100 (CET)") == 1_795_413_602_000
    assert parse_timestamp(1_795_413_602) == 1_795_413_602_000


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "Mon, 23 Nov",
        0,
        999,
        -1_795_413_602_500,
        10**15,
        float("nan"),
        float("inf"),
        True,
        ["2026-11-23T06:00:02Z"],
        {},
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        # Looked through, it would take minutes.
        "2026-11-23T06:00:02" + " " * 200_000 + "?",
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert parse_timestamp(value) is None


@given(st.integers(YEAR_ONE, END_OF_9999))
def test_every_moment_survives_writing_and_reading(moment: int) -> None:
    text = format_timestamp(moment)
    assert parse_timestamp(text) == moment
    assert len(text) == len("2026-11-23T06:00:00.250Z")


@given(st.text())
def test_whatever_is_read_can_be_written(text: str) -> None:
    moment = parse_timestamp(text)
    assert moment is None or parse_timestamp(format_timestamp(moment)) == moment


def test_days_and_minutes_are_those_of_utc() -> None:
    moment = parse_timestamp("2026-11-24T01:30:00+02:00")
    assert moment is not None
    assert (day_of(moment), minute_of(moment)) == ("20261123", "202611232330")
