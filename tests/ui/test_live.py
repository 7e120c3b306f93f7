import pytest

from ses_tui.core.errors import TableError
from ses_tui.core.source import Gap, GapReason
from ses_tui.ui.widgets.filter_input import FilterInput
from tests.ui.conftest import Open
from tests.ui.fakes import NOON, make_bounce, make_event

SIZES = [(160, 48), (100, 30), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
async def test_rows_stand_in_columns_with_the_newest_last(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*map(make_event, range(3)), make_bounce(3), size=size) as board:
        heading, *rows = board.listing[:5]
        assert [row.split()[0] for row in rows] == ["10:59:59", "11:00:00", "11:00:01", "11:00:02"]
        assert "✓ Delivery" in rows[0]
        assert "✗ Bounce" in rows[3]
        for row in rows:
            assert row.index("reader") == heading.index("RECIPIENT")
        assert "550 5.1.1" in rows[3]
        assert ("shop@sender.example" in rows[3]) == ("SENDER" in heading) == (size[0] >= 120)
        assert all(len(line) == size[0] for line in board.lines)


@pytest.mark.parametrize("size", SIZES)
async def test_list_follows_until_the_reader_moves_up(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*map(make_event, range(200)), size=size) as board:
        assert "reader199@" in board.text
        assert "following" in board.lines[-1]
        await board.feed(make_event(200))
        assert "reader200@" in board.selected_line()

        await board.press("k")
        before = board.listing
        assert "reader199@" in board.selected_line()
        await board.feed(*map(make_event, range(201, 1435)))
        assert board.listing == before
        assert "+1,234 new, G to follow" in board.lines[-1]

        await board.press("G")
        assert "reader1434@" in board.selected_line()
        assert "following" in board.lines[-1]


async def test_moving_down_past_the_end_takes_in_what_arrived_and_then_follows(
    dashboard: Open,
) -> None:
    async with dashboard(*map(make_event, range(50))) as board:
        await board.press("k")
        await board.feed(make_event(50), make_event(51))
        await board.press("j")
        assert "reader49@" in board.selected_line()
        await board.press("j")
        assert "reader50@" in board.selected_line()
        assert not board.window.following
        await board.press("j")
        assert "reader51@" in board.selected_line()
        assert board.window.following


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (["k", "up"], 97),
        (["k", "k", "k", "j", "down"], 98),
        (["g"], 0),
        (["home", "j"], 1),
        (["g", "space"], 25),
        (["g", "pagedown", "pageup"], 0),
        (["b"], 74),
        (["g", "ctrl+d"], 13),
        (["ctrl+u"], 86),
        (["g", "end"], 99),
    ],
)
async def test_moving_keys(dashboard: Open, keys: list[str], number: int) -> None:
    async with dashboard(*map(make_event, range(100)), size=(100, 30)) as board:
        await board.press(*keys)
        assert f"reader{number}@" in board.selected_line()


async def test_selection_survives_arrivals_drops_and_resizing(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(100))) as board:
        board.app.feed.store.capacity = 100
        await board.press(*["k"] * 10)
        assert "reader89@" in board.selected_line()
        await board.feed(*map(make_event, range(100, 180)))
        assert "reader89@" in board.selected_line()
        for size in SIZES:
            await board.resize(*size)
            assert "reader89@" in board.selected_line()
        await board.feed(*map(make_event, range(180, 400)))
        assert "reader89@" in board.selected_line()
        assert "reader88@" in board.text, "what is on screen stays, though memory let go of it"


async def test_late_events_do_not_move_a_frozen_picture(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(0, 100, 2))) as board:
        await board.press("k")
        before = board.listing
        await board.feed(make_event(81), make_event(95))
        assert board.listing == before
        await board.press("G")
        assert "reader95@" in board.text


async def test_nothing_is_painted_where_nothing_changed(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(100))) as board:
        await board.press("k")
        await board.feed(make_event(100))
        painted: list[object] = []
        screen = board.app.screen
        for widget in screen.query("*"):
            widget.refresh = lambda *regions, **_: painted.append(regions)  # type: ignore
        await board.settle()
        assert painted == []
        await board.press("k")
        rows = [region for regions in painted for region in regions]  # type: ignore[attr-defined]
        assert [region.height for region in rows] == [1, 1]


async def test_filter_hides_what_does_not_match(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(100)), make_bounce(100)) as board:
        await board.press("slash", *"nobody")
        assert "1 of 101 shown" in board.lines[1]
        assert "reader99@" not in board.text
        await board.press("enter")
        assert "reader100@" in board.selected_line()
        await board.feed(make_event(101), make_bounce(102))
        assert "2 of 103 shown" in board.lines[1]
        assert "reader102@" in board.text
        assert "reader101@" not in board.text
        await board.press("escape")
        assert "103 events" in board.lines[1]
        assert "reader101@" in board.text


