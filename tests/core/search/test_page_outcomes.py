"""Told from pages, an outcome is that of the whole message; what pages cannot tell is left over."""

from collections.abc import Hashable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.event import Event
from recorder.model.page import decode_page, encode_page
from ses_tui.core.message_story import Outcome, fact_of, outcomes_of
from ses_tui.core.search.page_outcomes import SENT_EARLY_MS, PageOutcomes
from tests.events import NOON, make_event

MINUTE = 60_000
HOUR = 60 * MINUTE
SINCE = NOON - 3 * HOUR
_delays = st.sampled_from((-5_000, 0, 900, 90_000, HOUR))
_kinds = st.sampled_from(
    (
        {"event_type": "Send"},
        {"event_type": "Delivery"},
        {"event_type": "DeliveryDelay"},
        {"event_type": "Bounce", "bounce_type": "Permanent"},
        {"event_type": "Bounce", "bounce_type": "Transient"},
        {"event_type": "Bounce", "bounce_type": None},
        {"event_type": "Complaint", "complaint_type": "abuse", "feedback_id": "one"},
        {"event_type": "Complaint", "complaint_type": "not-spam", "feedback_id": "two"},
        {"event_type": "Complaint"},
        {"event_type": "Open"},
        {"event_type": "Reject", "event_time": None},
    )
)
_recipients = st.sampled_from(("ann@shop.example", "bob@shop.example", None))
_messages = st.tuples(
    st.integers(0, 120), st.lists(st.tuples(_kinds, _delays, _recipients), min_size=1, max_size=4)
)


def _may_be_filled(event: Event) -> bool:
    """Whether a second form of the event may bring what its outcome hangs on."""
    if event.event_type == "Complaint":
        return event.complaint_type is None or event.feedback_id is None
    return event.event_time is None or (event.event_type == "Bounce" and event.bounce_type is None)


@settings(max_examples=60)
@given(st.lists(_messages, max_size=12), st.integers(1, 7), st.integers(0, 30_000))
def test_told_or_left_over(
    messages: list[tuple[int, list[tuple[dict[str, Any], int, str | None]]]], size: int, late: int
) -> None:
    events: list[Event] = []
    truth: dict[str, dict[Hashable, Outcome]] = {}
    for number, (minutes, own) in enumerate(messages):
        sent = SINCE + minutes * MINUTE - 10 * MINUTE
        story = [
            make_event(
                at=sent + delay,
                message_id=f"m{number}",
                sent_time=sent,
                recipient=recipient,
                **({"event_time": sent + delay} | fields),
            )
            for fields, delay, recipient in own
        ]
        events += story
        truth[f"m{number}"] = outcomes_of(map(fact_of, story))
    whole = {
        message: all(not _may_be_filled(each) for each in events if each.message_id == message)
        for message in truth
    }
    # A page is filed behind its events, some of them later than others that were recorded first.
    read = [event for event in events if SINCE - SENT_EARLY_MS <= event.recorded_at < NOON]
    read.sort(key=lambda event: event.recorded_at + int(event.event_id[-1]) * late, reverse=True)
    outcomes = PageOutcomes(SINCE - SENT_EARLY_MS)
    told: list[tuple[Event, Outcome]] = []
    left: list[Event] = []
    for start in range(0, len(read), size):
        page = read[start : start + size]
        outcomes.take_in(decode_page(encode_page(page)).columns)
        outcomes.wait(page)
        behind = read[start + size :]
        reached = max((event.recorded_at for event in behind), default=SINCE - SENT_EARLY_MS - 1)
        settled, unknown = outcomes.settle(reached + 1)
        told += settled
        left += unknown
    assert outcomes.left_over() == []
    assert {e.event_id for e in [*(e for e, _ in told), *left]} == {e.event_id for e in read}
    for event, outcome in told:
        assert outcome is truth[event.message_id or ""][event.recipient]
    for event in left:
        assert (event.sent_time or 0) < SINCE or not whole[event.message_id or ""]


def test_it_waits_until_the_message_is_whole_and_no_longer() -> None:
    bounce = make_event("Bounce", at=NOON, sent_time=NOON - HOUR, bounce_type="Permanent")
    arrival = bounce._replace(event_id="arrival", event_type="Delivery", recorded_at=NOON - HOUR)
    nameless = make_event("Send", message_id=None)
    outcomes = PageOutcomes(0)
    for event in (bounce, nameless):
        outcomes.take_in(decode_page(encode_page([event])).columns)
        outcomes.wait([event])
    assert outcomes.settle(NOON - MINUTE) == ([(nameless, Outcome.SENT)], [])
    outcomes.take_in(decode_page(encode_page([arrival])).columns)
    assert outcomes.settle(NOON - HOUR) == ([], [])
    told = outcomes.settle(NOON - HOUR - SENT_EARLY_MS)
    assert told == ([(bounce, Outcome.BOUNCED_AFTER_DELIVERY)], [])
    assert outcomes.left_over() == []


def test_after_giving_up_everything_is_left_to_others() -> None:
    event = make_event("Send", sent_time=NOON)
    strange = make_event("Send", sent_time=NOON, event_time="noon")
    outcomes = PageOutcomes(0)
    outcomes.wait([event])
    outcomes.take_in(decode_page(encode_page([event, strange])).columns)
    outcomes.take_in(decode_page(encode_page([event])).columns)
    assert outcomes.settle(0) == ([], [event])
