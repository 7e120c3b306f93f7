"""Nothing comes where something usually does. The method is told in `docs/attention.md`."""

from dataclasses import dataclass
from typing import Final

from recorder.model import counting
from recorder.model.rollup import HOUR_MS, MINUTE_MS, OTHER
from ses_tui.core.attention.history import (
    DAY_MS,
    LONGEST_WINDOW,
    WEEK_MS,
    History,
    count_of,
)
from ses_tui.core.attention.tallies import ALL, Dimension, Group

LEAST_GAP_MINUTES: Final = 4
LEAST_MISSING: Final = 15.0
"""With so many expected, that none comes happens by chance less than once in three million."""
_TIMES_LONGEST_GAP: Final = 3
"""What sends in batches is silent between them."""


@dataclass(frozen=True, slots=True)
class Silence:
    """All mail, or what one configuration set sends, has stopped."""

    group: Group
    since: int
    """The first minute (ms) without any."""
    usually: float
    """Events a minute at such a time."""


class SilenceDetector:
    """Looks at the history after each minute that was added to it."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._active: dict[Group, Silence] = {}

    @property
    def silences(self) -> tuple[Silence, ...]:
        """Those of now; where nothing comes at all, that alone."""
        whole = self._active.get(ALL)
        return (whole,) if whole else tuple(sorted(self._active.values(), key=lambda s: s.group))

    def look(self) -> None:
        """Judge the newest minute."""
        if not self._history.enough:
            return
        for group in self._groups():
            silence = self._judge(group)
            if silence is not None:
                # What was usual when it began stays so, however long it lasts.
                self._active.setdefault(group, silence)
            elif group in self._active and not self._is_silent(group):
                del self._active[group]

    def _groups(self) -> set[Group]:
        recent = self._history.recent(LONGEST_WINDOW)
        sets = (group for group in recent if group.dimension is Dimension.CONFIGURATION_SET)
        return {ALL, *self._active, *(group for group in sets if group.name != OTHER)}

    def _is_silent(self, group: Group) -> bool:
        return not self._count(group, self._history.minutes[-1].tallies.get(group, {}))

    def _judge(self, group: Group) -> Silence | None:
        minutes = self._history.minutes
        if not self._is_silent(group):
            return None
        counts = [self._count(group, minute.tallies.get(group, {})) for minute in minutes]
        gap = next((n for n, count in enumerate(reversed(counts)) if count), len(counts))
        before = counts[: len(counts) - gap]
        if gap < LEAST_GAP_MINUTES or not before or gap <= _TIMES_LONGEST_GAP * _gap_in(before):
            return None
        since = minutes[-gap].start
        usually = self._usually(group, before, since)
        if usually * gap < LEAST_MISSING:
            return None
        return Silence(group, since, usually)

    def _usually(self, group: Group, before: list[int], since: int) -> float:
        """The least of what came in the hour before, and at this hour yesterday and last week."""
        hour = before[-LONGEST_WINDOW:]
        rates = [sum(hour) / len(hour)]
        now = self._history.minutes[-1].start
        for ago in (DAY_MS, WEEK_MS):
            for start in range(since - ago, now - ago + MINUTE_MS, HOUR_MS):
                rates.append(self._then(group, start))
            rates.append(self._then(group, now - ago))
        return min(rates)

    def _then(self, group: Group, moment: int) -> float:
        rate = self._history.per_minute(group, self._code(group), moment)
        return float("inf") if rate is None else rate

    def _count(self, group: Group, tally: dict[str, int]) -> int:
        return count_of(tally, self._code(group))

    def _code(self, group: Group) -> str | None:
        """What a publisher does by itself: opens and late bounces of its mail go on without it."""
        if group == ALL:
            return None
        sends = self._history.publishes(group, counting.SEND)
        return counting.SEND if sends else counting.DELIVERY


def _gap_in(counts: list[int]) -> int:
    """The longest run of minutes without any."""
    longest = run = 0
    for count in counts:
        run = 0 if count else run + 1
        longest = max(longest, run)
    return longest