async def test_a_filter_that_hides_everything_says_how_to_get_out(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(1200))) as board:
        await board.press("slash", *"absent", "enter")
        assert 'None of 1,200 events matches the filter "absent". Esc clears it,' in board.text
        await board.press("escape")
        assert "reader1199@" in board.selected_line()


async def test_escape_leaves_the_input_then_clears_the_filter_and_never_quits(
    dashboard: Open,
) -> None:
    async with dashboard(*map(make_event, range(30))) as board:
        await board.press("slash", *"reader2", "enter")
        await board.press("slash", *"9")
        assert "1 of 30 shown" in board.text
        await board.press("escape")
        assert board.app.feed.filter.text == "reader2"
        assert not isinstance(board.app.focused, FilterInput)
        await board.press("escape")
        assert board.app.feed.filter.text == ""
        await board.press("escape", "escape")
        assert board.app.is_running
        await board.press("slash")
        assert board.app.screen.query_one(FilterInput).value == "reader2"


async def test_the_selected_event_stays_selected_when_a_filter_comes_and_goes(
    dashboard: Open,
) -> None:
    events = [make_bounce(n) if n % 10 == 0 else make_event(n) for n in range(100)]
    async with dashboard(*events) as board:
        await board.press("g", *["j"] * 20, "slash", *"type:bounce", "enter")
        assert "reader20@" in board.selected_line()
        await board.press("escape")
        assert "reader20@" in board.selected_line()


async def test_cancelling_a_filter_leads_back_to_the_selected_event(dashboard: Open) -> None:
    async with dashboard(make_bounce(0), *map(make_event, range(1, 60))) as board:
        await board.press("k", "k", "slash", *"type:bounce")
        assert "1 of 60 shown" in board.text
        await board.press("escape")
        assert "reader57@" in board.selected_line()


async def test_printable_keys_are_text_while_the_input_has_the_focus(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(30))) as board:
        await board.press("slash", *"qpzGgjkbR", "question_mark", "slash", "space", "x")
        assert board.app.screen.query_one(FilterInput).value == "qpzGgjkbR?/ x"
        assert board.app.is_running
        assert board.status.paused_for is None
        assert len(board.app.screen_stack) == 1


async def test_query_given_at_the_start_filters_at_once(dashboard: Open) -> None:
    async with dashboard(make_event(0), make_bounce(1), query="type:bounce") as board:
        assert "1 of 2 shown" in board.text


@pytest.mark.parametrize(
    ("heartbeat", "recorded", "event_age", "words"),
    [
        (NOON, NOON, 1_000, "LIVE"),
        (NOON, NOON, 200_000, "QUIET, last event 3 min ago"),
        (NOON - 132_000, NOON, 200_000, "STREAM BEHIND 2 min"),
        (NOON - 600_000, NOON - 600_000, 900_000, "RECORDER DOWN 10 min"),
    ],
)
async def test_header_says_the_state_of_the_feed(
    dashboard: Open, heartbeat: int, recorded: int, event_age: int, words: str
) -> None:
    event = make_event(0, recorded_at=NOON - event_age)
    async with dashboard(event, paged_heartbeat=heartbeat, unpaged=recorded) as board:
        assert board.lines[0].rstrip().endswith(words)
        assert "ses-events · fake engine" in board.lines[0]
        assert "UTC" in board.lines[0]


async def test_a_table_that_never_had_a_consumer_says_so(dashboard: Open) -> None:
    async with dashboard() as board:
        bounce = make_bounce(1, recorded_at=NOON - 600_000)
        gap = Gap(1, NOON, GapReason.LATE)
        await board.feed(bounce, ahead=frozenset({bounce.event_id}), unpaged=NOON, gaps=(gap,))
        assert "the feed holds nothing yet: only problems, from the problem index" in board.text
        assert "reader1@" in board.text


async def test_a_late_consumer_is_said_and_its_line_stands_before_the_problems(
    dashboard: Open,
) -> None:
    async with dashboard(make_event(0, recorded_at=NOON)) as board:
        bounce = make_bounce(1, recorded_at=NOON + 5_000)
        board.clock.now = NOON + 12_000
        await board.feed(
            bounce,
            ahead=frozenset({bounce.event_id}),
            unpaged=NOON + 5_000,
            gaps=(Gap(NOON + 1, NOON + 12_000, GapReason.LATE),),
            read_at=NOON + 12_000,
        )
        assert "STREAM BEHIND 12 s" in board.lines[0]
        mark = next(n for n, line in enumerate(board.lines) if "the feed is late" in line)
        assert "since 12:00:00 only problems, from the problem index" in board.lines[mark]
        assert "reader0@" in board.lines[mark - 1]
        assert "reader1@" in board.lines[mark + 1]


async def test_offline_keeps_what_is_known_and_says_what_to_do(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(5)), size=(80, 24)) as board:
        long = "and so on, " * 40
        await board.fail(TableError(f"cannot reach http://x:1: refused; start the engine {long}"))
        board.clock.now = NOON + 80_000
        await board.settle()
        assert "OFFLINE 1 min" in board.lines[0]
        said = " ".join(" ".join(board.lines[2:6]).split())
        assert "Trying again now. Why: cannot reach http://x:1: refused; start the engine" in said
        assert "reader4@" in board.text
        await board.feed(make_event(5, recorded_at=NOON + 80_000), read_at=NOON + 80_000)
        assert "LIVE" in board.lines[0]
        assert "refused" not in board.text
        assert "reader5@" in board.text


