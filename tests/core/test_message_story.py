from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.event import Event
from ses_tui.core.message_story import (
    Fact,
    Kind,
    Outcome,
    outcome_of_kinds,
    outcomes_of,
    tell_story,
)
from tests.events import NOON, make_event


def at(minute: int, event_type: str, **fields: Any) -> Event:
    fields.setdefault("recipient", "ada@customer.example")
    return make_event(event_type, at=NOON + minute * 60_000, message_id="m", **fields)


SEND = at(0, "Send")
DELAY = at(1, "DeliveryDelay")
DELIVERY = at(2, "Delivery")
SOFT = {"bounce_type": "Transient", "bounce_subtype": "General"}
HARD = {"bounce_type": "Permanent", "bounce_subtype": "General"}
HISTORY = [
    SEND,
    at(0, "Send", recipient="bob@customer.example"),
    at(0, "Send", recipient="cyd@customer.example"),
    DELAY,
    DELIVERY,
    at(2, "Delivery", recipient="bob@customer.example"),
    at(2, "Bounce", recipient="cyd@customer.example", **SOFT),
    at(3, "Bounce", **HARD),
    at(9, "Complaint", recipient="bob@customer.example", feedback_id="f"),
    at(9, "Complaint", recipient="cyd@customer.example", feedback_id="f"),
]


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([SEND], Outcome.SENT),
        ([SEND, DELAY], Outcome.DELAYED),
        ([SEND, DELAY, DELIVERY], Outcome.DELIVERED),
        ([DELIVERY, SEND], Outcome.DELIVERED),
        ([SEND, at(1, "Bounce", **SOFT)], Outcome.SOFT_BOUNCE),
        ([SEND, at(1, "Bounce", **SOFT), DELIVERY], Outcome.DELIVERED),
        ([DELIVERY, at(3, "Bounce", **SOFT)], Outcome.DELIVERED_SOFT_BOUNCE),
        ([SEND, at(1, "Bounce", **HARD)], Outcome.BOUNCED),
        ([DELIVERY, at(3, "Bounce", **HARD)], Outcome.BOUNCED_AFTER_DELIVERY),
        ([SEND, at(1, "Bounce", bounce_type="Undetermined")], Outcome.UNDETERMINED_BOUNCE),
        ([SEND, at(1, "Reject")], Outcome.REJECTED),
        ([at(0, "RenderingFailure")], Outcome.RENDERING_FAILURE),
        ([DELIVERY, at(9, "Complaint", feedback_id="f")], Outcome.COMPLAINT),
        ([DELIVERY, at(9, "Complaint", complaint_type="not-spam")], Outcome.DELIVERED),
        ([SEND, at(5, "Open")], Outcome.DELIVERED),
        ([at(5, "Subscription")], Outcome.UNKNOWN),
    ],
)
def test_the_gravest_thing_decides(events: list[Event], outcome: Outcome) -> None:
    story = tell_story("m", events)
    assert [recipient.status for recipient in story.recipients] == [outcome]


def test_an_open_proves_nothing_where_two_could_have_opened() -> None:
    events = [
        at(0, "Send", recipient="ada@customer.example"),
        at(0, "Send", recipient="bob@customer.example"),
        at(5, "Open", recipient="ada@customer.example"),
        at(5, "Open", recipient="bob@customer.example"),
    ]
    assert {r.status for r in tell_story("m", events).recipients} == {Outcome.SENT}


def test_a_complaint_with_several_suspects_is_only_possible() -> None:
    events = [
        at(9, "Complaint", recipient="ada@customer.example", feedback_id="f"),
        at(9, "Complaint", recipient="bob@customer.example", feedback_id="f"),
    ]
    statuses = {r.status for r in tell_story("m", events).recipients}
    assert statuses == {Outcome.POSSIBLE_COMPLAINT}


@given(st.permutations(HISTORY))
def test_the_order_of_arrival_changes_nothing(arrived: list[Event]) -> None:
    assert tell_story("m", arrived) == tell_story("m", HISTORY)


FACTS = st.builds(
    Fact, st.sampled_from(Kind), st.integers(0, 3), st.sampled_from("ab"), st.sampled_from("xy")
)


@settings(max_examples=60)
@given(st.lists(FACTS, max_size=6))
def test_kinds_alone_tell_the_same_or_that_they_do_not_tell(facts: list[Fact]) -> None:
    outcomes = outcomes_of(facts)
    for recipient, outcome in outcomes.items():
        own = sum({1 << fact.kind for fact in facts if fact.recipient == recipient})
        assert outcome_of_kinds(own, len(outcomes) == 1) in (None, outcome)
    assert outcome_of_kinds(1 << Kind.SEND | 1 << Kind.OPEN_OR_CLICK, True) is Outcome.DELIVERED


def test_each_recipient_has_a_status_of_its_own_in_order_of_appearance() -> None:
    events = [
        at(0, "Send", recipient="ada@customer.example"),
        at(0, "Send", recipient="bob@customer.example"),
        at(1, "Delivery", recipient="bob@customer.example"),
        at(2, "Bounce", recipient=None, **HARD),
    ]
    story = tell_story("m", events)
    assert {r.recipient: r.status for r in story.recipients} == {
        "ada@customer.example": Outcome.SENT,
        "bob@customer.example": Outcome.DELIVERED,
        None: Outcome.BOUNCED,
    }
    assert len(story.events) == 4
