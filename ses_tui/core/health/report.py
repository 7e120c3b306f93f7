"""One window as the Health screen shows it: the whole, its course, its tables, and before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from recorder.model import event as types
from recorder.model.rollup import (
    HOUR_MS,
    MINUTE_MS,
    MINUTE_ROW_DAYS,
    OTHER,
    RATE_FAMILY,
    Family,
)
from ses_tui.core.health.comparison import Then, then_of
from ses_tui.core.health.latency import Latency, delays, is_delay, processing_times
from ses_tui.core.rate_panel import SMALLEST_COLUMN
from ses_tui.core.rate_report import (
    GROUPINGS,
    FamilyCounters,
    RateFigures,
    figures_by,
    whole_figures,
)
from ses_tui.core.rates import RateEstimate, Thresholds
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.source import RollupReader
from ses_tui.core.windows import HOURLY_FROM, Window

COURSE_FAMILIES: Final = (Family.TYPE, RATE_FAMILY)
"""What the whole and its course are made of."""
TABLE_FAMILIES: Final = tuple(family for family in Family if family not in COURSE_FAMILIES)
VOLUME_TYPES: Final = (
    types.SEND,
    types.DELIVERY,
    types.DELIVERY_DELAY,
    types.BOUNCE,
    types.COMPLAINT,
    types.REJECT,
    types.OPEN,
    types.CLICK,
)
"""Types whose volume is drawn, as far as there are any."""
_FAMILIES_OF: Final[Mapping[str, tuple[Family, ...]]] = {
    "domain": (Family.DOMAIN, Family.DOMAIN_PROBLEM),
    "subtype": (Family.TYPE,),
    "identity": (Family.IDENTITY, Family.IDENTITY_PROBLEM),
    "set": (Family.CONFIGURATION_SET, Family.CONFIGURATION_SET_REST),
    "status": (Family.STATUS,),
}


@dataclass(frozen=True, slots=True)
class HealthColumn:
    """What was counted in [`start`, `end`) (ms)."""

    start: int
    end: int
    counts: Mapping[str, int]
    """By event type, simulator mail included."""
    estimate: RateEstimate
    recorded: bool
    """Whether anything at all was counted: if not, there is no rate, and not one of nought."""

    @property
    def bounce_height(self) -> float | None:
        """The bounce rate as drawn: few mails stand for `SMALLEST_COLUMN` of them."""
        return self._height(self.estimate.bounces)

    @property
    def complaint_height(self) -> float | None:
        """The complaint rate as drawn."""
        return self._height(self.estimate.complaints)

    def volume(self, event_type: str) -> int | None:
        """Events of one type; `None` where nothing was recorded at all."""
        return self.counts.get(event_type, 0) if self.recorded else None

    def _height(self, count: int) -> float | None:
        of = self.estimate.denominator
        return count / max(of, SMALLEST_COLUMN) if of else None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Everything that counters tell of [`since`, `until`] (ms); tables most harmful first."""

    window: Window
    since: int
    until: int
    figures: RateFigures
    columns: tuple[HealthColumn, ...]
    groups: Mapping[str, tuple[RateFigures, ...]]
    """By grouping (`GROUPINGS`)."""
    processing_times: tuple[Latency, ...]
    delays: tuple[Latency, ...]
    thens: tuple[Then, ...]
    surplus: Mapping[str, int]
    """Events counted without their name, by table: where over 0, names are lower bounds."""
    summarised_until: int | None

    def judged_by(self, thresholds: Thresholds) -> "HealthReport":
        """The same figures with the marks of other thresholds."""
        return replace(
            self,
            figures=self.figures.judged_by(thresholds),
            groups={
                name: tuple(figures.judged_by(thresholds) for figures in group)
                for name, group in self.groups.items()
            },
            thens=tuple(then.judged_by(thresholds) for then in self.thens),
        )

    @property
    def rows_have_expired(self) -> bool:
        """Whether minutes of the window are lost: their rows have expired without a summary."""
        kept = self.until - MINUTE_ROW_DAYS * 24 * HOUR_MS
        return self.since < kept and (self.summarised_until or 0) < kept


def report_of(
    window: Window, until: int, answer: RollupAnswer, thens: Iterable[Then] = ()
) -> HealthReport:
    """The report of the window that ends with the minute of `until` (ms).

    `answer` holds `COURSE_FAMILIES` in pieces no longer than the window's step.
    """
    since = window.start(until)
    counters = answer.between(since, until + 1)
    return HealthReport(
        window=window,
        since=since,
        until=until,
        figures=whole_figures(counters),
        columns=tuple(_columns(window, since, until, answer)),
        groups={name: tuple(figures_by(name, counters)) for name in GROUPINGS},
        processing_times=tuple(processing_times(counters)),
        delays=tuple(delays(counters)),
        thens=tuple(thens),
        surplus=_surplus_by_table(counters),
        summarised_until=answer.summarised_until,
    )


async def read_report(
    rollups: RollupReader, window: Window, now_ms: int, thens: Iterable[Then] = ()
) -> HealthReport | None:
    """The report of the window that ends now; `None` where the table has no rollups at all.

    Raises `SesTuiError`.
    """
    answer = await rollups.read(window.start(now_ms), now_ms, hourly=hourly_families(window))
    return report_of(window, now_ms, answer, thens) if answer.any_rollups else None


def hourly_families(window: Window) -> tuple[Family, ...]:
    """The families of which hours are enough: they are a sixtieth of the rows."""
    return tuple(Family) if window.length >= HOURLY_FROM else TABLE_FAMILIES


async def read_then(
    rollups: RollupReader, window: Window, now_ms: int, ago: int, label: str
) -> Then:
    """The same window `ago` (ms) before. Raises `SesTuiError`."""
    since = window.start(now_ms) - ago
    until = since + window.length
    answer = await rollups.read(since, until - MINUTE_MS, COURSE_FAMILIES, hourly=COURSE_FAMILIES)
    return then_of(label, since, until, answer)


def _columns(
    window: Window, since: int, until: int, course: RollupAnswer
) -> Iterable[HealthColumn]:
    """Columns start at multiples of the step: they keep their events while the window moves on."""
    for start in range(since - since % window.step, until + 1, window.step):
        first, end = max(start, since), min(start + window.step, since + window.length)
        figures = whole_figures(course.between(first, end, COURSE_FAMILIES))
        recorded = any(figures.counts.values())
        yield HealthColumn(first, end, figures.counts, figures.estimate, recorded)


def _surplus_by_table(counters: FamilyCounters) -> dict[str, int]:
    surplus = {
        table: sum(sum(_unnamed(counters, family).values()) for family in families)
        for table, families in _FAMILIES_OF.items()
    }
    times = _unnamed(counters, Family.LATENCY)
    surplus["delay"] = sum(number for counter, number in times.items() if is_delay(counter))
    surplus["time"] = sum(times.values()) - surplus["delay"]
    return surplus


def _unnamed(counters: FamilyCounters, family: Family) -> dict[str, int]:
    of_family = counters.get(family, {})
    return {each: number for each, number in of_family.items() if each.endswith(f"|{OTHER}")}
