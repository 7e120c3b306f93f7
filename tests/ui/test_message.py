import asyncio

import pytest

from recorder.model.event import Event
from ses_tui.core.errors import TableError
from ses_tui.core.source import Original
from tests.ui.conftest import Open
from tests.ui.fakes import NOON, batch_of, make_bounce, make_event

LONG_DIAGNOSTIC = "smtp; 550 5.1.1 " + " ".join(f"word{n}" for n in range(60))


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_enter_shows_what_is_in_memory_at_once_then_the_whole_story(
    dashboard: Open, size: tuple[int, int]
) -> None:
    known = make_bounce(2, message_id="m-1", diagnostic=LONG_DIAGNOSTIC, reporting_mta="dsn; mta-9")
    earlier = make_event(1, "Send", message_id="m-1", recipient="reader2@inbox.test")
    other = make_event(3, "Delivery", message_id="m-1", recipient="second@inbox.test")
    async with dashboard(make_event(0), known, size=size) as board:
        board.connection.reader.gate.clear()
        board.connection.reader.stored = (earlier, known, other)
        await board.press("enter")
        assert "reading the table… 1 events" in board.lines[-1]
        assert "bounced" in board.text
        assert "second@inbox.test" not in board.text

        board.connection.reader.gate.set()
        await board.app.workers.wait_for_complete(
            [worker for worker in board.app.workers if worker.group == "story"]
        )
        await board.pilot.pause()
        assert board.connection.reader.asked == ["m-1"]
        assert "3 events" in board.lines[-1]
        story = board.text
        for _ in range(5):
            await board.press("space")
            story += board.text
        words = " ".join(story.split())
        for expected in (
            "Message m-1",
            "Identity sender.example",
            "Set receipts",
            "reader2@inbox.test bounced",
            "second@inbox.test delivered",
            "2026-11-23 11:00:01.750 +0000 +1.0 s ✗ Bounce",
            "Means 5.1.1: ",
            "Reporting MTA dsn; mta-9",
        ):
            assert expected in words


async def test_diagnostic_is_wrapped_and_complete(dashboard: Open) -> None:
    async with dashboard(make_bounce(0, diagnostic=LONG_DIAGNOSTIC), size=(80, 48)) as board:
        await board.press("enter")
        assert LONG_DIAGNOSTIC in " ".join(board.text.replace("┃", " ").split())


async def test_a_domain_in_punycode_is_readable_beside_it(dashboard: Open) -> None:
    bounce = make_bounce(0, recipient="ann@xn--mller-kva.example")
    async with dashboard(bounce, size=(80, 48)) as board:
        await board.press("enter")
        words = " ".join(board.text.split())
        assert "ann@xn--mller-kva.example bounced" in words
        assert "Read as ann@müller.example" in words


async def test_events_that_arrive_for_the_message_are_added(dashboard: Open) -> None:
    async with dashboard(make_event(0, "Send", message_id="m-1")) as board:
        await board.press("enter")
        assert "Click" not in board.text
        await board.feed(make_event(1, "Click", message_id="m-1", link="https://a.example/x"))
        assert "https://a.example/x" in board.text
        assert "2 events" in board.lines[-1]


async def test_a_message_that_cannot_be_read_keeps_what_is_known(dashboard: Open) -> None:
    async with dashboard(make_bounce(0)) as board:
        board.connection.reader.error = TableError("table ses-events does not answer; try later")
        await board.press("enter")
        await board.pilot.pause()
        assert "table ses-events does not answer; try later." in board.text
        assert "Only what is in memory is shown. R reads again." in " ".join(board.text.split())
        assert "nobody of that name here" in board.text
        board.connection.reader.error = None
        await board.press("R")
        await board.pilot.pause()
        assert "does not answer" not in board.text


async def test_reading_again_wakes_the_feed_too_where_it_waits(dashboard: Open) -> None:
    async with dashboard(make_event(0)) as board:
        for _ in range(6):  # until half a minute passes between two tries
            await board.fail(TableError("the credentials have expired"))
        await board.press("enter")
        assert "OFFLINE" in board.lines[0]
        board.connection.feed.put(batch_of([make_event(1)], read_at=NOON))
        await board.press("R")
        await asyncio.wait_for(board.connection.feed.taken.wait(), 15)
        await board.pilot.pause()
        assert "OFFLINE" not in board.lines[0]


