"""Bounce and complaint rates: an estimate by the rules that Amazon SES publishes for its own.

AWS computes over a representative volume that it does not disclose (SES developer guide, "Sending
review process FAQs"), so what is computed here is an estimate over a named set of events, shown
with its size. What counts as what is decided in `recorder.model.counting`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from recorder.model import counting
from recorder.model.counting import counter_code
from recorder.model.event import Event

Tally = Mapping[str, int]
"""How many of each counter code."""


class Mark(StrEnum):
    """How bad a rate is; `TOO_FEW` where the sample is too small to say."""

    OK = "OK"
    WATCH = "WATCH"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    TOO_FEW = "TOO_FEW"


_JUDGED: Final = (Mark.WATCH, Mark.HIGH, Mark.CRITICAL)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which rates on (as fractions) WATCH, HIGH and CRITICAL hold; `None`: never."""

    bounce: tuple[float | None, float | None, float | None] = (0.02, 0.05, 0.10)
    complaint: tuple[float | None, float | None, float | None] = (None, 0.001, 0.005)
    smallest_sample: int = 200
    """With fewer mails a rate is not judged."""


DEFAULT_THRESHOLDS: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """Rates as fractions, `None` where nothing was sent, with the denominator they stand on."""

    bounces: int
    complaints: int
    denominator: int
    denominator_of: str
    """`Send`, `Delivery + Bounce`, or `mixed` where configuration sets differ."""
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    """What the marks go by."""

    def judged_by(self, thresholds: Thresholds) -> "RateEstimate":
        """The same figures with the marks of other thresholds."""
        return self if thresholds == self.thresholds else replace(self, thresholds=thresholds)

    @property
    def bounce_rate(self) -> float | None:
        """Permanent bounces over the denominator."""
        return self.bounces / self.denominator if self.denominator else None

    @property
    def complaint_rate(self) -> float | None:
        """Complaints over the denominator."""
        return self.complaints / self.denominator if self.denominator else None

    @property
    def bounce_mark(self) -> Mark:
        """The mark of the bounce rate."""
        return self._mark(self.bounce_rate, self.thresholds.bounce)

    @property
    def complaint_mark(self) -> Mark:
        """The mark of the complaint rate."""
        return self._mark(self.complaint_rate, self.thresholds.complaint)

    def _mark(self, rate: float | None, thresholds: Iterable[float | None]) -> Mark:
        if rate is None or self.denominator < self.thresholds.smallest_sample:
            return Mark.TOO_FEW
        mark = Mark.OK
        for candidate, threshold in zip(_JUDGED, thresholds, strict=True):
            if threshold is not None and rate >= threshold:
                mark = candidate
        return mark


def estimate_rates(by_set: Iterable[Tally]) -> RateEstimate:
    """The rates over one tally for each configuration set.

    A set that publishes Send events has sends less suppressed recipients as its denominator,
    another one deliveries and permanent bounces; the sum is the whole's.
    """
    bounces = complaints = denominator = 0
    kinds: set[str] = set()
    for tally in by_set:
        permanent = tally.get(counting.PERMANENT_BOUNCE, 0)
        bounces += permanent
        complaints += tally.get(counting.COMPLAINT, 0)
        if sends := tally.get(counting.SEND, 0):
            denominator += max(0, sends - tally.get(counting.SUPPRESSED_BOUNCE, 0))
            kinds.add("Send")
        elif tried := tally.get(counting.DELIVERY, 0) + permanent:
            denominator += tried
            kinds.add("Delivery + Bounce")
    return RateEstimate(
        bounces=bounces,
        complaints=complaints,
        denominator=denominator,
        denominator_of=kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "Send",
    )


class RateCounters:
    """Counts of a moving set of events: add what comes, remove what goes."""

    def __init__(self) -> None:
        self._by_set: dict[str | None, Counter[str]] = {}

    def add(self, events: Iterable[Event]) -> None:
        """Count events in."""
        self._count(events, 1)

    def remove(self, events: Iterable[Event]) -> None:
        """Count events out that were counted in before."""
        self._count(events, -1)

    def estimate(self) -> RateEstimate:
        """The rates over what is counted now."""
        return estimate_rates(self._by_set.values())

    def _count(self, events: Iterable[Event], step: int) -> None:
        for event in events:
            if event.counted:
                tally = self._by_set.get(event.configuration_set)
                if tally is None:
                    tally = self._by_set[event.configuration_set] = Counter()
                tally[counter_code(event)] += step
