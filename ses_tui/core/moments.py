"""Times as people write them: `-2h`, `14:32`, `yesterday 9:00`, `2026-11-23T06:00:00Z`."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from ses_tui.core.errors import UsageError
from ses_tui.core.zone import Zone

_UNITS: Final = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SPAN: Final = re.compile(r"(\d{1,6})([smhdw])")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?")
_DATE: Final = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_LEAST_LETTERS: Final = 3
"""A weekday may be shortened to these."""
EXAMPLES: Final = "2h, 30m, today, yesterday 9:00, 14:32, 2026-11-23 or 2026-11-23T06:00"


class MomentError(UsageError):
    """A text that names no moment; says what is wrong with it, and what would be right."""


def parse_duration(text: str) -> int | None:
    """Milliseconds of a span such as `30s`, `5m`, `2h`, `1d`; `None` for anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    return int(match[1]) * _UNITS[match[2]] if match else None


def parse_moment(text: str, now_ms: int, zone: Zone) -> int | None:
    """What `moment_of` answers, and `None` where it raises."""
    try:
        return moment_of(text, now_ms, zone)
    except MomentError:
        return None


def moment_of(text: str, now_ms: int, zone: Zone) -> int:
    """The moment (ms) that `text` names, seen from `now_ms` in `zone`.

    A span lies in the past, with or without a `-`. A time of day, a weekday and a date without
    its year mean the last time that it was so. Raises `MomentError`.
    """
    written = text.strip()
    words = written.lower().split()
    if not words:
        raise MomentError(f"no time was given: write {EXAMPLES}")
    if (span := parse_duration(written.removeprefix("-"))) is not None:
        return max(0, now_ms - span)
    if words == ["now"]:
        return now_ms
    now = zone.at(now_ms).replace(tzinfo=None)
    day = _day_of(words[0], now.date())
    if day is not None and len(words) == 1:
        return _milliseconds(datetime.combine(day, time()), zone)
    clock = _clock_of(words[-1])
    if clock is not None and len(words) == 1:
        moment = datetime.combine(now.date(), clock)
        return _milliseconds(moment if moment <= now else moment - timedelta(days=1), zone)
    if day is not None and clock is not None and len(words) == 2:
        return _milliseconds(datetime.combine(day, clock), zone)
    return _of_iso_form(written, zone)


def past_moment_of(text: str, now_ms: int, zone: Zone) -> int:
    """As `moment_of`, but only what has been. Raises `MomentError`."""
    moment = moment_of(text, now_ms, zone)
    if moment > now_ms:
        shown = f"{zone.at(moment):%Y-%m-%d %H:%M}"
        raise MomentError(f"{shown} is still to come: give a time that has been, as in -2h")
    return moment


def _day_of(word: str, today: date) -> date | None:
    if word == "today":
        return today
    if word == "yesterday":
        return today - timedelta(days=1)
    for number, name in enumerate(_WEEKDAYS):
        if len(word) >= _LEAST_LETTERS and name.startswith(word):
            return today - timedelta(days=(today.weekday() - number) % 7)
    match = _DATE.fullmatch(word)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if year:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year <= today else date(today.year - 1, month, day)
    except ValueError as error:
        raise MomentError(f"{word} is no date: {error}; write it as in 2026-11-23") from error


def _clock_of(word: str) -> time | None:
    match = _CLOCK.fullmatch(word)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    try:
        return time(hour, minute, second, int((match[4] or "0").ljust(6, "0")))
    except ValueError as error:
        raise MomentError(f"{word} is no time of day: {error}; write it as in 14:32") from error


def _of_iso_form(written: str, zone: Zone) -> int:
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError as error:
        raise MomentError(f"{written} is no time: write {EXAMPLES}") from error
    if moment.tzinfo is None:
        return _milliseconds(moment, zone)
    return round(moment.timestamp() * 1000)


def _milliseconds(moment: datetime, zone: Zone) -> int:
    """Of a wall clock's time in `zone`; the offset is that of its own day."""
    aware = moment.replace(tzinfo=zone.tzinfo) if zone.tzinfo else moment.astimezone()
    return round(aware.timestamp() * 1000)