async def test_a_fault_in_reading_is_shown_and_survived(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        board.connection.feed.put(ZeroDivisionError("a bug"))
        board.app.action_retry()
        await board.connection.feed.taken.wait()
        await board.pilot.pause()
        assert "OFFLINE" in board.lines[0]
        said = " ".join(board.text.split())
        assert "a fault of this program: ZeroDivisionError('a bug')" in said
        assert "reader0@" in board.text
        await board.feed(make_event(1))
        assert "OFFLINE" not in board.text
        assert "reader1@" in board.text


async def test_pause_reads_nothing_until_resumed(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        await board.press("p")
        board.clock.now = NOON + 600_000
        await board.settle()
        assert "PAUSED 10 min" in board.lines[0]
        assert "RECORDER DOWN" not in board.text
        assert "Resume" in board.lines[-1]
        board.connection.feed.put()
        await board.press("p")
        assert "PAUSED" not in board.text
        assert "Pause" in board.lines[-1]


async def test_rates_are_labelled_as_an_estimate_with_its_sample(dashboard: Open) -> None:
    sends = [make_event(n, "Send") for n in range(300)]
    bounces = [make_bounce(n) for n in range(300, 309)]
    async with dashboard(*sends, *bounces, size=(160, 48)) as board:
        assert "bounce 3.0 % WATCH" in board.strip
        assert "complaint 0.00 % OK" in board.strip
        assert "9 of 300 (Send)" in board.strip
        assert "estimate of what is in memory, since 11:00" in board.strip
        assert "309 events" in board.strip
        await board.resize(120, 48)
        assert "estimate of 300 sent, in memory since 11:00" in board.strip


async def test_empty_table_says_that_it_waits(dashboard: Open) -> None:
    async with dashboard() as board:
        assert "No events in the last 7 days. Waiting for the first." in board.text


async def test_zone_is_always_named_and_can_be_changed(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch, local_zone: None
) -> None:
    async with dashboard(make_event(0)) as board:
        assert "10:59:59" in board.text
        assert "UTC" in board.lines[0]
        await board.press("z")
        assert "16:29:59" in board.text
        assert "IST" in board.lines[0]


async def test_events_of_another_day_carry_their_date(dashboard: Open) -> None:
    older = make_event(0, recorded_at=NOON - 86_400_000, event_time=NOON - 86_400_000)
    async with dashboard(older, make_event(1), size=(100, 30)) as board:
        assert board.lines[3].startswith(" 11-22 12:00:00  ✓ Delivery")
        assert board.lines[4].startswith("       11:00:00  ✓ Delivery")
        await board.resize(80, 24)
        assert board.lines[3].startswith(" 22 12:00  ✓ Delivery")


async def test_wide_characters_and_long_texts_keep_the_columns(dashboard: Open) -> None:
    events = [
        make_event(0, subject="【重要】パスワードの再設定" * 9),
        make_event(1, recipient="длинное-имя-получателя-письма@почта.example" * 2),
        make_event(2, subject="🎉" * 90, event_type="SomethingNewAndLong"),
    ]
    for size in SIZES:
        async with dashboard(*events, size=size) as board:
            strips = board.app.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {size[0]}
            assert board.text.count("…") >= 3
            assert "· Somethin…" in board.text


async def test_too_small_a_terminal_says_so_and_recovers(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(40)), size=(59, 14)) as board:
        assert "terminal too small (59x14), needs 60x15" in board.text
        assert "reader" not in board.text
        await board.resize(60, 15)
        assert "reader39" in board.selected_line()
        await board.resize(100, 14)
        assert "terminal too small (100x14)" in board.text


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_keys_that_end_the_program(dashboard: Open, key: str) -> None:
    async with dashboard(make_event(0)) as board:
        await board.press(key)
        assert not board.app.is_running


async def test_control_c_quits_from_the_input_and_from_other_screens(dashboard: Open) -> None:
    for way in (["slash", "a"], ["question_mark"], ["enter"]):
        async with dashboard(make_event(0)) as board:
            await board.press(*way, "ctrl+c")
            assert not board.app.is_running


async def test_a_filter_that_is_none_says_why_and_keeps_the_last(dashboard: Open) -> None:
    async with dashboard(make_event(0), make_bounce(1), query="type:bounce") as board:
        await board.press("slash", "end", *"x")
        assert "type:bouncex is no event type: did you mean bounce?" in board.text
        assert "1 of 2 shown" in board.text
        await board.press("enter")
        assert isinstance(board.app.focused, FilterInput)
        await board.press("backspace", "enter")
        assert "is no event type" not in board.text
        assert not isinstance(board.app.focused, FilterInput)
