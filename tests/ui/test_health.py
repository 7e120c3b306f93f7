"""The Health screen by keyboard: what it says, what it opens, what it does not hide."""

import asyncio

import pytest
from textual.geometry import Region

from recorder.model.rollup import Family
from ses_tui.core.account_view import AccountView, ReputationFigure, SendingAccount
from ses_tui.core.errors import TableError
from ses_tui.core.search import EmptinessFacts
from ses_tui.ui.screens.health import HealthScreen
from ses_tui.ui.screens.live import LiveScreen
from ses_tui.ui.screens.search import SearchScreen
from ses_tui.ui.widgets.health_table import HealthTable
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, make_bounce, make_event

SIZES = [(160, 48), (100, 30), (80, 24)]
MAILS = [
    event
    for n in range(3000, 3500)
    for event in (
        make_event(
            n, "Send", event_id=f"S{n}", recipient=f"a{n}@{'bad' if n % 2 else 'good'}.example"
        ),
        make_bounce(n, event_id=f"B{n}", recipient=f"a{n}@bad.example")
        if n % 10 == 1
        else make_event(n, event_id=f"D{n}", recipient=f"a{n}@good.example", processing_ms=n),
    )
]
"""500 sent within the last ten minutes, of which 50 bounced, all at one domain."""


async def until_read(board: Dashboard) -> None:
    """Until figures, what they are compared with, diagnostics and account are there."""
    while "as of" not in board.lines[-1] or "reading" in board.text:
        await board.pilot.pause()
        await asyncio.sleep(0)
    await board.settle()


async def open_health(board: Dashboard) -> None:
    board.connection.finder.events = MAILS
    await board.press("h")
    assert isinstance(board.app.screen, HealthScreen)
    await until_read(board)


@pytest.mark.parametrize("size", SIZES)
async def test_figures_charts_and_the_worst_first(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*MAILS[:5], counted=MAILS, size=size) as board:
        await open_health(board)
        assert "bounce  10.00 % CRITICAL" in board.text
        assert "yesterday  nothing recorded then" in board.text
        assert "BOUNCE RATE" in board.text
        assert "5%" in board.text
        assert "·" in next(line for line in board.lines if line.startswith("     0 ┤"))
        rows = [line for line in board.lines if ".example " in line]
        assert rows[0].startswith("  bad.example")
        assert "20.00 %" in rows[0]
        assert "AWS's own view: not available on a fake" in board.text
        assert len(board.lines) == size[1]


