"""What was counted before: the last hours by the minute, the last day by the hour, and last week.

A name that a summary had no room for is in its `other`: there it is taken to have had as many as
could be, so that a name that comes back into view is no spike.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from recorder.model.counting import COMPLAINT, DELAY
from recorder.model.rollup import HOUR_MS, MINUTE_MS
from ses_tui.core.attention.tallies import (
    ALL,
    Dimension,
    Group,
    Stretch,
    Subject,
    Tallies,
    Tally,
    attempts,
    other_of,
    share,
    volume_group,
)

MINUTES_KEPT: Final = 180
HOURS_KEPT: Final = 26
"""The same hour of yesterday, and the one before it, are among them."""
DAY_MS: Final = 24 * HOUR_MS
WEEK_MS: Final = 7 * DAY_MS
WINDOWS: Final = (5, 15)
"""Minutes over which the present is counted."""
LONGEST_WINDOW: Final = 60
_LEAST_MINUTES: Final = 60
"""With less behind it, nothing can be called usual."""
_PRIOR_MAILS: Final = 100.0
"""A name of which little is known is taken to do as all mail does, with so much weight."""
_USUAL_SHARE: Final = 0.9
"""What happens in one of ten stretches of time belongs to the range."""


class _Sum:
    """Tallies added up."""

    def __init__(self) -> None:
        self.tallies: Tallies = {}
        self.minutes = 0

    def add(self, stretch: Stretch) -> None:
        self.minutes += stretch.length // MINUTE_MS
        for group, tally in stretch.tallies.items():
            mine = self.tallies.get(group)
            if mine is None:
                self.tallies[group] = tally.copy()
            else:
                for code, number in tally.items():
                    mine[code] = mine.get(code, 0) + number

    def remove(self, stretch: Stretch) -> None:
        self.minutes -= stretch.length // MINUTE_MS
        for group, tally in stretch.tallies.items():
            mine = self.tallies[group]
            for code, number in tally.items():
                left = mine[code] - number
                if left:
                    mine[code] = left
                else:
                    del mine[code]
            if not mine:
                del self.tallies[group]

    def of(self, group: Group) -> Tally:
        return self.tallies.get(group, {})


class History:
    """Grows by whole minutes in order of time."""

    def __init__(self, hours: Iterable[Stretch] = ()) -> None:
        self.minutes: deque[Stretch] = deque()
        self._hours: dict[int, Stretch] = {}
        self._known = _Sum()
        self._open: list[Stretch] = []
        """Minutes of an hour that is not over."""
        self._recent = {length: _Sum() for length in (*WINDOWS, LONGEST_WINDOW)}
        self.add_hours(hours)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever counted."""
        return not (self.minutes or self._hours)

    @property
    def enough(self) -> bool:
        """Whether enough is known to call something usual."""
        return self._known.minutes >= _LEAST_MINUTES

    def add_hours(self, hours: Iterable[Stretch]) -> None:
        """Take in hours of before that were counted elsewhere."""
        for hour in hours:
            if hour.start not in self._hours:
                self._hours[hour.start] = hour
                self._known.add(hour)

    def add(self, minute: Stretch) -> None:
        """Take in the next minute; without events it has no tallies."""
        minute.tallies = share(minute.tallies)
        if self._open and minute.start // HOUR_MS != self._open[0].start // HOUR_MS:
            self._close_hour(minute.start)
        self._open.append(minute)
        for length, recent in self._recent.items():
            recent.add(minute)
            if len(self.minutes) >= length:
                recent.remove(self.minutes[-length])
        self.minutes.append(minute)
        if len(self.minutes) > MINUTES_KEPT:
            self.minutes.popleft()

    def recent(self, length: int) -> Tallies:
        """Tallies of the newest minutes."""
        return self._recent[length].tallies

    def count(self, subject: Subject, length: int) -> int:
        """How often the problem came up in the newest minutes."""
        return self._recent[length].of(subject.group).get(subject.code, 0)

    def exposure(self, subject: Subject, length: int) -> float:
        """What may have had the problem in the newest minutes: mails, or minutes for complaints.

        Bounces come some time after their mail, delays much later: so it is no less than the
        average of a longer time. Complaints come after hours, and are counted by time alone.
        """
        if subject.code == COMPLAINT:
            return float(length)
        group = volume_group(subject.group)
        longer = LONGEST_WINDOW if subject.code == DELAY else WINDOWS[-1]
        average = attempts(self._recent[longer].of(group)) * length / longer
        return max(float(attempts(self._recent[length].of(group))), average)

    def usual_rate(self, subject: Subject) -> float:
        """Problems for each mail (each minute for complaints) in the hours before."""
        known, group = self._known, subject.group
        number = known.of(group).get(subject.code, 0) + self._hidden(known.tallies, subject)
        if subject.code == COMPLAINT:
            return (number + 0.5) / max(1, known.minutes)
        mails = attempts(known.of(volume_group(group)))
        whole = known.of(ALL)
        prior = (whole.get(subject.code, 0) + 0.5) / max(1.0, attempts(whole))
        return (number + _PRIOR_MAILS * prior) / (mails + _PRIOR_MAILS)

    def mix(self, code: str, length: int) -> float:
        """How many times more problems than usual are due because other identities send; from 1.

        A newsletter may always bounce more than receipts do: that it is being sent is no spike.
        """
        usual = self.usual_rate(Subject(ALL, code))
        of_identities = mails = 0.0
        for group, tally in self._recent[length].tallies.items():
            if group.dimension is Dimension.IDENTITY:
                number = attempts(tally)
                mails += number
                of_identities += number * self.usual_rate(Subject(group, code))
        return max(1.0, of_identities / (usual * mails)) if mails else 1.0

    def top_rate(self, subject: Subject, length: int, usual: float, exposure: float) -> float:
        """The upper end of the range that the rate was in.

        Stretches with less mail than there is now are drawn to the usual rate.
        """
        rates = sorted(
            (number + usual * exposure) / (mails + exposure)
            for number, mails in self._stretches(subject, length)
        )
        top = rates[min(len(rates) - 1, int(_USUAL_SHARE * len(rates)))] if rates else usual
        now = self.minutes[-1].start
        same_hour = [
            hour
            for ago in (DAY_MS, WEEK_MS)
            for start in ((now - ago) // HOUR_MS * HOUR_MS,)
            for beside in (-HOUR_MS, 0, HOUR_MS)
            if (hour := self._hours.get(start + beside)) is not None
        ]
        then = (self._problems_and_mails(subject, [hour]) for hour in same_hour)
        return max(
            top,
            usual,
            *((number + usual * exposure) / (mails + exposure) for number, mails in then),
            0.0,
        )

    def per_minute(self, group: Group, code: str | None, start: int) -> float | None:
        """Events a minute in the hour that `start` (ms) is in; `None` if that is not known."""
        hour = self._hours.get(start // HOUR_MS * HOUR_MS)
        if hour is None:
            return None
        return count_of(hour.tallies.get(group, {}), code) * MINUTE_MS / hour.length

    def publishes(self, group: Group, code: str) -> bool:
        """Whether such events were known of the group."""
        return bool(self._known.of(group).get(code))

    def _stretches(self, subject: Subject, length: int) -> Iterator[tuple[float, float]]:
        """Problems and exposure of the hours, and of the minutes before the newest ones."""
        for hour in self._hours.values():
            yield self._problems_and_mails(subject, [hour])
        before = list(islice(self.minutes, 0, max(0, len(self.minutes) - length)))
        for end in range(len(before), length - 1, -length):
            block = before[end - length : end]
            block = [minute for minute in block if subject not in minute.out_of_range]
            if len(block) > length / 2:
                yield self._problems_and_mails(subject, block)

    def _problems_and_mails(
        self, subject: Subject, stretches: list[Stretch]
    ) -> tuple[float, float]:
        volume, number, mails, minutes = volume_group(subject.group), 0, 0, 0
        for stretch in stretches:
            tallies = stretch.tallies
            number += tallies.get(subject.group, {}).get(subject.code, 0)
            number += self._hidden(tallies, subject)
            mails += attempts(tallies.get(volume, {}))
            minutes += stretch.length // MINUTE_MS
        return number, float(minutes if subject.code == COMPLAINT else mails)

    def _hidden(self, tallies: Tallies, subject: Subject) -> int:
        """How many problems of a name may be in what took the surplus of names."""
        other = tallies.get(other_of(subject.group), {}).get(subject.code, 0)
        return other if other and not tallies.get(subject.group, {}).get(subject.code) else 0

    def _close_hour(self, now: int) -> None:
        total = _Sum()
        for minute in self._open:
            total.add(minute)
            for group, code in minute.out_of_range:
                tally = total.tallies.get(group, {})
                left = tally.pop(code, 0) - minute.tallies.get(group, {}).get(code, 0)
                if left > 0:
                    tally[code] = left
        start = self._open[0].start // HOUR_MS * HOUR_MS
        length = total.minutes * MINUTE_MS
        self._open = []
        self.add_hours([Stretch(start, length, total.tallies)])
        for start in [start for start in self._hours if not _is_kept(now - start)]:
            self._known.remove(self._hours.pop(start))


def count_of(tally: Tally, code: str | None) -> int:
    """Events of one code, or all."""
    return sum(tally.values()) if code is None else tally.get(code, 0)


def _is_kept(age: int) -> bool:
    return age <= HOURS_KEPT * HOUR_MS or abs(age - WEEK_MS) <= 2 * HOUR_MS
