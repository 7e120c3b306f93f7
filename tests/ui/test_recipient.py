"""All mail to one address, and the suppression list beside it."""

from typing import Any

import pytest

from recorder.model.event import Event
from ses_tui.core.errors import CredentialsError, TableError
from ses_tui.core.search import SearchFacts, Way, needs_facts, plan_search
from ses_tui.core.suppression import SuppressedAddress
from ses_tui.core.view import Place
from tests.ui.conftest import Dashboard, Open
from tests.ui.fakes import NOON, make_bounce, make_event

ANN = "Ann.Lee@inbox.test"
SIZES = [(160, 48), (100, 30), (80, 24)]
ON_IT = SuppressedAddress("ann.lee@inbox.test", "BOUNCE", NOON - 60_000, "m-2")


def mail_to_ann() -> list[Event]:
    ann: dict[str, Any] = {"recipient": ANN.lower(), "recipient_raw": f"Ann <{ANN}>"}
    return [
        make_event(0, "Send", message_id="m-1", **ann),
        make_event(1, "Delivery", message_id="m-1", **ann),
        make_event(2, "Open", message_id="m-1", **ann),
        make_event(3, "Send", message_id="m-2", **ann),
        make_bounce(5, message_id="m-2", **ann),
        make_event(6, message_id="m-9", recipient="bob@inbox.test"),
    ]


async def settled(board: Dashboard) -> str:
    groups = ("recipient", "suppression", "removal")
    for _ in range(2):
        running = [each for each in board.app.workers if each.group in groups]
        if running:  # Of an empty list Textual makes all.
            await board.app.workers.wait_for_complete(running)
        await board.pilot.pause()
        await board.pilot.pause()
    return " ".join(board.text.split())


async def shown(board: Dashboard) -> str:
    """The screen of Ann, reached from the event at hand."""
    board.connection.finder.events = mail_to_ann()
    board.connection.reader.stored = tuple(mail_to_ann()[3:5])
    await board.press("r", "enter")
    return await settled(board)


@pytest.mark.parametrize("size", SIZES)
async def test_the_mail_of_the_event_at_hand(dashboard: Open, size: tuple[int, int]) -> None:
    async with dashboard(*mail_to_ann()[:5], size=size) as board:
        board.connection.suppressed.entries = {ON_IT.address: ON_IT}
        text = await shown(board)
        ((query, since, until),) = [
            (plan.query, plan.since, plan.until) for plan in board.connection.finder.plans
        ]
        assert not needs_facts(query)
        plan = plan_search(query, SearchFacts(days=8), now_ms=NOON)
        assert (plan.way, plan.with_engagement) == (Way.RECIPIENTS, True)
        assert until - since > 6 * 86_400_000
        assert board.lines[1].startswith(f" {ANN}")
        assert board.lines[1].rstrip().endswith("last 7d")
        assert "2 messages: 1 bounced, 1 delivered" in text
        assert "The newest, of 2026-11-23 11:00:02: Rejected by inbox.test" in text
        assert "Last success: 2026-11-23 11:00:01 · last failure: 2026-11-23 11:00:04" in text
        assert "first bounce: 2026-11-23 11:00:04" in text
        assert "ON IT since 2026-11-23 11:59 (BOUNCE), by message m-2" in text
        assert f"Asked for {ANN} and ann.lee@inbox.test." in text
        assert "x takes it off" not in text
        assert board.connection.suppressed.asked == [ANN, ANN.lower()]
        rows = [line for line in board.lines if "Bounced" in line or "Delivered " in line]
        assert len(rows) == 2
        assert "bob@" not in board.text
        await board.press("enter")
        assert "Message m-2" in " ".join(board.text.split())
        await board.press("escape")
        assert "2 messages" in board.text


