"""Builders of what SES publishes and of what Lambda receives, for every test.

A payload builder returns one SES event as a dict of its own, free for a test to change. `time`
is the event's own time; for the types that have none (Send, Reject, Rendering Failure) it is the
time of the mail. `generation` is `"event"` (event publishing through a configuration set) or
`"notification"` (the older identity notifications, which have no tags).
"""

import copy
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

Payload: TypeAlias = dict[str, Any]
Generation: TypeAlias = Literal["event", "notification"]

SENT = "2026-11-23T06:00:00.000Z"
TIME = "2026-11-23T06:00:02.500Z"
RECIPIENTS = ("maria@shop.example",)
REGION = "eu-west-1"
ACCOUNT = "111122223333"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mail-events"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail-events"

DETAIL_TYPES = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Open": "Email Opened",
    "Click": "Email Clicked",
    "Rendering Failure": "Email Rendering Failed",
    "DeliveryDelay": "Email Delivery Delayed",
    "Subscription": "Email Subscribed",
}
"""EventBridge's `detail-type` by SES's `eventType`."""


def new_message_id() -> str:
    """A message id of the form SES gives, never the same twice."""
    return f"0102019a{uuid.uuid4().hex[:8]}-{uuid.uuid4()}-000000"


def mail(
    *,
    message_id: str | None = None,
    recipients: Sequence[str] = RECIPIENTS,
    time: str = SENT,
    generation: Generation = "event",
    source: str = "Harbour Shop <orders@harbour.example>",
    subject: str | None = "Your order is on its way",
    configuration_set: str = "transactional",
    tags: Mapping[str, Any] | None = None,
    headers: bool = True,
) -> Payload:
    """The `mail` object. `tags` are added to the automatic ones."""
    message_id = message_id or new_message_id()
    document: Payload = {
        "timestamp": time,
        "source": source,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/harbour.example",
        "sendingAccountId": ACCOUNT,
        "messageId": message_id,
        "destination": list(recipients),
    }
    if generation == "notification":
        document |= {"sourceIp": "198.51.100.7", "callerIdentity": "shop-mailer"}
    if headers:
        addresses = ", ".join(recipients)
        document |= {
            "headersTruncated": False,
            "headers": [
                {"name": "From", "value": source},
                {"name": "To", "value": addresses},
                {"name": "MIME-Version", "value": "1.0"},
                {"name": "Content-Type", "value": "text/html; charset=utf-8"},
                {"name": "X-SES-CONFIGURATION-SET", "value": configuration_set},
            ],
            "commonHeaders": {"from": [source], "to": [addresses], "messageId": message_id},
        }
        if subject is not None:
            document["headers"].insert(2, {"name": "Subject", "value": subject})
            document["commonHeaders"]["subject"] = subject
    if generation == "event":
        document["tags"] = {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": [configuration_set],
            "ses:source-ip": ["198.51.100.7"],
            "ses:from-domain": ["harbour.example"],
            "ses:caller-identity": ["shop-mailer"],
            **(tags or {}),
        }
    return document


def _payload(event_type: str, key: str, body: Payload, **of_mail: Any) -> Payload:
    generation: Generation = of_mail.get("generation", "event")
    type_key = "eventType" if generation == "event" else "notificationType"
    return {type_key: event_type, "mail": mail(**of_mail), key: body}


