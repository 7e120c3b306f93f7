"""What stands in the list where events are missing, and in what words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ses_tui.core.source import Gap, GapReason
from ses_tui.core.zone import Zone
from ses_tui.ui.tones import Span, Tone


class Absence(StrEnum):
    """Why there are no events at a place of the list."""

    LOADING = "loading"
    """The feed is reading them."""
    UNREADABLE = "unreadable"
    NOT_LOADED = "not loaded"
    READING = "reading"
    """The reader has asked for them."""
    LATE = "late"
    """The stream consumer has not come so far; only problems are shown."""
    NOTHING = "nothing"
    """There are none: the table begins here."""


@dataclass(frozen=True, slots=True)
class GapLine:
    """A line of the list that is no event; it stands before what was recorded at `since` (ms)."""

    since: int | None
    """Where the missing stretch begins (ms); `None` where it has no beginning."""
    until: int
    """Where it ends (ms)."""
    absence: Absence

    @property
    def stops_moving(self) -> bool:
        """Whether it has to be loaded before the selection can go on behind it."""
        return self.absence in (Absence.NOT_LOADED, Absence.READING)


_ABSENCES: Final = {
    GapReason.LOADING: Absence.LOADING,
    GapReason.UNREADABLE: Absence.UNREADABLE,
    GapReason.NOT_LOADED: Absence.NOT_LOADED,
    GapReason.LATE: Absence.LATE,
}
_BEFORE_ANY_PAGE: Final = 1
"""Where the stretch of a late feed begins that never held anything (ms)."""
_SAYING: Final = {
    Absence.LOADING: ("gap {}, loading…", Tone.WARNING),
    Absence.UNREADABLE: ("gap {}, its events cannot be read", Tone.BAD),
    Absence.NOT_LOADED: ("gap {}, not loaded; move on to load it", Tone.WARNING),
    Absence.READING: ("gap {}, loading…", Tone.WARNING),
}


def line_of(gap: Gap) -> GapLine:
    """The line of `gap`."""
    return GapLine(gap.since, gap.until, _ABSENCES[gap.reason])


def gap_text(line: GapLine, zone: Zone, today: str) -> Span:
    """What the line says. `today` is the present day as `mm-dd`; other days are named."""
    if line.since is None:
        until = moment_text(line.until, zone, today)
        if line.absence is Absence.READING:
            return Span(f"loading events before {until}…", Tone.WARNING)
        return Span("nothing older: the table holds no earlier events", Tone.MUTED)
    if line.absence is Absence.LATE:
        words = "the feed holds nothing yet: only problems, from the problem index"
        if line.since > _BEFORE_ANY_PAGE:
            since = moment_text(line.since, zone, today)
            words = f"the feed is late: since {since} only problems, from the problem index"
        return Span(words, Tone.WARNING)
    words, tone = _SAYING[line.absence]
    return Span(words.format(_span(line.since, line.until, zone, today)), tone)


def moment_text(milliseconds: int, zone: Zone, today: str) -> str:
    """A time of day, with its date where that is not the present one."""
    moment = zone.at(milliseconds)
    return f"{moment:%H:%M:%S}" if f"{moment:%m-%d}" == today else f"{moment:%m-%d %H:%M:%S}"


def _span(since: int, until: int, zone: Zone, today: str) -> str:
    """From when to when, as in `14:02:10-14:05:31`; a day is named once where it is the same."""
    same_day = zone.at(since).date() == zone.at(until).date()
    end = f"{zone.at(until):%H:%M:%S}" if same_day else moment_text(until, zone, today)
    return f"{moment_text(since, zone, today)}-{end}"
