"""Ways through the list: problems, marks, highlights, times, and what is not in memory."""

import pytest

from recorder.model.event import Event
from ses_tui.core.errors import TableError
from ses_tui.core.source import Gap, GapReason
from ses_tui.ui.widgets.event_list import EventList
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event

SIZES = [(160, 48), (100, 30), (80, 24)]
HOUR = 3_600


def events(start: int, stop: int, every: int = 10) -> list[Event]:
    """One of `every` is a bounce."""
    return [make_bounce(n) if n % every == 0 else make_event(n) for n in range(start, stop)]


async def loaded(board: Dashboard) -> None:
    """Until what the reader asked for has been read and shown."""
    await board.pilot.pause()
    while board.status.past.reading is not None:
        await board.pilot.pause()
    await board.pilot.pause()


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (["E"], 90),
        (["E", "E"], 80),
        (["E", "E", "e"], 90),
        (["g", "e"], 10),
        (["g", "e", "e", "E"], 10),
    ],
)
async def test_e_goes_from_problem_to_problem(
    dashboard: Open, keys: list[str], number: int
) -> None:
    async with dashboard(*events(0, 100)) as board:
        await board.press(*keys)
        assert f"reader{number}@" in board.selected_line()
        assert "Bounce" in board.selected_line()
        assert not board.window.following


async def test_a_problem_that_is_far_away_is_found_while_keys_are_answered(
    dashboard: Open,
) -> None:
    async with dashboard(make_bounce(0), *map(make_event, range(1, 6_000))) as board:
        await board.press("E")
        listing = board.app.screen.query_one(EventList)
        while listing.finder.searching:
            await board.pilot.pause()
        await board.pilot.pause()
        assert "reader0@" in board.selected_line()
        await board.press("e")
        while listing.finder.searching:
            await board.pilot.pause()
        await board.pilot.pause()
        assert "no newer problem" in board.lines[-1]
        assert "reader0@" in board.selected_line()
        await board.feed(make_bounce(6_001))
        await board.press("e")
        while listing.finder.searching:
            await board.pilot.pause()
        await board.pilot.pause()
        assert "reader6001@" in board.selected_line()


