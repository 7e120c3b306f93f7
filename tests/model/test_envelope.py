import json
from collections.abc import Callable
from typing import Any

import pytest

from recorder.model.envelope import (
    Content,
    Ignored,
    MailEvent,
    Unparseable,
    read_invocation,
    read_text,
)
from tests.payloads import (
    DETAIL_TYPES,
    REGION,
    Payload,
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


def payloads_of(contents: tuple[Content, ...]) -> list[Payload]:
    assert all(isinstance(content, MailEvent) for content in contents), contents
    return [content.payload for content in contents if isinstance(content, MailEvent)]


def only_payload(event: object) -> Payload:
    (record,) = read_invocation(event)
    (payload,) = payloads_of(record.contents)
    return payload


WRAPPINGS: dict[str, Callable[[Payload], Any]] = {
    "SNS": sns_event,
    "SNS in SQS": lambda payload: sqs_event(sns_document(payload)),
    "SQS with raw delivery": sqs_event,
    "EventBridge": eventbridge_event,
    "EventBridge in SQS": lambda payload: sqs_event(eventbridge_event(payload)),
    "EventBridge in SNS in SQS": lambda payload: sqs_event(
        sns_document(eventbridge_event(payload))
    ),
    "EventBridge in SNS": lambda payload: sns_event(eventbridge_event(payload)),
    "nothing": lambda payload: payload,
    "an array": lambda payload: [payload],
    "an invocation that failed and came back": lambda payload: sqs_event(sns_event(payload)),
    "JSON written as JSON": lambda payload: sqs_event(json.dumps(json.dumps(payload))),
}


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


IGNORED_DOCUMENTS: dict[str, Any] = {
    "subscription confirmation": {
        "Type": "SubscriptionConfirmation",
        "Token": "t",
        "TopicArn": "arn:aws:sns:eu-west-1:111122223333:mail",
        "Message": "You have chosen to subscribe.",
        "SubscribeURL": "https://sns.invalid/?Action=ConfirmSubscription",
    },
    "unsubscribe confirmation": {"Type": "UnsubscribeConfirmation", "Message": "Left."},
    "topic test of an identity": {
        "notificationType": "AmazonSnsSubscriptionSucceeded",
        "message": "You are subscribed.",
    },
    "inbound mail by a topic": {
        "notificationType": "Received",
        "mail": {"messageId": "in-1", "destination": ["a@b.example"]},
        "receipt": {},
        "content": "Hello",
    },
    "inbound mail by a function": {
        "eventSource": "aws:ses",
        "ses": {"mail": {"messageId": "in-1"}, "receipt": {}},
    },
    "inbound mail without a type": {"mail": {"messageId": "in-1"}, "receipt": {"action": {}}},
    "another application's JSON": {"message": "hello"},
    "another application's event": {"eventType": "UserCreated", "user": 5},
    "a trail's record": {"eventType": "AwsApiCall", "eventSource": "ses.amazonaws.com"},
    "a bucket's record": {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {}},
    "an instance's event": {
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "detail": {"state": "running"},
    },
    "another source's mail": eventbridge_event(send()) | {"source": "shop.mail"},
    "an advisor's event": eventbridge_event({}, detail_type="Advisor Recommendation Status Open"),
    "a call of the API": eventbridge_event(
        {"eventType": "AwsApiCall", "eventName": "SendEmail"},
        detail_type="AWS API Call via CloudTrail",
    ),
    "a number": 5,
    "null": None,
    "an object": {},
    "mail that is none": {"mail": {"to": "x"}},
}


@pytest.mark.parametrize("name", IGNORED_DOCUMENTS)
def test_what_is_no_mail_event_is_ignored_in_every_envelope(name: str) -> None:
    document = IGNORED_DOCUMENTS[name]
    for event in (
        document,
        {"Records": [document]},
        sqs_event(document),
        sns_event(document),
        sqs_event(sns_document(document)),
    ):
        (record,) = read_invocation(event)
        assert len(record.contents) == 1
        assert isinstance(record.contents[0], Ignored), event


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Successfully validated the topic.",
        "[INFO] started",
        "<mail/>",
        "eventType=Bounce",
        '"quoted',
        "[]",
        "null",
    ],
)
def test_text_that_is_no_json_is_ignored(text: str) -> None:
    for event in (text, sqs_event(text), sqs_event(sns_document(text)), sns_event(text)):
        for record in read_invocation(event):
            assert all(isinstance(content, Ignored) for content in record.contents)


def _without(payload: Payload, *names: str) -> Payload:
    return {name: value for name, value in payload.items() if name not in names}


UNPARSEABLE_TEXTS = {
    "cut off": json.dumps(bounce())[:-20],
    "broken array": "[" + json.dumps(bounce()) + ", {",
    "broken list of strings": '["a',
    "nested too deeply": '{"eventType":"Send","mail":' + '{"a":' * 500 + "1" + "}" * 501,
    "nested past any reader": "[" * 100_000,
    "opened and never closed": '{"mail":' * 50_000,
    "no mail and no type's object": json.dumps({"eventType": "Bounce", "bounce": 5, "mail": "x"}),
    "a type and nothing else": json.dumps({"notificationType": "Delivery"}),
    "nothing tells the type": json.dumps(_without(send(), "eventType", "send")),
    "two types at once": json.dumps(_without(send() | {"bounce": {}}, "eventType")),
    "a mail's detail type without mail": json.dumps(
        eventbridge_event({"eventType": "Bounce"}, detail_type="Email Bounced")
    ),
    "a mail's detail type without detail": json.dumps(eventbridge_event(send()) | {"detail": None}),
    "an unknown mail's detail type without mail": json.dumps(
        eventbridge_event({"x": 1}, detail_type="Email Archived")
    ),
}


@pytest.mark.parametrize("name", UNPARSEABLE_TEXTS)
def test_a_damaged_mail_event_is_kept_whole(name: str) -> None:
    body = UNPARSEABLE_TEXTS[name] + "\n"
    (content,) = read_text(body)
    assert isinstance(content, Unparseable)
    assert content.text == body
    assert content.reason
    (record,) = read_invocation(sqs_event(body))
    assert record.contents == (content,)


def test_the_whole_body_is_kept_its_envelope_included() -> None:
    body = json.dumps(sns_document('{"eventType": "Bounce", '))
    (content,) = read_text(body)
    assert isinstance(content, Unparseable)
    assert content.text == body


@pytest.mark.parametrize("wrapping", ["SNS", "nothing", "EventBridge"])
def test_what_came_as_an_object_is_kept_as_text_that_reads_the_same(wrapping: str) -> None:
    event = WRAPPINGS[wrapping](send() | {"mail": None, "send": None})
    (record,) = read_invocation(event)
    (content,) = record.contents
    assert isinstance(content, Unparseable)
    (again,) = read_text(content.text)
    assert isinstance(again, Unparseable)
    assert again.reason == content.reason


def test_an_array_keeps_its_good_elements_and_is_kept_once_for_its_damaged_ones() -> None:
    good = send()
    body = json.dumps([good, {"eventType": "Bounce"}, {"x": 1}, {"eventType": "Click"}])
    event, damaged, other = read_text(body)
    assert event == MailEvent(good, None)
    assert isinstance(damaged, Unparseable)
    assert damaged.text == body
    assert isinstance(other, Ignored)


@pytest.mark.parametrize("missing", [["eventType"], ["eventType", "x"]])
@pytest.mark.parametrize("event_type", every_type())
def test_an_event_without_a_type_name_is_known_by_its_object(
    event_type: str, missing: list[str]
) -> None:
    payload = _without(every_type()[event_type], *missing)
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
