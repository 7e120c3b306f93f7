from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from recorder.model.rollup import MINUTE_MS, Family
from ses_tui.core.disagreement import (
    MinuteTotals,
    Mismatch,
    confirmed,
    find_mismatches,
    mismatch_text,
    read_minute_totals,
)
from ses_tui.core.rollup_pieces import RollupAnswer
from ses_tui.core.zone import UTC_ZONE
from tests.core.test_rate_panel import answer_of, mail
from tests.events import NOON

counts = st.dictionaries(st.integers(0, 9).map(lambda n: NOON + n * MINUTE_MS), st.integers(0, 5))


def totals_of(counted: dict[int, int]) -> MinuteTotals:
    return MinuteTotals(NOON, NOON + 10 * MINUTE_MS, counted)


@given(counts, counts, st.integers(-1, 11))
def test_found_are_the_covered_minutes_whose_numbers_differ(
    in_feed: dict[int, int], counted: dict[int, int], covered: int
) -> None:
    covered_since = NOON + covered * MINUTE_MS
    found = find_mismatches(totals_of(counted), in_feed, covered_since)
    assert {mismatch.minute for mismatch in found} == {
        minute
        for minute in in_feed.keys() | counted.keys()
        if minute >= covered_since and in_feed.get(minute, 0) != counted.get(minute, 0)
    }
    assert find_mismatches(totals_of(counted), counted, covered_since) == ()
    assert confirmed(found, ()) == ()
    assert confirmed(found, found) == found


def test_it_takes_two_checks_of_the_same_minute() -> None:
    first, second = Mismatch(NOON, 3, 4), Mismatch(NOON + MINUTE_MS, 3, 4)
    assert confirmed([second], [first]) == ()
    assert confirmed([Mismatch(NOON, 3, 5), second], [first]) == (Mismatch(NOON, 3, 5),)


def test_the_command_covers_the_minutes_named() -> None:
    one = Mismatch(NOON + 2 * MINUTE_MS, 61, 1_064)
    assert mismatch_text([one], UTC_ZONE) == (
        "12:02: 61 events in the feed, 1,064 counted; `ses-tui repair "
        "--since 2026-11-23T12:02:00Z --until 2026-11-23T12:03:00Z` recounts."
    )
    two = mismatch_text([one, Mismatch(NOON + 5 * MINUTE_MS, 0, 1)], UTC_ZONE)
    assert "1,064 counted (and one more minute); " in two
    assert "--since 2026-11-23T12:02:00Z --until 2026-11-23T12:06:00Z`" in two
    three = mismatch_text([one, one, one], UTC_ZONE)
    assert "(and 2 more minutes)" in three


def test_the_command_leads_to_the_same_table() -> None:
    one = Mismatch(NOON + 2 * MINUTE_MS, 61, 1_064)
    program = ("ses-tui", "--table", "mail", "--profile", "on call")
    assert mismatch_text([one], UTC_ZONE, program).endswith(
        "; `ses-tui --table mail --profile 'on call' repair "
        "--since 2026-11-23T12:02:00Z --until 2026-11-23T12:03:00Z` recounts."
    )
    assert mismatch_text([one], UTC_ZONE, None).endswith(" 1,064 counted.")


class _Rollups:
    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.events = [event for age in range(20) for event in mail(NOON - age * MINUTE_MS, age)]

    async def read(
        self,
        since: int,
        until: int,
        families: Sequence[Family] = tuple(Family),
        *,
        hourly: Collection[Family] = (),
    ) -> RollupAnswer:
        assert families == (Family.TYPE,)
        self.asked.append((since, until))
        return answer_of(self.events, since, until + 1)

    async def read_rates(
        self, starts: Sequence[int], until: int, *, by_hour: bool = False
    ) -> RollupAnswer:
        raise AssertionError("no rates are compared")


async def test_read_are_the_minutes_between_three_and_ten_minutes_ago_and_suspects() -> None:
    rollups = _Rollups()
    totals = await read_minute_totals(rollups, NOON + 59_999)
    assert totals.counted == {NOON - age * MINUTE_MS: age for age in range(4, 11)}
    assert (totals.since, totals.until) == (NOON - 10 * MINUTE_MS, NOON - 3 * MINUTE_MS)
    totals = await read_minute_totals(rollups, NOON, NOON - 15 * MINUTE_MS)
    assert sorted(totals.counted) == [NOON - age * MINUTE_MS for age in range(15, 3, -1)]
    totals = await read_minute_totals(rollups, NOON, NOON - 5 * MINUTE_MS)
    assert totals.since == NOON - 10 * MINUTE_MS
