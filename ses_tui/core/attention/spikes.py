"""Problems whose rate has left its own recent range. The method is told in `docs/attention.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from recorder.model.counting import COMPLAINT, EXCUSED_COMPLAINT, PROBLEM_CODES
from recorder.model.rollup import OTHER
from ses_tui.core.attention.history import LONGEST_WINDOW, WINDOWS, History
from ses_tui.core.attention.naming import Part, best_names, explained, is_known
from ses_tui.core.attention.tallies import (
    ALL,
    WITH_ALL_VOLUME,
    Dimension,
    Group,
    Stretch,
    Subject,
    attempts,
    other_of,
    volume_group,
)

LEAST_RATIO: Final = 3.0
_LEAST_COUNT: Final = 10
_LEAST_COMPLAINTS: Final = 6
"""AWS takes one complaint as seriously as fifty bounces."""
_LEAST_SURPRISE: Final = 14.0
"""Chernoff's bound: so many or more come about by chance less than once in e^14, a million."""
_LEAST_MINUTES: Final = 2
"""One mail to many bad addresses is no spike."""
CALM_MINUTES: Final = 5
"""So long it has to be well before a spike is over."""
_CALM_RATIO: Final = 2.0
_SHOWS: Final = 0.75
"""Of what is left of a problem, so much has to be left of the whole, too."""


@dataclass(frozen=True, slots=True)
class Spike:
    """A problem that is out of its range, as of the newest minute."""

    subject: Subject
    since: int
    """The first minute (ms) that was out of range."""
    count: int
    """How often it came up in the last `minutes`."""
    minutes: int
    expected: float
    """How often it would usually have come up in them."""
    calm: int = 0
    """Minutes for which it has been well again."""

    @property
    def ratio(self) -> float:
        """How many times the usual."""
        return self.count / self.expected

    @property
    def excess(self) -> float:
        """How many more than usual."""
        return max(0.0, self.count - self.expected)


