"""Processing times and delays by domain, out of the histograms that rollups keep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf

from recorder.model.counting import DELAY
from recorder.model.rollup import (
    DELAY_BOUNDS_MS,
    PROCESSING_TIME_BOUNDS_MS,
    Family,
    split_counter_name,
)
from ses_tui.core.rate_report import FamilyCounters, shown_name


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of mail to one domain; a percentile is the upper bound of its bucket (ms).

    `inf` stands for more than the last bound. Nearest rank: at least that share took no longer.
    """

    name: str
    count: int
    p50: float
    p95: float
    p99: float


def processing_times(counters: FamilyCounters) -> list[Latency]:
    """One entry a domain: how long its deliveries took, the slowest domain first."""
    return _by_domain(counters, "", PROCESSING_TIME_BOUNDS_MS)


def delays(counters: FamilyCounters) -> list[Latency]:
    """One entry a domain: how long delayed mails had been under way, the slowest domain first.

    Each DeliveryDelay event counts: SES is still trying then, and reports a mail more than once.
    """
    return _by_domain(counters, DELAY, DELAY_BOUNDS_MS)


def is_delay(counter: str) -> bool:
    """Whether a counter of the family counts a delay, and no processing time."""
    return counter.startswith(DELAY)


def _by_domain(counters: FamilyCounters, mark: str, bounds: Sequence[int]) -> list[Latency]:
    histograms: dict[str, Counter[int]] = {}
    for attribute, number in counters.get(Family.LATENCY, {}).items():
        code, name = split_counter_name(attribute)
        bucket = code.removeprefix(mark)
        if is_delay(code) == bool(mark) and bucket.isdecimal():
            histograms.setdefault(shown_name(name), Counter())[int(bucket)] += number
    found = [_latency(name, histogram, bounds) for name, histogram in histograms.items()]
    return sorted(found, key=_slowness, reverse=True)


def _latency(name: str, histogram: Counter[int], bounds: Sequence[int]) -> Latency:
    p50, p95, p99 = (_percentile(histogram, share, bounds) for share in (0.5, 0.95, 0.99))
    return Latency(name, histogram.total(), p50, p95, p99)


def _slowness(entry: Latency) -> tuple[float, float, float, int, str]:
    return entry.p95, entry.p99, entry.p50, entry.count, entry.name


def _percentile(histogram: Mapping[int, int], share: float, bounds: Sequence[int]) -> float:
    rank = ceil(share * sum(histogram.values()))
    seen = 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if seen >= rank and bucket < len(bounds):
            return float(bounds[bucket])
    return inf
