"""Processing times of deliveries by domain, out of the histograms that rollups keep."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, inf
from typing import Final

from recorder.model.rollup import PROCESSING_TIME_BOUNDS_MS, Family, split_counter_name
from ses_tui.core.rate_report import FamilyCounters, figures_by, shown_name

SHARES: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Latency:
    """Processing times to one domain; a percentile is the upper bound of its bucket (ms).

    `inf` stands for more than the last bound. Nearest rank: at least that share took no longer.
    """

    name: str
    deliveries: int
    p50: float
    p95: float
    p99: float
    delays: int
    """DeliveryDelay events, which say that SES is still trying."""


def latency_by_domain(counters: FamilyCounters) -> list[Latency]:
    """One entry a domain with deliveries, those that wait the longest first."""
    histograms: dict[str, Counter[int]] = {}
    for attribute, number in counters.get(Family.PROCESSING_TIME, {}).items():
        bucket, name = split_counter_name(attribute)
        histograms.setdefault(shown_name(name), Counter())[int(bucket)] += number
    delays = {figures.name or "": figures.delays for figures in figures_by("domain", counters)}
    found = [
        _latency(name, histogram, delays.get(name, 0)) for name, histogram in histograms.items()
    ]
    return sorted(found, key=_slowness, reverse=True)


def _latency(name: str, histogram: Counter[int], delays: int) -> Latency:
    p50, p95, p99 = (_percentile(histogram, share) for share in SHARES)
    return Latency(name, histogram.total(), p50, p95, p99, delays)


def _slowness(entry: Latency) -> tuple[float, float, float, int, str]:
    return entry.p95, entry.p99, entry.p50, entry.deliveries, entry.name


def _percentile(histogram: Mapping[int, int], share: float) -> float:
    rank = ceil(share * sum(histogram.values()))
    seen = 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if seen >= rank and bucket < len(PROCESSING_TIME_BOUNDS_MS):
            return float(PROCESSING_TIME_BOUNDS_MS[bucket])
    return inf
