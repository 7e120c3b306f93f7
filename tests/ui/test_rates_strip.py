import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from recorder.model.event import Event
from recorder.model.rollup import RATE_FAMILY
from ses_tui.core.errors import TableError
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, batch_of, make_bounce, make_event

MINUTE = 60_000
HOUR = 60 * MINUTE
SIZES = [(160, 48), (100, 30), (80, 24)]


def mail(
    sends: int, bounces: int = 0, complaints: int = 0, *, ago: int = 5 * MINUTE
) -> list[Event]:
    """So many events, all recorded `ago` ms before noon."""

    def events() -> Iterator[Event]:
        at: dict[str, Any] = {"recorded_at": NOON - ago}
        yield from (make_event(n, "Send", **at) for n in range(sends))
        yield from (make_bounce(n, **at) for n in range(bounces))
        yield from (
            make_event(n, "Complaint", complaint_type="abuse", **at) for n in range(complaints)
        )

    return list(events())


async def read_rates(board: Dashboard) -> None:
    """Let the rates be read again, and what was read be shown."""
    board.connection.counters.asked_again.clear()
    board.app.action_retry()
    await board.connection.counters.asked_again.wait()
    for _ in range(3):
        await board.pilot.pause()


HISTORY = [*mail(1000, 21, 1), *mail(1000, 18, 1, ago=80 * MINUTE)]


@pytest.mark.parametrize("size", SIZES)
async def test_figure_mark_sample_window_and_change_at_every_size(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(make_event(0), size=size, counted=HISTORY) as board:
        for words in ("bounce 2.1 % WATCH", "complaint 0.10 % HIGH", "1h", "▲", "0.3"):
            assert words in board.strip
        assert "n=1,000" in board.strip or "of 1,000" in board.strip
        assert all(len(line) == size[0] for line in board.lines)


async def test_a_row_of_cards_where_there_is_room_for_it(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48), counted=HISTORY) as board:
        first, second, third = board.strip.splitlines()
        assert "▲ +0.3 points" in first
        assert "= 0.00 points" in first
        assert "21 of 1,000 (Send)  1h estimate" in second
        assert "1 of 1,000 (Send)" in second
        assert "full bar 2.1 %" in third
        assert "full bar 0.10 %" in third
        assert "5m 15m [1h] 6h 24h 7d" in third
        for size in ((139, 48), (160, 29)):
            await board.resize(*size)
            assert len(board.strip.splitlines()) == 1
            assert "1h estimate of 1,000 sent" in board.strip


async def test_bars_tell_nought_from_nothing_sent(dashboard: Open) -> None:
    counted = [*mail(300, ago=4 * MINUTE), *mail(300, 3, ago=2 * MINUTE), *mail(300, 30, ago=0)]
    async with dashboard(make_event(0), size=(160, 48), counted=counted) as board:
        await board.press("1")
        assert "·▁·▂█" not in board.strip
        assert " ▁·▂·█ full bar 10.0 %" in board.strip


@pytest.mark.parametrize("size", SIZES)
async def test_everything_fits_when_everything_is_long(
    dashboard: Open, size: tuple[int, int]
) -> None:
    loud = [event for n in range(40) for event in mail(300, 100, 60, ago=n * MINUTE)]
    async with dashboard(make_event(0), make_bounce(1), size=size, counted=loud) as board:
        board.connection.counters.error = TableError("the table is gone")
        await read_rates(board)
        for words in ("bounce 33.3 % CRITICAL", "complaint 20.00 % CRITICAL", "12,000"):
            assert words in board.strip
        assert "1h" in board.strip
        assert "as of 12:00" in board.strip


@pytest.mark.parametrize(
    ("key", "label", "length"),
    [
        ("1", "5m", 5 * MINUTE),
        ("2", "15m", 15 * MINUTE),
        ("3", "1h", HOUR),
        ("4", "6h", 6 * HOUR),
        ("5", "24h", 24 * HOUR),
        ("6", "7d", 168 * HOUR),
    ],
)
async def test_keys_choose_the_window(dashboard: Open, key: str, label: str, length: int) -> None:
    counted = [*mail(300, 0, ago=0), *mail(300, 60, ago=length - 2 * MINUTE)]
    counted += mail(300, 150, ago=length + MINUTE)
    async with dashboard(make_event(0), size=(80, 24), counted=counted) as board:
        await board.press("1" if key != "1" else "2", key)
        assert f"{label} n=600" in board.strip
        assert "bounce 10.0 % CRITICAL" in board.strip
        rates = [read for read in board.connection.counters.asked if read[2] == (RATE_FAMILY,)]
        assert rates[-1][-1] == (length >= 24 * HOUR)


