"""How long after they happened events are recorded: percentiles of the last minutes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, log
from typing import Final

from recorder.model.event import Event

OVER_MS: Final = 300_000
"""The stretch of recording time that counts."""
_SLOT_MS: Final = 10_000
_LOWEST_MS: Final = 20
"""A delay this short or shorter, or a negative one of two clocks that differ, counts as this."""
_RATIO: Final = 1.05
"""A bin reaches to that many times its lower end; its middle, which is told, is within 2.5 %."""
_HIGHEST_BIN: Final = 480
"""Reaches beyond five years."""
_BINS_PER_E: Final = 1 / log(_RATIO)


@dataclass(frozen=True, slots=True)
class DelayFigures:
    """Half and 95 % of `count` events were recorded within this many ms of happening."""

    p50: int
    p95: int
    count: int


class RecordingDelay:
    """Counts delays in bins, in one set of them for every ten seconds of recording time.

    It takes the same room whatever comes in. Historic events and those without a time of their own
    say nothing about the present and are left out.
    """

    def __init__(self) -> None:
        self._slots: dict[int, Counter[int]] = {}
        self._newest = 0

    def add(self, events: Iterable[Event]) -> None:
        """Count new events, in any order."""
        oldest = self._newest - OVER_MS // _SLOT_MS
        for event in events:
            happened = event.event_time
            slot = event.recorded_at // _SLOT_MS
            if happened is None or event.historic or slot <= oldest:
                continue
            bins = self._slots.get(slot)
            if bins is None:
                bins = self._slots[slot] = Counter()
                if slot > self._newest:
                    self._newest = slot
                    oldest = slot - OVER_MS // _SLOT_MS
                    self._slots = {key: kept for key, kept in self._slots.items() if key > oldest}
            bins[_bin_of(event.recorded_at - happened)] += 1

    def figures(self, now_ms: int) -> DelayFigures | None:
        """The percentiles at `now_ms`; `None` where nothing was recorded in the last minutes."""
        oldest = (now_ms - OVER_MS) // _SLOT_MS
        bins: Counter[int] = Counter()
        for slot, counted in self._slots.items():
            if slot > oldest:
                bins += counted
        if not bins:
            return None
        ordered = sorted(bins)
        reached = list(accumulate(bins[each] for each in ordered))
        count = reached[-1]

        def percentile(share: float) -> int:
            rank = max(1, ceil(share * count))
            within = next(
                bin_ for bin_, total in zip(ordered, reached, strict=True) if total >= rank
            )
            return round(_LOWEST_MS * _RATIO ** (within - 0.5)) if within else _LOWEST_MS

        return DelayFigures(percentile(0.5), percentile(0.95), count)


def _bin_of(delay_ms: int) -> int:
    """The bin whose upper end is the first at or above the delay."""
    if delay_ms <= _LOWEST_MS:
        return 0
    return min(_HIGHEST_BIN, ceil(log(delay_ms / _LOWEST_MS) * _BINS_PER_E - 1e-9))
