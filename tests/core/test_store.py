from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.query import Query
from ses_tui.core.store import EventStore, FilteredEvents, event_key
from tests.events import make_event


def numbered(number: int, at: int) -> Event:
    return make_event(at=at, event_id=f"{number:04d}", subject="even" if number % 2 == 0 else "odd")


batches = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=12), max_size=12
)


@given(batches, st.integers(1, 40))
def test_store_and_filtered_view_equal_a_plain_model(
    plan: list[list[tuple[int, int]]], capacity: int
) -> None:
    store = EventStore(capacity)
    view = FilteredEvents(store, Query.parse("odd"))
    times: dict[int, int] = {}
    model: list[Event] = []
    for batch in plan:
        events = [numbered(n, times.setdefault(n, at)) for n, at in batch]
        change = store.add(events)
        view.apply(change)
        present = {event.event_id for event in model}
        for event in events:
            if event.event_id not in present:
                present.add(event.event_id)
                model.append(event)
        model = sorted(model, key=event_key)[-capacity:]
        assert list(store.events) == model
        assert list(view.events) == [event for event in model if event.subject == "odd"]
        for index, event in enumerate(model):
            assert store.index_of(event_key(event)) == index


def test_a_repeat_changes_nothing_and_is_not_reported() -> None:
    store = EventStore()
    event = make_event()
    assert store.add([event, event]).added == (event,)
    assert store.add([event]).added == ()
    assert len(store) == 1


def test_the_oldest_go_first_and_are_counted() -> None:
    store = EventStore(capacity=3)
    events = [numbered(n, at=n) for n in range(5)]
    change = store.add(events)
    assert change.dropped == tuple(events[:2])
    assert list(store.events) == events[2:]
    assert store.dropped_total == 2


def test_a_key_that_is_gone_still_has_a_place() -> None:
    store = EventStore()
    store.add([numbered(1, at=10), numbered(3, at=30)])
    assert store.index_of((20, "x")) is None
    assert store.position_of((20, "x")) == 1
