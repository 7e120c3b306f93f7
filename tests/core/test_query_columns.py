"""Columns of a page and single events are judged alike by every query."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from recorder.model.page import decode_page, encode_page
from ses_tui.core.query import Query
from tests.events import NOON, make_event

ADDRESSES = ("ann@inbox.test", "Bob@xn--bcher-kva.example", "odd", "\u212aim@inbox.test", None)
FIELDS: dict[str, tuple[Any, ...]] = {
    "event_type": ("Send", "Bounce", "Complaint", "a later one"),
    "message_id": ("0100-abc", "0100-ABC", None),
    "event_time": (NOON, None),
    "recorded_at": (NOON - 1, NOON, NOON + 1),
    "recipient": ADDRESSES,
    "recipient_raw": (*ADDRESSES, "Ann <Ann@Inbox.test>"),
    "sender": ("shop@shop.example", None),
    "subject": ("Your order", "\u0130stanbul order", "", None),
    "configuration_set": ("orders", None),
    "identity": ("shop.example", None),
    "bounce_subtype": ("General", None),
    "complaint_type": ("abuse", None),
    "delay_type": ("MailboxFull", None),
    "smtp_status": ("5.1.1", None),
    "diagnostic": ("550 no such user", None),
    "reject_reason": ("Bad content", None),
    "tags": ({"campaign": ["autumn", "sale"]}, {}, None),
    "processing_ms": (0, None),
    "historic": (True, False),
}
TERMS = (
    *("order", "*order", "kim", "i\u0307stanbul", "text:campaign=SALE", "text:5.1", "text:kva"),
    *("to:ann@inbox.test", "to:ann*", "to:*@inbox.test", "domain:b\u00fccher.example"),
    *("b\u00fccher.example", "to:*b\u00fc*"),
    *("domain:inbox.test", "domain:*.test", "from:shop@shop.example", "identity:shop.example"),
    *("id:0100-ABC", "id:*abc", "type:bounce", "type:*o*", "subtype:general", "subtype:abuse"),
    *("status:5.1.1", "status:5.*", "subject:order", "subject:your*", "diagnostic:content"),
    *("tag:campaign", "tag:campaign=sale", "set:orders", "outcome:bounced"),
)
TIMES = ("since:2026-11-23T12:00", "until:2026-11-23T12:00")


def batch_of(chance: Random) -> list[Event]:
    """Events of few values: some columns hold one, some repeat them, some have one for each row."""
    count = chance.randint(1, 9)
    columns = {
        name: chance.choices(values, k=count)
        if chance.random() < 0.7
        else [chance.choice(values)] * count
        for name, values in FIELDS.items()
    }
    return [
        Event(f"e{row}", **{name: values[row] for name, values in columns.items()})
        for row in range(count)
    ]


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Some terms of any kind, with or without times."""
    terms = draw(st.lists(st.sampled_from(("", "-")).flatmap(_signed), max_size=3))
    times = draw(st.lists(st.sampled_from(TIMES), max_size=2, unique=True))
    return Query.parse(" ".join((*terms, *times)), now_ms=NOON)


def _signed(sign: str) -> st.SearchStrategy[str]:
    return st.sampled_from(TERMS).map(lambda term: sign + term)


@given(st.integers(0, 2**32), queries())
def test_columns_and_events_are_judged_alike(seed: int, query: Query) -> None:
    batch = batch_of(Random(seed))
    columns = decode_page(encode_page(batch)).columns
    passing = [event for event in batch if query.may_match(event)]
    assert list(columns.at(query.rows_of(columns))) == passing


def test_each_term_lets_some_of_these_events_through_and_not_others() -> None:
    """Else the property above would hold of it whatever columns did."""
    ann, bob, _, kim, _ = ADDRESSES
    first = Event("e1", **{name: values[0] for name, values in FIELDS.items()})._replace(
        event_type="Bounce",
        subject="Your \u0130stanbul order",
        recipient=ann,
        message_id="0100-ABC",
    )
    other = first._replace(recipient=bob, subject="order", message_id="0100-ABC")
    batch = [first, other, other._replace(sender=kim), Event("e2", "Send", None, None, NOON)]
    columns = decode_page(encode_page(batch)).columns
    for text in (*TERMS, *TIMES):
        query = Query.parse(text)
        passing = [event for event in batch if query.may_match(event)]
        assert list(columns.at(query.rows_of(columns))) == passing
        assert 0 < len(passing) < len(batch) or query.asks_for_outcome, text


@pytest.mark.parametrize("values", [2, 93, 94, 200])
def test_rows_are_found_however_many_different_values_a_column_has(values: int) -> None:
    batch = [make_event(event_id=str(n), subject=f"{n % values}") for n in range(400)]
    columns = decode_page(encode_page(batch)).columns
    for number in (0, values - 1):
        query = Query.parse(f"subject:*{number} -subject:1*{number}")
        found = list(columns.at(query.rows_of(columns)))
        assert found
        assert found == [event for event in batch if query.matches(event)]
