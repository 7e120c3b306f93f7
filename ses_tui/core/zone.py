"""The time zone that times are shown in; what is stored and sent is always UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Zone:
    """UTC, or the zone of this machine."""

    tzinfo: tzinfo | None
    """`None` stands for the machine's own zone, with the offset of each moment."""

    @property
    def name(self) -> str:
        """Short name for the header, as in `UTC` or `CET`."""
        return datetime.now(UTC).astimezone(self.tzinfo).tzname() or "local"

    def at(self, milliseconds: int) -> datetime:
        """The moment as a date and time of this zone; at the ends of the calendar, of UTC.

        Strangers write any time into an event: `0001-01-01T00:00:00Z`, which stands for none in
        many languages, has no name west of Greenwich, and a day may lie past the year 9999.
        """
        try:
            return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(self.tzinfo)
        except (ValueError, OverflowError, OSError):
            return _nearest_in_utc(milliseconds)

    def format_time(self, milliseconds: int) -> str:
        """Time of day, as in `14:02:10`."""
        return f"{self.at(milliseconds):%H:%M:%S}"

    def format_full(self, milliseconds: int) -> str:
        """Date, time with milliseconds and offset, as in `2026-11-23 14:02:10.250 +0000`."""
        moment = self.at(milliseconds)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d} {moment:%z}"


def _nearest_in_utc(milliseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return _LAST if milliseconds > 0 else _FIRST


UTC_ZONE = Zone(UTC)
LOCAL_ZONE = Zone(None)
