"""The JSON of SES events, in both generations: event publishing and identity notifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from recorder.model.timestamps import format_timestamp
from ses_tui.demo.shop import MailKind

REGION: Final = "eu-west-1"
ACCOUNT_ID: Final = "000123456789"
SENDING_HOST: Final = f"a7-12.smtp-out.{REGION}.amazonses.com"
SENDER_IP: Final = "192.0.2.18"

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the shop; times in milliseconds since the epoch."""

    message_id: str
    sent_at: int
    kind: MailKind
    subject: str
    destination: tuple[str, ...]
    """Recipients as the shop wrote them, some with a display name."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient whose server refused or deferred, with its words where there are any."""

    address: str
    status: str | None = None
    diagnostic: str | None = None

    def as_json(self, action: str | None) -> dict[str, str]:
        """The entry in `bouncedRecipients` (with an action) or `delayedRecipients`."""
        entry = {"emailAddress": self.address}
        if self.status is not None and self.diagnostic is not None:
            if action is not None:
                entry["action"] = action
            entry["status"] = self.status
            entry["diagnosticCode"] = self.diagnostic
        return entry


def send(mail: Mail) -> Payload:
    """SES took the mail."""
    return _event("Send", mail, "send", {})


def reject(mail: Mail) -> Payload:
    """SES found a virus."""
    return _event("Reject", mail, "reject", {"reason": "Bad content"})


def rendering_failure(mail: Mail, attribute: str) -> Payload:
    """The template names an attribute that the data lacks."""
    failure = {
        "templateName": f"{mail.kind.name}-2026",
        "errorMessage": f"The template uses '{attribute}', which the given data does not hold.",
    }
    return _event("Rendering Failure", mail, "failure", failure)


def delivery(
    mail: Mail,
    at: int,
    addresses: Sequence[str],
    response: str,
    remote_ip: str,
    notification: bool = False,
) -> Payload:
    """The other server took the mail at `at` for all of `addresses`."""
    details = {
        "timestamp": format_timestamp(at),
        "processingTimeMillis": at - mail.sent_at,
        "recipients": list(addresses),
        "smtpResponse": response,
        "reportingMTA": SENDING_HOST,
        "remoteMtaIp": remote_ip,
    }
    return _event("Delivery", mail, "delivery", details, notification)


def bounce(
    mail: Mail,
    at: int,
    bounce_type: str,
    subtype: str,
    refused: Sequence[Refused],
    feedback_id: str,
    remote_ip: str | None = None,
    notification: bool = False,
) -> Payload:
    """The mail will not arrive, or a server said so afterwards."""
    details: Payload = {
        "feedbackId": feedback_id,
        "bounceType": bounce_type,
        "bounceSubType": subtype,
        "bouncedRecipients": [recipient.as_json("failed") for recipient in refused],
        "timestamp": format_timestamp(at),
    }
    if remote_ip is not None:
        details["remoteMtaIp"] = remote_ip
    if any(recipient.diagnostic is not None for recipient in refused):
        details["reportingMTA"] = f"dns; {SENDING_HOST}"
    return _event("Bounce", mail, "bounce", details, notification)


def delay(mail: Mail, at: int, delay_type: str, refused: Sequence[Refused]) -> Payload:
    """A server deferred the mail; SES goes on trying for half a day."""
    details = {
        "timestamp": format_timestamp(at),
        "delayType": delay_type,
        "expirationTime": format_timestamp(mail.sent_at + 12 * 3_600_000),
        "delayedRecipients": [recipient.as_json(None) for recipient in refused],
        "reportingMTA": SENDING_HOST,
    }
    return _event("DeliveryDelay", mail, "deliveryDelay", details)


def complaint(
    mail: Mail,
    at: int,
    suspects: Sequence[str],
    feedback_id: str,
    feedback_type: str | None,
    notification: bool = False,
) -> Payload:
    """Somebody among `suspects` marked the mail; without a type there came no feedback report."""
    details: Payload = {
        "feedbackId": feedback_id,
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address} for address in suspects],
        "timestamp": format_timestamp(at),
    }
    if feedback_type is not None:
        details["complaintFeedbackType"] = feedback_type
        details["userAgent"] = "MailboxFeedbackLoop/2.1"
        details["arrivalDate"] = format_timestamp(at - 4000)
    return _event("Complaint", mail, "complaint", details, notification)


def opened(mail: Mail, at: int, ip_address: str, user_agent: str) -> Payload:
    """The tracking picture was loaded."""
    details = {
        "timestamp": format_timestamp(at),
        "ipAddress": ip_address,
        "userAgent": user_agent,
    }
    return _event("Open", mail, "open", details)


def clicked(mail: Mail, at: int, ip_address: str, user_agent: str, link: str) -> Payload:
    """A tracked link was followed."""
    details = {
        "timestamp": format_timestamp(at),
        "ipAddress": ip_address,
        "userAgent": user_agent,
        "link": link,
        "linkTags": {"place": ["body"]},
    }
    return _event("Click", mail, "click", details)


def unsubscribed(mail: Mail, at: int) -> Payload:
    """The recipient left the contact list through the header of the mail."""

    def preferences(everything: bool, status: str) -> Payload:
        topic = {"topicName": mail.kind.name, "subscriptionStatus": status}
        return {"unsubscribeAll": everything, "topicSubscriptionStatus": [topic]}

    details = {
        "contactList": "larkspur-readers",
        "timestamp": format_timestamp(at),
        "source": "UnsubscribeHeader",
        "newTopicPreferences": preferences(True, "OptOut"),
        "oldTopicPreferences": preferences(False, "OptIn"),
    }
    return _event("Subscription", mail, "subscription", details)


def _event(
    event_type: str, mail: Mail, key: str, details: Payload, notification: bool = False
) -> Payload:
    if notification:
        return {"notificationType": event_type, "mail": _notified_mail(mail), key: details}
    return {"eventType": event_type, "mail": _published_mail(event_type, mail), key: details}


def _mail(mail: Mail) -> Payload:
    return {
        "timestamp": format_timestamp(mail.sent_at),
        "source": mail.kind.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/{mail.kind.identity}",
        "sendingAccountId": ACCOUNT_ID,
        "messageId": mail.message_id,
        "destination": list(mail.destination),
    }


def _notified_mail(mail: Mail) -> Payload:
    return _mail(mail) | {"sourceIp": "198.51.100.9", "callerIdentity": "shop-backend"}


def _published_mail(event_type: str, mail: Mail) -> Payload:
    kind = mail.kind
    block = _mail(mail)
    block["headersTruncated"] = False
    recipients = ", ".join(mail.destination)
    block["headers"] = [
        {"name": "From", "value": kind.sender},
        {"name": "To", "value": recipients},
        {"name": "MIME-Version", "value": "1.0"},
        {"name": "Content-Type", "value": 'multipart/alternative; boundary="=_larkspur"'},
    ]
    common: Payload = {
        "from": [kind.sender],
        "to": list(mail.destination),
        "messageId": mail.message_id,
    }
    if not (kind.templated and event_type in ("Send", "Rendering Failure")):
        block["headers"].append({"name": "Subject", "value": mail.subject})
        common["subject"] = mail.subject
    block["commonHeaders"] = common
    block["tags"] = {
        "ses:configuration-set": [kind.configuration_set],
        "ses:from-domain": [kind.identity.rpartition("@")[2]],
        "ses:source-ip": ["198.51.100.9"],
        "ses:caller-identity": ["shop-backend"],
    } | {name: [value] for name, value in kind.tags}
    if event_type == "Delivery":
        block["tags"]["ses:outgoing-ip"] = [SENDER_IP]
    return block
