import pytest

from ses_tui.core.errors import TableError
from ses_tui.ui.tones import Tone
from ses_tui.ui.widgets.breakdown_pane import BreakdownPane, BreakdownRows
from ses_tui.ui.widgets.detail_pane import DetailPane
from ses_tui.ui.widgets.event_list import EventList
from ses_tui.ui.widgets.pager import Pager
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event

SIZES = [(160, 48), (100, 30), (80, 24)]
LONG_DIAGNOSTIC = "smtp; 550 5.1.1 " + " ".join(f"word{n}" for n in range(40))


@pytest.fixture(autouse=True)
def _rest_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say when the selection has rested."""
    monkeypatch.setattr(DetailPane, "REST_SECONDS", 3_600.0)
    monkeypatch.setattr(DetailPane, "REST_WHILE_FOLLOWING_SECONDS", 3_600.0)


def detail(board: Dashboard) -> DetailPane:
    return board.app.screen.query_one(DetailPane)


async def rest(board: Dashboard) -> None:
    detail(board).rested()
    await board.pilot.pause()
    await board.pilot.pause()


async def count(board: Dashboard) -> None:
    """Let the breakdown count all there is."""
    pane = board.app.screen.query_one(BreakdownPane)
    feed = board.app.feed
    for _ in range(100):
        if feed.breakdown is None or feed.breakdown.complete:
            break
        feed.count_breakdown_slice()
        await board.pilot.pause()
    pane.sync()
    await board.pilot.pause()


def pane_text(board: Dashboard, pane: type[DetailPane] | type[BreakdownPane]) -> str:
    region = board.app.screen.query_one(pane).region
    lines = board.lines[region.y : region.bottom]
    return "\n".join(line[region.x : region.right] for line in lines)


def words(text: str) -> str:
    return " ".join(text.replace("┃", " ").replace("│", " ").split())


@pytest.mark.parametrize("size", SIZES)
async def test_panes_stand_beside_or_under_the_list(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*map(make_event, range(90)), make_bounce(91), size=size) as board:
        await board.press("d", "i")
        await count(board)
        screen = board.app.screen
        listing = screen.query_one(EventList).region
        for pane in (screen.query_one(DetailPane), screen.query_one(BreakdownPane)):
            assert pane.region.height >= 4
            if size[0] >= 120:
                assert pane.region.x >= listing.right
            else:
                assert pane.region.y >= listing.bottom
        assert listing.height >= 9
        assert "reader91@" in board.selected_line()
        assert all(len(line) == size[0] for line in board.lines)
        await board.press("slash", *"type:x")
        assert screen.query_one(EventList).region.height >= 9
        await board.press("escape", "i", "d")
        assert screen.query_one(EventList).region.size.width == size[0]
        assert "BY DOMAIN" not in board.text


@pytest.mark.parametrize("size", SIZES)
async def test_detail_says_everything_about_the_selected_event(
    dashboard: Open, size: tuple[int, int]
) -> None:
    event = make_bounce(
        5,
        message_id="m-1",
        sent_time=make_event(5).recorded_at - 2_650,
        diagnostic=LONG_DIAGNOSTIC,
        reporting_mta="dsn; mta-9",
        tags={"campaign": ["spring"]},
    )
    async with dashboard(*map(make_event, range(5)), event, size=size) as board:
        await board.press("k", "j", "d")
        pane = board.app.screen.query_one(DetailPane)
        assert "DETAIL" in pane_text(board, DetailPane)
        await board.press("tab")
        text = pane_text(board, DetailPane)
        for _ in range(6):
            await board.press("space")
            text += "\n" + pane_text(board, DetailPane)
        assert pane.display
        said = words(text)
        for expected in (
            "✗ Bounce reader5@inbox.test",
            "Class Permanent/General 5.1.1",
            "Reporting MTA dsn; mta-9",
            "Outcome reader5@inbox.test:",
            "Identity sender.example",
            "Set receipts",
            "Tags campaign=spring",
            "Happened 2026-11-23 11:00:04.750 +0000",
        ):
            assert " ".join(expected.split()[:3]) in said, expected
        assert "word0" in said
        assert "word39" in said


async def test_detail_follows_the_selection_once_it_rests(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(160, 48)) as board:
        await board.press("k", "d")
        assert "reader38@" in pane_text(board, DetailPane)
        await board.press("k", "k", "k")
        assert "reader38@" in pane_text(board, DetailPane)
        assert board.connection.reader.asked == ["message-38"]
        await rest(board)
        assert "reader35@" in pane_text(board, DetailPane)
        assert board.connection.reader.asked == ["message-38", "message-35"]


async def test_one_query_a_message_and_none_for_what_is_known(dashboard: Open) -> None:
    events = [make_event(n, "Send", message_id=f"m-{n // 2}") for n in range(40)]
    other = make_event(90, "Click", message_id="m-18", link="https://shop.example/offer")
    async with dashboard(*events, size=(160, 48)) as board:
        board.connection.reader.stored = (events[36], events[37], other)
        await board.press("k", "k", "d")
        await rest(board)
        assert board.connection.reader.asked == ["m-18"]
        assert "OTHER EVENTS OF THE MESSAGE (2)" in pane_text(board, DetailPane)
        assert "https://shop.example/offer" in pane_text(board, DetailPane)
        await board.press("k")
        await rest(board)
        await board.press("j", "j")
        await rest(board)
        assert board.connection.reader.asked == ["m-18", "m-19"]
        await board.press("k", "k")
        await rest(board)
        assert board.connection.reader.asked == ["m-18", "m-19"]
        await board.feed(make_event(41, "Open", message_id="m-18", user_agent="Mail 7"))
        assert "OTHER EVENTS OF THE MESSAGE (3)" in pane_text(board, DetailPane)
        assert board.connection.reader.asked == ["m-18", "m-19"]


async def test_a_query_ends_when_the_selection_moves_on(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(160, 48)) as board:
        board.connection.reader.gate.clear()
        await board.press("k", "d")
        assert "reading…" in pane_text(board, DetailPane)
        first = [w for w in board.app.workers if w.group == "detail"]
        await board.press("k")
        assert [worker.is_cancelled for worker in first] == [True]
        await rest(board)
        board.connection.reader.gate.set()
        await board.pilot.pause()
        assert "reading…" not in pane_text(board, DetailPane)
        assert "reader37@" in pane_text(board, DetailPane)


async def test_while_following_nothing_is_asked_until_it_stays_quiet(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(160, 48)) as board:
        await board.press("d")
        await board.feed(make_event(41))
        await rest(board)
        assert "reader41@" in pane_text(board, DetailPane)
        assert board.connection.reader.asked == []
        detail(board).read_message()
        await board.pilot.pause()
        assert board.connection.reader.asked == ["message-41"]


async def test_detail_that_cannot_be_read_keeps_what_is_known(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(160, 48)) as board:
        board.connection.reader.error = TableError("table ses-events does not answer")
        await board.press("k", "d")
        await rest(board)
        text = words(pane_text(board, DetailPane))
        assert "table ses-events does not answer. Only what is in memory is shown." in text
        assert "reader38@" in text
        await board.press("k")
        await rest(board)
        board.connection.reader.error = None
        await board.press("j")
        await rest(board)
        assert "does not answer" not in pane_text(board, DetailPane)


async def test_breakdown_counts_what_passes_the_filter_and_narrows_it(dashboard: Open) -> None:
    events = [
        *(make_event(n, recipient=f"a{n}@good.test") for n in range(20)),
        *(make_bounce(n, recipient=f"b{n}@bad.test") for n in range(20, 23)),
        *(make_bounce(n, recipient=f"c{n}@good.test") for n in range(23, 25)),
    ]
    async with dashboard(*events, size=(160, 48)) as board:
        await board.press("i")
        await count(board)
        heading, first, second, *_ = pane_text(board, BreakdownPane).splitlines()
        assert "BY DOMAIN 1/6" in heading
        assert "25 of 25 events" in heading
        assert words(first) == "bad.test 3 12.0 % 3 !"
        assert words(second) == "good.test 22 88.0 % 2 !"
        await board.press("j", "enter")
        await count(board)
        assert board.app.feed.filter.text == "domain:good.test"
        assert "22 of 25 shown" in board.text
        await board.press("right_square_bracket")
        assert "BY SUBTYPE" in pane_text(board, BreakdownPane)
        assert "2 of 22 events" in pane_text(board, BreakdownPane)
        await board.press("enter")
        assert board.app.feed.filter.text == "domain:good.test subtype:General"
        assert "2 of 25 shown" in board.text
        await board.press("escape")
        assert "BY SUBTYPE" not in board.text
        assert isinstance(board.app.focused, EventList)
        await board.press("escape")
        assert board.app.feed.filter.text == ""
        await board.press("slash")
        assert "domain:good.test subtype:General" in board.text


async def test_breakdown_keeps_up_with_what_comes_and_goes(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(30)), size=(100, 30)) as board:
        board.app.feed.store.capacity = 30
        await board.press("i")
        await count(board)
        assert "inbox.test 30 100.0 %" in words(pane_text(board, BreakdownPane))
        await board.feed(*(make_event(n, recipient="x@other.test") for n in range(30, 40)))
        text = words(pane_text(board, BreakdownPane))
        assert "inbox.test 20 66.7 %" in text
        assert "other.test 10 33.3 %" in text


async def test_breakdown_says_how_far_it_has_counted(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ses_tui.ui.widgets.breakdown_pane._BETWEEN_SLICES_SECONDS", 3_600.0)
    async with dashboard(*map(make_event, range(9_000)), size=(80, 24)) as board:
        await board.press("i")
        assert "counting… 0 %" in pane_text(board, BreakdownPane)
        board.app.feed.count_breakdown_slice()
        board.app.screen.query_one(BreakdownPane).sync()
        await board.pilot.pause()
        assert "counting… 44 %" in pane_text(board, BreakdownPane)
        await count(board)
        assert "9,000 of 9,000 events" in pane_text(board, BreakdownPane)


async def test_the_cursor_stays_on_its_name_when_counts_change(dashboard: Open) -> None:
    events = [make_event(n, recipient=f"a@d{n % 4}.test") for n in range(4)]
    async with dashboard(*events, size=(100, 30)) as board:
        await board.press("i")
        await count(board)
        await board.press("j", "j")
        rows = board.app.screen.query_one(BreakdownRows)
        assert rows.selected is not None
        name = rows.selected.name
        await board.feed(make_event(9, recipient="a@d3.test"))
        assert rows.selected.name == name


async def test_tab_moves_between_panes_and_marks_say_where_the_keys_go(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(100, 30)) as board:
        await board.press("tab")
        assert isinstance(board.app.focused, EventList)
        await board.press("d", "i", "i", "i")
        assert isinstance(board.app.focused, BreakdownRows)
        assert "▶ BY DOMAIN" in board.text
        await board.press("tab")
        assert isinstance(board.app.focused, EventList)
        assert "▶" not in board.text
        await board.press("tab")
        assert isinstance(board.app.focused, Pager)
        assert "▶ DETAIL" in board.text
        await board.press("shift+tab")
        assert isinstance(board.app.focused, EventList)
        await board.press("tab", "escape")
        assert "DETAIL" not in board.text
        assert "BY DOMAIN" in board.text


async def test_tones_follow_the_focus_and_the_theme(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(4))) as board:
        listing = board.app.screen.query_one(EventList)

        def underlined() -> set[bool | None]:
            return {style.underline for _, style, _ in listing.render_line(0) if style}

        await board.press("d")
        assert underlined() == {True}
        await board.press("tab")
        assert underlined() == {None}
        dark = listing.tone_style(Tone.PLAIN)
        board.app.theme = "textual-light"
        await board.pilot.pause()
        assert listing.tone_style(Tone.PLAIN).bgcolor != dark.bgcolor


async def test_panes_are_as_they_were_after_another_screen(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(160, 48)) as board:
        await board.press("d", "enter")
        assert "BY DOMAIN" not in board.text
        await board.press("escape")
        assert "DETAIL" in board.text
        for size in SIZES:
            await board.resize(*size)
            assert "DETAIL" in board.text


async def test_a_narrow_pane_keeps_its_name_and_shortens_what_it_counts(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(1_234)), size=(80, 24)) as board:
        await board.press("d")
        assert "DETAIL" in pane_text(board, DetailPane)
        assert "1 event of this message in memory" in pane_text(board, DetailPane)
        await board.press("i")
        await count(board)
        assert "DETAIL" in pane_text(board, DetailPane)
        assert "1 event in memory" in pane_text(board, DetailPane)
        assert "BY DOMAIN 1/6" in pane_text(board, BreakdownPane)
        assert "1,234 of 1,234" in pane_text(board, BreakdownPane)


async def test_hostile_names_are_harmless_in_panes(dashboard: Open) -> None:
    hostile = '\x1b[31m"x"\u202e[bold]'
    event = make_bounce(0, identity=hostile, configuration_set=hostile, tags={hostile: [hostile]})
    async with dashboard(event, make_event(1), size=(160, 48)) as board:
        await board.press("k", "d", "i", *["right_square_bracket"] * 3)
        await count(board)
        assert "␛[31m" in pane_text(board, BreakdownPane)
        assert "\x1b" not in board.text
        await board.press("j", "enter")
        await count(board)
        assert "1 of 2 shown" in board.text
        assert "\x1b" not in board.text
