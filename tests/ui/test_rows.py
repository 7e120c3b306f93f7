from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.source import Gap, GapReason
from ses_tui.core.store import EventStore, event_key
from ses_tui.core.zone import UTC_ZONE
from ses_tui.ui.gap_lines import Absence, GapLine, gap_text, line_of
from ses_tui.ui.list_window import Beyond, ListWindow
from ses_tui.ui.rows import Rows
from tests.ui.fakes import NOON, make_event

NUMBERS = st.sets(st.integers(0, 60), max_size=30)
LINES = st.lists(
    st.builds(
        lambda number, absence: GapLine(make_event(number).recorded_at, NOON, absence),
        st.integers(0, 60),
        st.sampled_from([Absence.LOADING, Absence.NOT_LOADED, Absence.UNREADABLE]),
    ),
    max_size=5,
)


def store_of(numbers: set[int]) -> EventStore:
    store = EventStore()
    store.add([make_event(number) for number in numbers])
    return store


@given(NUMBERS, LINES)
def test_rows_are_events_and_lines_in_order(numbers: set[int], lines: list[GapLine]) -> None:
    store = store_of(numbers)
    rows = Rows(store, lines)
    listed = rows.between(0, len(rows))
    assert listed == [rows[number] for number in range(len(rows))]
    assert [row for row in listed if isinstance(row, Event)] == list(store)
    for number, row in enumerate(listed):
        if isinstance(row, GapLine):
            assert rows.line_at(number) == row
            assert row.since is not None
            before = [r for r in listed[:number] if isinstance(r, Event)]
            after = [r for r in listed[number:] if isinstance(r, Event)]
            assert all(event.recorded_at < row.since for event in before)
            assert all(event.recorded_at >= row.since for event in after)
        else:
            assert rows.row_of(rows.position_of(number)) == number
    for start in range(0, len(rows), 3):
        assert rows.between(start, start + 4) == listed[start : start + 4]


@given(
    NUMBERS,
    LINES,
    st.lists(
        st.tuples(st.sampled_from(["move", "page", "scroll"]), st.integers(-9, 9)), max_size=20
    ),
)
def test_the_selection_is_an_event_and_passes_nothing_that_is_not_loaded(
    numbers: set[int], lines: list[GapLine], steps: list[tuple[str, int]]
) -> None:
    store = store_of(numbers)
    window = ListWindow(store)
    window.resize(6)
    window.set_lines(lines)
    for name, step in steps:
        before = window.cursor
        walls = [n for n in range(len(window.rows)) if _stops(window, n)]
        beyond = getattr(window, name)(step)
        if len(store):
            assert window.selected is not None
            assert window.top <= window.cursor < window.top + window.height
        if name != "scroll" and not window.following:
            passed = range(*sorted((before, window.cursor)))
            assert not [wall for wall in walls if wall in passed]
        if beyond is not None and beyond.gap is not None:
            assert beyond.gap.absence is Absence.NOT_LOADED


def _stops(window: ListWindow, row: int) -> bool:
    line = window.rows.line_at(row)
    return line is not None and line.stops_moving


def test_a_move_that_would_pass_what_is_not_loaded_says_what_it_needs() -> None:
    window = ListWindow(store_of({1, 2, 3, 7, 8, 9}))
    window.resize(10)
    line = GapLine(make_event(4).recorded_at, make_event(7).recorded_at, Absence.NOT_LOADED)
    window.set_lines([line])
    assert window.page(-5) == Beyond(backwards=True, gap=line)
    assert window.selected == make_event(7)
    window.oldest()
    assert window.move(-1) == Beyond(backwards=True)
    assert window.move(1) is None
    assert window.move(5) == Beyond(backwards=False, gap=line)
    assert window.selected == make_event(3)


def test_no_move_passes_what_is_not_loaded_where_another_line_stands_there_too() -> None:
    window = ListWindow(store_of({1, 2, 3}))
    window.resize(10)
    since, until = make_event(3).recorded_at, NOON
    wall = GapLine(since, until, Absence.NOT_LOADED)
    window.set_lines([wall, GapLine(since, until, Absence.LOADING)])
    assert window.move(-1) == Beyond(backwards=True, gap=wall)
    assert window.selected == make_event(3)
    window.oldest()
    assert window.page(5) == Beyond(backwards=False, gap=wall)
    assert window.selected == make_event(2)


def test_a_frozen_window_takes_in_loaded_events_but_no_newer_ones() -> None:
    store = store_of(set(range(10, 30)))
    window = ListWindow(store)
    window.resize(5)
    window.move(-8)
    picture = list(window.visible)
    store.add([make_event(number) for number in [5, 6, 40, 41]])
    window.events_changed(event_key(store[0]))
    assert list(window.visible) == picture
    assert window.new_events == 2
    assert window.events[0] == make_event(5)
    assert window.events[-1] == make_event(29)


def test_gaps_in_words() -> None:
    def words(gap: GapLine, today: str = "11-23") -> str:
        return gap_text(gap, UTC_ZONE, today).text

    since, until = NOON - 75_000, NOON - 10_000
    assert words(line_of(Gap(since, until))) == "gap 11:58:45-11:59:50, loading…"
    unreadable = line_of(Gap(since, until, GapReason.UNREADABLE))
    assert words(unreadable) == "gap 11:58:45-11:59:50, its events cannot be read"
    assert words(line_of(Gap(since, until)), "11-24").startswith("gap 11-23 11:58:45-11:59:50,")
    night = line_of(Gap(since - 86_400_000, until))
    assert words(night) == "gap 11-22 11:58:45-11:59:50, loading…"
    assert words(night, "11-24") == "gap 11-22 11:58:45-11-23 11:59:50, loading…"
    assert words(GapLine(None, NOON, Absence.READING)) == "loading events before 12:00:00…"
    assert words(GapLine(None, NOON, Absence.NOTHING)).startswith("nothing older")