class SpikeDetector:
    """Looks at the history after each minute that was added to it."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._active: dict[Subject, Spike] = {}
        self._named: dict[str, list[Subject]] = {}
        """How a kind of problem is named, as long as there are spikes of it.

        What these explain is not named, even if it takes longer to be well.
        """
        self._proposed: dict[str, list[Subject]] = {}
        """What was to be named a minute ago."""
        self._mixes: dict[tuple[str, int], float] = {}

    @property
    def spikes(self) -> tuple[Spike, ...]:
        """Those that tell what is wrong, the largest first; what they explain is left out."""
        named = (
            spike for subject, spike in self._active.items() if subject in self._named[subject.code]
        )
        return tuple(sorted(named, key=lambda spike: (-spike.excess, spike.subject)))

    def look(self) -> None:
        """Judge the newest minute."""
        if not self._history.enough:
            return
        self._mixes.clear()
        for subject, spike in list(self._active.items()):
            self._follow(subject, spike)
        for subject in set(self._candidates()) - self._active.keys():
            for length in WINDOWS:
                if (found := self._judge(subject, length)) is not None:
                    self._active[subject] = found
                    self._mark(subject, found.since)
                    break
        self._name()

    def _follow(self, subject: Subject, spike: Spike) -> None:
        expected = self._expected(subject, spike.minutes)
        count = self._history.count(subject, spike.minutes)
        is_calm = count <= max(_calm_count(subject.code), _CALM_RATIO * expected)
        calm = spike.calm + 1 if is_calm else 0
        if calm >= CALM_MINUTES:
            del self._active[subject]
            return
        self._active[subject] = replace(spike, count=count, expected=expected, calm=calm)
        if not is_calm:
            self._history.minutes[-1].out_of_range.add(subject)

    def _candidates(self) -> Iterator[Subject]:
        for group, tally in self._history.recent(WINDOWS[-1]).items():
            if _can_be_named(group):
                for code, count in tally.items():
                    if code in _PROBLEMS and count >= _least_count(code):
                        yield Subject(group, code)

    def _judge(self, subject: Subject, length: int) -> Spike | None:
        history = self._history
        count = history.count(subject, length)
        if count < _least_count(subject.code) or self._is_hidden(subject, length):
            return None
        if any(subject in minute.out_of_range for minute in self._newest_minutes(length)):
            return None  # These were told already, and are over.
        expected = self._expected(subject, length)
        if count < LEAST_RATIO * expected:
            return None
        exposure = history.exposure(subject, length)
        usual = history.usual_rate(subject)
        top = history.top_rate(subject, length, usual, max(exposure, 1.0))
        bound = max(expected, top * exposure)
        if Part(subject, count, bound).surprise < _LEAST_SURPRISE:
            return None
        if not self._keeps_coming(subject, length, LEAST_RATIO * expected / length):
            return None
        since = self._since(subject, length, expected / length)
        return Spike(subject, since, count, length, expected)

    def _expected(self, subject: Subject, length: int) -> float:
        history = self._history
        expected = history.usual_rate(subject) * history.exposure(subject, length)
        if subject.group.dimension in _MIXED:
            expected *= self._mix(subject.code, length)
        return max(expected, _LEAST_EXPECTED)

    def _mix(self, code: str, length: int) -> float:
        mix = self._mixes.get((code, length))
        if mix is None:
            mix = self._mixes[code, length] = self._history.mix(code, length)
        return mix

    def _is_hidden(self, subject: Subject, length: int) -> bool:
        """Whether the volume of the name may be in what took the surplus of names."""
        volume, recent = volume_group(subject.group), self._history.recent(length)
        return not attempts(recent.get(volume, {})) and bool(
            attempts(recent.get(other_of(volume), {}))
        )

    def _keeps_coming(self, subject: Subject, length: int, many: float) -> bool:
        counts = self._newest(subject, length)
        return sum(count >= max(1.0, many) for _, count in counts) >= _LEAST_MINUTES

    def _since(self, subject: Subject, length: int, usual: float) -> int:
        """The minute from which on counts are furthest above a third of the way to those of now."""
        counts = self._newest(subject, length)
        of_all = sum(count for _, count in counts) / len(counts)
        of_last = sum(count for _, count in counts[-_LEAST_MINUTES:]) / _LEAST_MINUTES
        limit = usual + (max(of_all, of_last) - usual) / 3
        above = most = 0.0
        since = counts[-1][0]
        for minute, count in reversed(counts):
            above += count - limit
            if above >= most:
                most, since = above, minute
        return since

    def _newest(self, subject: Subject, length: int) -> list[tuple[int, int]]:
        """Start (ms) and count of the newest minutes."""
        group, code = subject
        newest = self._newest_minutes(length)
        return [(minute.start, minute.tallies.get(group, {}).get(code, 0)) for minute in newest]

    def _newest_minutes(self, length: int) -> list[Stretch]:
        minutes = self._history.minutes
        return [minutes[index] for index in range(-min(length, len(minutes)), 0)]

    def _mark(self, subject: Subject, since: int) -> None:
        for minute in reversed(self._history.minutes):
            if minute.start < since:
                break
            minute.out_of_range.add(subject)

    def _name(self) -> None:
        codes = {subject.code for subject in self._active}
        for code in self._named.keys() - codes:
            del self._named[code]
            self._proposed.pop(code, None)
        for code in codes:
            named = self._named.setdefault(code, [])
            names = self._next_names(code, named)
            while names and self._is_sure(code, names):
                named += names
                names = self._next_names(code, named)
            self._proposed[code] = names

    def _is_sure(self, code: str, names: Sequence[Subject]) -> bool:
        """Whether a minute more would not tell better: a status or subtype has the first mails of
        another incident before it is known whose they are."""
        anybodys = any(subject.group.dimension in WITH_ALL_VOLUME for subject in names)
        return not anybodys or names == self._proposed.get(code)

    def _next_names(self, code: str, named: Sequence[Subject]) -> list[Subject]:
        """By what else a kind of problem is to be named."""
        spikes = [
            spike
            for subject, spike in self._active.items()
            if subject.code == code and subject not in named
        ]
        for length in WINDOWS:
            if any(spike.minutes == length for spike in spikes):
                parts = list(self._parts(code, length, named))
                if parts:
                    names = best_names(parts, self._share)
                    return [subject for subject in names if subject in self._active]
        return []

    def _parts(self, code: str, length: int, named: Sequence[Subject]) -> Iterator[Part]:
        """What is left of a kind of problem, those names included that are no spikes yet.

        What tells most may be the last to reach the least count.
        """
        for group, tally in self._history.recent(length).items():
            subject, count = Subject(group, code), tally.get(code, 0)
            if subject in self._active or (count > _calm_count(code) and _can_be_named(group)):
                part = self._left(subject, length, named)
                if self._is_left(part, length, named):
                    yield part

    def _left(self, subject: Subject, length: int, named: Sequence[Subject]) -> Part:
        """What the named ones leave over."""
        count = float(self._history.count(subject, length))
        for one in named:
            count -= explained(subject, one, partial(self._excess, length), self._share)
        return Part(subject, max(0.0, count), self._expected(subject, length))

    def _excess(self, length: int, subject: Subject) -> float:
        count = self._history.count(subject, length)
        return max(0.0, count - self._expected(subject, length))

    def _share(self, subject: Subject) -> float:
        """Of all mail, that of which the subject is a part."""
        recent = self._history.recent(LONGEST_WINDOW)
        mails, all_mails = (
            max(1, attempts(recent.get(group, {}))) for group in (volume_group(subject.group), ALL)
        )
        return mails / max(mails, all_mails)

    def _is_left(self, part: Part, length: int, named: Sequence[Subject]) -> bool:
        """Whether there is something that the named ones do not explain."""
        if part.subject in named or part.count < LEAST_RATIO * part.expected:
            return False
        if not named:
            return True
        if part.count < _least_count(part.subject.code) or part.surprise < _LEAST_SURPRISE:
            return False
        if all(is_known(part.subject, one) for one in named):
            return True
        whole = self._left(Subject(ALL, part.subject.code), length, named)
        # What was taken away with the named ones holds their share of this one, too.
        shares = sum(self._share(one) for one in named if not is_known(part.subject, one))
        shown = whole.excess + shares * part.excess
        return shown >= _SHOWS * part.excess and whole.surprise >= _LEAST_SURPRISE


_PROBLEMS: Final = PROBLEM_CODES - {EXCUSED_COMPLAINT}
_LEAST_EXPECTED: Final = 0.05
"""Keeps ratios finite where there is never any."""
_MIXED: Final = frozenset(
    {
        Dimension.DOMAIN,
        Dimension.DOMAIN_STATUS,
        Dimension.STATUS,
        Dimension.SUBTYPE,
        Dimension.ALL,
    }
)
"""What all identities send to: which of them do changes what is to be expected."""


def _can_be_named(group: Group) -> bool:
    return group.name != OTHER and group.dimension is not Dimension.ALL


def _least_count(code: str) -> int:
    """Fewer are no spike."""
    return _LEAST_COMPLAINTS if code == COMPLAINT else _LEAST_COUNT


def _calm_count(code: str) -> int:
    """So few are well, whatever is usual."""
    return _least_count(code) // 2