@pytest.mark.parametrize("keys", [("enter",), ("enter", "J")])
async def test_what_failed_is_read_again_as_soon_as_there_are_answers(
    dashboard: Open, keys: tuple[str, ...]
) -> None:
    async with dashboard(make_event(0), size=(80, 24)) as board:
        await board.fail(TableError("no route to it"))
        error = "no route to the engine, which is far away; look at each cable on the way to it"
        board.connection.reader.error = TableError(error)
        await board.press(*keys)
        text = " ".join(board.text.replace("┃", " ").split())
        assert f"{error}. " in text
        assert "R reads again." in text
        board.connection.reader.error = None
        await board.feed(make_event(1))
        await board.pilot.pause()
        assert "no route" not in board.text


async def test_an_event_without_message_id_is_shown_alone(dashboard: Open) -> None:
    async with dashboard(make_event(0, message_id=None), make_bounce(1, message_id=None)) as board:
        await board.press("enter")
        assert "nobody of that name here" in board.text
        assert "reader0@" not in board.text
        assert board.connection.reader.asked == []


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_back_leads_to_the_event_it_was_opened_from(dashboard: Open, key: str) -> None:
    async with dashboard(*map(make_event, range(60))) as board:
        await board.press("enter")
        await board.feed(*map(make_event, range(60, 90)))
        await board.press(key)
        assert "reader59@" in board.selected_line()
        assert "+30 new, G to follow" in board.lines[-1]


async def test_story_scrolls_and_keeps_its_place_when_the_zone_changes(
    dashboard: Open, local_zone: None
) -> None:
    events = [make_event(n, "Open", message_id="m-1", recipient=None) for n in range(40)]
    async with dashboard(*events, size=(80, 24)) as board:
        await board.press("enter")
        top = board.lines[1]
        await board.press("space")
        assert board.lines[1] != top
        await board.press("b")
        assert board.lines[1] == top
        await board.press("G")
        assert "11:00:38.750 +0000" in board.text
        await board.press("z")
        assert "16:30:38.750 +0530" in board.text
        await board.press("k", "k", "g")
        assert board.lines[1] == top


async def test_recording_time_is_shown_only_where_it_came_late(dashboard: Open) -> None:
    late = make_event(0, event_time=NOON - 9_000_000, message_id="m-1")
    async with dashboard(late, make_event(1, message_id="m-1"), size=(80, 40)) as board:
        await board.press("enter")
        assert board.text.count("Recorded") == 1


async def test_tags_of_all_events_stand_together_the_senders_own_first(dashboard: Open) -> None:
    first = make_event(0, "Send", message_id="m-1", tags={"ses:from-domain": ["a"], "to": ["b"]})
    second = make_event(1, message_id="m-1", tags={"to": ["b", "c"], "ses:outgoing-ip": ["d"]})
    async with dashboard(first, second) as board:
        await board.press("enter")
        assert "to=b,c  ses:from-domain=a  ses:outgoing-ip=d" in board.text


async def test_what_several_reads_bring_before_the_next_picture_is_all_there(
    dashboard: Open,
) -> None:
    async with dashboard(make_event(0, message_id="m-1"), size=(100, 40)) as board:
        await board.press("enter")
        for number in (1, 2):
            event = make_event(number, "Open", message_id="m-1", user_agent=f"agent-{number}")
            board.app.feed.take(batch_of([event]))
        await board.settle()
        assert "3 events" in board.lines[-1]
        assert "agent-1" in board.text
        assert "agent-2" in board.text


def story_of_many(count: int) -> list[Event]:
    sent = [
        make_event(n, "Send", message_id="m-1", recipient=f"reader{n:02d}@inbox.test")
        for n in range(count)
    ]
    return [*sent, make_bounce(90, message_id="m-1", recipient="reader07@inbox.test")]


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_many_recipients_are_tabs_behind_one_for_all(
    dashboard: Open, size: tuple[int, int]
) -> None:
    async with dashboard(*story_of_many(50), size=size) as board:
        await board.press("enter")
        tabs = board.lines[1]
        assert "[All]" in tabs
        assert "[All] ✗ reader07@inbox.test" in tabs
        assert tabs.rstrip().endswith("all 50 recipients")
        assert "RECIPIENTS (50: 1 bounced, 49 sent)" in board.text
        await board.press("right_square_bracket")
        assert "[✗ reader07@inbox.test]" in board.lines[1]
        assert board.lines[1].rstrip().endswith("1 of 50 recipients")
        assert "nobody of that name here" in board.text
        assert "reader08@" not in "\n".join(board.lines[2:])
        for _ in range(20):
            await board.press("right_square_bracket")
        assert board.lines[1].rstrip().endswith("21 of 50 recipients")
        assert "reader20@" in board.lines[3]
        assert "[› reader20@inbox.test]" in board.lines[1]
        await board.press(*["left_square_bracket"] * 22)
        assert board.lines[1].rstrip().endswith("50 of 50 recipients")