async def test_without_an_event_at_hand_the_address_is_asked_for(dashboard: Open) -> None:
    async with dashboard() as board:
        board.connection.finder.events = mail_to_ann()
        await board.press("r", *"ann", "enter")
        assert "is no whole address" in " ".join(note.message for note in board.app._notifications)
        await board.press(*".lee@inbox.test", "enter")
        text = await settled(board)
        assert "2 messages: 1 bounced, 1 delivered" in text
        await board.press("3")
        assert "last 1h" in board.lines[1]
        assert len(board.connection.finder.plans) == 2
        # The same place again: another address can be typed, or not.
        await board.press("r", "escape")
        assert "2 messages" in board.text
        await board.press("l", "r")
        assert "2 messages" in board.text
        assert len(board.connection.finder.plans) == 2


async def test_what_is_typed_behind_the_key_is_an_address_unless_a_line_was_chosen(
    dashboard: Open,
) -> None:
    async with dashboard(*mail_to_ann(), size=(80, 24)) as board:
        board.connection.finder.events = mail_to_ann()
        await board.press("r")
        assert "Enter for reader6@inbox.test, or type another address; Esc cancels" in board.text
        await board.press(*"ann.lee@inbox.test", "enter")
        await settled(board)
        assert board.lines[1].startswith(" ann.lee@inbox.test")
        # Offered again; who wants neither is left with what is there.
        await board.press("l", "r")
        assert "Enter for reader6@" in board.text
        await board.press("escape", "l", "r")
        board.app.go_to(Place.LIVE)  # As by the palette, with the line still open.
        await board.settle()
        await board.press("k", "r")
        await settled(board)
        assert "Enter for" not in board.text
        assert [plan.query.text for plan in board.connection.finder.plans] == [
            "to:ann.lee@inbox.test since:7d"
        ]


async def test_what_cannot_be_asked_is_said_in_one_line(dashboard: Open) -> None:
    async with dashboard(*mail_to_ann()[:5]) as board:
        board.connection.suppressed.hindrance = "no permission: ses:GetSuppressedDestination"
        text = await shown(board)
        assert "Suppression list: no permission: ses:GetSuppressedDestination." in text
        assert "2 messages" in text
        await board.press("x", "X")
        assert len(board.app.screen_stack) == 2
        board.connection.suppressed.hindrance = ""
        board.connection.suppressed.error = TableError("the suppression list does not answer")
        await board.press("R")
        assert "does not answer. R asks again." in await settled(board)
        board.connection.suppressed.error = None
        await board.press("R")
        assert f"not on the account's list (asked for {ANN} and" in await settled(board)


async def test_a_search_that_broke_off_is_made_again_once_there_are_answers(
    dashboard: Open,
) -> None:
    async with dashboard(*mail_to_ann()[:5]) as board:
        board.connection.finder.error = TableError("no route to it")
        await board.fail(TableError("no route"))
        await shown(board)
        assert "No route to it. R searches again." in " ".join(board.text.split())
        board.connection.finder.error = None
        board.connection.finder.events = mail_to_ann()
        await board.feed(make_event(1))
        assert "2 messages" in await settled(board)


async def test_only_who_may_write_and_types_the_address_takes_it_off(dashboard: Open) -> None:
    async with dashboard(*mail_to_ann()[:5]) as board:
        suppressed = board.connection.suppressed
        suppressed.entries = {ON_IT.address: ON_IT}
        await shown(board)
        await board.press("x", *ON_IT.address, "enter")
        assert suppressed.removed == []
        await board.press("escape", "escape")

        suppressed.may_remove = True
        await board.press("r", "enter", "R")
        assert "x takes it off." in await settled(board)
        await board.press("x", *"ann", "enter")
        assert suppressed.removed == []
        suppressed.error = CredentialsError("no permission: ses:DeleteSuppressedDestination")
        await board.press(*".lee@inbox.test", "enter")
        await settled(board)
        suppressed.error = None
        notes = " ".join(note.message for note in board.app._notifications)
        assert "nothing was removed" in notes
        assert "Not removed: no permission: ses:DeleteSuppressedDestination." in notes
        await board.press("R")
        await settled(board)
        await board.press("x", *ON_IT.address, "enter")
        assert "not on the account's list" in await settled(board)
        assert suppressed.removed == [ON_IT.address]


