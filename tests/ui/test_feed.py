import asyncio
from itertools import count

from ses_tui.core.blocking_terms import Blocking
from ses_tui.core.feed_state import Condition, FeedState
from ses_tui.core.follow import FeedUpdate
from ses_tui.core.query import Query
from ses_tui.core.slices import REST_SECONDS
from ses_tui.core.source import LoadedEvents
from ses_tui.core.store import EventStore
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.feed import Feed, Status
from tests.ui.conftest import Open
from tests.ui.fakes import NOON, batch_of, make_bounce, make_event

MANY = 4_000
BASE = Status("", UTC_ZONE, FeedState(Condition.LIVE))


def feed_of(number: int) -> Feed:
    feed = Feed()
    feed.take(batch_of(make_bounce(n) if n % 10 == 0 else make_event(n) for n in range(number)))
    return feed


def search(feed: Feed) -> None:
    while feed.search_step():
        pass


def test_a_search_says_how_far_it_is_until_it_has_seen_all() -> None:
    feed = feed_of(MANY)
    feed.set_filter(Query.parse("type:bounce"))
    shares: list[float] = []
    while feed.search_step():
        status = feed.status(BASE, NOON)
        assert status.searched is not None
        shares.append(status.searched)
    assert shares == sorted(set(shares))
    assert feed.status(BASE, NOON).searched is None
    assert feed.status(BASE, NOON).shown == MANY / 10
    feed.take(batch_of(make_bounce(n) for n in range(MANY, MANY + 5)))
    assert feed.status(BASE, NOON).shown == MANY / 10 + 5
    assert not feed.searching


def test_the_first_part_of_a_search_is_the_newest() -> None:
    feed = feed_of(MANY)
    feed.set_filter(Query.parse("type:bounce"))
    feed.search_step()
    assert feed.events[-1] == make_bounce(MANY - 10)


def test_what_hides_everything_is_sought_and_followed() -> None:
    feed = feed_of(100)
    feed.set_filter(Query.parse("type:bounce subject:nothing"))
    search(feed)
    assert feed.status(BASE, NOON).blocking == Blocking(("subject:nothing",), 10)
    feed.take(batch_of([make_bounce(100)]))
    search(feed)
    assert feed.status(BASE, NOON).blocking == Blocking(("subject:nothing",), 11)
    feed.take(batch_of([make_bounce(101, subject="nothing")]))
    assert feed.status(BASE, NOON).blocking is None
    assert feed.status(BASE, NOON).shown == 1


def test_minutes_are_counted_of_live_events_as_they_come_and_go() -> None:
    feed = Feed(EventStore(capacity=100))
    feed.take(batch_of(make_event(n) for n in range(150)))
    first = make_event(0).recorded_at
    counted = feed.counted_by_minute(first, first + 200_000)
    assert counted.total() == 100
    assert feed.status(BASE, NOON).rates is not None
    oldest = feed.store[0].recorded_at
    past = [make_event(n) for n in range(-20, 50)]
    feed.take_loaded(LoadedEvents(tuple(past), past[0].recorded_at, oldest, False), backwards=True)
    assert len(feed.store) == 170
    assert feed.status(BASE, NOON).since == past[0].recorded_at
    assert feed.status(BASE, NOON).rates_since == oldest
    assert feed.counted_by_minute(first, first + 200_000).total() == 100


def test_all_events_of_a_message_are_found() -> None:
    feed = feed_of(MANY)
    late = make_event(5, "Open", event_id="EVENT-OPEN", recorded_at=NOON + 1)
    feed.take(batch_of([late]))
    assert feed.of_message("message-5") == (make_event(5), late)


async def test_no_gap_is_filled_for_which_memory_has_no_room(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(20))) as board:
        assert board.connection.feed.gaps_since is None
        board.app.feed.store.capacity = 15
        await board.feed(*map(make_event, range(20, 25)))
        assert board.connection.feed.gaps_since == board.app.feed.store.live_since
        assert board.app.feed.store[0] == make_event(10)


async def test_typing_filters_at_once_and_searches_on_in_slices(dashboard: Open) -> None:
    events = [make_bounce(n) if n % 10 == 0 else make_event(n) for n in range(MANY)]
    async with dashboard(*events, size=(160, 48)) as board:
        board.app.feed.set_filter(Query.parse("type:bounce"))
        board.app.feed.search_step()
        await board.settle()
        assert "shown, searching… 10 %" in board.text
        seconds = count()
        board.clock.monotonic = lambda: float(next(seconds))  # type: ignore[method-assign]
        board.app.memory_search.begin()
        while board.app.feed.searching:
            await board.pilot.pause(0.001)
        await board.settle()
        assert "400 of 4,000 shown" in board.text
        assert "searching" not in board.text


