from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.breakdown import Breakdown, BreakdownRow, Dimension, narrowed
from ses_tui.core.query import Query
from ses_tui.core.store import EventStore
from tests.events import NOON, make_event


def store_of(*events: Event, capacity: int = 1_000) -> EventStore:
    store = EventStore(capacity)
    store.add(events)
    return store


def counted(store: EventStore, size: int = 3) -> Breakdown:
    breakdown = Breakdown(store)
    while not breakdown.complete:
        breakdown.count_slice(size=size)
    return breakdown


MIXED = (
    *(make_event(recipient=f"a{n}@good.example", at=NOON + n) for n in range(9)),
    make_event("Bounce", at=NOON + 20, recipient="b@bad.example", bounce_subtype="General"),
    make_event("Bounce", at=NOON + 21, recipient="c@bad.example", smtp_status="5.1.1"),
    make_event("Complaint", at=NOON + 22, recipient="d@mixed.example", complaint_type="abuse"),
    make_event("Delivery", at=NOON + 23, recipient="e@mixed.example", identity="shop.example"),
    make_event("Open", at=NOON + 24, recipient=None, configuration_set="news"),
)


def test_names_with_problems_come_first_then_the_frequent_ones() -> None:
    breakdown = counted(store_of(*MIXED))
    assert breakdown.rows(Dimension.DOMAIN, 9) == [
        BreakdownRow("bad.example", 2, 2),
        BreakdownRow("mixed.example", 2, 1),
        BreakdownRow("good.example", 9, 0),
    ]
    types = [(row.name, row.count) for row in breakdown.rows(Dimension.TYPE, 9)]
    assert types == [("Bounce", 2), ("Complaint", 1), ("Delivery", 10), ("Open", 1)]
    assert breakdown.rows(Dimension.SET, 9) == [BreakdownRow("news", 1, 0)]
    assert breakdown.named(Dimension.DOMAIN) == 13
    assert breakdown.names(Dimension.DOMAIN) == 3
    assert len(breakdown.rows(Dimension.DOMAIN, 2)) == 2


def test_counting_says_how_far_it_is_and_begins_with_the_newest() -> None:
    breakdown = Breakdown(store_of(*MIXED))
    assert breakdown.progress == 0
    breakdown.count_slice(size=7)
    assert breakdown.progress == 0.5
    assert not breakdown.complete
    names = {row.name for row in breakdown.rows(Dimension.TYPE, 9)}
    assert {"Open", "Complaint"} <= names
    breakdown.count_slice(size=7)
    assert breakdown.complete
    assert breakdown.progress == 1


def test_counting_is_not_over_while_the_filter_still_looks() -> None:
    breakdown = Breakdown(store_of())
    breakdown.count_slice(more_to_come=True)
    assert not breakdown.complete
    breakdown.count_slice()
    assert breakdown.complete


@st.composite
def steps(draw: st.DrawFn) -> list[tuple[str, list[int]]]:
    moments = st.lists(st.integers(0, 60), max_size=6)
    return draw(st.lists(st.tuples(st.sampled_from(["add", "count"]), moments), max_size=20))


@given(steps(), st.integers(1, 4))
def test_whatever_comes_and_goes_while_counting_the_counts_are_those_of_the_store(
    script: list[tuple[str, list[int]]], size: int
) -> None:
    store = EventStore(12)
    breakdown = Breakdown(store)
    for what, moments in script:
        if what == "count":
            breakdown.count_slice(size=size)
        else:
            kinds = ("Bounce", "Delivery", "Send")
            change = store.add(
                make_event(kinds[m % 3], at=NOON + m, recipient=f"a@d{m % 4}.example")
                for m in moments
            )
            breakdown.change(change.added, change.dropped)
    while not breakdown.complete:
        breakdown.count_slice(size=size)
    events = list(store.events_between(0, len(store)))
    assert breakdown.total == len(events)
    domains = Counter((event.recipient or "").rpartition("@")[2] for event in events)
    rows = breakdown.rows(Dimension.DOMAIN, 99)
    assert {row.name: row.count for row in rows} == domains
    assert sum(row.problems for row in rows) == sum(e.event_type == "Bounce" for e in events)


@pytest.mark.parametrize(
    ("query", "dimension", "name", "result"),
    [
        ("", Dimension.DOMAIN, "gmail.com", "domain:gmail.com"),
        ("type:bounce", Dimension.DOMAIN, "gmail.com", "type:bounce domain:gmail.com"),
        ("domain:a.test word domain:b.test", Dimension.DOMAIN, "a.test", "word domain:a.test"),
        ("-domain:x.test", Dimension.DOMAIN, "a.test", "-domain:x.test domain:a.test"),
        ("domain:*.test", Dimension.DOMAIN, "a.test", "domain:a.test"),
        ("", Dimension.SET, "spring news", 'set:"spring news"'),
        ("", Dimension.SET, 'the "best"', 'set:"the *best*"'),
        ("", Dimension.TYPE, "BrandNew", "type:BrandNew*"),
        ("", Dimension.TYPE, "Bounce", "type:Bounce"),
    ],
)
def test_narrowing(query: str, dimension: Dimension, name: str, result: str) -> None:
    assert narrowed(Query.parse(query).terms, dimension, name) == result
    assert Query.parse(result).text == result


@pytest.mark.parametrize("dimension", list(Dimension))
def test_a_narrowed_filter_shows_as_many_events_as_were_counted(dimension: Dimension) -> None:
    events = (
        *MIXED,
        make_event("Complaint", complaint_type="abuse", complaint_subtype="OnAccountSuppression"),
        make_event("DeliveryDelay", delay_type="MailboxFull", smtp_status="4.2.2"),
        make_event("BrandNew", configuration_set="a b", identity="x.example"),
    )
    breakdown = counted(store_of(*events))
    rows = breakdown.rows(dimension, 99)
    assert rows
    for row in rows:
        query = Query.parse(narrowed((), dimension, row.name))
        assert sum(map(query.matches, events)) == row.count