async def test_the_message_that_led_to_it_is_a_key_away(dashboard: Open) -> None:
    async with dashboard(*mail_to_ann()[:2]) as board:
        board.connection.suppressed.entries = {ANN: ON_IT}
        await shown(board)
        board.connection.reader.gate.clear()
        await board.press("X")
        assert "Reading message m-2…" in board.text
        board.connection.reader.gate.set()
        await board.pilot.pause()
        await board.pilot.pause()
        assert "nobody of that name here" in board.text
        board.connection.reader.stored = ()
        await board.press("escape", "l", "r")


async def test_leaving_stops_nothing_that_was_found_and_esc_stops_reading(dashboard: Open) -> None:
    async with dashboard(*mail_to_ann()[:5]) as board:
        board.connection.finder.gate.clear()
        board.connection.suppressed.gate.clear()
        await board.press("r", "enter")
        assert "Reading…" in board.text
        assert "Suppression list: asking…" in board.text
        await board.press("escape")
        assert "Stopped: found" in board.text
        await board.press("escape")
        assert len(board.app.screen_stack) == 1


async def test_the_answer_and_the_address_are_copied(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with dashboard(*mail_to_ann()[:5]) as board:
        await shown(board)
        monkeypatch.setattr(board.app, "copy_out", copied.append)
        await board.press("y", "enter")
        await board.press("y", "down", "enter")
        assert copied[0].startswith(
            f"{ANN}, last 7d: 2 messages: 1 bounced, 1 delivered. The newest"
        )
        assert copied[1] == ANN
        assert board.app.view.screen is Place.RECIPIENT
        assert board.app.view.query == f"to:{ANN} since:7d"


@pytest.mark.parametrize(
    ("older", "words"), [(True, "2026-11-13 10:59:59"), (False, "none stored")]
)
async def test_what_did_not_happen_in_the_range_is_looked_for_before_it(
    dashboard: Open, older: bool, words: str
) -> None:
    ann: dict[str, Any] = {"recipient": ANN.lower(), "recipient_raw": ANN}
    at = NOON - 10 * 86_400_000 - 3_600_000
    old = make_event(7, message_id="m-0", recorded_at=at, event_time=at - 250, **ann)
    async with dashboard(make_bounce(5, message_id="m-2", **ann), size=(160, 48)) as board:
        board.connection.finder.events = [*[old] * older, make_bounce(5, message_id="m-2", **ann)]
        await board.press("r", "enter")
        text = await settled(board)
        assert f"Last success: {words} · last failure: 2026-11-23 11:00:04" in text
        _, before = board.connection.finder.plans
        assert before.until == board.connection.finder.plans[0].since
        plan = plan_search(before.query, SearchFacts(days=8), now_ms=NOON)
        assert not needs_facts(before.query)
        assert (plan.way, plan.with_engagement) == (Way.RECIPIENTS, False)


async def test_words_are_wrapped_anew_where_they_take_as_many_lines_as_before(
    dashboard: Open,
) -> None:
    async with dashboard(*mail_to_ann()[:5], size=(100, 30)) as board:
        reason = " ".join(f"word{n:02d}" for n in range(18))
        board.connection.suppressed.error = TableError(reason)
        await shown(board)
        for width in (90, 80, 100):
            await board.resize(width, 30)
            await board.settle()
            assert reason in " ".join(board.text.split())
        await board.press("l")
        for width in (90, 80, 100):
            await board.fail(TableError(reason))  # On a busy machine it has been tried again since.
            await board.resize(width, 30)
            await board.settle()
            assert reason in " ".join(board.text.split())
