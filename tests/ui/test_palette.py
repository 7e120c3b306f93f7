"""The command palette and the copy menu, as a keyboard reaches them."""

import base64
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandInput, CommandList

from ses_tui.core.sanitise import sanitise
from ses_tui.core.source import SourceKind
from ses_tui.core.view import View, load_view
from ses_tui.core.windows import WINDOWS, window_named
from ses_tui.ui.view_keeper import ViewKeeper
from tests.ui.conftest import Dashboard, Open, burst
from tests.ui.fakes import batch_of, make_bounce, make_event

SIZES = [(160, 48), (80, 24)]


async def open_palette(board: Dashboard, key: str) -> None:
    await board.press(key)
    while not isinstance(board.app.focused, CommandInput):
        await board.pilot.pause()
    await settle(board)


async def settle(board: Dashboard) -> None:
    """Until the palette has gathered what it offers."""
    await board.app.workers.wait_for_complete(
        worker for worker in board.app.workers if "gather" in worker.group
    )
    await board.pilot.pause()


def names(board: Dashboard) -> list[str]:
    """What is offered, keys and beginnings left out."""
    listing = board.app.screen.query_one(CommandList)
    return [
        listing.get_option_at_index(index).hit.text  # type: ignore[attr-defined]
        for index in range(listing.option_count)
    ]


async def choose(board: Dashboard, name: str, key: str = "colon") -> None:
    await open_palette(board, key)
    board.app.screen.query_one(CommandInput).value = name
    await board.pilot.pause()
    await settle(board)
    assert names(board)[0] == name
    await board.press("enter")
    await board.pilot.pause()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_it_offers_what_can_be_done_now(
    dashboard: Open, size: tuple[int, int], key: str
) -> None:
    async with dashboard(make_event(0), size=size) as board:
        await open_palette(board, key)
        offered = names(board)
        assert len(set(offered)) == len(offered)
        assert all(name.isascii() for name in offered)
        assert {"Open", "Filter", "Pause", "Go to time", "Help", "Quit", "Copy"} <= set(offered)
        assert {f"Window {window.label}" for window in WINDOWS} <= set(offered)
        assert {"Times in UTC", "Times in local time"} <= set(offered)
        assert {"Read by polling pages", "Read the stream itself"} <= set(offered)
        assert "Clear filter" not in offered, "there is none"
        assert "Filter  /" in board.text
        await board.press("escape")
        assert len(board.app.screen_stack) == 1


async def test_actions_run_where_they_belong(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(50))) as board:
        await choose(board, "Half a page up")
        assert not board.window.following
        await choose(board, "Pause")
        assert board.status.paused_for is not None
        await choose(board, "Window 6h")
        assert board.app.view.window == window_named("6h")
        await choose(board, "Filter")
        await board.press(*"reader7@", "enter")
        assert "1 of 50 shown" in board.text
        await open_palette(board, "colon")
        assert "Clear filter" in names(board)
        await board.press("escape", "enter")
        await choose(board, "Back")
        assert "1 of 50 shown" in board.text


async def test_both_zones_are_offered_and_the_present_one_marked(
    dashboard: Open, local_zone: None
) -> None:
    async with dashboard(make_event(0)) as board:
        await open_palette(board, "colon")
        await board.press(*"times")
        await settle(board)
        assert "Times in UTC  z (now)" in board.text
        await board.press("escape")
        await choose(board, "Times in local time")
        assert "IST" in board.lines[0]
        await choose(board, "Times in UTC")
        assert "UTC" in board.lines[0]


async def test_the_source_changes_without_a_loss_or_a_repeat(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(10))) as board:
        board.connection.stream.put(batch_of(map(make_event, range(5, 15))))
        await choose(board, "Read the stream itself")
        await board.connection.stream.taken.wait()
        await board.pilot.pause()
        assert board.status.total == 15
        assert board.app.reader.kind is SourceKind.STREAM
        board.connection.feed.put(batch_of(map(make_event, range(12, 20))))
        await choose(board, "Read by polling pages")
        await board.connection.feed.taken.wait()
        await board.pilot.pause()
        assert board.status.total == 20


