"""What `rates` prints and the panels show: figures made of counters, nothing read here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Final

from recorder.model import counting
from recorder.model import event as types
from recorder.model.counting import SIMULATOR, TYPE_OF_CODE
from recorder.model.rollup import OTHER, Family, split_counter_name
from ses_tui.core.rates import RateEstimate, Tally, Thresholds, estimate_rates

FamilyCounters = Mapping[Family, Mapping[str, int]]
"""Counters `<code>|<name>` of each family, summed over a window."""

_COMPLAINT_WEIGHT: Final = 50
"""AWS acts at 5 % bounces and at 0.1 % complaints, so one complaint hurts like fifty bounces."""
_NUISANCE_WEIGHT: Final = 0.1
"""Most of what is deferred or bounces softly arrives after all."""
_DEVIATIONS: Final = 2
"""A few complaints come by chance: what weighs is by so many standard deviations less."""

GROUPINGS: Final = ("domain", "subtype", "identity", "set", "status")
_BOTH_FAMILIES: Final = {
    "domain": (Family.DOMAIN, Family.DOMAIN_PROBLEM),
    "identity": (Family.IDENTITY, Family.IDENTITY_PROBLEM),
    "set": (Family.CONFIGURATION_SET, Family.CONFIGURATION_SET_REST),
}


@dataclass(frozen=True, slots=True)
class BounceCounts:
    """Bounces by what they mean; `excluded` are outside the rate: suppressed or simulator mail."""

    permanent: int
    transient: int
    undetermined: int
    excluded: int


@dataclass(frozen=True, slots=True)
class RateFigures:
    """Everything shown of one group of mail; `name` is `None` for the whole."""

    name: str | None
    counts: Mapping[str, int]
    """By event type, simulator mail included."""
    bounces: BounceCounts
    delays: int
    estimate: RateEstimate

    def judged_by(self, thresholds: Thresholds) -> "RateFigures":
        """The same figures with the marks of other thresholds."""
        estimate = self.estimate.judged_by(thresholds)
        return self if estimate is self.estimate else replace(self, estimate=estimate)

    @property
    def harm(self) -> tuple[float, int]:
        """Sorts the most harmful first when reversed: neither some complaints hide a storm of
        bounces, nor some bounces one of deferrals."""
        complaints = self.estimate.complaints
        beyond_chance = max(0.0, complaints - _DEVIATIONS * sqrt(complaints))
        hurting = self.bounces.permanent + complaints + _COMPLAINT_WEIGHT * beyond_chance
        nuisance = self.bounces.transient + self.bounces.undetermined + self.delays
        return (hurting + _NUISANCE_WEIGHT * nuisance, sum(self.counts.values()))


def whole_figures(counters: FamilyCounters) -> RateFigures:
    """The figures of everything in the window."""
    tally: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for attribute, number in counters.get(Family.TYPE, {}).items():
        code, name = split_counter_name(attribute)
        tally[code] += number
        counts[_event_type(code, name)] += number
    return _figures(None, tally, counts, estimate_rates(_tallies(counters, "set").values()))


def figures_by(grouping: str, counters: FamilyCounters) -> list[RateFigures]:
    """One entry a name of `grouping` (one of `GROUPINGS`), the most harmful first.

    Subtypes and statuses share out the whole's denominator: each says which part of all mail it
    hit. A name is a lower bound where the entry `other` is there.
    """
    if grouping in _BOTH_FAMILIES:
        tallies = _tallies(counters, grouping)
        return _sorted(
            _figures(shown_name(name), tally, _counts(tally), estimate_rates([tally]))
            for name, tally in tallies.items()
        )
    whole = estimate_rates(_tallies(counters, "set").values())
    family, keep = {
        "subtype": (Family.TYPE, lambda code, name: _event_type(code, name) == types.BOUNCE),
        "status": (Family.STATUS, lambda code, name: True),
    }[grouping]
    tallies = _tallies_of(counters.get(family, {}), keep)
    if grouping == "status":
        tallies = _merged(tallies, lambda name: name.rpartition(" ")[2])
    return _sorted(
        _figures(
            shown_name(name),
            tally,
            _counts(tally),
            RateEstimate(
                bounces=tally[counting.PERMANENT_BOUNCE],
                complaints=0,
                denominator=whole.denominator,
                denominator_of=whole.denominator_of,
            ),
        )
        for name, tally in tallies.items()
    )


def figures_to_json(figures: RateFigures) -> dict[str, Any]:
    """The public JSON of figures, without window and times; `name` only where there is one."""
    estimate = figures.estimate
    document: dict[str, Any] = {} if figures.name is None else {"name": figures.name}
    return document | {
        "counts": {name: figures.counts.get(name, 0) for name in _all_types(figures.counts)},
        "bounces": {
            "permanent": figures.bounces.permanent,
            "transient": figures.bounces.transient,
            "undetermined": figures.bounces.undetermined,
            "excluded": figures.bounces.excluded,
        },
        "complaints": estimate.complaints,
        "denominator": {"of": estimate.denominator_of, "n": estimate.denominator},
        "bounce_rate": estimate.bounce_rate,
        "complaint_rate": estimate.complaint_rate,
        "bounce_mark": estimate.bounce_mark.value,
        "complaint_mark": estimate.complaint_mark.value,
    }


def _all_types(counts: Mapping[str, int]) -> list[str]:
    return [*types.EVENT_TYPES, *sorted(set(counts) - set(types.EVENT_TYPES))]


def _figures(
    name: str | None, tally: Tally, counts: Mapping[str, int], estimate: RateEstimate
) -> RateFigures:
    simulated = sum(
        number
        for code, number in tally.items()
        if code.startswith(SIMULATOR) and _event_type(code, "") == types.BOUNCE
    )
    return RateFigures(
        name=name,
        counts=counts,
        bounces=BounceCounts(
            permanent=tally.get(counting.PERMANENT_BOUNCE, 0),
            transient=tally.get(counting.TRANSIENT_BOUNCE, 0),
            undetermined=tally.get(counting.UNDETERMINED_BOUNCE, 0),
            excluded=tally.get(counting.SUPPRESSED_BOUNCE, 0) + simulated,
        ),
        delays=tally.get(counting.DELAY, 0),
        estimate=estimate,
    )


def _event_type(code: str, name: str) -> str:
    plain = code.removeprefix(SIMULATOR)
    if plain == counting.OTHER_TYPE:
        return shown_name(name) or "unknown"
    return TYPE_OF_CODE.get(plain, "unknown")


def _counts(tally: Tally) -> Counter[str]:
    counts: Counter[str] = Counter()
    for code, number in tally.items():
        counts[_event_type(code, "")] += number
    return counts


def _tallies(counters: FamilyCounters, grouping: str) -> dict[str, Counter[str]]:
    tallies: dict[str, Counter[str]] = {}
    for family in _BOTH_FAMILIES[grouping]:
        for name, tally in _tallies_of(counters.get(family, {})).items():
            tallies.setdefault(name, Counter()).update(tally)
    return tallies


def _tallies_of(
    counters: Mapping[str, int], keep: Callable[[str, str], bool] = lambda code, name: True
) -> dict[str, Counter[str]]:
    tallies: dict[str, Counter[str]] = {}
    for attribute, number in counters.items():
        code, name = split_counter_name(attribute)
        if keep(code, name):
            tallies.setdefault(name, Counter())[code] += number
    return tallies


def _merged(
    tallies: Mapping[str, Counter[str]], rename: Callable[[str], str]
) -> dict[str, Counter[str]]:
    merged: dict[str, Counter[str]] = {}
    for name, tally in tallies.items():
        merged.setdefault(rename(name), Counter()).update(tally)
    return merged


def shown_name(name: str) -> str:
    """A name of a counter as people see it: the surplus is `other`."""
    return "other" if name == OTHER else name


def _sorted(figures: Iterable[RateFigures]) -> list[RateFigures]:
    return sorted(figures, key=lambda entry: (entry.harm, entry.name or ""), reverse=True)
