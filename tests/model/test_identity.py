import base64
import json
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import EVENT_TYPES
from recorder.model.identity import make_event_id, short_hash
from recorder.model.payload import hash_payload, parse_payload
from tests.payloads import (
    Payload,
    bounce,
    click,
    complaint,
    delivery,
    delivery_delay,
    every_type,
    open_event,
    send,
    subscription,
)


def ids(payload: Payload, **options: Any) -> list[str]:
    parsed = parse_payload(payload, recorded_at=options.pop("recorded_at", 1), **options)
    return [event.event_id for event in parsed.events]


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return value


def test_an_id_is_sixteen_characters_that_sort_as_text() -> None:
    event_id = make_event_id("m", "Send", "a@x.example", "")
    assert len(event_id) == 16
    assert event_id == make_event_id("m", "Send", "A@X.example", "")
    assert set(event_id) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUV")


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_id_depends_on_no_clock_envelope_or_order_of_keys(event_type: str) -> None:
    payload = every_type(recipients=["a@x.example", "b@x.example"])[event_type]
    assert ids(payload) == ids(reordered(payload), recorded_at=9, region="x", historic=True)
    assert hash_payload(payload) == hash_payload(reordered(payload))


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@pytest.mark.parametrize("missing", ["messageId", "timestamp"])
def test_ids_stay_the_same_where_something_is_missing(event_type: str, missing: str) -> None:
    payload = every_type()[event_type]
    for value in payload.values():
        if isinstance(value, dict):
            value.pop(missing, None)
    assert ids(payload) == ids(reordered(payload))


@pytest.mark.parametrize("build", [bounce, complaint, delivery])
@pytest.mark.parametrize("with_feedback_id", [True, False])
def test_both_generations_of_one_event_have_one_id(build: Any, with_feedback_id: bool) -> None:
    payloads = [build(message_id="m", generation=g) for g in ("event", "notification")]
    for payload in payloads:
        for value in payload.values():
            if isinstance(value, dict) and "feedbackId" in value:
                value["feedbackId"] = "f" if with_feedback_id else None
    assert ids(payloads[0]) == ids(payloads[1])


@pytest.mark.parametrize("build", [delivery, delivery_delay, subscription, open_event, click])
def test_one_time_written_in_two_ways_is_one_event(build: Any) -> None:
    times = ("2026-11-23T06:00:02.500Z", "2026-11-23T08:00:02.5 +0200")
    one, other = (build(message_id="m", time=time) for time in times)
    assert ids(one) == ids(other)


def test_the_case_and_form_of_an_address_make_no_other_event() -> None:
    one = send(message_id="m", recipients=["ada@x.example"])
    other = send(message_id="m", recipients=["Ada King <ADA@X.example>"])
    assert ids(one) == ids(other)


def test_a_later_form_with_more_in_it_is_the_same_event() -> None:
    plain = bounce(message_id="m", feedback_id="f", status=None, diagnostic=None, headers=False)
    detailed = bounce(message_id="m", feedback_id="f", tags={"campaign": ["autumn"]})
    assert ids(plain) == ids(detailed)


DIFFERENT = [
    send(message_id="m"),
    send(message_id="n"),
    send(message_id="m", recipients=["else@x.example"]),
    bounce(message_id="m", feedback_id="1"),
    bounce(message_id="m", feedback_id="2"),
    complaint(message_id="m", feedback_id="1"),
    delivery(message_id="m"),
    delivery(message_id="m", time="2026-11-23T06:00:02.501Z"),
    delivery_delay(message_id="m"),
    open_event(message_id="m"),
    open_event(message_id="m", time="2026-11-23T06:00:02.501Z"),
    open_event(message_id="m", ip_address="192.0.2.45"),
    open_event(message_id="m", user_agent="Other"),
    click(message_id="m"),
    click(message_id="m", link="https://harbour.example/other"),
    subscription(message_id="m"),
    send(message_id="m") | {"eventType": "Novelty"},
    send(message_id="m") | {"eventType": "Novelty", "novelty": {"n": 1}},
]


def test_different_events_have_different_ids() -> None:
    found = [event_id for payload in DIFFERENT for event_id in ids(payload)]
    assert len(found) == len(set(found)) == len(DIFFERENT)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_events_without_a_message_id_are_never_taken_for_one_another(event_type: str) -> None:
    payloads = [every_type(message_id=m)[event_type] for m in ("1", "2")]
    for number, payload in enumerate(payloads):
        payload["mail"]["messageId"] = None
        payload["mail"]["callerIdentity"] = number
    assert not set(ids(payloads[0])) & set(ids(payloads[1]))


@pytest.mark.parametrize("build", [delivery, delivery_delay, open_event, click, subscription])
def test_events_without_a_time_are_told_apart_by_their_content(build: Any) -> None:
    one, other = (build(message_id="m", time=None) for _ in "12")
    assert ids(one) == ids(other)
    other["mail"]["sourceIp"] = "192.0.2.1"
    assert ids(one) != ids(other)


def test_odd_content_has_a_lasting_hash_too() -> None:
    payload = json.loads(json.dumps(send(subject="\ud83d", message_id="m")))
    payload["big"] = 10**30
    del payload["mail"]["messageId"]
    assert ids(payload) == ids(reordered(payload))


@given(st.binary(max_size=40))
def test_a_hash_is_base32hex_as_the_standard_library_writes_it(material: bytes) -> None:
    digest = blake2b(material, digest_size=10).digest()
    assert short_hash(material) == base64.b32hexencode(digest).decode()
