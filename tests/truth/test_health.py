"""Every figure of Health equals the truth worked out from the plan of the day."""

from bisect import bisect_left
from collections import defaultdict
from math import ceil, inf

import pytest

from recorder.model.rollup import PROCESSING_TIME_BOUNDS_MS
from ses_tui.aws.connection import open_connection
from ses_tui.core.health.report import HealthReport, read_report
from ses_tui.core.rate_report import GROUPINGS, figures_to_json
from ses_tui.core.windows import WINDOWS, Window
from tests.aws.pages import options_of
from tests.events import FrozenClock
from tests.truth.conftest import PlayedDay
from tests.truth.day import END
from tests.truth.figures import true_figures, true_figures_by
from tests.truth.test_truth import added_up


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
    times: dict[str, list[int]] = defaultdict(list)
    for event in played.events:
        if event.event_type == "Delivery" and event.counted and event.processing_ms is not None:
            domain = (event.recipient or "").rpartition("@")[2]
            if report.since <= event.recorded_at <= END and domain != "simulator.amazonses.com":
                times[domain].append(event.processing_ms)

    def bound(domain: str, share: float) -> float:
        slowest = sorted(times[domain])[ceil(share * len(times[domain])) - 1]
        return (*PROCESSING_TIME_BOUNDS_MS, inf)[bisect_left(PROCESSING_TIME_BOUNDS_MS, slowest)]

    assert sum(each.deliveries for each in report.latencies) == sum(map(len, times.values()))
    if not report.surplus["time"]:
        assert {each.name: (each.p50, each.p95, each.p99) for each in report.latencies} == {
            domain: (bound(domain, 0.5), bound(domain, 0.95), bound(domain, 0.99))
            for domain in times
        }
