import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.model.event import Event
from recorder.model.item import (
    FILLABLE_ATTRIBUTES,
    attach_original,
    from_item,
    is_expired,
    to_item,
)
from recorder.model.keys import index_keys, message_key, orphan_key
from recorder.model.original import compress_original
from recorder.model.payload import parse_payload
from tests import payloads
from tests.events import NOON, make_event
from tests.model.strategies import events


def item_of(event: Event, expires_at: int | None = None) -> dict[str, dict[str, Any]]:
    key = orphan_key("0" * 16) if event.message_id is None else message_key(event.message_id)
    return to_item(event, partition_key=key, expires_at=expires_at)


@given(events())
def test_an_item_gives_its_event_back(event: Event) -> None:
    assert from_item(item_of(event)) == event


@given(events())
def test_an_item_holds_only_what_dynamodb_takes(event: Event) -> None:
    for value in item_of(event, 1).values():
        ((kind, content),) = value.items()
        assert kind in ("S", "N")
        assert isinstance(content, str)
        assert content.encode()


@pytest.mark.parametrize("message_id", ["~looks-like-none", "~0000000000000000", "ü" * 3000, "#|#"])
def test_an_unusual_message_id_comes_back_whole(message_id: str) -> None:
    assert from_item(item_of(make_event(message_id=message_id))).message_id == message_id


def test_an_event_without_message_id_has_a_partition_of_its_own() -> None:
    orphans = [payloads.send(source=f"{name}@shop.example") for name in ("orders", "news")]
    for payload in orphans:
        del payload["mail"]["messageId"]
    parsed = [parse_payload(payload, recorded_at=1) for payload in orphans]
    assert len({one.partition_key for one in parsed}) == 2
    for one in parsed:
        (event,) = one.events
        item = to_item(event, partition_key=one.partition_key, expires_at=None)
        assert from_item(item).message_id is None


@pytest.mark.parametrize("missing", ["pk", "sk", "y", "r"])
def test_an_item_that_is_no_event_is_refused(missing: str) -> None:
    item = item_of(make_event())
    del item[missing]
    with pytest.raises((KeyError, ValueError)):
        from_item(item)


def test_an_index_item_shows_what_it_has() -> None:
    event = make_event("Bounce", recipient_raw="Ada <a@b.example>", tags={"a": ["b"]})
    item = item_of(event)
    del item["tg"]
    assert from_item(item) == event._replace(tags=None)


def test_expiry_is_in_seconds_and_may_be_missing() -> None:
    event = make_event()
    assert not is_expired(item_of(event), NOON)
    assert is_expired(item_of(event, NOON // 1000), NOON)
    assert not is_expired(item_of(event, NOON // 1000 + 1), NOON)


def test_a_later_form_may_fill_no_key_and_nothing_counted() -> None:
    keys = {"pk", "sk", *index_keys(make_event("Bounce"))}
    assert not FILLABLE_ATTRIBUTES & (keys | {"r", "x", "h", "n", "y", "a"})


def item_with_original(payload: dict[str, Any]) -> tuple[Event, dict[str, dict[str, Any]]]:
    event = parse_payload(payload, recorded_at=NOON).events[0]
    item = item_of(event)
    attach_original(item, compress_original(payload, keep_headers=False, keep_subject=False))
    return event, item


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=3), max_size=4))
def test_tags_come_back_from_the_original_that_holds_them(tags: dict[str, list[str]]) -> None:
    payload = payloads.delivery(generation="event")
    payload["mail"]["tags"] = tags
    event, item = item_with_original(payload)
    assert "tg" not in item
    assert from_item(item) == event


def test_tags_come_back_from_a_stream_record_whose_original_is_base64() -> None:
    event, item = item_with_original(payloads.delivery(generation="event"))
    item["o"] = {"B": base64.b64encode(item["o"]["B"]).decode()}
    assert event.tags
    assert from_item(item) == event


def test_tags_stay_beside_an_original_that_was_cut() -> None:
    payload = payloads.delivery(generation="event")
    event = parse_payload(payload, recorded_at=NOON).events[0]
    item = item_of(event)
    original = compress_original(payload, keep_headers=False, keep_subject=False, maximum_bytes=99)
    assert original.cut
    attach_original(item, original)
    assert from_item(item) == event


def test_an_original_of_an_unknown_dictionary_costs_the_tags_and_not_the_event() -> None:
    event, item = item_with_original(payloads.delivery(generation="event"))
    item["ov"] = {"N": "999"}
    assert from_item(item) == event._replace(tags=None)