async def test_keys_of_the_window_are_named(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        assert "1-6 Window" in board.lines[-1]


async def test_a_window_that_is_still_being_read_is_announced(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        counters = board.connection.counters
        counters.gate.clear()
        await board.press("5", "6", "R")
        assert "1h → 7d…" in board.strip
        assert "1,000 sent" in board.strip
        counters.gate.set()
        await board.pilot.pause()
        await board.pilot.pause()
        assert "7d n=1,000" in board.strip
        assert "→" not in board.strip
        assert counters.most_under_way == 1


async def test_rates_go_on_while_the_feed_is_paused(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        await board.press("p")
        board.connection.counters.count(mail(1000, ago=0))
        await board.press("R")
        await read_rates(board)
        assert "bounce 1.1 % OK" in board.strip


async def test_an_error_keeps_the_figures_and_says_of_when_they_are(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        counters = board.connection.counters
        counters.error = TableError("not allowed: dynamodb:Query\x1b[31m")
        board.clock.now = NOON + MINUTE
        await read_rates(board)
        assert "bounce 2.1 % WATCH" in board.strip
        assert "as of 12:00" in board.strip
        assert "The rates could not be read: not allowed: dynamodb:Query␛[31m." in board.text
        counters.error = None
        await read_rates(board)
        assert "as of" not in board.strip
        assert "could not be read" not in board.text


async def test_once_the_feed_answers_again_rates_are_read_at_once(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.core.follow_rates._SECONDS", 86_400.0)
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        counters = board.connection.counters
        counters.error = TableError("no route")
        await board.fail(TableError("no route"))
        assert "as of 12:00" in board.strip
        counters.error = None
        counters.asked_again.clear()
        board.connection.feed.put(batch_of([make_event(1)]))  # Read after a second.
        await asyncio.wait_for(counters.asked_again.wait(), 60)
        await board.pilot.pause()
        assert "as of" not in board.strip


async def test_once_rates_are_answered_the_feed_is_tried_at_once(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        for _ in range(6):  # until half a minute passes between two tries
            await board.fail(TableError("no route"))
        board.connection.feed.put(batch_of([make_event(1)]))
        await board.press("2")
        await asyncio.wait_for(board.connection.feed.taken.wait(), 15)
        await board.pilot.pause()
        assert "OFFLINE" not in board.lines[0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("recorded", [NOON, NOON - 10 * MINUTE])
async def test_what_is_not_counted_yet_is_not_called_none_sent(
    dashboard: Open, size: tuple[int, int], recorded: int
) -> None:
    """By a stream consumer that is late, or a recorder that is down."""
    last = make_event(0, recorded_at=NOON - 10 * MINUTE)
    counted = mail(1000, 21, ago=11 * MINUTE)
    at = {"paged_heartbeat": NOON - 10 * MINUTE, "unpaged": recorded}
    async with dashboard(last, counted=counted, size=size, **at) as board:
        assert "bounce 2.1 % WATCH" in board.strip
        assert "as of 11:50" in board.strip
        await board.press("1")
        await read_rates(board)
        assert "bounce not counted yet" in board.strip
        assert "none sent" not in board.strip
        await board.press("h")
        await board.pilot.pause()
        why = "late" if recorded == NOON else "nothing has come from the recorder since"
        words = " ".join(board.text.split())
        assert "Counted until 11:50: " in words
        assert why in words
        assert "as of 11:50" in board.lines[-1]


async def test_what_was_counted_late_is_shown_as_soon_as_the_consumer_is_back(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.core.follow_rates._SECONDS", 86_400.0)
    async with dashboard(make_event(0), paged_heartbeat=NOON - 600_000, unpaged=NOON) as board:
        assert "STREAM BEHIND" in board.lines[0]
        counters = board.connection.counters
        counters.count(mail(1000, 21))
        counters.asked_again.clear()
        board.connection.feed.put(batch_of([make_event(1, recorded_at=NOON)]))
        await asyncio.wait_for(counters.asked_again.wait(), 60)  # The feed polls by itself.
        for _ in range(3):
            await board.pilot.pause()
        assert "bounce 2.1 % WATCH" in board.strip
        assert "as of" not in board.strip


async def test_a_read_that_does_not_end_makes_the_figures_old(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        board.connection.counters.gate.clear()
        await board.press("R")
        board.clock.now = NOON + 31_000
        await board.settle()
        assert "as of 12:00" in board.strip


async def test_a_fault_in_reading_rates_is_survived(dashboard: Open) -> None:
    async with dashboard(make_event(0), counted=mail(1000, 21)) as board:
        board.connection.counters.error = ZeroDivisionError("a bug")
        await read_rates(board)
        assert "a fault of this program: ZeroDivisionError('a bug')" in board.text
        assert "bounce 2.1 % WATCH" in board.strip
        board.connection.counters.error = None
        await read_rates(board)
        assert "a fault of this program" not in board.text


async def test_without_rollups_memory_stands_in_and_says_so(dashboard: Open) -> None:
    memory = mail(300, 9)
    async with dashboard(*memory, size=(120, 48)) as board:
        await board.press("1")
        assert "estimate of 300 sent, in memory since 11:55" in board.strip


async def test_a_quiet_window_is_not_filled_up_from_memory(dashboard: Open) -> None:
    old = mail(300, 9, ago=30 * MINUTE)
    async with dashboard(*old, counted=old) as board:
        await board.press("1")
        assert "bounce none sent" in board.strip
        assert "5m n=0" in board.strip or "5m estimate of 0" in board.strip
