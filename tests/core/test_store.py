from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from recorder.model.event import Event
from ses_tui.core.message_story import tell_story
from ses_tui.core.query import Query
from ses_tui.core.source import Gap, GapReason, LoadedEvents
from ses_tui.core.store import EventStore, FilteredEvents, OrderedEvents, event_key, merging_events
from ses_tui.core.store import chunk as chunks
from tests.events import make_event

TYPES = ("Send", "Delivery", "Bounce", "Open", "Complaint")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few events a chunk and most of them packed, so that few events make many chunks."""
    make_chunks_small(monkeypatch)


def make_chunks_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging_events, "CHUNK_EVENTS", 4)
    monkeypatch.setattr(merging_events, "_UNPACKED_PIECES", 1)


def numbered(number: int, at: int) -> Event:
    """The same event for the same number: of one message in five, for one of two recipients."""
    bounce_type = "Permanent" if number % 3 else "Transient"
    event_type = TYPES[number % len(TYPES)]
    return make_event(
        event_type,
        at=at,
        event_id=f"{number:04d}",
        message_id=f"message-{number // 5}",
        recipient=f"person{number % 2}@customer.example",
        subject="even" if number % 2 == 0 else "odd",
        bounce_type=bounce_type if event_type == "Bounce" else None,
    )


def at_of(number: int) -> int:
    """When an event is recorded: in another order than its number, some at the same moment."""
    return (number * 37) % 101 // 2


def events_of(numbers: Iterable[int]) -> list[Event]:
    return [numbered(number, at_of(number)) for number in numbers]


def ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=event_key)


def outcomes_pass(model: list[Event], event: Event, name: str) -> bool:
    own = [each for each in model if each.message_id == event.message_id]
    story = tell_story(event.message_id or "", own)
    return any(
        part.recipient == event.recipient and part.status.value == name for part in story.recipients
    )


numbers = st.integers(0, 150)


class StoreMachine(RuleBasedStateMachine):
    """A store, its filters and its pictures, against plain lists."""

    @initialize(capacity=st.integers(8, 60), loaded_capacity=st.integers(6, 40))
    def start(self, capacity: int, loaded_capacity: int) -> None:
        self.patch = pytest.MonkeyPatch()
        make_chunks_small(self.patch)
        self.store = EventStore(capacity, loaded_capacity)
        self.live: list[Event] = []
        self.set_aside: list[Event] = []
        self.dropped = 0
        self.views = [FilteredEvents(self.store, Query.parse(text)) for text in ("odd", "-odd")]
        self.by_outcome = FilteredEvents(self.store, Query.parse("outcome:bounced"))
        self.pictures: list[tuple[OrderedEvents, list[Event]]] = []

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()

    @rule(batch=st.lists(numbers, max_size=12))
    def add(self, batch: list[int]) -> None:
        if self.store.loaded_span is not None:
            return
        present = {event.event_id for event in self.live}
        new = {e.event_id: e for e in events_of(batch) if e.event_id not in present}
        change = self.store.add(events_of(batch))
        model = ordered([*self.live, *new.values()])
        kept = model[-self.store.capacity :]
        self.dropped += len(change.dropped)
        assert set(change.added) - set(change.dropped) == set(kept) - set(self.live)
        assert set(change.dropped) >= set(self.live) - set(kept)
        self.live = kept
        self.follow()

    @rule(since=st.integers(0, 40), length=st.integers(0, 30), backwards=st.booleans())
    def load(self, since: int, length: int, backwards: bool) -> None:
        everything = ordered(events_of(range(151)))
        until = min(since + length, self.store.live_since or since + length)
        since = min(since, until)
        inside = [event for event in everything if since <= event.recorded_at < until]
        self.store.add_loaded(
            LoadedEvents(tuple(inside), since, until, at_end=False), backwards=backwards
        )
        present = set(self.store.live)
        self.set_aside += [event for event in self.live if event not in present]
        self.live = [event for event in self.live if event in present]
        assert len(self.store.loaded) <= self.store.loaded_capacity
        span = self.store.loaded_span
        assert span is not None
        wanted = [event for event in everything if span[0] <= event.recorded_at < span[1]]
        assert set(wanted) <= set(self.store)
        self.follow()

    @rule()
    def drop_loaded(self) -> None:
        self.store.drop_loaded()
        self.live = ordered([*self.set_aside, *self.live])
        self.set_aside = []
        assert list(self.store) == self.live
        self.follow()

    @rule(steps=st.integers(0, 5))
    def scan(self, steps: int) -> None:
        for view in (*self.views, self.by_outcome):
            for _ in range(steps):
                view.scan_next()

    @rule()
    def take_picture(self) -> None:
        for events in (self.store, *self.views):
            self.pictures.append((events.snapshot(), list(events)))

    @precondition(lambda self: bool(getattr(self, "pictures", ())))
    @rule(data=st.data())
    def drop_from_picture(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.pictures) - 1))
        picture, model = self.pictures[index]
        count = data.draw(st.integers(0, len(model)))
        assert list(picture.drop_first(count)) == model[:count]
        self.pictures[index] = (picture, model[count:])

    def follow(self) -> None:
        for view in (*self.views, self.by_outcome):
            view.update()

    @invariant()
    def store_is_as_a_list(self) -> None:
        if not hasattr(self, "store"):
            return
        present = list(self.store)
        assert present == ordered(set(present))
        assert list(self.store.live) == self.live
        assert present[len(present) - len(self.live) :] == self.live
        assert len(self.live) <= self.store.capacity
        for index in range(0, len(present), 3):
            key = event_key(present[index])
            assert self.store[index] == present[index]
            assert self.store.index_of(key) == index
            assert self.store.position_of((key[0], key[1] + "\0")) == index + 1
        half = len(present) // 2
        assert self.store.events_between(half, half + 9) == present[half : half + 9]
        assert list(self.store.between(half, half + 9)) == present[half : half + 9]

    @invariant()
    def filters_show_what_passes(self) -> None:
        if not hasattr(self, "store"):
            return
        present = list(self.store)
        for view in self.views:
            wanted = [event for event in present if view.query.matches(event)]
            shown = list(view)
            assert shown == ordered(set(shown))
            assert set(shown) <= set(wanted)
            if not view.scanning:
                assert shown == wanted

    @invariant()
    def pictures_stand_still(self) -> None:
        for picture, model in getattr(self, "pictures", ()):
            assert list(picture) == model
            assert picture.events_between(0, len(model)) == model


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestStore = StoreMachine.TestCase


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(numbers, max_size=12), max_size=10), st.integers(0, 3))
def test_a_filter_by_outcome_goes_by_all_events_of_the_message(
    plan: list[list[int]], steps: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        make_chunks_small(patch)
        store = EventStore()
        view: FilteredEvents | None = None
        model: dict[str, Event] = {}
        for number, batch in enumerate(plan):
            store.add(events_of(batch))
            model |= {event.event_id: event for event in events_of(batch)}
            if view is None and number == len(plan) // 2:
                view = FilteredEvents(store, Query.parse("outcome:bounced"))
            elif view is not None:
                view.update()
                for _ in range(steps):
                    view.scan_next()
        if view is not None:
            view.scan_all()
            everything = ordered(model.values())
            wanted = [e for e in everything if outcomes_pass(everything, e, "bounced")]
            assert list(view) == wanted


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
    assert list(change.dropped) == events[:2]
    assert list(store) == events[2:]
    assert store.dropped_total == 2
    assert store.add(events[:2]).added == (), "what is too old is not let in only to go again"


def test_a_key_that_is_gone_still_has_a_place() -> None:
    store = EventStore()
    store.add([numbered(1, at=10), numbered(3, at=30)])
    assert store.index_of((20, "x")) is None
    assert store.position_of((20, "x")) == 1
    with pytest.raises(IndexError):
        store[2]
    assert store[-1].recorded_at == 30


def test_one_message_is_found_in_packed_and_in_new_events() -> None:
    store = EventStore()
    store.add([numbered(n, at=n) for n in range(60)])
    assert [event.event_id for event in store.of_message("message-3")] == [
        f"{number:04d}" for number in range(15, 20)
    ]
    assert store.of_message("message-") == ()


def test_values_that_cannot_be_packed_are_kept_all_the_same() -> None:
    odd: Any = {"campaign": {"not", "a", "list"}}
    store = EventStore()
    events = [make_event(at=n, tags=odd if n % 7 == 0 else None) for n in range(60)]
    store.add(events)
    assert list(store) == events
    assert store[0].tags == odd


def test_packed_events_are_equal_to_what_was_packed() -> None:
    events = [
        make_event(
            at=n,
            subject=(None, "", "K İß Ω \ud800 \0", 'a "quotation" \\')[n % 4],
            historic=n % 3 == 0,
            processing_ms=n % 2,
            counted=n % 5 != 0,
            tags=(None, {}, {"a": ["b", "c"]})[n % 3],
        )
        for n in range(100)
    ]
    store = EventStore()
    store.add(events)
    back = list(store)
    assert back == events
    assert [type(e.historic) for e in back] == [type(e.historic) for e in events]
    assert [type(e.processing_ms) for e in back] == [type(e.processing_ms) for e in events]


letters = st.sampled_from('aAkKiIß"\\=*İK\u0307ſ1 \u03a3\u03c3\u03c2é-')
texts = st.text(letters, min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(texts, texts, texts), min_size=8, max_size=12),
    st.sampled_from(["", "subject:", "to:", "tag:", "text:", "domain:", "set:", "id:"]),
    texts.filter(lambda text: text.strip() and '"' not in text),
)
def test_looking_into_packed_text_first_never_loses_an_event(
    rows: list[tuple[str, str, str]], key: str, value: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        make_chunks_small(patch)
        events = [
            make_event(
                at=number,
                event_id=f"{number:04d}",
                subject=first,
                recipient=f"{second}@xn--bcher-kva.{third}",
                message_id=third,
                configuration_set=second,
                tags={first: [second]},
            )
            for number, (first, second, third) in enumerate(rows)
        ]
        store = EventStore()
        store.add(events)
        query = Query.parse(f'{key}"{value}"')
        view = FilteredEvents(store, query)
        view.scan_all()
        assert list(view) == [event for event in events if query.matches(event)]


def test_a_new_filter_finds_the_newest_first_and_says_how_far_it_is() -> None:
    store = EventStore()
    store.add([numbered(n, at=n) for n in range(40)])
    view = FilteredEvents(store, Query.parse("odd"))
    assert view.scanned == 0
    view.scan_next()
    assert [event.event_id for event in view] == ["0037", "0039"]
    assert view.scanned == pytest.approx(0.1)
    view.scan_all()
    assert view.scanned == 1
    assert len(view) == 20


def loaded(numbers: Iterable[int], since: int, until: int, at_end: bool = False) -> LoadedEvents:
    return LoadedEvents(tuple(numbered(n, at=n) for n in numbers), since, until, at_end)


def test_what_is_loaded_stands_before_the_live_part_with_a_gap_between() -> None:
    store = EventStore(capacity=10)
    store.add([numbered(n, at=n) for n in range(100, 120)])
    assert store.live_since == 110
    store.add_loaded(loaded(range(40, 60), 40, 60))
    assert [event.recorded_at for event in store] == [*range(40, 60), *range(110, 120)]
    assert store.gaps == (Gap(60, 110, GapReason.NOT_LOADED),)
    store.add_loaded(loaded(range(55, 110), 55, 110), backwards=False)
    assert [event.recorded_at for event in store] == list(range(40, 120))
    assert len(store.gaps) == 0
    store.add([numbered(n, at=n) for n in range(120, 125)])
    assert store.gaps == (Gap(110, 115, GapReason.NOT_LOADED),)


def test_a_stretch_that_does_not_touch_takes_the_place_of_the_one_before() -> None:
    store = EventStore()
    store.add([numbered(n, at=n) for n in range(100, 110)])
    store.add_loaded(loaded(range(40, 60), 40, 60, at_end=True))
    assert store.at_table_start
    store.add_loaded(loaded(range(70, 80), 70, 80))
    assert store.loaded_span == (70, 80)
    assert not store.at_table_start
    assert [event.recorded_at for event in store.loaded] == [*range(70, 80)]


def test_the_end_away_from_where_it_grows_goes_when_the_loaded_part_is_full() -> None:
    store = EventStore(loaded_capacity=10)
    store.add([numbered(n, at=n) for n in range(100, 110)])
    store.add_loaded(loaded(range(90, 101), 90, 101))
    store.add_loaded(loaded(range(80, 90), 80, 90))
    assert store.loaded_span == (80, 90)
    store.add_loaded(loaded(range(90, 94), 90, 94), backwards=False)
    assert store.loaded_span == (84, 94)
    assert [event.recorded_at for event in store.loaded] == list(range(84, 94))


def test_late_events_of_the_feed_go_where_they_belong() -> None:
    store = EventStore(capacity=10)
    store.add([numbered(n, at=n) for n in range(100, 120)])
    store.add_loaded(loaded(range(40, 60, 2), 40, 60))
    change = store.add([numbered(43, at=43), numbered(70, at=70), numbered(30, at=30)])
    assert change.added == ()
    assert [event.recorded_at for event in store.loaded] == sorted([*range(40, 60, 2), 43])


def test_the_oldest_live_moment_comes_with_the_stretch_before_it() -> None:
    store = EventStore()
    store.add([numbered(n, at=n) for n in range(100, 110)])
    store.add([numbered(20, at=20)])
    assert store.live_since == 101
    change = store.add_loaded(loaded(range(90, 101), 90, 101))
    assert [event.recorded_at for event in change.dropped] == [20, 100]
    assert [event.recorded_at for event in store] == list(range(90, 110))
    assert store.gaps == ()
    change = store.drop_loaded()
    assert [event.recorded_at for event in change.added] == [20, 100]
    assert [event.recorded_at for event in store] == [20, *range(100, 110)]


def test_chunks_of_the_real_size_are_packed_but_for_the_newest() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging_events, "CHUNK_EVENTS", chunks.CHUNK_EVENTS)
        store = EventStore()
        for start in range(0, 3_000, 100):
            store.add([numbered(n, at=n) for n in range(start, start + 100)])
        packed = [piece.chunk.packed for piece in store.pieces]
        assert packed == [True] * 5 + [False]
        assert [event.recorded_at for event in store] == list(range(3_000))
