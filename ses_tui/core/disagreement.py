"""Feed pages and rollups are two accounts of the same events; here is seen whether they agree."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.model.rollup import MINUTE_MS, Family, minute_start
from recorder.model.timestamps import minute_of
from ses_tui.core.source import RollupReader
from ses_tui.core.zone import Zone

CHECKED_FROM_MS: Final = 10 * MINUTE_MS
CHECKED_TO_MS: Final = 3 * MINUTE_MS
"""By then a minute is closed, summarised, and its pages are read."""


@dataclass(frozen=True, slots=True)
class MinuteTotals:
    """What rollups count in the minutes of [since, until) (ms); a minute without events is absent.

    Keys of `counted` are the starts of minutes in ms.
    """

    since: int
    until: int
    counted: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A minute (its start in ms) of which the two accounts differ."""

    minute: int
    in_feed: int
    counted: int


async def read_minute_totals(
    rollups: RollupReader, now_ms: int, from_minute: int | None = None
) -> MinuteTotals:
    """Totals of the minutes to be checked now, from `from_minute` (ms) if that is earlier.

    Raises `SesTuiError`.
    """
    since = minute_start(now_ms - CHECKED_FROM_MS)
    if from_minute is not None:
        since = min(since, from_minute)
    until = minute_start(now_ms - CHECKED_TO_MS)
    answer = await rollups.read(since, until - 1, (Family.TYPE,))
    return MinuteTotals(
        since,
        until,
        {piece.start: sum(piece.families[Family.TYPE].values()) for piece in answer.pieces},
    )


def find_mismatches(
    totals: MinuteTotals, in_feed: Mapping[int, int], covered_since: int
) -> tuple[Mismatch, ...]:
    """Minutes whose accounts differ, of those that the feed covers: from `covered_since` (ms) on.

    `in_feed` holds the events of each minute, by its start in ms.
    """
    minutes = range(totals.since, totals.until, MINUTE_MS)
    pairs = (
        Mismatch(minute, in_feed.get(minute, 0), totals.counted.get(minute, 0))
        for minute in minutes
        if minute >= covered_since
    )
    return tuple(pair for pair in pairs if pair.in_feed != pair.counted)


def confirmed(
    mismatches: Collection[Mismatch], before: Collection[Mismatch]
) -> tuple[Mismatch, ...]:
    """Those found in two checks, one after the other: a late event or page is no mismatch."""
    known = {mismatch.minute for mismatch in before}
    return tuple(mismatch for mismatch in mismatches if mismatch.minute in known)


def mismatch_text(
    mismatches: Collection[Mismatch], zone: Zone, program: Sequence[str] | None = ("ses-tui",)
) -> str:
    """What differs, and the command that recounts it; `mismatches` oldest first, at least one.

    `program` are the words that lead to the table, `None` where no other process can reach it.
    """
    first, *more = mismatches
    others = f" (and {len(more)} more minutes)" if len(more) > 1 else ""
    others = " (and one more minute)" if len(more) == 1 else others
    last = more[-1] if more else first
    found = (
        f"{zone.at(first.minute):%H:%M}: {first.in_feed:,} events in the feed, "
        f"{first.counted:,} counted{others}"
    )
    if program is None:
        return f"{found}."
    since, until = _minute_text(first.minute), _minute_text(last.minute + MINUTE_MS)
    command = shlex.join((*program, "repair", "--since", since, "--until", until))
    return f"{found}; `{command}` recounts."


def _minute_text(minute: int) -> str:
    """RFC 3339 in UTC."""
    text = minute_of(minute)
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:]}:00Z"
