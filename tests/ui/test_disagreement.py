import pytest

from recorder.model.event import Event
from recorder.model.rollup import Family
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, make_bounce, make_event
from tests.ui.test_rates_strip import read_rates

MINUTE = 60_000
AT_1157 = NOON - 3 * MINUTE
"""Checked from 12:01 on."""
COMMAND = "`ses-tui repair --since 2026-11-23T11:57:00Z --until 2026-11-23T11:58:00Z`"
NOTICE = f"11:57: 3 events in the feed, 4 counted; {COMMAND} recounts."


def old(count: int = 1) -> list[Event]:
    """History that reaches back far enough for the minutes after it to be covered."""
    return [make_event(n, recorded_at=NOON - 30 * MINUTE) for n in range(900, 900 + count)]


def minute_of_mail(count: int) -> list[Event]:
    return [make_event(n, recorded_at=AT_1157 + n) for n in range(count)]


def said(board: Dashboard) -> str:
    """The text on screen with its line ends taken out."""
    return " ".join(line.strip() for line in board.lines)


async def next_check(board: Dashboard) -> None:
    board.clock.now += MINUTE
    event = make_event(board.clock.now % 1_000_000, recorded_at=board.clock.now)
    board.connection.counters.count([event])
    await board.feed(
        event,
        paged_heartbeat=board.clock.now,
        read_at=board.clock.now,
    )
    await read_rates(board)


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_a_lasting_disagreement_is_shown_with_its_repair(
    dashboard: Open, size: tuple[int, int]
) -> None:
    history = [*old(), *minute_of_mail(3)]
    counted = [*old(), *minute_of_mail(4)]
    async with dashboard(*history, size=size, counted=counted) as board:
        await next_check(board)
        await next_check(board)
        assert NOTICE in said(board)
        for _ in range(10):
            await next_check(board)
        assert NOTICE in said(board), "still there when it is older than what is checked at first"
        await board.feed(minute_of_mail(4)[3], read_at=board.clock.now)
        await next_check(board)
        assert "repair" not in said(board)


async def test_one_check_is_not_enough(dashboard: Open) -> None:
    history = [*old(), *minute_of_mail(3)]
    async with dashboard(*history, counted=[*old(), *minute_of_mail(4)]) as board:
        await next_check(board)
        assert "repair" not in said(board)
        await board.feed(minute_of_mail(4)[3])
        await next_check(board)
        await next_check(board)
        assert "repair" not in said(board)


async def test_a_minute_that_memory_does_not_cover_is_no_disagreement(dashboard: Open) -> None:
    async with dashboard(*minute_of_mail(3), counted=minute_of_mail(4)) as board:
        await next_check(board)
        await next_check(board)
        assert "repair" not in said(board)


async def test_dropped_events_are_no_disagreement(dashboard: Open) -> None:
    history = [*old(), *minute_of_mail(3)]
    async with dashboard(*history, counted=history) as board:
        board.app.feed.store.capacity = 3
        await next_check(board)
        await next_check(board)
        assert len(board.app.feed.store) == 3
        assert "repair" not in said(board)


async def test_while_the_stream_is_behind_nothing_is_compared(dashboard: Open) -> None:
    history = [*old(), *minute_of_mail(3)]
    async with dashboard(*history, counted=[*old(), *minute_of_mail(4)]) as board:
        for _ in range(3):
            board.clock.now += 3 * MINUTE
            await board.feed(paged_heartbeat=NOON, unpaged=board.clock.now, read_at=board.clock.now)
            await read_rates(board)
        assert "STREAM BEHIND" in board.text
        assert "repair" not in said(board)


async def test_only_what_rollups_count_is_compared(dashboard: Open) -> None:
    uncounted = make_bounce(50, recorded_at=AT_1157, counted=False)
    past = make_bounce(51, recorded_at=AT_1157, historic=True)  # A repair pages and counts it.
    history = [*old(), *minute_of_mail(3), uncounted, past]
    async with dashboard(*history, counted=[*old(), *minute_of_mail(3), past]) as board:
        board.app.feed.set_filter(board.app.parse_query("type:bounce"))
        await next_check(board)
        await next_check(board)
        assert "repair" not in said(board)


async def test_totals_are_read_once_a_minute_and_of_those_minutes_only(dashboard: Open) -> None:
    async with dashboard(*old(), counted=old()) as board:
        for _ in range(5):
            await read_rates(board)
        asked = [read for read in board.connection.counters.asked if read[2] == (Family.TYPE,)]
        assert [(since, until) for since, until, *_ in asked] == [
            (NOON - 10 * MINUTE, NOON - 3 * MINUTE - 1)
        ]
