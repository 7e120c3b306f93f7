"""Every envelope an event may come in, and what is found inside."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from recorder.model.envelope import Content, MailEvent, read_invocation
from tests.payloads import Payload, eventbridge_event, sns_document, sns_event, sqs_event


def payloads_of(contents: tuple[Content, ...]) -> list[Payload]:
    """The payloads of `contents`, all of which are mail events."""
    assert all(isinstance(content, MailEvent) for content in contents), contents
    return [content.payload for content in contents if isinstance(content, MailEvent)]


def only_payload(event: object) -> Payload:
    """The only payload of a Lambda event."""
    (record,) = read_invocation(event)
    (payload,) = payloads_of(record.contents)
    return payload


def _encoded(payload: Payload) -> str:
    return b64encode(json.dumps(payload).encode()).decode()


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
    "Kinesis": lambda payload: {
        "Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": _encoded(payload)}}]
    },
    "Firehose": lambda payload: {"records": [{"recordId": "1", "data": _encoded(payload)}]},
    "SNS, nothing left but its message": lambda payload: {"Message": json.dumps(payload)},
    "SNS, its message as an object": lambda payload: sqs_event({"Message": payload}),
    "SNS, its message in its place": lambda payload: {"Records": [{"Sns": payload}]},
    "JSON written as JSON": lambda payload: sqs_event(json.dumps(json.dumps(payload))),
}
