"""What the dashboard says by itself, as a reader sees and hears it."""

from dataclasses import replace

import pytest

from recorder.model.counting import SUPPRESSED_BOUNCE
from ses_tui.core.attention.concerns import Topic
from ses_tui.core.attention.silence import Silence
from ses_tui.core.attention.spikes import Spike
from ses_tui.core.attention.tallies import ALL, Dimension, Group, Subject
from ses_tui.core.attention.watch import AttentionUpdate
from ses_tui.core.configuration import Settings, SignalSettings
from ses_tui.ui.app import DashboardApp
from ses_tui.ui.messages import AttentionRead
from ses_tui.ui.screens.live import LiveScreen
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, FakeConnection, FrozenClock, make_bounce, make_event
from tests.ui.terminal import run_in_terminal
from tests.ui.test_rates_strip import mail, read_rates

MINUTE = 60_000
SIZES = [(160, 48), (100, 30), (80, 24)]
DEFERRED = Spike(
    Subject(Group(Dimension.DOMAIN_STATUS, "gmail.com 4.7.28"), "L"),
    since=NOON - 8 * MINUTE,
    count=184,
    minutes=5,
    expected=15.3,
)
SILENT = Silence(ALL, NOON - 12 * MINUTE, 40.0)


async def find(board: Dashboard, *found: Spike | Silence) -> None:
    """Let counters be looked at, with this outcome."""
    spikes = tuple(one for one in found if isinstance(one, Spike))
    silences = tuple(one for one in found if isinstance(one, Silence))
    board.app.post_message(AttentionRead(AttentionUpdate(board.clock.now, spikes, silences)))
    await board.pilot.pause()


