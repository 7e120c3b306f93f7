from hypothesis import given
from hypothesis import strategies as st

from ses_tui.core.store import EventStore, event_key
from ses_tui.ui.list_window import ListWindow
from tests.ui.fakes import make_event

CAPACITY = 40
MOVES = st.one_of(
    st.tuples(st.just("move"), st.integers(-30, 30)),
    st.tuples(st.just("page"), st.integers(-30, 30)),
    st.tuples(st.just("scroll"), st.integers(-30, 30)),
    st.tuples(st.just("resize"), st.integers(0, 20)),
    st.tuples(st.just("select_line"), st.integers(-2, 20)),
)
STEPS = st.one_of(
    MOVES,
    st.tuples(st.just("arrive"), st.lists(st.integers(0, 200), max_size=20)),
    st.tuples(st.sampled_from(["oldest", "follow", "hold"]), st.none()),
)


@given(st.lists(STEPS, max_size=40))
def test_window_stays_within_its_bounds_and_frozen_pictures_stand_still(
    steps: list[tuple[str, object]],
) -> None:
    store = EventStore(CAPACITY)
    window = ListWindow(store)
    window.resize(10)
    for name, value in steps:
        if name == "arrive":
            assert isinstance(value, list)
            picture = list(window.visible)
            selected = window.selected
            frozen = not window.following
            store.add([make_event(number) for number in value])
            window.events_changed(event_key(store[0]) if len(store) else None)
            if frozen and picture:
                assert list(window.visible) == picture
                assert window.selected == selected
        else:
            getattr(window, name)(*(() if value is None else (value,)))
        rows = window.events
        assert 0 <= window.top <= max(0, len(rows) - window.height)
        assert list(rows) == sorted(rows, key=event_key)
        if rows:
            assert 0 <= window.cursor < len(rows)
            if window.height:
                assert window.top <= window.cursor < window.top + window.height
        if window.following:
            assert window.new_events == 0
            assert window.selected == (store[len(store) - 1] if len(store) else None)
        assert len(rows) <= CAPACITY + len(rows) - window.top


@given(st.integers(1, 60), st.integers(1, 20))
def test_reading_on_from_the_oldest_shows_every_event_once(count: int, arriving: int) -> None:
    store = EventStore()
    store.add([make_event(number) for number in range(count)])
    window = ListWindow(store)
    window.resize(7)
    window.oldest()
    seen = [window.selected]
    store.add([make_event(number) for number in range(count, count + arriving)])
    window.events_changed(event_key(store[0]))
    while not window.following:
        window.move(1)
        seen.append(window.selected)
    assert seen == [make_event(number) for number in range(count + arriving)]


def test_an_empty_list_does_not_freeze() -> None:
    store = EventStore()
    window = ListWindow(store)
    window.resize(5)
    window.move(-1)
    store.add([make_event(1)])
    window.events_changed(event_key(store[0]))
    assert window.following
    assert window.selected == make_event(1)


def test_a_filter_that_hid_everything_shows_what_matches_later() -> None:
    store, filtered = EventStore(), EventStore()
    store.add([make_event(number) for number in range(10)])
    window = ListWindow(store)
    window.resize(5)
    window.move(-3)
    window.show(filtered)
    assert not window.events
    filtered.add([make_event(20)])
    window.events_changed(event_key(store[0]))
    assert window.selected == make_event(20)
