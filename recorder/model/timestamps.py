"""Times as SES writes them, and as this product writes them."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_BLANK_BEFORE_OFFSET = re.compile(r"\s+(?=[+\-Zz])")


def parse_timestamp(text: object) -> int | None:
    """Milliseconds since the epoch, or `None` for what is not a time.

    Takes every form seen from SES: with and without milliseconds, `Z`, an offset, and a blank
    before the offset. A time without an offset is UTC, as everything SES sends is. A time that
    UTC's calendar (years 1 to 9999) cannot name is none.
    """
    if not isinstance(text, str):
        return None
    try:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = datetime.fromisoformat(_BLANK_BEFORE_OFFSET.sub("", text.strip()).upper())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return (moment - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError):
        return None


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
