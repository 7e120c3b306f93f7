"""The search screen, by keyboard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from recorder.model.event import Event
from ses_tui.core.errors import TableError
from ses_tui.core.saved_search import SavedSearch, SavedSearches
from ses_tui.core.search import Cost, EmptinessFacts
from ses_tui.core.view import Place, load_view
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.screens.message import MessageScreen
from ses_tui.ui.screens.search import SearchScreen
from ses_tui.ui.widgets.prompt import TimePrompt
from tests.ui.conftest import Dashboard, Open, burst
from tests.ui.fakes import FakeConnection, FrozenClock, make_bounce, make_event
from tests.ui.test_palette import choose

SIZES = [(160, 48), (100, 30), (80, 24)]
ANN = "ann@inbox.test"


def of_ann(number: int, event_type: str = "Delivery", **values: Any) -> Event:
    given = {"recipient": ANN, "recipient_raw": ANN, **values}
    if event_type == "Bounce":
        return make_bounce(number, **given)
    return make_event(number, event_type, **given)


@asynccontextmanager
async def searching(
    dashboard: Open, *stored: Event, query: str = "", size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Dashboard]:
    async with dashboard(make_event(0), size=size, query=query) as board:
        board.connection.finder.events = sorted(stored, key=lambda event: event.recorded_at)
        yield board


def screen_of(board: Dashboard) -> SearchScreen:
    assert isinstance(board.app.screen, SearchScreen)
    return board.app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_support_question_takes_an_address_and_five_keys(
    dashboard: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = [of_ann(1, "Send", message_id="m1"), of_ann(2, "Bounce", message_id="m1")]
    async with searching(dashboard, *stored, size=size) as board:
        sent: list[str] = []
        monkeypatch.setattr(board.app, "copy_out", sent.append)
        await board.press("s")
        await board.press(*ANN)
        await board.press("enter")
        assert "✗ Bounced " in board.text
        assert ANN in board.text
        assert "Found 2 events" in board.text
        await board.press("enter")
        assert isinstance(board.app.screen, MessageScreen)
        assert "mailbox does not exist" in board.text.replace("\n", " ")
        await board.press("y")
        while isinstance(board.app.screen, MessageScreen) or not isinstance(
            board.app.focused, Input
        ):
            await board.pilot.pause()
        await board.press("enter")
        while not sent:
            await board.pilot.pause()
        assert sent[0].startswith(f"{ANN}: Rejected by inbox.test")
        assert board.connection.finder.plans[0].query.text == f"to:{ANN} since:7d"


async def test_an_outcome_is_that_of_the_whole_message_or_in_brackets(dashboard: Open) -> None:
    delivery = of_ann(1, message_id="m1")
    async with searching(dashboard, delivery) as board:
        finder = board.connection.finder
        finder.unfound = [of_ann(9, "Complaint", message_id="m1", feedback_id="f")]
        finder.outcomes_gate.clear()
        await board.press("s", *"type:delivery", "enter")
        assert "✓ (Delivered)" in board.text
        assert "what became of it: 0 of 1" in board.text
        finder.outcomes_gate.set()
        await board.pilot.pause()
        assert "! Complaint " in board.text
        assert "(Delivered)" not in board.text


async def test_rows_turn_sort_and_reverse(dashboard: Open) -> None:
    stored = [
        make_event(1, "Send", message_id="m1", recipient="zoe@inbox.test"),
        make_bounce(2, message_id="m1", recipient="zoe@inbox.test"),
        make_event(3, message_id="m2", recipient="bob@inbox.test"),
    ]
    async with searching(dashboard, *stored) as board:
        await board.press("s", "enter")
        listing = screen_of(board).listing
        assert [row.newest.recipient for row in listing.rows] == [
            "bob@inbox.test",
            "zoe@inbox.test",
        ]
        await board.press("o", "o")
        assert [row.outcome.value for row in listing.rows] == ["bounced", "delivered"]
        assert "by status" in board.text
        await board.press("O")
        assert [row.outcome.value for row in listing.rows] == ["delivered", "bounced"]
        await board.press("right_square_bracket")
        assert len(listing.rows) == 3
        await board.press("o")
        assert "newest first  events" in board.text
        assert [row.newest.event_type for row in listing.rows] == ["Delivery", "Bounce", "Send"]


async def test_what_costs_much_is_asked_once_and_escape_leaves_it(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        finder = board.connection.finder
        finder.estimate = Cost(40_000, 900_000_000, 1_000_000)
        await board.press("s", *"ann", "enter")
        text = " ".join(board.text.split())
        assert "40,000 requests, 900.0 MB, $0.12. Enter goes on, Esc leaves it." in text
        assert not finder.plans
        await board.press("escape")
        assert screen_of(board)
        assert not finder.plans
        await board.press("R", "enter")
        assert len(finder.plans) == 1
        assert "Found 1 event," in board.text


async def test_what_costs_too_much_is_refused_with_the_ways_out(dashboard: Open) -> None:
    async with searching(dashboard) as board:
        board.connection.finder.estimate = Cost(400_000, 90_000_000_000, 100_000_000)
        await board.press("s", *"ann", "enter")
        text = " ".join(board.text.split())
        assert "narrow the range with since: and until:" in text
        await board.press("enter")
        assert not board.connection.finder.plans


async def test_escape_stops_and_keeps_what_was_found(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        finder = board.connection.finder
        await board.press("s", *"ann", "enter")
        finder.gate.clear()
        await board.press("R")
        assert "Reading…" in board.text
        assert ANN in board.text
        await board.press("j", "escape")
        assert "Stopped" in board.text
        assert ANN in board.text
        finder.gate.set()
        await board.pilot.pause()
        assert "Stopped" in board.text
        await board.press("escape")
        assert len(board.app.screen_stack) == 1


async def test_a_failed_search_says_why_and_keeps_what_is_there(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        await board.press("s", *"ann", "enter")
        board.connection.finder.error = TableError("the table went away")
        await board.press("R")
        assert "The table went away. What was found before is still shown." in board.text
        assert ANN in board.text
        board.connection.finder.error = None
        await board.press("R")
        assert "Found 1 event," in board.text


async def test_finding_nothing_says_why(dashboard: Open) -> None:
    async with searching(dashboard) as board:
        board.connection.finder.emptiness = EmptinessFacts(recipient_last_seen={ANN: None})
        await board.press("s", *ANN, "enter")
        text = " ".join(board.text.split())
        assert f"Nothing at all is recorded for {ANN}: the mail went to another address," in text
        assert "was sent under a configuration set that publishes no events; a search for a" in text


async def test_the_end_of_the_list_reads_older_ones(dashboard: Open) -> None:
    mails = (of_ann(n, message_id=f"m{n}", recipient=f"ann{n}@inbox.test") for n in range(1_207))
    async with searching(dashboard, *mails) as board:
        finder = board.connection.finder
        await board.press("s", *"inbox", "enter")
        listing = screen_of(board).listing
        text = " ".join(board.text.split())
        assert "The newest 500 of more than 500 events, " in text
        assert "↓ or G at the end reads older ones." in text
        await board.press("G")
        assert (listing.position, len(listing.rows)) == (500, 500)
        assert len(finder.plans) == 1
        finder.gate.clear()
        await board.press("j")
        assert "Reading… 500 events so far" in board.text
        await board.press("j", "G", "space")
        assert len(finder.plans) == 2, "it is reading already"
        await board.press("escape")
        assert "Stopped: found 500 events so far" in board.text
        assert "G at the end reads older ones. R searches" in " ".join(board.text.split())
        finder.gate.set()
        await board.press("G")
        assert "The newest 1,000 of more than 1,000 events" in board.text
        assert (listing.position, len(listing.rows)) == (500, 1_000)
        await board.press("G", "space")
        assert "Found 1,207 events" in board.text
        assert [row.newest.recipient for row in listing.rows] == [
            f"ann{n}@inbox.test" for n in reversed(range(1_207))
        ]
        await board.press("G", "G")
        assert len(finder.plans) == 4, "there is nothing more to read"
        assert all(row.whole for row in listing.rows)


async def test_windows_choose_the_range(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        await board.press("s", *ANN, "enter", "1")
        assert "last 5m" in board.lines[1]
        assert board.connection.finder.plans[-1].query.text == f"to:{ANN} since:5m"
        await board.press("6")
        assert "last 7d" in board.lines[1]


async def test_the_filter_is_kept_and_the_screen_is_as_it_was_left(dashboard: Open) -> None:
    async with searching(
        dashboard, of_ann(1), of_ann(2, message_id="m2"), query="type:delivery"
    ) as board:
        await board.press("s")
        entry = board.app.focused
        assert isinstance(entry, Input)
        assert entry.value == "type:delivery"
        await board.press("enter", "j", "l", "s")
        listing = screen_of(board).listing
        assert board.app.focused is not listing
        await board.press("escape")
        assert board.app.focused is listing
        assert listing.position == 2
        await board.press("enter", "s")
        assert len(board.app.screen_stack) == 2
        await board.press("escape", "q", "s", "escape", "l", "s")
        assert len(board.app.screen_stack) == 2


@pytest.mark.parametrize("way", [(), ("h",), ("k", "enter")], ids=str)
async def test_an_address_typed_behind_s_is_searched_whatever_was_searched_before(
    dashboard: Open, way: tuple[str, ...]
) -> None:
    async with searching(dashboard, of_ann(1), make_event(2)) as board:
        await board.press("s", *"type:bounce", "enter", "l", *way, "s", *ANN, "enter")
        assert screen_of(board).query_text.startswith(f"to:{ANN}")
        assert "Found 1 event," in board.text


async def test_a_search_is_saved_offered_and_deleted(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        await board.press("s", *ANN, "enter", "5", "S", *"ann today", "enter")
        (saved,) = board.app.saved_searches.all
        assert (saved.name, saved.query) == ("ann today", f"to:{ANN} since:24h")
        await board.press("slash", "ctrl+u", "a", "n")
        await board.press("tab")
        entry = board.app.focused
        assert isinstance(entry, Input)
        assert entry.value == saved.query


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_wrong_with_a_query_is_said_and_nothing_lost(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with searching(dashboard, of_ann(1), size=size) as board:
        await board.press("s", *"tpye:bounce", "enter")
        assert "did you mean type?" in board.text
        assert isinstance(board.app.focused, Input)
        await board.press("escape", "escape")
        assert len(board.app.screen_stack) == 1


async def test_it_opens_with_a_query_that_runs_at_once_and_is_there_again_later(
    tmp_path: Path,
) -> None:
    connection, view_file = FakeConnection(), tmp_path / "view.json"
    connection.finder.events = [of_ann(1)]
    app = DashboardApp(
        connection=connection,
        clock=FrozenClock(),
        utc=True,
        query=ANN,
        place=Place.SEARCH,
        view_file=view_file,
        at_once=True,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        while not isinstance(app.screen, SearchScreen) or not app.screen.listing.rows:
            await pilot.pause()
        assert app.feed.filter.text == ""
        await pilot.press("enter")
        await pilot.pause()
        await app.action_quit()
    view = load_view(view_file)
    assert view is not None
    assert (view.screen, view.query) == (Place.SEARCH, f"to:{ANN}")


@pytest.mark.parametrize("turns", [0, 2])
async def test_what_is_typed_ahead_is_obeyed_in_its_order(dashboard: Open, turns: int) -> None:
    """Keys come in a burst where a line or a machine was held up, some turns of the loop apart."""
    async with searching(dashboard, of_ann(1)) as board:
        for key in ("s", *"typo", "ctrl+u", *"liza.quyo", "enter"):
            board.app.post_message(events.Key(key, key if len(key) == 1 else None))
            for _ in range(turns):
                await asyncio.sleep(0)
        await board.pilot.pause()
        await board.pilot.pause()
        assert screen_of(board).query_text == "liza.quyo"
        assert board.connection.finder.plans


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_a_burst_replaces_what_is_selected_and_names_what_is_saved(
    dashboard: Open, turns: int, tmp_path: Path
) -> None:
    async with searching(dashboard, of_ann(1), query="type:bounce") as board:
        board.app.saved_searches = SavedSearches(tmp_path / "searches.json")

        await burst(board, turns, "s", *"liza.quyo", "enter")
        assert screen_of(board).query_text == "liza.quyo"
        await burst(board, turns, "S", *"mine", "enter")
        assert board.app.saved_searches.own == (SavedSearch("mine", "liza.quyo"),)
        await burst(board, turns, "s", *"another", "enter")
        assert screen_of(board).query_text == "another"
        await burst(
            board,
            turns,
            *("f", *"inbox", "enter", "l"),
            *("slash", "ctrl+u", *"type:send", "enter"),
            *("t", *"-2h30m"),
        )
        assert board.app.feed.filter.text == "type:send"
        assert board.app.focused is board.app.screen.query_one(TimePrompt)
        assert board.app.screen.query_one(TimePrompt).value == "-2h30m"


async def test_the_palette_offers_saved_searches_and_deletes_them(
    dashboard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "searches.json"
    configured = SavedSearch("all bounces", "type:bounce")
    async with searching(dashboard, make_bounce(1), of_ann(2)) as board:
        board.app.saved_searches = SavedSearches(file, [configured])
        board.app.saved_searches.save(SavedSearch("ann", f"to:{ANN}"))
        await choose(board, "Search: all bounces")
        assert [row.newest for row in screen_of(board).listing.rows] == [make_bounce(1)]
        await board.press("l")
        await choose(board, "Delete search: ann")
        assert SavedSearches(file, [configured]).all == (configured,)
        file.write_text("[1]")
        board.app.saved_searches = SavedSearches(file)
        said: list[str] = []
        monkeypatch.setattr(board.app, "say", lambda words, **_: said.append(words))
        await board.press("s", "escape", "S", "x", "enter")
        assert "is broken" in said[-1]
        assert file.read_text() == "[1]"


async def test_highlight_brings_rows_out(dashboard: Open) -> None:
    stored = [make_event(n, message_id=f"m{n}") for n in range(30)]
    async with searching(dashboard, *stored) as board:
        await board.press("s", "enter", "f", *"reader20@", "enter", "n")
        listing = screen_of(board).listing
        assert listing.selected is not None
        assert listing.selected.newest == stored[20]
        await board.press("n")
        assert "no highlighted row below" in board.lines[-1]
        await board.press("escape")
        assert not listing.highlight
        await board.press("m")
        assert len(board.app.marks) == 1
        assert board.lines[-1].endswith("10/30 ")


async def test_a_search_goes_on_while_the_reader_is_elsewhere(dashboard: Open) -> None:
    async with searching(dashboard, of_ann(1)) as board:
        board.connection.finder.gate.clear()
        await board.press("s", *ANN, "enter", "l")
        board.connection.finder.gate.set()
        await board.pilot.pause()
        await board.press("s")
        assert "Found 1 event," in board.text
        assert "✓ Delivered " in board.text
