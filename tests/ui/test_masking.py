"""With masking on, no screen shows an address."""

import pytest

from recorder.model.event import Event
from ses_tui.core.masking import MASKING
from ses_tui.core.source import Original
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import make_bounce, make_event
from tests.ui.test_health import until_read

SECRETS = ("marigold", "pimpernel", "foxglove")


def private(event: Event) -> Event:
    address = "Marigold@inbox.test"
    return event._replace(
        recipient=address.lower(),
        recipient_raw=f"Marigold Foxglove <{address}>",
        sender="pimpernel@shop.test",
        identity="pimpernel@shop.test",
        subject=f"For {address}",
        diagnostic=f"smtp; 550 5.1.1 <{address}>: nobody of that name",
        tags={"to": [address]},
        message_id="message-1",
    )


def assert_hidden(board: Dashboard) -> None:
    text = board.text.lower()
    for secret in SECRETS:
        assert secret not in text, board.text


@pytest.mark.parametrize(
    "size",
    [
        (80, 24),
        pytest.param((100, 30), marks=pytest.mark.long),
        pytest.param((160, 48), marks=pytest.mark.long),
    ],
)
async def test_every_screen(dashboard: Open, size: tuple[int, int]) -> None:
    MASKING.ask(True)
    events = [private(make_event(0, "Send")), private(make_event(1)), private(make_bounce(2))]
    async with dashboard(*events, size=size, counted=events) as board:
        board.connection.reader.stored = tuple(events)
        board.connection.reader.originals = (
            Original(
                events[0].event_id,
                {
                    "mail": {
                        "destination": [events[0].recipient_raw],
                        "source": "pimpernel@shop.test",
                    }
                },
            ),
        )
        board.connection.finder.events = events
        assert "m***@inbox.test" in board.text
        assert_hidden(board)
        # Panes, and every dimension of the breakdown; then narrowed by an address.
        await board.press("d")
        assert_hidden(board)
        await board.press("d", "i")
        for _ in range(6):
            await board.press("right_square_bracket")
            await board.pilot.pause(0.02)
            assert_hidden(board)
        await board.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await board.pilot.pause(0.02)
        assert "BY IDENTITY" in board.text
        await board.press("enter")
        assert_hidden(board)
        assert board.app.feed.filter.text == "identity:p***@shop.test"
        assert board.status.shown == 3
        await board.press("i", "escape")
        # A message, what can be copied, the palette, help.
        await board.press("enter")
        assert "message-1" in board.text
        assert_hidden(board)
        await board.press("y")
        assert_hidden(board)
        await board.press("escape", "J")
        await board.pilot.pause()
        assert "m***@inbox.test" in board.text
        assert_hidden(board)
        await board.press("escape", "question_mark")
        assert_hidden(board)
        await board.press("escape", "escape")
        # The address that is typed finds its mail, and stands where it is typed.
        await board.press("slash", "ctrl+u", *"to:marigold@inbox.test")
        assert "to:marigold@inbox.test" in board.text
        assert board.status.shown == 3
        await board.press("enter")
        assert_hidden(board)
        # Search, flat and by message.
        await board.press("s")
        await board.pilot.pause()
        await board.press("enter")
        await board.pilot.pause()
        assert "m***@inbox.test" in board.text
        assert_hidden(board)
        await board.press("right_square_bracket")
        assert_hidden(board)
        # Health, every table of it, and the search for what is behind a row of identities.
        await board.press("l", "h", "4")
        await until_read(board)
        title = ""
        for _ in range(7):
            assert_hidden(board)
            title = next(line for line in board.lines if "▶" in line)
            if "identit" in title.lower():
                break
            await board.press("right_square_bracket")
        assert "p***@shop.test" in board.text, title
        await board.press("enter")
        await board.pilot.pause()
        assert_hidden(board)
        await board.press("slash", "home")
        assert "identity:p***@shop.test" in board.text
        assert_hidden(board)
        await board.press("escape")
        # All mail to one recipient, of the event at hand.
        await board.press("l", "r")
        await board.pilot.pause()
        assert "m***@inbox.test" in board.text
        assert_hidden(board)
        await board.press("y")
        assert_hidden(board)
        await board.press("escape", "slash")
        assert_hidden(board)


async def test_the_header_says_so(dashboard: Open) -> None:
    async with dashboard(make_event(0), size=(160, 48)) as board:
        assert "masked" not in board.lines[0]
        MASKING.force()
        MASKING.ask(False)
        await board.settle()
        assert "masked" in board.lines[0]
        await board.press("r")
        assert "Enter for r***@inbox.test, or type another address" in board.text


async def wait_for(board: Dashboard, text: str) -> None:
    """A rest of the cursor, a search or laying out JSON has to come to its end first."""
    for _ in range(500):
        if text in board.text.lower():
            break
        await board.pilot.pause(0.01)
    assert text in board.text.lower()


async def test_a_key_masks_every_screen_and_shows_it_again(dashboard: Open) -> None:
    events = [private(make_event(0, "Send")), private(make_bounce(2))]
    async with dashboard(*events, size=(160, 48), counted=events) as board:
        board.connection.reader.stored = tuple(events)
        board.connection.reader.originals = (
            Original(events[0].event_id, {"mail": {"destination": [events[0].recipient_raw]}}),
        )
        board.connection.finder.events = events
        for way in (
            (),
            ("d",),
            ("d", "i", "left_square_bracket"),
            ("i", "enter"),
            ("J",),
            ("escape", "escape", "s", "enter"),
            ("l", "r"),
        ):
            await board.press(*way)
            await wait_for(board, "marigold@inbox.test")
            await board.press("M")
            await wait_for(board, "m***@inbox.test")
            assert_hidden(board)
            await board.press("M")
            await wait_for(board, "marigold@inbox.test")


@pytest.mark.parametrize("by", ["owner", "server"])
async def test_what_somebody_else_decides_stays_masked(
    dashboard: Open, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(private(make_event(0)), notifications=True) as board:
        if by == "owner":
            MASKING.force()
        else:
            MASKING.ask(True)
            monkeypatch.setattr(type(board.app), "is_web", property(lambda _: True))
        await board.settle()
        await board.press("M")
        assert MASKING.on
        assert_hidden(board)
        assert "stay masked" in board.text
