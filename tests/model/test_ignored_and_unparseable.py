import json
from typing import Any

import pytest

from recorder.model.envelope import Ignored, MailEvent, Unparseable, read_invocation, read_text
from tests.model.wrappings import WRAPPINGS
from tests.payloads import (
    Payload,
    bounce,
    eventbridge_event,
    send,
    sns_document,
    sns_event,
    sqs_event,
)

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
    "another application's log line": {"Message": "[WARN] {", "Level": "WARN"},
    "another application's notification": {"Message": {"text": "hello"}},
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
