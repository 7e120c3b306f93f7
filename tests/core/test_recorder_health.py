"""Heartbeats and summaries tell a quiet night from a dead recorder."""

import pytest

from ses_tui.core.health_check import CheckResult, Verdict
from ses_tui.core.recorder_health import duration, judge_heartbeat, judge_lag, judge_summaries
from tests.events import NOON

SECOND, MINUTE, DAY = 1_000, 60_000, 86_400_000


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (-5 * SECOND, Verdict.OK),
        (59 * SECOND, Verdict.OK),
        (90 * SECOND, Verdict.OK),
        (91 * SECOND, Verdict.WARN),
        (5 * MINUTE, Verdict.WARN),
        (6 * MINUTE, Verdict.FAIL),
    ],
)
def test_age_of_the_heartbeat(age: int, verdict: Verdict) -> None:
    result = judge_heartbeat(NOON - age, NOON)
    assert result.verdict is verdict
    assert bool(result.fix) == (verdict is not Verdict.OK)


def test_no_heartbeat_at_all() -> None:
    assert judge_heartbeat(None, NOON).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("recorded", "paged", "verdict"),
    [
        (10 * SECOND, 10 * SECOND, Verdict.OK),
        (5 * SECOND, 65 * SECOND, Verdict.OK),
        (5 * SECOND, 3 * MINUTE, Verdict.WARN),
        (5 * SECOND, 10 * MINUTE, Verdict.FAIL),
        # A dead recorder has nothing to page, which is no fault of the consumer.
        (None, 10 * MINUTE, Verdict.OK),
        (10 * MINUTE, 10 * MINUTE, Verdict.OK),
        (None, None, Verdict.SKIPPED),
        (30 * SECOND, None, Verdict.WARN),
        (10 * MINUTE, None, Verdict.FAIL),
    ],
)
def test_lag_of_the_consumer(recorded: int | None, paged: int | None, verdict: Verdict) -> None:
    recorded, paged = (None if age is None else NOON - age for age in (recorded, paged))
    assert judge_lag(recorded, paged, NOON).verdict is verdict


@pytest.mark.parametrize(
    ("behind", "verdict"),
    [
        (2 * MINUTE, Verdict.OK),
        (7 * MINUTE, Verdict.WARN),
        (DAY, Verdict.WARN),
        (2 * DAY, Verdict.FAIL),
    ],
)
def test_summaries_that_are_behind(behind: int, verdict: Verdict) -> None:
    assert judge_summaries(NOON - behind, NOON).verdict is verdict


def test_no_summaries_yet() -> None:
    result: CheckResult = judge_summaries(None, NOON)
    assert result.verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (999, "0 s"),
        (119_999, "119 s"),
        (120_000, "2 min"),
        (119 * MINUTE, "119 min"),
        (2 * 60 * MINUTE, "2 h"),
        (3 * DAY, "3 days"),
    ],
)
def test_durations(milliseconds: int, words: str) -> None:
    assert duration(milliseconds) == words
