"""Times as SES writes them, and as this product writes them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_timestamp(text: object) -> int | None:
    """Milliseconds since the epoch, or `None` for what is not a time.

    Takes every form seen from SES: with and without milliseconds, `Z`, an offset, and a blank
    before the offset. A time without an offset is UTC, as everything SES sends is.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace(" +", "+").replace(" -", "-"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def format_timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds, as in `2026-11-23T06:00:00.250Z`."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def day_of(milliseconds: int) -> str:
    """The UTC day as `yyyymmdd`, the form that partition keys use."""
    return f"{_EPOCH + timedelta(milliseconds=milliseconds):%Y%m%d}"


def minute_of(milliseconds: int) -> str:
    """The UTC minute as `yyyymmddHHMM`."""
    return f"{_EPOCH + timedelta(milliseconds=milliseconds):%Y%m%d%H%M}"
