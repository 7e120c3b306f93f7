"""Events whose every text is an attack."""

from typing import Any

from recorder.model.event import Event

TEXTS = (
    "sender",
    "subject",
    "configuration_set",
    "identity",
    "account_id",
    "region",
    "bounce_type",
    "bounce_subtype",
    "complaint_type",
    "complaint_subtype",
    "delay_type",
    "smtp_status",
    "diagnostic",
    "reporting_mta",
    "remote_mta_ip",
    "feedback_id",
    "link",
    "user_agent",
    "ip_address",
    "reject_reason",
    "failure_reason",
)
TYPES = ("Bounce", "Delivery", "Open", "Complaint", "Reject", "RenderingFailure", "DeliveryDelay")


def hostile_events(texts: list[str], at: int, **values: Any) -> list[Event]:
    """One event a text, of all types in turn, recorded a second apart up to `at` (ms)."""
    return [
        _hostile_event(number, text, at - (len(texts) - number) * 1000)._replace(**values)
        for number, text in enumerate(texts)
    ]


def _hostile_event(number: int, text: str, recorded_at: int) -> Event:
    event_type = TYPES[number % len(TYPES)] if number % 9 else f"New {text}"
    fields: dict[str, Any] = dict.fromkeys(TEXTS, text)
    return Event(
        event_id=f"HOSTILE{number:09d}",
        event_type=event_type,
        message_id=f"message-{number} {text}",
        event_time=recorded_at,
        recorded_at=recorded_at,
        recipient=f"{text}@inbox.test".lower(),
        recipient_raw=f"{text} <{text}@inbox.test>",
        tags={text: [text]},
        **fields,
    )