@pytest.mark.parametrize("size", SIZES)
async def test_every_table_is_reached(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(counted=MAILS, size=size) as board:
        await open_health(board)
        seen = []
        for _ in range(8):
            seen.append(next(line for line in board.lines if "▶" in line).partition("▶ ")[2])
            await board.press("right_square_bracket")
        assert [title[: title.index("/8")][-1] for title in seen] == list("12345678")


async def test_enter_on_a_row_shows_the_events_behind_it(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(160, 48)) as board:
        await open_health(board)
        await board.press("enter")
        assert isinstance(board.app.screen, SearchScreen)
        assert board.app.screen.query_text.startswith("domain:bad.example type:bounce")
        assert "since:2026-11-23T11:01:00.000Z until:2026-11-23T12:01:00.000Z" in (
            board.app.screen.query_text
        )
        assert len(board.app.screen.state.batch.events) == 50
        await board.press("q")
        assert isinstance(board.app.screen, HealthScreen)
        await board.press("l")
        assert isinstance(board.app.screen, LiveScreen)


async def test_enter_on_a_column_shows_the_bounces_of_its_minutes(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(80, 24)) as board:
        await open_health(board)
        await board.press("shift+tab", "left", "left")
        assert "11:58" in board.text
        await board.press("enter")
        assert isinstance(board.app.screen, SearchScreen)
        assert board.app.screen.query_text == (
            "type:bounce since:2026-11-23T11:58:00.000Z until:2026-11-23T12:00:00.000Z"
        )


async def test_sorting(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(100, 30)) as board:
        await open_health(board)

        def names() -> list[str]:
            return [line.split()[0] for line in board.lines if ".example " in line]

        assert names() == ["bad.example", "good.example"]
        await board.press("O")
        assert names() == ["good.example", "bad.example"]
        await board.press("O", "o", "o", "o")
        assert "↓of" in board.text


async def test_names_beyond_the_cap_are_said_to_be_lower_bounds(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(160, 48)) as board:
        first = next(iter(board.connection.counters.pieces.values()))
        first.families[Family.DOMAIN]["S|~other"] = 7
        await open_health(board)
        assert "at least; 7 without a name" in board.text
        await board.press("G", "enter")
        assert "No query names these" in str([each.message for each in board.app._notifications])
        assert isinstance(board.app.screen, HealthScreen)
        await board.press("g", "enter")
        said = " ".join(each.message for each in board.app._notifications)
        assert (
            "Figure and rows may differ: the figure is at least this, and up to 7 events more"
            in said
        )


async def test_expired_events_are_said_to_be_counted_still(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(160, 48)) as board:
        board.connection.finder.emptiness = EmptinessFacts(True, 3, NOON - 3 * 24 * 3_600_000)
        await open_health(board)
        await board.press("6")
        await until_read(board)
        await board.press("enter")
        (said,) = (each.message for each in board.app._notifications)
        assert "events are kept for 3 days, older ones are no longer listed" in said


async def test_another_window_and_an_error_that_takes_nothing_away(dashboard: Open) -> None:
    async with dashboard(counted=MAILS) as board:
        await open_health(board)
        await board.press("1")
        await until_read(board)
        assert " 5m " in board.text
        board.connection.counters.error = TableError("the table is too busy")
        await board.press("R")
        await board.pilot.pause()
        await board.settle()
        assert "the table is too busy" in board.text
        assert "bad.example" in board.text


async def test_esc_stops_reading_and_then_goes_back(dashboard: Open) -> None:
    async with dashboard(counted=MAILS) as board:
        board.connection.counters.gate.clear()
        await board.press("h")
        assert "Reading the counters" in board.text
        await board.press("escape")
        assert isinstance(board.app.screen, HealthScreen)
        assert "Stopped; R reads again" in board.text
        board.connection.counters.gate.set()
        await board.press("R")
        await until_read(board)
        assert "10.00 %" in board.text
        await board.press("escape")
        assert isinstance(board.app.screen, LiveScreen)


async def test_a_table_without_counters_says_so(dashboard: Open) -> None:
    async with dashboard() as board:
        await board.press("h")
        await board.settle()
        assert "has no counters yet" in board.text


async def test_what_aws_says(dashboard: Open) -> None:
    async with dashboard(counted=MAILS, size=(160, 48)) as board:
        board.connection.aws_account.view = AccountView(
            NOON,
            ReputationFigure(0.021, NOON - 360_000),
            None,
            SendingAccount("PROBATION", False, 1234, 50_000),
            ("AWS's rates: no permission for cloudwatch:GetMetricData",),
        )
        await open_health(board)
        line = next(line for line in board.lines if "AWS says" in line)
        assert "2.10 % 6 min old" in line
        assert "PROBATION  SENDING PAUSED  1,234 of 50,000 in 24 h" in " ".join(line.split(" "))
        assert "no permission for cloudwatch:GetMetricData" in board.text


async def test_hostile_names_are_no_commands_to_the_terminal(dashboard: Open) -> None:
    hostile = [
        make_bounce(3000, recipient="a@\x1b]2;owned\x07.example", identity="\x1b[31m[red]x"),
        make_bounce(3001, diagnostic="smtp; 550 \x1b[2J \x9b31m [bold]no"),
    ]
    async with dashboard(counted=hostile, size=(160, 48)) as board:
        board.connection.finder.events = hostile
        await board.press("h")
        await until_read(board)
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for line in board.lines for c in line)
        assert "[red]x" in board.text


async def test_a_tick_paints_only_what_changed(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(counted=MAILS, size=(160, 48)) as board:
        await open_health(board)
        painted: list[tuple[str, tuple[Region, ...]]] = []
        table = board.app.screen.query(HealthTable).first()

        def refresh(self: HealthTable, *regions: Region, **_: object) -> HealthTable:
            painted.append((self.table.key, regions))
            return self

        monkeypatch.setattr(HealthTable, "refresh", refresh)
        board.connection.counters.count([make_bounce(3400, recipient="b@bad.example")])
        screen = board.app.screen
        assert isinstance(screen, HealthScreen)
        before = screen.report
        screen.control.read_now()
        while screen.report is before or screen.report == before:
            await board.pilot.pause()
        (of_domain,) = (regions for key, regions in painted if key == "domain")
        assert {region.y for region in of_domain} == {2}, "one row, and not all of it"
        assert sum(region.width for region in of_domain) < table.size.width // 2
        assert all(len({region.y for region in regions}) <= 2 for _, regions in painted)
        assert "time" not in {key for key, _ in painted}