async def test_marks_belong_to_events(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        await board.press("g", *["j"] * 20, "m")
        assert board.selected_line().startswith("*")
        await board.press(*["j"] * 5, "m")
        await board.press("G", "apostrophe")
        assert "reader20@" in board.selected_line()
        await board.press("apostrophe")
        assert "reader25@" in board.selected_line()
        await board.press("slash", *"type:bounce", "enter", "g", "apostrophe")
        assert "reader20@" in board.selected_line()
        assert board.selected_line().startswith("*")
        await board.press("apostrophe")
        assert "reader20@" in board.selected_line(), "the other mark is hidden"
        await board.press("escape", "apostrophe")
        assert "reader25@" in board.selected_line()
        await board.press("m", "apostrophe", "apostrophe")
        assert "reader20@" in board.selected_line()
        await board.press("m", "apostrophe")
        assert "no marks" in board.lines[-1]
        assert "*" not in "".join(line[0] for line in board.listing)


async def test_highlight_brings_out_and_hides_nothing(dashboard: Open) -> None:
    async with dashboard(*events(0, 100), size=(160, 48)) as board:
        await board.press("k")
        before = board.listing
        await board.press("f", *'"NOBODY of"')
        assert brought_out(board) == {"nobody of"}
        await board.press("escape")
        assert brought_out(board) == set()
        await board.press("f", *"Nobody", "enter")
        assert brought_out(board) == {"nobody"}
        assert board.listing == before
        await board.press("N")
        assert "reader90@" in board.selected_line()
        assert "nobody" in brought_out(board), "on the selected row, too"
        await board.press("N", "N", "n")
        assert "reader80@" in board.selected_line()
        await board.press("escape")
        assert brought_out(board) == set()


def brought_out(board: Dashboard) -> set[str]:
    listing = board.app.screen.query_one(EventList)
    return {
        segment.text
        for y in range(listing.size.height)
        for segment in listing.render_line(y)
        if segment.style and segment.style.underline and segment.style.bold
    }


async def test_a_match_out_of_sight_is_told_by_its_type(dashboard: Open) -> None:
    async with dashboard(*events(0, 20)) as board:
        await board.press("f", *"id:message-10 -set:none", "enter")
        assert {text.strip() for text in brought_out(board)} == {"✗ Bounce"}


async def test_escape_takes_one_step_at_a_time(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.gate.clear()
        await board.press("slash", *"type:bounce", "enter", "f", *"nobody", "enter", "g", "k")
        assert "loading before" in board.lines[-1]
        await board.press("f", *"x")
        await board.press("escape")
        assert "loading before" in board.lines[-1], "that was the line that was typed"
        await board.press("escape")
        assert "loading" not in board.text
        assert "nobody" in brought_out(board)
        await board.press("escape")
        assert brought_out(board) == set()
        assert board.app.feed.filter.text == "type:bounce"
        await board.press("escape")
        assert not board.app.feed.filter
        await board.press("escape")
        assert board.app.is_running


@pytest.mark.parametrize("size", SIZES)
async def test_past_the_top_older_events_are_loaded(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*events(0, 100), size=size) as board:
        board.connection.past.events = events(-1_500, 100)
        board.connection.past.gate.clear()
        await board.press("g", "k")
        assert "loading events before 11:00:00…" in board.listing[1]
        assert "reader0@" in board.selected_line()
        assert "loading before 11:00:00… Esc stops" in board.lines[-1]
        await board.press("j", "k", "k")
        board.connection.past.gate.set()
        await loaded(board)
        assert "reader-1@" in board.selected_line()
        assert "reader-1@" in board.text
        assert "reader0@" in board.text
        assert "loading" not in board.text
        await board.press("g")
        assert "reader-1000@" in board.selected_line() or "reader-999@" in board.selected_line()
        await board.press("k")
        await loaded(board)
        await board.press("g", "k")
        await loaded(board)
        assert "nothing older: the table holds no earlier events" in board.listing[1]
        assert "reader-1500@" in board.selected_line()
        await board.press("b", "k")
        assert "reader-1500@" in board.selected_line()
        await board.press("G")
        assert "following" in board.lines[-1]
        assert board.app.feed.store.loaded_span is None
        assert "reader99@" in board.selected_line()


async def test_keys_are_answered_while_older_events_are_loaded(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.events = events(-50, 100)
        board.connection.past.gate.clear()
        await board.press("g", "k", "j", "j")
        assert "reader2@" in board.selected_line()
        board.connection.past.gate.set()
        await loaded(board)
        assert "reader2@" in board.selected_line(), "the reader has moved on"
        assert len(board.app.feed.store) == 150


async def test_a_read_that_fails_says_why_and_can_be_tried_again(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        past = board.connection.past
        past.events, past.error = events(-50, 100), TableError("no answer from the table")
        await board.press("g", "k")
        await loaded(board)
        assert "Older events could not be read: no answer from the table." in board.text
        past.error = None
        await board.press("k")
        await loaded(board)
        assert "could not be read" not in board.text
        assert "reader-1@" in board.selected_line()


async def test_paging_up_goes_on_with_loaded_events(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.events = events(-500, 100)
        await board.press("g", "b")
        await loaded(board)
        assert "reader-25@" in board.selected_line()


async def test_a_problem_is_looked_for_beyond_memory(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(100))) as board:
        board.connection.past.events = [make_bounce(-2_500), *map(make_event, range(-2_499, 100))]
        await board.press("E")
        await loaded(board)
        await loaded(board)
        await loaded(board)
        assert "reader-2500@" in board.selected_line()
        await board.press("E")
        await loaded(board)
        assert "no earlier problem" in board.lines[-1]
        assert "reader-2500@" in board.selected_line()


def selected_number(board: Dashboard) -> int:
    selected = board.window.selected
    assert selected is not None
    return int((selected.message_id or "").removeprefix("message-"))


async def go_to(board: Dashboard, text: str) -> None:
    await board.press("t", *text, "enter")
    await loaded(board)


@pytest.mark.parametrize("size", SIZES)
async def test_t_goes_to_a_time_in_memory(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*events(0, 600), size=size) as board:
        await go_to(board, "11:02")
        assert "reader120@" in board.selected_line()
        assert not board.window.following
        await go_to(board, "-50m")
        assert "reader599@" in board.selected_line(), "there is none later"
        await go_to(board, "11:00:00.001")
        assert "reader1@" in board.selected_line()
        assert board.connection.past.asked == []


@pytest.mark.parametrize("size", SIZES)
async def test_t_loads_what_is_not_in_memory(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*events(0, 100), size=size) as board:
        board.connection.past.events = events(-8 * HOUR, 100)
        board.connection.past.gate.clear()
        await board.press("t", *"3:30", "enter")
        assert "loading from 03:30:00… Esc stops" in board.lines[-1]
        assert "reader99@" in board.text
        board.connection.past.gate.set()
        await loaded(board)
        assert selected_number(board) == -27_000
        await board.press("k")
        await loaded(board)
        assert selected_number(board) == -27_001
        await board.press("G")
        assert "reader99@" in board.selected_line()
        assert board.app.feed.store.loaded_span is None


async def test_from_a_time_long_ago_the_reader_can_read_on(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.events = events(-2_500, 100)
        await go_to(board, "10:20")
        assert "reader-2400@" in board.selected_line()
        (gap,) = board.app.feed.store.gaps
        assert gap.reason is GapReason.NOT_LOADED
        listing = board.app.screen.query_one(EventList)
        listing.go_to((gap.since - 1_000, ""))
        await board.pilot.pause()
        seen = [selected_number(board)]
        assert "not loaded; move on to load it" in board.text
        while not board.window.following:
            listing.action_move(1)
            if selected_number(board) == seen[-1]:
                await loaded(board)
            if selected_number(board) != seen[-1]:
                seen.append(selected_number(board))
        assert seen == list(range(seen[0], 100))


async def test_a_gap_is_filled_from_below_when_the_reader_comes_up(dashboard: Open) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.events = events(-5_000, 100)
        await go_to(board, "9:40")
        gap = board.app.feed.store.gaps[0]
        board.window.select_key((gap.until, ""))
        await board.press("j", "k", "k")
        await loaded(board)
        selected = board.window.selected
        assert selected is not None
        assert selected.recorded_at < gap.until
        asked = board.connection.past.asked[-1]
        assert asked[0] == "before"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("25:00", "25:00 is no time of day"),
        ("soonish", "soonish is no time: write 2h"),
        ("2027-01-01", "2027-01-01 00:00 is still to come"),
    ],
)
async def test_what_is_no_time_says_why_and_keeps_the_line_open(
    dashboard: Open, text: str, words: str
) -> None:
    async with dashboard(*events(0, 100)) as board:
        await board.press("t", *text, "enter")
        assert words in board.text
        await board.press("escape")
        assert words not in board.text
        assert "reader99@" in board.selected_line()
        assert board.window.following


async def test_a_marked_event_is_loaded_again_where_memory_let_go_of_it(
    dashboard: Open,
) -> None:
    async with dashboard(*events(0, 100)) as board:
        board.connection.past.events = events(-5_000, 100)
        await go_to(board, "9:59")
        assert "reader-3660@" in board.selected_line()
        await board.press("m", "G")
        assert "reader-3660@" not in board.text
        await board.press("apostrophe")
        await loaded(board)
        assert "reader-3660@" in board.selected_line()
        assert board.selected_line().startswith("*")


@pytest.mark.parametrize("size", SIZES)
async def test_gaps_stand_at_their_place_until_they_are_filled(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*events(0, 10), size=size) as board:
        since, until = make_event(10).recorded_at, make_event(20).recorded_at
        await board.feed(*events(20, 25), gaps=(Gap(since, until),))
        lines = [line.strip(" ─") for line in board.listing[1:17]]
        assert lines[10] == "gap 11:00:10-11:00:20, loading…"
        assert "reader9@" in lines[9]
        assert "reader20@" in lines[11]
        await board.press(*["k"] * 4)
        assert "reader20@" in board.selected_line()
        await board.press("k")
        assert "reader9@" in board.selected_line(), "a gap is no event"
        await board.press("j")
        assert "reader20@" in board.selected_line()
        await board.feed(*events(15, 20), gaps=(Gap(since, make_event(15).recorded_at),))
        assert "gap 11:00:10-11:00:15, loading…" in board.text
        assert "reader20@" in board.selected_line()
        await board.feed(*events(10, 15), gaps=())
        assert "gap" not in board.text
        assert "reader20@" in board.selected_line()
        unreadable = Gap(since, until, GapReason.UNREADABLE)
        await board.feed(gaps=(unreadable,))
        assert "gap 11:00:10-11:00:20, its events cannot be read" in board.text