async def test_a_key_comes_before_the_rest_of_a_large_read(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(5)), size=(160, 48)) as board:
        board.app.reader._in_slices = True
        held = asyncio.Event()

        board.app.call_later(held.wait)
        board.connection.feed.put(batch_of(map(make_event, range(5, MANY))))
        board.app.action_retry()
        await board.connection.feed.taken.wait()
        for _ in range(50):
            await asyncio.sleep(REST_SECONDS)
        waiting = board.app.message_queue_size
        held.set()
        assert waiting <= 2
        while len(board.app.feed.store) < MANY:
            await board.pilot.pause(0.001)


async def test_pieces_of_a_read_change_the_state_only_once_all_have_come(dashboard: Open) -> None:
    async with dashboard() as board:
        reader = board.app.reader

        def newest_told() -> int | None:
            state = reader.status(board.status, NOON).state
            return None if state.age_ms is None else NOON - state.age_ms

        before = newest_told()
        old, new = batch_of([make_event(0)]), batch_of([make_event(3)])
        reader.take(FeedUpdate(old, whole=False))
        assert newest_told() == before
        reader.take(FeedUpdate(new))
        assert newest_told() == make_event(3).recorded_at


async def test_a_filter_by_outcome_says_what_it_reads_first(dashboard: Open) -> None:
    events = [make_bounce(n) if n % 10 == 0 else make_event(n) for n in range(MANY)]
    async with dashboard(*events, size=(160, 48)) as board:
        feed, searching = board.app.feed, board.app.memory_search
        # Nor by a read, which comes after two seconds.
        searching.begin = searching.go_on = lambda: None  # type: ignore[method-assign]
        await board.press("slash", *"outcome:bounced", "enter")
        feed.search_step()
        await board.settle()
        assert "Reading what became of the messages of 4,000 events: " in board.text
        while not feed.status(board.status, NOON).outcomes_known:
            feed.search_step()
        feed.search_step()
        await board.settle()
        assert "Reading what became" not in board.text
        assert feed.events[-1] == make_bounce(MANY - 10)


async def test_a_held_list_gets_back_to_the_selected_event_when_it_is_found(
    dashboard: Open,
) -> None:
    events = [make_bounce(n) if n % 10 == 0 else make_event(n) for n in range(MANY)]
    async with dashboard(*events, size=(160, 48)) as board:
        await board.press("g", *["j"] * 20)
        seconds = count()
        board.clock.monotonic = lambda: float(next(seconds))  # type: ignore[method-assign]
        await board.press("slash", *"type:bounce", "enter")
        while board.app.feed.searching:
            await board.pilot.pause(0.001)
        await board.settle()
        assert "reader20@" in board.selected_line()


async def test_the_term_that_hides_everything_is_named(dashboard: Open) -> None:
    async with dashboard(*map(make_event, range(30)), make_bounce(30)) as board:
        await board.press("slash", *"type:bounce absent", "enter")
        said = " ".join(line.strip() for line in board.lines)
        assert "absent hides all; without it 1." in said


def test_events_a_second_are_of_the_time_that_memory_knows() -> None:
    """Memory of twenty seconds says nothing of the minute before them."""
    feed = Feed(EventStore())
    fast = [make_event(n, recorded_at=NOON - 20_000 + n * 10) for n in range(2_000)]
    feed.take(batch_of(fast))
    assert feed.status(BASE, NOON).events_per_second == 100
    feed.take_loaded(
        LoadedEvents((make_event(0),), since=NOON - 3_600_000, until=NOON - 20_000, at_end=False),
        backwards=True,
    )
    assert feed.status(BASE, NOON + 3_000).events_per_second == 100, "nothing was read since"
    assert feed.status(BASE, NOON).events_per_second == 100, "what is loaded is another stretch"


def test_a_few_events_are_no_rate_of_a_second() -> None:
    feed = Feed(EventStore())
    feed.take(batch_of([make_event(0, recorded_at=NOON - 1_000)]))
    assert feed.status(BASE, NOON).events_per_second == 1 / 60
