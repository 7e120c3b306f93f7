"""Every figure of a generated day equals the truth worked out from the plan of the day: those of
rates, and those of Health. In one file, since a file goes to one process and the day takes long."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import ceil, inf
from operator import gt

import pytest

from recorder.model.rollup import DELAY_BOUNDS_MS, OTHER, PROCESSING_TIME_BOUNDS_MS, Family
from ses_tui.aws.connection import open_connection
from ses_tui.core.health.report import VOLUME_TYPES, HealthReport, read_report
from ses_tui.core.rate_report import (
    GROUPINGS,
    FamilyCounters,
    RateFigures,
    figures_by,
    figures_to_json,
    whole_figures,
)
from ses_tui.core.rates import RateCounters
from ses_tui.core.windows import WINDOWS, Window, window_named
from tests.aws.pages import options_of
from tests.events import FrozenClock
from tests.truth.conftest import IN_THE_EVENING, IN_THE_STORM, MOMENTS, PlayedDay
from tests.truth.day import CROWDED_AT, END, EVENING, STORMY, Happening
from tests.truth.figures import Figures, true_figures, true_figures_by
from tests.truth.screen import health_on_screen

LABELS = [window.label for window in WINDOWS]


def happened(played: PlayedDay, label: str, moment: int) -> list[Happening]:
    since = window_named(label).start(moment)
    return [one for one in played.plan.happenings if since <= one.at <= moment]


def whole(counters: FamilyCounters) -> Figures:
    return figures_to_json(whole_figures(counters))


def by_name(grouping: str, counters: FamilyCounters) -> dict[str, Figures]:
    documents = [figures_to_json(figures) for figures in figures_by(grouping, counters)]
    return {document.pop("name"): document for document in documents}


def added_up(figures: Iterable[Figures]) -> Counter[str]:
    """Everything of some groups that can be added."""
    total: Counter[str] = Counter()
    for one in figures:
        total.update(one["counts"])
        total.update(one["bounces"])
        total["complaints"] += one["complaints"]
    return +total


def bounces_of(groups: Mapping[str, Figures]) -> dict[str, dict[str, int]]:
    """Of the groups that had any."""
    return {name: one["bounces"] for name, one in groups.items() if any(one["bounces"].values())}


def holds_the_crowd(label: str, moment: int) -> bool:
    return window_named(label).start(moment) <= CROWDED_AT <= moment


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("label", LABELS)
def test_the_whole_is_exact(played: PlayedDay, label: str, moment: int) -> None:
    assert whole(played.readings[moment][label]) == true_figures(happened(played, label, moment))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_group_is_exact(played: PlayedDay, grouping: str, label: str, moment: int) -> None:
    found = by_name(grouping, played.readings[moment][label])
    truth = true_figures_by(grouping, happened(played, label, moment))
    if grouping == "domain" and holds_the_crowd(label, moment):
        assert added_up(found.values()) == added_up(truth.values())
    else:
        assert found == truth


@pytest.mark.parametrize("label", ["1h", "6h", "24h", "7d"])
def test_names_beyond_the_cap_are_lower_bounds_beside_an_other(
    played: PlayedDay, label: str
) -> None:
    found = by_name("domain", played.readings[END][label])
    truth = true_figures_by("domain", happened(played, label, END))
    other = found.pop("other")
    assert sum(other["counts"].values()) > 0
    assert found.keys() < truth.keys()
    for name, figures in found.items():
        for event_type, number in figures["counts"].items():
            assert number <= truth[name]["counts"][event_type]
    missing = added_up(truth.values()) - added_up(found.values())
    assert missing == added_up([other])
    # Problems have rows of their own, which the crowd's deliveries do not fill.
    assert bounces_of(found) == bounces_of(truth)


def test_the_storm_is_seen_where_it_is(played: PlayedDay) -> None:
    counters = played.readings[IN_THE_STORM]["6h"]
    worst = max(figures_by("domain", counters), key=lambda figures: figures.bounces.permanent)
    assert worst.name == STORMY
    assert worst.estimate.bounces > 40
    assert whole_figures(counters).estimate.bounce_mark == "CRITICAL"
    assert whole_figures(played.readings[IN_THE_EVENING]["1h"]).estimate.bounces < 10


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_the_most_harmful_comes_first(played: PlayedDay, grouping: str) -> None:
    def harm(figures: RateFigures) -> tuple[int, int, int]:
        bounces = figures.bounces
        deferred = figures.counts.get("DeliveryDelay", 0)
        return (
            bounces.permanent,
            figures.estimate.complaints,
            bounces.transient + bounces.undetermined + deferred,
        )

    order = [harm(figures) for figures in figures_by(grouping, played.readings[END]["24h"])]
    assert len(order) > 2
    for before, after in combinations(order, 2):
        assert before == after or any(map(gt, before, after)), "the later does more of all harm"


def test_last_month_changes_no_figure(played: PlayedDay) -> None:
    assert played.backfilled == 120
    assert played.readings_after_backfill == played.readings[END]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_reader_from_the_middle_agrees_with_a_feed_that_ran_all_along(
    played: PlayedDay, moment: int
) -> None:
    since = window_named("1h").start(moment)
    followed = RateCounters()
    followed.add(event for event in played.events if since <= event.recorded_at <= moment)
    figures = whole_figures(played.readings[moment]["1h"])
    assert figures.estimate == followed.estimate()
    assert figures.estimate.denominator > 20


def test_the_feed_showed_every_event_once(played: PlayedDay) -> None:
    assert len({event.event_id for event in played.events}) == len(played.events)
    shown = Counter(event.event_type for event in played.events if event.counted)
    assert shown == Counter(one.kind for one in played.plan.happenings)


def test_the_day_had_everything(played: PlayedDay) -> None:
    plan = played.plan
    meanings = Counter((one.kind, one.meaning) for one in plan.happenings)
    for meaning in ("Permanent", "Transient", "suppressed"):
        assert meanings["Bounce", meaning] > 10
    assert meanings["Bounce", "Undetermined"] > 3
    assert meanings["Complaint", "meant"] > 10
    assert meanings["Complaint", "not meant"] > 0
    assert sum(one.simulated for one in plan.happenings) > 30
    assert sum(not event.counted for event in played.events) > 30
    assert plan.repeated > 100
    assert plan.told_twice > 50
    assert played.pipeline.fallen_back > 20
    sets_with_send = {one.configuration_set for one in plan.happenings if one.kind == "Send"}
    assert sets_with_send == {"transactional", "marketing"}
    assert {one.configuration_set for one in plan.happenings} - sets_with_send == {"statements", ""}
    rows: Mapping[str, int] = played.readings[END]["24h"][Family.DOMAIN]
    assert any(name.endswith(f"|{OTHER}") for name in rows)
    assert IN_THE_STORM < IN_THE_EVENING < END


async def report_at_the_end(played: PlayedDay, window: Window) -> HealthReport:
    connection = await open_connection(options_of(played.pipeline.table), FrozenClock(END))
    try:
        report = await read_report(connection.rollups, window, END)
    finally:
        await connection.close()
    assert report is not None
    return report


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.label)
async def test_health_is_exact(played: PlayedDay, window: Window) -> None:
    report = await report_at_the_end(played, window)
    happened = [one for one in played.plan.happenings if report.since <= one.at <= END]
    assert figures_to_json(report.figures) == true_figures(happened)
    for column in report.columns:
        truth = true_figures(one for one in happened if column.start <= one.at < column.end)
        estimate = column.estimate
        assert {name: number for name, number in column.counts.items() if number} == {
            name: number for name, number in truth["counts"].items() if number
        }
        assert estimate.bounce_rate == truth["bounce_rate"]
        assert estimate.complaint_rate == truth["complaint_rate"]
        assert column.recorded == bool(estimate.denominator or any(truth["counts"].values()))
    for grouping in GROUPINGS:
        found = {
            document.pop("name"): document
            for document in map(figures_to_json, report.groups[grouping])
        }
        truth_by_name = true_figures_by(grouping, happened)
        if report.surplus[grouping]:
            assert added_up(found.values()) == added_up(truth_by_name.values())
            assert report.surplus[grouping] == sum(found["other"]["counts"].values())
        else:
            assert found == truth_by_name
    _check_latencies(played, report)


def _check_latencies(played: PlayedDay, report: HealthReport) -> None:
    processing_times: dict[str, list[int]] = defaultdict(list)
    delays: dict[str, list[int]] = defaultdict(list)
    for event in played.events:
        domain = (event.recipient or "").rpartition("@")[2]
        if not report.since <= event.recorded_at <= END or domain == "simulator.amazonses.com":
            continue
        if event.event_type == "Delivery" and event.processing_ms is not None:
            processing_times[domain].append(event.processing_ms)
        elif event.event_type == "DeliveryDelay" and event.event_time and event.sent_time:
            delays[domain].append(event.event_time - event.sent_time)
    for table, found, times, bounds in (
        ("time", report.processing_times, processing_times, PROCESSING_TIME_BOUNDS_MS),
        ("delay", report.delays, delays, DELAY_BOUNDS_MS),
    ):
        assert sum(each.count for each in found) == sum(map(len, times.values())), table
        if not report.surplus[table]:
            assert {each.name: (each.p50, each.p95, each.p99) for each in found} == {
                domain: tuple(_bound(waits, share, bounds) for share in (0.5, 0.95, 0.99))
                for domain, waits in times.items()
            }


def _bound(waits: list[int], share: float, bounds: Sequence[int]) -> float:
    return (*bounds, inf)[bisect_left(bounds, sorted(waits)[ceil(share * len(waits)) - 1])]


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate * 100:.{3 if 0 < rate < 0.001 else 2}f} %"


def _cells(truth: Figures) -> dict[str, str]:
    """What a row says of the figures of its name."""
    bounces = truth["bounces"]
    counts = {
        "of": truth["denominator"]["n"],
        "compl.": truth["complaints"],
        "delays": truth["counts"]["DeliveryDelay"],
        "hard": bounces["permanent"],
        "soft": bounces["transient"] + bounces["undetermined"],
        "outside": bounces["excluded"],
    }
    words = {name: f"{count:,}" if count else "-" for name, count in counts.items()}
    mark = truth["bounce_mark"].replace("TOO_FEW", "too few")
    return words | {"bounced": _percent(truth["bounce_rate"]), "mark": mark}


_ALL = ("bounced", "mark", "of", "compl.", "delays", "hard", "soft")
_COLUMNS = {
    "domain": _ALL,
    "identity": _ALL,
    "set": _ALL,
    "status": ("hard", "delays", "soft", "bounced"),
    "subtype": ("hard", "soft", "outside", "bounced"),
}


async def test_every_figure_on_screen_is_the_truth(played: PlayedDay) -> None:
    now = EVENING - 1
    of_day = happened(played, "24h", now)
    truth = true_figures(of_day)
    connection = await open_connection(options_of(played.pipeline.table), FrozenClock(now))
    async with health_on_screen(connection.rollups, now, "5") as shown:
        for words in (
            f"24h bounce {_percent(truth['bounce_rate'])} {truth['bounce_mark']} complaint "
            f"{_percent(truth['complaint_rate'])} {truth['complaint_mark']}",
            f"n {truth['denominator']['n']:,} estimate, of {truth['denominator']['of']}",
        ):
            assert words in shown.rates
        labels = {"Delay": "DeliveryDelay"}
        assert len(shown.volumes) == len(VOLUME_TYPES)
        for label, total in shown.volumes.items():
            assert total == f"{truth['counts'][labels.get(label, label)]:,}", label
        for grouping, headings in _COLUMNS.items():
            expected = {
                name or "(none)": tuple(_cells(figures)[heading] for heading in headings)
                for name, figures in true_figures_by(grouping, of_day).items()
            }
            assert shown.table(grouping, *headings) == expected, grouping
    await connection.close()
