"""Times as SES writes them, and as this product writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_BLANK_BEFORE_OFFSET = re.compile(r"\s+(?=[+\-Zz])")
_ZONE_NAME = re.compile(r"\s*(?:\[[^\]]{1,40}\]|UTC|GMT)\Z", re.IGNORECASE)
_FIRST_MILLISECONDS: Final = 10**11
"""Smaller numbers are seconds (up to the year 5138), others milliseconds (from 1973 on)."""
_LAST_MILLISECONDS: Final = 253_402_300_799_999
_LONGEST: Final = 80
"""Characters; longer text costs more to look at."""


def parse_timestamp(value: object) -> int | None:
    """Milliseconds since the epoch, or `None` for what is not a time.

    Takes every form seen from SES: with and without milliseconds, `Z`, an offset, and a blank
    before the offset; and those that tools on the way make of it: a zone in words or brackets
    (Java's `Z[UTC]`), a date of RFC 5322, seconds or milliseconds since the epoch. A time without
    an offset is UTC, as everything SES sends is. A time that UTC's calendar (years 1 to 9999)
    cannot name is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value)
    if not isinstance(value, str):
        return None
    try:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = _of_odd_text(value.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return (moment - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError):
        return None


def _of_odd_text(text: str) -> datetime:
    """Raises `ValueError`."""
    if len(text) > _LONGEST:
        raise ValueError("too long for a time")
    if text[:3].isalpha():
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(text)
    text = _ZONE_NAME.sub("", text)
    return datetime.fromisoformat(_BLANK_BEFORE_OFFSET.sub("", text).upper())


def _of_number(number: float) -> int | None:
    """A number of the present age; small ones are counts of something else."""
    if not 10**9 <= number <= _LAST_MILLISECONDS:
        return None
    return int(number if number >= _FIRST_MILLISECONDS else number * 1_000)


def format_timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds, as in `2026-11-23T06:00:00.250Z`."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def day_of(milliseconds: int) -> str:
    """The UTC day as `yyyymmdd`, the form that partition keys use."""
    return f"{_EPOCH + timedelta(milliseconds=milliseconds):%Y%m%d}"


def minute_of(milliseconds: int) -> str:
    """The UTC minute as `yyyymmddHHMM`."""
    return f"{_EPOCH + timedelta(milliseconds=milliseconds):%Y%m%d%H%M}"


def time_of_minute(minute: str) -> int:
    """Milliseconds since the epoch at which a `yyyymmddHHMM` begins. `ValueError` if it is none."""
    if len(minute) != 12 or not minute.isascii() or not minute.isdigit():
        raise ValueError(f"{minute!r} is no minute: it needs the form yyyymmddHHMM")
    moment = datetime(
        int(minute[:4]),
        int(minute[4:6]),
        int(minute[6:8]),
        int(minute[8:10]),
        int(minute[10:]),
        tzinfo=UTC,
    )
    return (moment - _EPOCH) // _MILLISECOND
