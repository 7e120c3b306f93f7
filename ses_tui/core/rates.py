"""Bounce and complaint rates: an estimate by the rules that Amazon SES publishes for its own.

Only permanent bounces count, and not those of the account's or a tenant's suppression list nor of
the mailbox simulator (SES developer guide, "Reputation metrics"; "Using the account-level
suppression list"). AWS computes over a representative volume that it does not disclose, so what is
computed here is always an estimate over a named set of events, shown with its size.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from recorder.model import event as types
from recorder.model.event import Event
from recorder.model.keys import split_address

SIMULATOR_DOMAIN: Final = "simulator.amazonses.com"
SUPPRESSION_LIST_SUBTYPES: Final = frozenset(
    {"OnAccountSuppressionList", "OnTenantSuppressionList"}
)
NOT_SPAM: Final = "not-spam"
"""A feedback type that says the opposite of a complaint (IANA MARF registry)."""
SMALLEST_SAMPLE: Final = 200

BOUNCE_THRESHOLDS: Final = (0.02, 0.05, 0.10)
COMPLAINT_THRESHOLDS: Final = (None, 0.001, 0.005)


class Mark(StrEnum):
    """How bad a rate is; `TOO_FEW` where the sample is too small to say."""

    OK = "OK"
    WATCH = "WATCH"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    TOO_FEW = "TOO_FEW"


@dataclass(slots=True)
class SetCounts:
    """What rates need to know of one configuration set. Simulator mail is in none of these."""

    sends: int = 0
    suppressed: int = 0
    deliveries: int = 0
    permanent_bounces: int = 0
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """Rates as fractions, `None` where nothing was sent, with the denominator they stand on."""

    bounces: int
    complaints: int
    denominator: int
    denominator_of: str
    """`Send`, `Delivery + Bounce`, or `mixed` where configuration sets differ."""

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
        return _mark(self.bounce_rate, self.denominator, BOUNCE_THRESHOLDS)

    @property
    def complaint_mark(self) -> Mark:
        """The mark of the complaint rate."""
        return _mark(self.complaint_rate, self.denominator, COMPLAINT_THRESHOLDS)


@dataclass(slots=True)
class RateCounters:
    """Counts of a moving set of events: add what comes, remove what goes."""

    by_set: dict[str | None, SetCounts] = field(default_factory=dict)

    def add(self, events: Iterable[Event]) -> None:
        """Count events in."""
        for event in events:
            self._count(event, 1)

    def remove(self, events: Iterable[Event]) -> None:
        """Count events out that were counted in before."""
        for event in events:
            self._count(event, -1)

    def estimate(self) -> RateEstimate:
        """The rates over what is counted now.

        A configuration set that publishes Send events has sends less suppressed recipients as its
        denominator, another one deliveries and permanent bounces; the sum is the whole's.
        """
        denominator = 0
        kinds: set[str] = set()
        for counts in self.by_set.values():
            if counts.sends:
                denominator += max(0, counts.sends - counts.suppressed)
                kinds.add("Send")
            elif counts.deliveries or counts.permanent_bounces:
                denominator += counts.deliveries + counts.permanent_bounces
                kinds.add("Delivery + Bounce")
        return RateEstimate(
            bounces=sum(counts.permanent_bounces for counts in self.by_set.values()),
            complaints=sum(counts.complaints for counts in self.by_set.values()),
            denominator=denominator,
            denominator_of=kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "Send",
        )

    def _count(self, event: Event, step: int) -> None:
        if not event.counted or is_simulator_mail(event):
            return
        counts = self.by_set.setdefault(event.configuration_set, SetCounts())
        if event.event_type == types.SEND:
            counts.sends += step
        elif event.event_type == types.DELIVERY:
            counts.deliveries += step
        elif event.event_type == types.BOUNCE:
            if event.bounce_subtype in SUPPRESSION_LIST_SUBTYPES:
                counts.suppressed += step
            elif event.bounce_type == "Permanent":
                counts.permanent_bounces += step
        elif event.event_type == types.COMPLAINT and event.complaint_type != NOT_SPAM:
            if event.complaint_subtype in SUPPRESSION_LIST_SUBTYPES:
                counts.suppressed += step
            else:
                counts.complaints += step


def is_simulator_mail(event: Event) -> bool:
    """Whether the recipient is one of SES's mailbox simulator."""
    return event.recipient is not None and split_address(event.recipient)[1] == SIMULATOR_DOMAIN


def _mark(rate: float | None, sample: int, thresholds: tuple[float | None, ...]) -> Mark:
    if rate is None or sample < SMALLEST_SAMPLE:
        return Mark.TOO_FEW
    mark = Mark.OK
    for candidate, threshold in zip(
        (Mark.WATCH, Mark.HIGH, Mark.CRITICAL), thresholds, strict=True
    ):
        if threshold is not None and rate >= threshold:
            mark = candidate
    return mark