class Ears:
    """Hears bells and sees titles."""

    def __init__(self, board: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bells = 0
        self.titles: list[str] = []
        monkeypatch.setattr(board.app, "ring", self._ring)
        monkeypatch.setattr(board.app, "show_title", self.titles.append)

    def _ring(self) -> None:
        self.bells += 1


@pytest.mark.parametrize("size", SIZES)
async def test_a_spike_is_named_in_the_header_and_told_below_until_it_is_acknowledged(
    dashboard: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_event(0), size=size) as board:
        ears = Ears(board, monkeypatch)
        assert "a Acknowledge" not in board.lines[-1]
        await find(board, DEFERRED)
        await find(board, replace(DEFERRED, count=186))
        assert " ! gmail.com" in board.lines[0]
        assert "12x" in board.lines[0]
        if size[0] >= 160:
            assert "gmail.com: 4.7.28 deferrals 12x usual since 11:52" in board.lines[0]
        for place in ("Live", "Health"):
            told = " ".join(line.strip() for line in board.lines[1:8])
            if size[0] < 100 and place == "Live":
                assert "Since 11:52: gmail.com: 4.7.28 deferrals 12x usual. a acknowledges." in told
            else:
                assert (
                    "Since 11:52: gmail.com: 186 deferrals with 4.7.28 in 5 min, 12 times the "
                    "usual." in told
                ), place
                assert "a acknowledges." in told or size[0] == 100
            await board.press("h")
        assert ears.bells == 1
        assert ears.titles[-1].startswith("! gmail.com: 4.7.28 deferrals 12x usual · ses-tui")
        await board.press("a")
        assert "seen: gmail.com" in board.lines[0]
        assert "acknowledges" not in board.text
        assert ears.titles[-1].startswith("ses-tui")
        await find(board)
        assert "gmail.com" not in board.lines[0]
        assert ears.bells == 1
        assert all(len(line) == size[0] for line in board.lines)


async def test_the_configuration_chooses_what_is_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = Settings(signals=SignalSettings(bell=False, title=False, spikes=False))
    app = DashboardApp(connection=FakeConnection(), clock=FrozenClock(), settings=quiet, utc=True)
    async with app.run_test(size=(160, 48)) as pilot:
        board = Dashboard(app, pilot, FakeConnection(), FrozenClock())
        ears = Ears(board, monkeypatch)
        await find(board, DEFERRED, SILENT)
        told = {signal.concern.topic for signal in app.status.signals}
        # Without a heartbeat, a second read takes the recorder for dead.
        assert told - {Topic.RECORDER} == {Topic.SILENCE}
        assert (ears.bells, ears.titles) == (0, [])


async def test_what_is_over_is_told_until_somebody_has_seen_it(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        await find(board, DEFERRED)
        await find(board)
        assert " over: gmail.com" in board.lines[0]
        assert "Well again since 12:00. a acknowledges." in board.text
        await board.press("a")
        assert "gmail.com" not in board.text


async def test_a_notice_takes_one_line_and_keeps_name_figure_and_time(dashboard: Open) -> None:
    suppressed = Spike(
        Subject(Group(Dimension.DOMAIN, "mail.larkspur-garden-tea.example"), SUPPRESSED_BOUNCE),
        since=NOON - 8 * MINUTE,
        count=184,
        minutes=5,
        expected=0.1,
    )
    async with dashboard(make_event(0), size=(80, 24)) as board:
        await find(board, suppressed, DEFERRED)
        assert "! mail.larkspur-… suppressed new +1 " in board.lines[0]
        (notice,) = (line for line in board.lines if "Since " in line)
        assert notice.startswith(
            " Since 11:52: mail.larkspur-garden-tea.example suppressed new. 1 more."
        )
        await board.press("h")
        assert "184 suppressed mails in 5 min, where there is usually none." in " ".join(
            line.strip() for line in board.lines[1:5]
        )


async def test_the_palette_leads_to_the_events(dashboard: Open) -> None:
    deferred = make_event(
        3_200,
        "DeliveryDelay",
        recipient="anna@gmail.com",
        smtp_status="4.7.28",
        delay_type="General",
    )
    async with dashboard(make_event(0), make_bounce(1), deferred, size=(160, 48)) as board:
        await find(board, DEFERRED)
        await board.press("enter")
        assert not isinstance(board.app.screen, LiveScreen)
        await board.press("colon")
        await board.press(*"show the events")
        await board.press("enter")
        assert isinstance(board.app.screen, LiveScreen)
        assert board.status.filter_text == (
            "type:DeliveryDelay domain:gmail.com status:4.7.28 since:2026-11-23T11:52"
        )
        assert board.status.shown == 1


async def test_silence_says_how_long_and_what_is_usual(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        await find(board, SILENT)
        assert "! no events for 12 min (usually 40/min)" in board.lines[0]
        assert "The recorder's heartbeat comes" in board.text
        assert "QUIET" in board.lines[0]
        board.clock.now += 30_000
        await board.feed(
            make_event(0, recorded_at=board.clock.now, event_id="NEW"), read_at=board.clock.now
        )
        assert "over: no events" in board.lines[0]


async def test_a_rate_over_its_threshold_rings_once_and_too_few_mails_never(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_event(0), size=(160, 48), counted=mail(150, 50)) as board:
        ears = Ears(board, monkeypatch)
        await read_rates(board)
        assert "too few" in board.strip
        assert ears.bells == 0
        board.connection.counters.count(mail(1000, 20))
        await read_rates(board)
        assert "! bounce rate 6.1 % HIGH by 12:00" in board.lines[0]
        assert "70 of 1,150. AWS reviews accounts from 5 % on" in board.text
        board.connection.counters.count(mail(100, 1))
        await read_rates(board)
        assert ears.bells == 1
        board.connection.counters.count(mail(0, 90))
        await read_rates(board)
        assert "CRITICAL" in board.lines[0]
        assert ears.bells == 2


async def test_another_window_makes_no_rate_well(dashboard: Open) -> None:
    counted = [*mail(1000, ago=30 * MINUTE), *mail(300, 20, ago=2 * MINUTE)]
    async with dashboard(make_event(0), counted=counted, size=(160, 48)) as board:
        await board.press("1")
        await read_rates(board)
        assert "! bounce rate 6.7 % HIGH" in board.lines[0]
        await board.press("3")
        await read_rates(board)
        assert " 5m: bounce rate 6.7 % HIGH" in board.lines[0]
        assert "Over 1h it is not so." in board.text
        assert "Well again" not in board.text


async def test_what_has_a_name_goes_before_a_rate_in_the_header(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(80, 24), counted=mail(1000, 200)) as board:
        await find(board, DEFERRED)
        assert "! gmail.com deferrals 12x +1" in board.lines[0]
        assert "bounce 20.0 % CRITICAL" in board.strip
        assert (
            "By 12:00: bounce rate 20.0 % CRITICAL. Besides: gmail.com deferrals 12x."
            in board.strip
        )


async def test_a_single_complaint_wakes_nobody(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_event(0), counted=mail(300, 0, 1)) as board:
        ears = Ears(board, monkeypatch)
        await read_rates(board)
        assert "complaint 0.33 % HIGH" in board.strip
        assert ears.bells == 0


async def test_a_dead_recorder_rings_and_is_told_apart_from_silence(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        ears = Ears(board, monkeypatch)
        board.clock.now += 5 * MINUTE
        await board.settle()
        assert "RECORDER DOWN" in board.lines[0]
        assert "No heartbeat and no event: look at the recorder's queue" in board.text
        await board.resize(80, 24)
        (notice,) = (line for line in board.lines if "look at the recorder" in line)
        assert "Since 12:00: look at the recorder's queue, function and schedule." in notice
        assert ears.bells == 1
        await board.press("a")
        assert "a acknowledges" not in board.text
        assert "No heartbeat, no event: look at the recorder's queue" in board.text


async def test_names_from_outside_are_sanitised_everywhere(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = replace(DEFERRED, subject=Subject(Group(Dimension.DOMAIN, "a\x1b]2;x\x07.test"), "L"))
    async with dashboard(make_event(0), size=(160, 48)) as board:
        ears = Ears(board, monkeypatch)
        await find(board, hostile)
        await board.press("colon")
        for text in (board.text, *ears.titles):
            assert not {"\x1b", "\x07"} & set(text)
        assert "a␛]2;x␇.test" in ears.titles[-1]


@pytest.mark.parametrize(("key", "word"), [("", "poll"), ("stream", "stream")])
async def test_the_header_says_how_events_are_read(dashboard: Open, key: str, word: str) -> None:
    async with dashboard(make_event(0), size=(120, 30)) as board:
        if key:
            await board.press("colon", *key, "enter")
        assert f" {word} " in board.lines[0]


def test_the_title_is_the_terminals_own_again_at_the_end() -> None:
    with run_in_terminal("tests.ui.pty_dashboard", size=(100, 30)) as terminal:
        terminal.wait_for_text("reader99@")
        terminal.type("q")
        assert terminal.wait_for_end() == 0
        titles = [b"\x1b[22;2t", b"\x1b]2;ses-tui", b"\x1b[23;2t"]
        positions = [terminal.output.index(title) for title in titles]
        assert positions == sorted(positions)
        assert terminal.output.count(titles[0]) == terminal.output.count(titles[2]) == 1
