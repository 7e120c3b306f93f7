"""What a row of the published recorder becomes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.event import BOUNCE, DELIVERY, Event
from recorder.model.imported import imported_id, imported_ids
from recorder.model.payload import parse_payload
from ses_tui.core.takeover.signiant_row import (
    RECENT_MS,
    RowKind,
    UnreadableRowError,
    event_of_row,
    is_recent,
)
from tests import payloads
from tests.takeover.rows import row_of

NOW = 1_795_435_200_000
KINDS = {BOUNCE: RowKind.BOUNCES, DELIVERY: RowKind.DELIVERIES}
SAME_FIELDS = (
    "event_type", "message_id", "recipient", "recipient_raw", "sender", "bounce_type",
    "bounce_subtype", "diagnostic", "reporting_mta", "processing_ms",
)  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> Event:
    """An event as SES's own words make it."""
    bounced = draw(st.booleans())
    local = draw(st.sampled_from(["Ann.Lee", "ann.lee", '"a b"', "o'neil+x", "#1", "café"]))
    recipient = draw(st.sampled_from(["{}@Inbox.test", "Ann <{}@inbox.test>"])).format(local)
    second, millisecond = draw(st.integers(10, 59)), draw(st.integers(0, 999))
    time = f"2026-11-0{draw(st.integers(1, 9))}T06:00:{second}.{millisecond:03d}Z"
    make = payloads.bounce if bounced else payloads.delivery
    event: Event = parse_payload(make(recipients=[recipient], time=time), recorded_at=NOW).events[0]
    return event


@given(events(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_row_says_what_the_event_said(event: Event, first_version: bool) -> None:
    row = row_of(event, first_version=first_version)
    taken = event_of_row(row, KINDS[event.event_type], NOW)
    for name in SAME_FIELDS:
        assert getattr(taken, name) == getattr(event, name), name
    assert taken.historic
    assert taken.sent_time is not None
    assert event.event_time is not None
    if first_version and event.event_type == BOUNCE:
        assert taken.event_time is None
        assert taken.recorded_at == taken.sent_time
    else:
        assert taken.event_time == taken.recorded_at == event.event_time // 1000 * 1000
    assert taken.event_id == imported_id(taken) in imported_ids(event)
    assert taken.event_id != event.event_id


@given(events(), events())
@settings(max_examples=60, deadline=None)
def test_rows_of_two_events_are_two(one: Event, other: Event) -> None:
    """Their messages differ: every payload has an id of its own."""
    ids = {event_of_row(row_of(event), KINDS[event.event_type], NOW).event_id
           for event in (one, other)}  # fmt: skip
    assert len(ids) == 2
    assert not set(imported_ids(one)) & set(imported_ids(other))


values = st.one_of(
    st.builds(lambda n: {"N": str(n)}, st.integers() | st.floats()),
    st.builds(lambda text: {"S": text}, st.text(max_size=12) | st.just("UNKNOWN")),
    st.sampled_from([{"NULL": True}, {"BOOL": True}, {"L": []}, {"M": {}}, {"B": b"x"}, {}]),
)
names = st.sampled_from(
    ["recipientAddress", "sesMessageId", "sesTimestamp", "bounceTimestamp", "deliveryTimestamp",
     "sender", "reportingMTA", "bounceType", "diagnosticCode", "smtpResponse", "processingTime"]
)  # fmt: skip


@given(st.dictionaries(names, values), st.sampled_from(RowKind))
@settings(max_examples=200, deadline=None)
def test_any_row_is_an_event_or_says_why_not(row: dict[str, Any], kind: RowKind) -> None:
    whole = {"sesMessageId": {"S": "m"}, "sesTimestamp": {"N": "1790000000"}} | row
    try:
        event = event_of_row(whole, kind, NOW)
    except UnreadableRowError:
        pass
    else:
        assert event.historic
        assert 0 < event.recorded_at <= NOW + 86_400_000
        assert event.message_id
        assert "UNKNOWN" not in (event.recipient, event.diagnostic, event.reporting_mta)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sesMessageId": {"S": " "}}, "sesMessageId is missing"),
        ({"bounceTimestamp": {"S": "soon"}}, "bounceTimestamp is no time in seconds"),
        ({"bounceTimestamp": {"N": "1790000000000"}}, "no time in seconds"),
        ({"bounceTimestamp": {"N": "9790000000"}}, "lies in the future"),
        (
            {"bounceTimestamp": {"NULL": True}, "sesTimestamp": {"NULL": True}},
            "no time of the event or of sending",
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why(change: dict[str, Any], reason: str) -> None:
    event = parse_payload(payloads.bounce(), recorded_at=NOW).events[0]
    with pytest.raises(UnreadableRowError, match=reason):
        event_of_row(row_of(event) | change, RowKind.BOUNCES, NOW)


def test_tables_the_wrong_way_round_are_noticed() -> None:
    event = parse_payload(payloads.bounce(), recorded_at=NOW).events[0]
    with pytest.raises(UnreadableRowError, match="the wrong way round"):
        event_of_row(row_of(event), RowKind.DELIVERIES, NOW)


def test_recent_rows_are_left_to_the_recorder() -> None:
    event = parse_payload(payloads.bounce(), recorded_at=NOW).events[0]
    assert is_recent(event._replace(recorded_at=NOW - RECENT_MS + 1), NOW)
    assert not is_recent(event._replace(recorded_at=NOW - RECENT_MS), NOW)
