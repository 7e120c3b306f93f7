"""What is kept of a search's finds, and how honest the counts are."""

from random import Random

from ses_tui.core.search import Ending, NewestEvents, SearchBatch
from tests.events import NOON, make_event


def test_the_newest_are_kept_in_whatever_order_they_come() -> None:
    events = [make_event(at=NOON + i // 3) for i in range(300)]
    expected = sorted(events, key=lambda e: (e.recorded_at, e.event_id), reverse=True)
    for seed in range(5):
        shuffled = events.copy()
        Random(seed).shuffle(shuffled)
        newest = NewestEvents(50)
        for start in range(0, 300, 40):
            newest.add(shuffled[start : start + 40])
        assert list(newest.events) == expected[:50]
        assert newest.found == 300
        assert newest.more


def test_the_limit_itself_is_not_more() -> None:
    events = [make_event(at=NOON + i) for i in range(50)]
    newest = NewestEvents(50)
    newest.add(events)
    newest.add(events)
    assert (newest.found, newest.more) == (50, False)
    assert newest.may_take(NOON - 1)
    newest.add([make_event(at=NOON - 5)])
    assert newest.more
    assert not newest.may_take(NOON - 6)
    assert len(newest.events) == 50


def test_counts_say_what_is_known() -> None:
    events = tuple(make_event() for _ in range(3))
    assert SearchBatch(events).count_text == "3 so far"
    assert SearchBatch(events, ending=Ending.EXHAUSTED).count_text == "3"
    assert SearchBatch(events, more=True, ending=Ending.LIMIT).count_text == "3 of more than 3"
    assert SearchBatch(events, ending=Ending.BUDGET).count_text == "3 so far"
