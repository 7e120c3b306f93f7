"""What heartbeats and the progress of summaries say of the recorder's functions."""

from typing import Final

from recorder.model.rollup import CLOSED_AFTER_MS, MINUTE_MS, MINUTE_ROW_DAYS
from ses_tui.core.feed_state import HEARTBEAT_LATE_AFTER_MS
from ses_tui.core.health_check import CheckResult, Verdict

HEARTBEAT: Final = "heartbeat"
LAG: Final = "consumer lag"
SUMMARIES: Final = "summaries"

DEAD_AFTER_MS: Final = 5 * MINUTE_MS
SUMMARIES_LATE_AFTER_MS: Final = CLOSED_AFTER_MS + 4 * MINUTE_MS
"""A minute closes, `tick` comes within the next, and may have to try again."""
SUMMARIES_LOST_AFTER_MS: Final = (MINUTE_ROW_DAYS - 1) * 86_400_000
"""A day before the rows expire that summaries are made of."""

_TICK: Final = (
    "the function `tick` runs once a minute: see that its schedule is enabled, and read its log"
)
_ROLL_UP: Final = (
    "the function `roll_up` is slow or fails: read its log, and see the age of its iterator in "
    "CloudWatch (AWS/Lambda IteratorAge)"
)


def judge_heartbeat(newest: int | None, now: int) -> CheckResult:
    """`newest` is the last heartbeat known of (ms)."""
    if newest is None:
        return CheckResult(HEARTBEAT, Verdict.FAIL, "the recorder shows no sign of life", (_TICK,))
    age = max(0, now - newest)
    finding = f"the recorder's last was {duration(age)} ago"
    if age <= HEARTBEAT_LATE_AFTER_MS:
        return CheckResult(HEARTBEAT, Verdict.OK, finding)
    return CheckResult(HEARTBEAT, _late_or_dead(age), finding, (_TICK,))


def judge_lag(recorded: int | None, paged: int | None, now: int) -> CheckResult:
    """The newest heartbeat recorded lately, and the newest that reached a feed page (ms)."""
    if recorded is None or (paged is not None and paged >= recorded):
        if paged is None:
            return CheckResult(LAG, Verdict.SKIPPED, "no heartbeat to go by")
        return CheckResult(LAG, Verdict.OK, "every heartbeat has reached the feed")
    if paged is None:
        waiting = max(0, now - recorded)
        if waiting <= HEARTBEAT_LATE_AFTER_MS:
            return CheckResult(
                LAG, Verdict.WARN, "no heartbeat has reached the feed yet", (_ROLL_UP,)
            )
        return CheckResult(LAG, Verdict.FAIL, "no heartbeat reaches the feed", (_ROLL_UP,))
    behind = max(0, now - paged)
    finding = f"the feed is {duration(behind)} behind"
    if behind <= HEARTBEAT_LATE_AFTER_MS:
        return CheckResult(LAG, Verdict.OK, "the last heartbeat is under way to the feed")
    return CheckResult(LAG, _late_or_dead(behind), finding, (_ROLL_UP,))


def judge_summaries(until: int | None, now: int) -> CheckResult:
    """Minutes that end by `until` (ms) have summaries."""
    if until is None:
        return CheckResult(
            SUMMARIES, Verdict.WARN, "none was ever made: long windows read slowly", (_TICK,)
        )
    behind = max(0, now - until)
    if behind <= SUMMARIES_LATE_AFTER_MS:
        return CheckResult(SUMMARIES, Verdict.OK, "made of every closed minute")
    finding = f"{duration(behind)} behind"
    if behind < SUMMARIES_LOST_AFTER_MS:
        return CheckResult(
            SUMMARIES, Verdict.WARN, f"{finding}: long windows read slowly", (_TICK,)
        )
    return CheckResult(
        SUMMARIES,
        Verdict.FAIL,
        f"{finding}: figures are lost once their rows expire, {MINUTE_ROW_DAYS} days old",
        (_TICK, "afterwards restore what is lost with `ses-tui repair`"),
    )


def duration(milliseconds: int) -> str:
    """In the largest unit that is at least two of it, as in `42 s`, `7 min` or `30 h`."""
    seconds = milliseconds // 1000
    for unit, length in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _late_or_dead(age: int) -> Verdict:
    return Verdict.FAIL if age > DEAD_AFTER_MS else Verdict.WARN