class Clipboard:
    """What a terminal was sent."""

    def __init__(self, board: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.sequences: list[str] = []
        for variable in ("TMUX", "STY"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setattr(board.app, "write_to_terminal", self.sequences.append)
        monkeypatch.setattr(board.app, "say", lambda words, **_: self.said.append(words))

    @property
    def text(self) -> str:
        match = re.fullmatch("\x1b]52;c;(.*)\a", self.sequences[-1])
        assert match
        return base64.b64decode(match[1]).decode()


HOSTILE = "x'; rm -rf ~ #\x1b]52;c;aGk=\x07\n$(id)\u202e"


async def test_every_form_of_an_event(dashboard: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    event = make_bounce(0, message_id=f"-id{HOSTILE}", diagnostic=HOSTILE, recipient="a@b.test")
    async with dashboard(event, size=(80, 24), query="-type:click domain:b.test") as board:
        clipboard = Clipboard(board, monkeypatch)
        await board.press("6")
        copied = {}
        await open_palette(board, "y")
        offered = names(board)
        await board.press("escape")
        for name in offered:
            await choose(board, name, "y")
            copied[name] = clipboard.text
            assert not re.search("[\x00-\x1f\x7f\u202e]", clipboard.text), name
        assert clipboard.said == ["sent to the terminal's clipboard"] * len(offered)
    assert copied["Message id"] == sanitise(event.message_id or "")
    assert copied["Recipient address"] == "a@b.test"
    assert "a@b.test" in copied["Event as a line"]
    assert json.loads(copied["Event as JSON"])["diagnostic"] == HOSTILE
    shown = shlex.split(copied["Command that shows the message"])
    assert shown == ["ses-tui", "show", "--", sanitise(event.message_id or "")]
    view = shlex.split(copied["This view as a command"])
    options = ["--utc", "--window", "7d", "--screen", "live"]
    assert view == ["ses-tui", *options, "--query", "-type:click domain:b.test"]


async def test_the_message_screen_copies_its_event(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(*map(make_event, range(3))) as board:
        clipboard = Clipboard(board, monkeypatch)
        await board.press("k", "enter")
        await choose(board, "Message id", "y")
        assert clipboard.text == "message-1"


async def test_what_is_too_large_is_said_and_not_sent(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_bounce(0, diagnostic="x" * 60_000)) as board:
        clipboard = Clipboard(board, monkeypatch)
        await choose(board, "Event as JSON", "y")
        assert clipboard.sequences == []
        assert "more than terminals take" in clipboard.said[0]


async def test_nothing_selected_leaves_the_view_to_copy(dashboard: Open) -> None:
    async with dashboard() as board:
        await open_palette(board, "y")
        assert names(board) == ["This view as a command"]


async def test_what_is_looked_at_is_kept(
    dashboard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "view.json"
    async with dashboard(*map(make_event, range(3))) as board:
        views = ViewKeeper(file)
        views.keep(board.app.view)
        monkeypatch.setattr(board.app, "_views", views)
        await board.press("5", "m", "slash", *"reader", "enter")
        expected = View("reader", window_named("24h"), utc=True, marks=(board_mark(2),))
        assert board.app.view == expected
        board.app.keep_view()
        assert load_view(file) == expected
        await board.press("escape")
        file.unlink()
    assert load_view(file) == replace(expected, query=""), "at the end"


def board_mark(number: int) -> tuple[int, str]:
    event = make_event(number)
    return event.recorded_at, event.event_id


@pytest.mark.parametrize("typed", ["stream", "pause"])
async def test_enter_runs_what_is_typed_however_fast_it_comes(dashboard: Open, typed: str) -> None:
    async with dashboard(make_event(0)) as board:
        await open_palette(board, "colon")
        board.app.screen.query_one(CommandInput).value = typed
        await board.app.screen.query_one(CommandInput).action_submit()
        await board.pilot.pause()
        await settle(board)
        await board.pilot.pause()
        assert len(board.app.screen_stack) == 1
        assert board.app.reader.kind is (
            SourceKind.STREAM if typed == "stream" else SourceKind.POLL
        )
        assert (board.status.paused_for is not None) == (typed == "pause")


@pytest.mark.parametrize("turns", range(0, 5, 2))
async def test_a_page_further_before_there_are_pages(dashboard: Open, turns: int) -> None:
    """Lines that come, and that were not laid out yet, are no fault of who presses keys."""
    async with dashboard(make_event(0), size=(80, 24)) as board:
        again = ["pagedown", "pageup", "down", "pageup", "pagedown"]
        await burst(
            board, turns, "colon", *again, *"th", *again, "backspace", *again, "ctrl+u", *again
        )
        await settle(board)
        board.app.screen.query_one(CommandInput).value = "theme light"
        await settle(board)
        await board.press("enter")
        assert board.app.theme == "ses-light"