async def test_a_tab_keeps_its_recipient_when_others_come_in(dashboard: Open) -> None:
    async with dashboard(*story_of_many(9)) as board:
        await board.press("enter", *["right_square_bracket"] * 3)
        assert "[› reader01@inbox.test]" in board.lines[1]
        first = make_event(0, "Send", message_id="m-1", recipient="aaa@inbox.test", event_time=5)
        await board.feed(first._replace(event_id="FIRST", recorded_at=NOON))
        assert "[› reader01@inbox.test]" in board.lines[1]
        assert "of 10 recipients" in board.lines[1]


async def test_one_recipient_needs_no_tabs(dashboard: Open) -> None:
    async with dashboard(make_bounce(0)) as board:
        await board.press("enter")
        assert "recipients" not in board.lines[1]
        await board.press("right_square_bracket")
        assert "nobody of that name here" in board.text


ORIGINAL = {"eventType": "Bounce", "mail": {"to": ["a@x.example", "b@x.example"], "x": "\x1b[31m"}}


@pytest.mark.parametrize("size", [(160, 48), (100, 30), (80, 24)])
async def test_the_original_is_read_folded_and_searched(
    dashboard: Open, size: tuple[int, int]
) -> None:
    bounce = make_bounce(0, message_id="m-1")
    async with dashboard(bounce, size=size) as board:
        await board.press("enter")
        board.connection.reader.originals = (Original(bounce.event_id, ORIGINAL),)
        board.connection.reader.gate.clear()
        await board.press("J")
        assert "reading the table… Esc leaves" in board.lines[-1]
        board.connection.reader.gate.set()
        await board.app.workers.wait_for_complete(
            [each for each in board.app.workers if each.group == "originals"]
        )
        await board.pilot.pause()
        assert board.lines[1].startswith("  Bounce  2026-11-23")
        assert '"a@x.example",' in board.text
        assert "\x1b" not in board.text
        await board.press("f", *"B@X", "enter")
        assert "1 line " in board.lines[-1]
        await board.press("enter")
        assert '"to": [ … 2 entries ]' in board.text
        await board.press("n")
        assert '"b@x.example"' in board.text
        await board.press("escape")
        assert "wrapped" in board.lines[-1]
        await board.press("W")
        assert "not wrapped" in board.lines[-1]
        await board.press("escape")
        assert "RECIPIENT" in board.lines[1]


async def test_an_original_that_is_not_there_or_cannot_be_read_says_why(dashboard: Open) -> None:
    async with dashboard(make_bounce(0, message_id="m-1")) as board:
        await board.press("enter", "J")
        await board.pilot.pause(0.01)
        assert "no original is stored: " in board.text
        board.connection.reader.error = TableError("table ses-events does not answer")
        await board.press("R")
        assert "table ses-events does not answer. R reads again." in board.text


async def test_leaving_does_not_wait_for_what_is_being_read(dashboard: Open) -> None:
    async with dashboard(make_bounce(0, message_id="m-1")) as board:
        board.connection.reader.gate.clear()
        await board.press("enter", "J", "escape")
        assert "reading the table… 1 events" in board.lines[-1]
        board.clock.now += 12_000
        await board.settle()
        assert "reading the table… 12 s, 1 events" in board.lines[-1]
        await board.press("escape")
        assert len(board.app.screen_stack) == 1


async def test_what_became_of_it_is_copied_for_whom_is_shown(
    dashboard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with dashboard(*story_of_many(9)) as board:
        monkeypatch.setattr(board.app, "copy_out", copied.append)
        await board.press("enter", "y", "enter")
        await board.press("y", *"all recipients", "enter")
        await board.press("right_square_bracket", "y", "enter")
        assert [len(text.splitlines()) for text in copied] == [1, 9, 1]
        assert copied[0] == copied[1].splitlines()[0], "whose event was opened"
        assert copied[2].startswith("reader07@inbox.test: Rejected by inbox.test")
