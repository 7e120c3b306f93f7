from collections.abc import Callable
from itertools import pairwise

from recorder.model.event import Event
from ses_tui.core.load_past import PIECE_EVENTS, Stretch, load_past
from ses_tui.core.source import LoadedEvents
from tests.ui.fakes import FakeHistory, make_bounce, make_event


async def load(
    history: FakeHistory, stretch: Stretch, passes: Callable[[Event], bool] = lambda _: True
) -> list[LoadedEvents]:
    return [piece async for piece in load_past(history, stretch, passes)]


def history_of(count: int) -> FakeHistory:
    history = FakeHistory()
    history.events = [make_bounce(n) if n % 500 == 0 else make_event(n) for n in range(count)]
    return history


def is_bounce(event: Event) -> bool:
    return event.event_type == "Bounce"


NOW = make_event(100_000).recorded_at


async def test_one_piece_is_enough_where_everything_passes() -> None:
    (piece,) = await load(history_of(5_000), Stretch(0, NOW, backwards=True))
    assert len(piece.events) == PIECE_EVENTS
    assert piece.events[-1] == make_event(4_999)


async def test_a_filter_that_lets_little_through_makes_it_read_on() -> None:
    pieces = await load(history_of(40_000), Stretch(0, NOW, backwards=True), is_bounce)
    assert len(pieces) == 20_000 // PIECE_EVENTS
    assert all(a.since == b.until for a, b in pairwise(pieces))


async def test_it_ends_with_the_table_and_with_the_stretch() -> None:
    history = history_of(2_500)
    pieces = await load(history, Stretch(0, NOW, backwards=True), is_bounce)
    assert pieces[-1].at_end
    assert sum(len(piece.events) for piece in pieces) == 2_500
    since, until = make_event(100).recorded_at, make_event(1_800).recorded_at
    pieces = await load(history, Stretch(since, until, backwards=False), is_bounce)
    assert [len(piece.events) for piece in pieces] == [1_000, 700]
    assert pieces[0].events[0] == make_event(100)
    assert await load(history, Stretch(until, until, backwards=False)) == []