def bounce(
    *,
    recipients: Sequence[str] = RECIPIENTS,
    time: str = TIME,
    bounce_type: str = "Permanent",
    bounce_subtype: str = "General",
    bounced: Sequence[Any] | None = None,
    status: str | None = "5.1.1",
    diagnostic: str | None = "smtp; 550 5.1.1 no such mailbox",
    feedback_id: str | None = None,
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """A bounce of `recipients`; `bounced` replaces the recipient entries altogether.

    Without `status` and `diagnostic` it is one for which no delivery status came back.
    """
    if bounced is None:
        bounced = [_entry(recipient, status, diagnostic, "failed") for recipient in recipients]
    body: Payload = {
        "bounceType": bounce_type,
        "bounceSubType": bounce_subtype,
        "bouncedRecipients": list(bounced),
        "timestamp": time,
        "feedbackId": feedback_id or new_message_id(),
        "remoteMtaIp": "203.0.113.25",
    }
    if status is not None:
        body["reportingMTA"] = "dns; mx1.shop.example"
    return _payload("Bounce", "bounce", body, recipients=recipients, time=sent, **of_mail)


def complaint(
    *,
    recipients: Sequence[str] = RECIPIENTS,
    time: str = TIME,
    complaint_type: str | None = "abuse",
    complaint_subtype: str | None = None,
    complained: Sequence[Any] | None = None,
    user_agent: str | None = "Provider-Feedback/2.1",
    feedback_id: str | None = None,
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """A complaint; `recipients` are its suspects. Without a type it came without a report."""
    if complained is None:
        complained = [{"emailAddress": recipient} for recipient in recipients]
    body: Payload = {
        "feedbackId": feedback_id or new_message_id(),
        "complaintSubType": complaint_subtype,
        "complainedRecipients": list(complained),
        "timestamp": time,
    }
    if complaint_type is not None:
        body |= {"userAgent": user_agent, "complaintFeedbackType": complaint_type}
        body["arrivalDate"] = time
    return _payload("Complaint", "complaint", body, recipients=recipients, time=sent, **of_mail)


def delivery(
    *,
    recipients: Sequence[str] = RECIPIENTS,
    time: str = TIME,
    smtp_response: str = "250 2.0.0 queued as 7B1A2C",
    processing_ms: int = 640,
    delivered: Sequence[Any] | None = None,
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """A delivery to `recipients`; `delivered` replaces the list in the delivery object."""
    body: Payload = {
        "timestamp": time,
        "processingTimeMillis": processing_ms,
        "recipients": list(recipients if delivered is None else delivered),
        "smtpResponse": smtp_response,
        "reportingMTA": "b224-12.smtp-out.eu-west-1.amazonses.com",
        "remoteMtaIp": "203.0.113.25",
    }
    return _payload("Delivery", "delivery", body, recipients=recipients, time=sent, **of_mail)


def delivery_delay(
    *,
    recipients: Sequence[str] = RECIPIENTS,
    time: str = TIME,
    delay_type: str = "MailboxFull",
    status: str | None = "4.2.2",
    diagnostic: str | None = "smtp; 452 4.2.2 mailbox over its limit",
    delayed: Sequence[Any] | None = None,
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """A delay; `delayed` replaces the recipient entries altogether."""
    if delayed is None:
        delayed = [_entry(recipient, status, diagnostic) for recipient in recipients]
    body: Payload = {
        "timestamp": time,
        "delayType": delay_type,
        "expirationTime": "2026-11-23T20:00:00.000Z",
        "delayedRecipients": list(delayed),
        "reportingMTA": "a4-19.smtp-out.eu-west-1.amazonses.com",
    }
    return _payload(
        "DeliveryDelay", "deliveryDelay", body, recipients=recipients, time=sent, **of_mail
    )


def send(*, time: str = SENT, **of_mail: Any) -> Payload:
    """A mail that SES accepted."""
    return _payload("Send", "send", {}, time=time, **of_mail)


def reject(*, time: str = SENT, reason: str = "Bad content", **of_mail: Any) -> Payload:
    """A mail that SES accepted and then found a virus in."""
    return _payload("Reject", "reject", {"reason": reason}, time=time, **of_mail)


def rendering_failure(
    *,
    time: str = SENT,
    error: str = "Attribute 'firstName' is not present in the rendering data.",
    template: str = "order-shipped",
    **of_mail: Any,
) -> Payload:
    """A templated mail that could not be made; such an event has no headers."""
    body = {"errorMessage": error, "templateName": template}
    of_mail = {"headers": False} | of_mail
    return _payload("Rendering Failure", "failure", body, time=time, **of_mail)


def open_event(
    *,
    time: str = TIME,
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64)",
    ip_address: str = "192.0.2.44",
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """An opened mail; it names no recipient beyond the mail's destination."""
    body = {"timestamp": time, "userAgent": user_agent, "ipAddress": ip_address}
    return _payload("Open", "open", body, time=sent, **of_mail)


def click(
    *,
    time: str = TIME,
    link: str = "https://harbour.example/track?parcel=81",
    link_tags: Any = None,
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64)",
    ip_address: str = "192.0.2.44",
    sent: str = SENT,
    **of_mail: Any,
) -> Payload:
    """A followed link."""
    body = {
        "timestamp": time,
        "link": link,
        "linkTags": link_tags,
        "userAgent": user_agent,
        "ipAddress": ip_address,
    }
    return _payload("Click", "click", body, time=sent, **of_mail)


def subscription(
    *, time: str = TIME, contact_list: str = "newsletter", sent: str = SENT, **of_mail: Any
) -> Payload:
    """A contact who changed what they are subscribed to, by the unsubscribe header."""
    before = {"topicName": "offers", "subscriptionStatus": "OptIn"}
    after = {"topicName": "offers", "subscriptionStatus": "OptOut"}
    body = {
        "contactList": contact_list,
        "timestamp": time,
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": [after]},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": [before]},
    }
    return _payload("Subscription", "subscription", body, time=sent, **of_mail)


def _entry(
    recipient: str, status: str | None, diagnostic: str | None, action: str | None = None
) -> Payload:
    values = {
        "emailAddress": recipient,
        "action": action if status is not None else None,
        "status": status,
        "diagnosticCode": diagnostic,
    }
    return {name: value for name, value in values.items() if value is not None}


def every_type(**arguments: Any) -> dict[str, Payload]:
    """One payload of each of the ten types, by the name under which it is stored."""
    return {
        "Send": send(**arguments),
        "Delivery": delivery(**arguments),
        "DeliveryDelay": delivery_delay(**arguments),
        "Bounce": bounce(**arguments),
        "Complaint": complaint(**arguments),
        "Reject": reject(**arguments),
        "RenderingFailure": rendering_failure(**arguments),
        "Open": open_event(**arguments),
        "Click": click(**arguments),
        "Subscription": subscription(**arguments),
    }


def _as_text(payload: object) -> str:
    """Text stays as it is; SES ends the JSON it publishes with a newline."""
    return payload if isinstance(payload, str) else json.dumps(payload) + "\n"


def sns_document(
    payload: object, *, subject: str | None = "Amazon SES Email Event Notification"
) -> Payload:
    """What SNS puts into a queue: the document around `payload` (a dict, or text as it is)."""
    document = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": TOPIC,
        "Message": _as_text(payload),
        "Timestamp": "2026-11-23T06:00:03.100Z",
        "SignatureVersion": "1",
        "Signature": "c2lnbmF0dXJl",
        "SigningCertURL": "https://sns.invalid/certificate.pem",
        "UnsubscribeURL": "https://sns.invalid/?Action=Unsubscribe",
    }
    if subject is not None:
        document["Subject"] = subject
    return document


def sqs_event(*bodies: object, ids: Sequence[str] | None = None) -> Payload:
    """The Lambda event of a queue. A body is text as it is, or something to write as JSON."""
    identifiers = list(ids) if ids is not None else [str(uuid.uuid4()) for _ in bodies]
    return {
        "Records": [
            {
                "messageId": identifier,
                "receiptHandle": "handle-" + identifier,
                "body": _as_text(body),
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1795413603100",
                    "SenderId": "AIDAEXAMPLE",
                    "ApproximateFirstReceiveTimestamp": "1795413603120",
                },
                "messageAttributes": {},
                "md5OfBody": "0" * 32,
                "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE,
                "awsRegion": REGION,
            }
            for identifier, body in zip(identifiers, bodies, strict=True)
        ]
    }


def sns_event(*payloads: object) -> Payload:
    """The Lambda event of a topic, which spells two names differently from a queue's document."""
    records = []
    for payload in payloads:
        document = sns_document(payload)
        document["SigningCertUrl"] = document.pop("SigningCertURL")
        document["UnsubscribeUrl"] = document.pop("UnsubscribeURL")
        document["MessageAttributes"] = {}
        records.append(
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": TOPIC + ":5f0c",
                "Sns": document,
            }
        )
    return {"Records": records}


def eventbridge_event(payload: Mapping[str, Any], *, detail_type: str | None = None) -> Payload:
    """The event that an EventBridge rule passes on; `detail` is the payload itself."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type or DETAIL_TYPES[payload["eventType"]],
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": "2026-11-23T06:00:03Z",
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/transactional"],
        "detail": copy.deepcopy(dict(payload)),
    }
