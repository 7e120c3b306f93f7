import json
from typing import Any

import pytest

from recorder.model.envelope import (
    Ignored,
    MailEvent,
    Unparseable,
    read_invocation,
    read_text,
)
from tests.model.wrappings import WRAPPINGS, only_payload, payloads_of
from tests.payloads import (
    DETAIL_TYPES,
    REGION,
    bounce,
    click,
    delivery,
    eventbridge_event,
    every_type,
    open_event,
    send,
    sns_document,
    sns_event,
    sqs_event,
)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("event_type", every_type())
def test_the_event_is_found_in_every_envelope(wrapping: str, event_type: str) -> None:
    payload = every_type()[event_type]
    assert only_payload(WRAPPINGS[wrapping](payload)) == payload


def test_a_batch_may_mix_everything_and_keeps_its_order() -> None:
    first, second, third, fourth = bounce(), send(), click(), delivery()
    batch = sqs_event(
        sns_document(first),
        "Just a note",
        second,
        '{"eventType": "Bounce", "mail": {',
        eventbridge_event(third),
        {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.invalid/"},
        ids=["1", "2", "3", "4", "5", "6"],
    )
    batch["Records"] += sns_event(fourth)["Records"]
    records = read_invocation(batch)
    assert [record.item_identifier for record in records] == ["1", "2", "3", "4", "5", "6", None]
    kinds = [type(record.contents[0]) for record in records]
    assert kinds == [MailEvent, Ignored, MailEvent, Unparseable, MailEvent, Ignored, MailEvent]
    found = [record.contents[0] for record in records if isinstance(record.contents[0], MailEvent)]
    assert [content.payload for content in found] == [first, second, third, fourth]


def test_several_sns_records_are_several_records() -> None:
    payloads = [bounce(), send(), open_event()]
    records = read_invocation(sns_event(*payloads))
    assert [payloads_of(record.contents) for record in records] == [[p] for p in payloads]


def test_records_of_a_pipe_come_without_a_batch_around_them() -> None:
    payload = send()
    (record,) = read_invocation(sqs_event(payload, ids=["abc"])["Records"])
    assert record.item_identifier == "abc"
    assert payloads_of(record.contents) == [payload]


def test_an_sqs_record_is_known_without_its_event_source() -> None:
    event = sqs_event(send(), ids=["abc"])
    del event["Records"][0]["eventSource"]
    (record,) = read_invocation(event)
    assert record.item_identifier == "abc"
    assert isinstance(record.contents[0], MailEvent)


def test_what_waits_in_a_queue_is_read_as_the_aws_cli_prints_it() -> None:
    payloads = [bounce(), send()]
    messages = [
        {
            "MessageId": "abc",
            "ReceiptHandle": "def",
            "MD5OfBody": "0123",
            "Body": json.dumps(sns_document(json.dumps(payload))),
        }
        for payload in payloads
    ]
    assert payloads_of(read_text(json.dumps({"Messages": messages}, indent=4))) == payloads


def test_an_invocation_that_lambda_gave_up_is_read_from_its_failure_destination() -> None:
    payload = bounce()
    given_up = {
        "version": "1.0",
        "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
        "requestPayload": WRAPPINGS["SNS"](payload),
        "responsePayload": {"errorType": "Runtime.ExitError"},
    }
    assert only_payload(given_up) == payload
    assert only_payload(sqs_event(json.dumps(given_up))) == payload


@pytest.mark.parametrize("subject", ["anything", None, "absent"])
@pytest.mark.parametrize("ending", ["", "\n", "\r\n\n"])
def test_subject_and_line_ends_do_not_matter(subject: str | None, ending: str) -> None:
    payload = bounce()
    document = sns_document(json.dumps(payload) + ending, subject=subject)
    if subject is None:
        document["Subject"] = None
    elif subject == "absent":
        del document["Subject"]
    assert only_payload(sqs_event(json.dumps(document) + ending)) == payload


def test_a_byte_order_mark_does_not_matter() -> None:
    payload = bounce()
    assert payloads_of(read_text("\ufeff" + json.dumps(payload))) == [payload]


@pytest.mark.parametrize(("event_type", "detail_type"), DETAIL_TYPES.items())
def test_the_detail_type_tells_the_type_where_nothing_else_does(
    event_type: str, detail_type: str
) -> None:
    payload = every_type()[event_type.replace(" ", "")]
    event = eventbridge_event(payload, detail_type=detail_type)
    del event["detail"]["eventType"]
    found = only_payload(event)
    assert found["eventType"].replace(" ", "") == event_type.replace(" ", "")
    assert found["mail"] == payload["mail"]


def test_a_detail_type_not_known_yet_names_the_event() -> None:
    event = eventbridge_event(send(), detail_type="Email Archived")
    del event["detail"]["eventType"], event["detail"]["send"]
    assert only_payload(event)["eventType"] == "Email Archived"


@pytest.mark.parametrize("wrapping", ["SNS", "SNS in SQS", "EventBridge", "EventBridge in SQS"])
def test_the_envelope_tells_the_region(wrapping: str) -> None:
    (record,) = read_invocation(WRAPPINGS[wrapping](send()))
    assert isinstance(record.contents[0], MailEvent)
    assert record.contents[0].region == REGION


def test_a_bare_event_tells_no_region() -> None:
    payload = send()
    assert read_text(json.dumps(payload)) == (MailEvent(payload, None),)


@pytest.mark.parametrize("between", ["\n", "\n\n", "", ",\n", "\r\n", " \x1e"])
def test_a_body_may_hold_several_documents(between: str) -> None:
    payloads = [bounce(), send(), click()]
    assert payloads_of(read_text(between.join(map(json.dumps, payloads)))) == payloads


def test_documents_may_be_written_over_several_lines() -> None:
    payloads = [bounce(), send()]
    text = "\n".join(json.dumps(payload, indent=2) for payload in payloads)
    assert payloads_of(read_text(text)) == payloads
    assert payloads_of(read_text(json.dumps(payloads, indent=1))) == payloads


def test_a_torn_line_costs_no_other_line() -> None:
    first, last = bounce(), send()
    torn = json.dumps(click())[:200]
    contents = read_text(
        "\n".join(["...rest of a line}", json.dumps(first), torn, json.dumps(last)])
    )
    assert isinstance(contents[0], Ignored)
    assert contents[1] == MailEvent(first, None)
    assert isinstance(contents[2], Unparseable)
    assert contents[2].text == torn
    assert contents[3] == MailEvent(last, None)


def test_a_damaged_body_of_several_lines_is_one_body() -> None:
    text = json.dumps(bounce(), indent=2)[:-40]
    (content,) = read_text(text)
    assert isinstance(content, Unparseable)
    assert content.text == text


def test_a_body_of_a_queue_is_kept_whole_and_once() -> None:
    good = send()
    body = "\n".join(["{torn", json.dumps(good), "{torn too"])
    (record,) = read_invocation(sqs_event(body))
    damaged, event = record.contents
    assert isinstance(damaged, Unparseable)
    assert damaged.text == body
    assert event == MailEvent(good, None)


def test_good_lines_are_found_however_many_are_torn() -> None:
    good = send()
    contents = read_text(("{torn\n" + json.dumps(good) + "\n") * 500)
    assert sum(content == MailEvent(good, None) for content in contents) == 500
    assert sum(isinstance(content, Unparseable) for content in contents) == 500


@pytest.mark.parametrize("line", ['{"a":', '{"a":[', '{"a', "{", "[", '"'])
def test_many_hostile_lines_come_to_an_end(line: str) -> None:
    text = f"{line}\n" * 40_000
    assert not any(isinstance(content, MailEvent) for content in read_text(text))


@pytest.mark.parametrize("event_type", every_type())
def test_an_event_without_a_type_name_is_known_by_its_object(event_type: str) -> None:
    payload = every_type()[event_type]
    del payload["eventType"]
    assert payloads_of(read_text(json.dumps(payload))) == [payload]


@pytest.mark.parametrize("event_type", ["Bounce", "Complaint", "DeliveryDelay"])
def test_recipients_tell_the_type_without_a_mail(event_type: str) -> None:
    payload = every_type()[event_type]
    del payload["eventType"], payload["mail"]
    assert payloads_of(read_text(json.dumps(payload))) == [payload]


def test_an_unknown_type_with_mail_is_a_mail_event() -> None:
    payload = send() | {"eventType": "Forwarded"}
    assert payloads_of(read_text(json.dumps(payload))) == [payload]


def test_lone_surrogates_and_raw_line_breaks_are_read() -> None:
    surrogate = json.dumps(bounce(diagnostic="half \ud83d of a pair"))
    (content,) = read_text(surrogate)
    assert isinstance(content, MailEvent)
    broken_line = json.dumps(bounce(diagnostic="first@second")).replace("first@", "first\n")
    (content,) = read_text(broken_line)
    assert isinstance(content, MailEvent)
    assert content.payload["bounce"]["bouncedRecipients"][0]["diagnosticCode"] == "first\nsecond"


@pytest.mark.parametrize(
    "event",
    [
        None,
        5,
        True,
        "text",
        [],
        [[[]]],
        {"Records": None},
        {"Records": 5},
        {"Records": {"body": None, "messageId": 7}},
        {
            "Records": [
                None,
                5,
                "text",
                [],
                {"Sns": None},
                {"Sns": {}},
                {"body": 5, "messageId": {}},
            ]
        },
        {"Records": [{"eventSource": "aws:sqs"}]},
        {"detail-type": None, "source": ["x"], "detail": []},
        {"detail-type": "Email Sent", "detail": "text"},
        {"Type": "Notification"},
        {"Type": "Notification", "Message": {"deep": []}, "TopicArn": "::"},
        {1: {2: 3}},
    ],
)
def test_no_invocation_raises(event: object) -> None:
    for record in read_invocation(event):
        assert record.contents
        assert not any(isinstance(content, MailEvent) for content in record.contents)


def test_deep_nesting_of_an_invocation_does_not_raise() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = {"mail": deep}
    (record,) = read_invocation(deep | {"eventType": "Send"})
    (content,) = record.contents
    assert isinstance(content, Unparseable)


def test_envelopes_around_envelopes_come_to_an_end() -> None:
    body: Any = send()
    for _ in range(6):
        body = sns_document(body)
    assert isinstance(read_text(json.dumps(body))[0], MailEvent)
    for _ in range(3):
        body = sns_document(body)
    (content,) = read_text(json.dumps(body))
    assert isinstance(content, Unparseable)


@pytest.mark.parametrize("written", [json.dumps, lambda part: [part]], ids=["text", "list of one"])
def test_objects_that_a_tool_on_the_way_wrote_in_another_form_are_read(written: Any) -> None:
    payload = bounce()
    changed = payload | {name: written(payload[name]) for name in ("mail", "bounce")}
    assert only_payload(sqs_event(changed)) == payload


def _with_large_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_large_names(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        name[:1].upper() + name[1:]: part if name == "tags" else _with_large_names(part)
        for name, part in value.items()
    }


@pytest.mark.parametrize("generation", ["event", "notification"])
def test_names_that_a_tool_on_the_way_made_begin_large_are_read(generation: Any) -> None:
    payload = bounce(generation=generation)
    assert only_payload(sqs_event(sns_document(_with_large_names(payload)))) == payload


def test_data_that_is_no_base64_is_no_event() -> None:
    for data in ("%", 5, None, "e30="):
        (record,) = read_invocation({"records": [{"recordId": "1", "data": data}]})
        assert all(isinstance(content, Ignored) for content in record.contents)
