from typing import Any

import pytest

from recorder.model.event import COUNTED_PER_NOTIFICATION, EVENT_TYPES
from tests.model.parsing import parse, parse_one
from tests.payloads import bounce, every_type, send

TYPES_OF_THE_WHOLE_MAIL = (
    "Send",
    "Reject",
    "RenderingFailure",
    "Open",
    "Click",
    "Subscription",
)
RECIPIENT_LISTS = {
    "Bounce": ("bounce", "bouncedRecipients"),
    "Complaint": ("complaint", "complainedRecipients"),
    "Delivery": ("delivery", "recipients"),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients"),
}


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_fifty_recipients_are_fifty_events_and_counted_as_the_type_counts(event_type: str) -> None:
    recipients = [f"person{number}@mill.example" for number in range(50)]
    events = parse(every_type(recipients=recipients)[event_type])
    assert [event.recipient for event in events] == recipients
    assert len({event.event_id for event in events}) == 50
    once = event_type in COUNTED_PER_NOTIFICATION
    assert [event.counted for event in events] == [True] + [not once] * 49


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_one_address_written_twice_is_one_recipient(event_type: str) -> None:
    recipients = ["Ada@mill.example", "b@mill.example", "A. King <ada@MILL.example>"]
    events = parse(every_type(recipients=recipients)[event_type])
    assert [event.recipient_raw for event in events] == recipients[:2]


@pytest.mark.parametrize("event_type", RECIPIENT_LISTS)
@pytest.mark.parametrize("value", [None, [], [None], [{}], {}, 0.5, "absent"])
def test_the_destination_never_stands_in_for_missing_recipients(
    event_type: str, value: Any
) -> None:
    payload = every_type()[event_type]
    key, name = RECIPIENT_LISTS[event_type]
    payload[key][name] = value
    if value == "absent":
        del payload[key][name]
    event = parse_one(payload)
    assert event.recipient in (None, "0.5")
    assert event.recipient != payload["mail"]["destination"][0]


@pytest.mark.parametrize("event_type", TYPES_OF_THE_WHOLE_MAIL)
@pytest.mark.parametrize("value", [None, [], {}, [[]], "", [" "]])
def test_an_event_of_nobody_is_still_an_event(event_type: str, value: Any) -> None:
    payload = every_type()[event_type]
    payload["mail"]["destination"] = value
    event = parse_one(payload)
    assert (event.recipient, event.recipient_raw, event.counted) == (None, None, True)
    del payload["mail"]["destination"]
    assert parse_one(payload).recipient is None


@pytest.mark.parametrize("event_type", RECIPIENT_LISTS)
@pytest.mark.parametrize(
    "value",
    [
        ["x@y.example"],
        [{"emailAddress": "x@y.example"}],
        "x@y.example",
        {"emailAddress": "x@y.example"},
        [{"emailAddress": ["x@y.example", None]}],
        [None, {"emailAddress": None}, "X <x@y.example>", [], {"emailAddress": {}}],
    ],
)
def test_a_recipient_may_be_a_string_or_an_object_in_a_list_or_alone(
    event_type: str, value: Any
) -> None:
    payload = every_type()[event_type]
    key, name = RECIPIENT_LISTS[event_type]
    payload[key][name] = value
    assert parse_one(payload).recipient == "x@y.example"


def test_what_happened_to_a_recipient_without_address_is_kept() -> None:
    entries = [{"emailAddress": "a@x.example"}, {"status": "5.0.0", "diagnosticCode": "smtp; 550"}]
    named, unnamed = parse(bounce(bounced=entries))
    assert named.recipient == "a@x.example"
    assert (unnamed.recipient, unnamed.smtp_status, unnamed.diagnostic) == (
        None,
        "5.0.0",
        "smtp; 550",
    )


def test_a_recipient_outside_the_destination_is_one() -> None:
    event = parse_one(bounce(bounced=[{"emailAddress": "forwarded@other.example"}]))
    assert event.recipient == "forwarded@other.example"


def test_several_addresses_in_one_string_are_several_recipients() -> None:
    events = parse(send(recipients=['"A, B" <a@x.example>, c@x.example']))
    assert [event.recipient for event in events] == ["a@x.example", "c@x.example"]


@pytest.mark.parametrize(
    "address",
    ["a#b@x.example", '"a b"@x.example', "a@b@c", "nobody", "ä@x.example", "x" * 5000 + "@y.z"],
)
def test_an_odd_address_is_kept(address: str) -> None:
    event = parse_one(bounce(recipients=[address]))
    assert (event.recipient, event.recipient_raw) == (address, address)
