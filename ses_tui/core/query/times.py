"""Times as people write them: `2h`, `yesterday`, `14:32`, `2026-11-23T06:00`."""

import re
from datetime import datetime, timedelta

from ses_tui.core.zone import Zone

_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SPAN = re.compile(r"(\d{1,6})([smhdw])")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
EXAMPLES = "2h, 30m, yesterday, today, 14:32, 2026-11-23 or 2026-11-23T06:00"


def parse_duration(text: str) -> int | None:
    """Milliseconds of a span such as `30s`, `5m`, `2h`, `1d`; `None` for anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    return int(match[1]) * _UNITS[match[2]] if match else None


def parse_moment(text: str, now_ms: int, zone: Zone) -> int | None:
    """The moment (ms) that `text` names, seen from `now_ms` in `zone`; `None` for anything else.

    A span lies in the past. A time of day without a date is the last time it was so.
    """
    text = text.strip().lower()
    span = parse_duration(text.removeprefix("-"))
    if span is not None:
        return now_ms - span
    now = zone.at(now_ms)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text == "now":
        return now_ms
    if text == "today":
        return _milliseconds(midnight)
    if text == "yesterday":
        return _milliseconds(midnight - timedelta(days=1))
    try:
        if clock := _CLOCK.fullmatch(text):
            moment = midnight.replace(
                hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3] or 0)
            )
            return _milliseconds(moment if moment <= now else moment - timedelta(days=1))
        written = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if written.tzinfo is None:
        written = written.replace(tzinfo=zone.tzinfo) if zone.tzinfo else written.astimezone()
    return _milliseconds(written)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
