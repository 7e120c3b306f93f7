"""Whatever happens to a payload, it is read, ignored or kept as damaged: nothing raises."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.model.envelope import Ignored, MailEvent, Unparseable, read_invocation, read_text
from recorder.model.event import event_to_json
from recorder.model.item import from_item, to_item
from recorder.model.original import compress_original, expand_original
from recorder.model.page import decode_page, encode_page
from recorder.model.payload import ParsedPayload, UnparseablePayload, parse_payload
from tests.model.mutations import MESSAGE_ID, PAYLOADS, at, paths, reordered, spoilt
from tests.payloads import Payload, eventbridge_event, send, sns_document, sns_event, sqs_event

RECORDED_AT = 1_795_413_610_000


def assert_storable(parsed: ParsedPayload) -> None:
    events = parsed.events
    assert events
    assert len({event.event_id for event in events}) == len(events)
    assert sum(event.counted for event in events) >= 1
    for event in events:
        item = to_item(event, partition_key=parsed.partition_key, expires_at=5)
        assert from_item(item) == event
        assert sum(len(str(value).encode()) for value in item.values()) < 300_000
        assert json.dumps(event_to_json(event), ensure_ascii=False).encode()
    assert decode_page(encode_page(events)).events == events


@settings(max_examples=400)
@given(spoilt())
def test_a_spoilt_payload_is_read_ignored_or_kept(payload: Payload) -> None:
    body = json.dumps(payload)
    contents = read_text(body)
    assert contents
    for content in contents:
        if isinstance(content, Unparseable):
            assert content.text == body
        elif isinstance(content, MailEvent):
            parsed = parse_payload(content.payload, recorded_at=RECORDED_AT, keep_subject=True)
            assert_storable(parsed)
            again = parse_payload(reordered(content.payload), recorded_at=RECORDED_AT)
            assert parsed.partition_key == again.partition_key


@settings(max_examples=200)
@given(spoilt())
def test_a_spoilt_payload_has_the_same_ids_by_every_way(payload: Payload) -> None:
    def ids(contents: Any) -> list[list[str]]:
        return [
            [event.event_id for event in parse_payload(c.payload, recorded_at=1).events]
            for c in contents
            if isinstance(c, MailEvent)
        ]

    (by_queue,) = read_invocation(sqs_event(sns_document(payload)))
    (by_topic,) = read_invocation(sns_event(payload))
    by_file = read_text(json.dumps(payload, indent=1) + "\n" + json.dumps(send(), indent=1))
    assert ids(by_queue.contents) == ids(by_topic.contents) == ids(by_file)[:-1]


@settings(max_examples=200)
@given(spoilt(), st.booleans(), st.booleans())
def test_the_original_of_a_spoilt_payload_comes_back(
    payload: Payload, headers: bool, subject: bool
) -> None:
    try:
        parse_payload(payload, recorded_at=RECORDED_AT)
    except UnparseablePayload:
        return
    stored = compress_original(payload, keep_headers=headers, keep_subject=subject)
    found = json.loads(expand_original(stored.body, stored.dictionary_version))
    assert isinstance(found, dict)
    assert set(found) <= set(payload)


@given(PAYLOADS, st.data())
def test_one_field_spoilt_costs_nothing_else(payload: Payload, data: st.DataObject) -> None:
    """All but what tells type and mail may be anything: the event is stored under its message."""
    keys = ("eventType", "notificationType", "mail")
    free = [path for path in paths(payload) if len(path) > 1 and path != ("mail", "messageId")]
    assert all(path[0] not in keys[:2] for path in free)
    path = data.draw(st.sampled_from(free))
    holder = at(payload, path[:-1])
    holder[path[-1]] = data.draw(st.sampled_from([None, [], {}, "", "text", 0, -1.5, True]))
    (content,) = read_text(json.dumps(payload))
    assert isinstance(content, MailEvent)
    events = parse_payload(content.payload, recorded_at=RECORDED_AT).events
    assert events
    assert all(event.message_id == MESSAGE_ID for event in events)


@given(PAYLOADS, st.data())
def test_a_body_cut_off_anywhere_is_kept(payload: Payload, data: st.DataObject) -> None:
    body = json.dumps(payload)
    cut = body[: data.draw(st.integers(1, len(body) - 1))]
    (content,) = read_text(cut)
    assert isinstance(content, Unparseable)
    assert content.text == cut


@settings(max_examples=300)
@given(
    spoilt(
        PAYLOADS.map(lambda payload: sqs_event(sns_document(payload), payload))
        | PAYLOADS.map(lambda payload: sns_event(payload, payload))
        | st.builds(send).map(eventbridge_event)
    )
)
def test_a_spoilt_invocation_never_raises_and_keeps_every_record(event: Payload) -> None:
    for record in read_invocation(event):
        assert record.contents
        for content in record.contents:
            assert isinstance(content, MailEvent | Ignored | Unparseable)
            if isinstance(content, Unparseable):
                assert content.text
            elif isinstance(content, MailEvent):
                parse_payload(content.payload, recorded_at=RECORDED_AT)


@given(spoilt(), st.integers(0, 2))
def test_a_spoilt_record_costs_its_batch_nothing(payload: Payload, position: int) -> None:
    good = [send(), send()]
    bodies: list[Any] = [*good]
    bodies.insert(position, payload)
    records = read_invocation(sqs_event(*bodies, ids=["0", "1", "2"]))
    assert [record.item_identifier for record in records] == ["0", "1", "2"]
    found = [record.contents for index, record in enumerate(records) if index != position]
    assert found == [(MailEvent(payload, None),) for payload in good]


@given(st.text() | st.text(st.sampled_from('{}[]",:\\ \n1aé\ud800')))
def test_no_text_raises(text: str) -> None:
    for content in read_text(text):
        if isinstance(content, MailEvent):
            parse_payload(content.payload, recorded_at=RECORDED_AT)
