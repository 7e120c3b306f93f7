"""The event: what became of one mail for one recipient, as every part of the product sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from recorder.model.timestamps import format_timestamp

SEND: Final = "Send"
DELIVERY: Final = "Delivery"
DELIVERY_DELAY: Final = "DeliveryDelay"
BOUNCE: Final = "Bounce"
COMPLAINT: Final = "Complaint"
REJECT: Final = "Reject"
RENDERING_FAILURE: Final = "RenderingFailure"
OPEN: Final = "Open"
CLICK: Final = "Click"
SUBSCRIPTION: Final = "Subscription"

EVENT_TYPES: Final = (
    SEND,
    DELIVERY,
    DELIVERY_DELAY,
    BOUNCE,
    COMPLAINT,
    REJECT,
    RENDERING_FAILURE,
    OPEN,
    CLICK,
    SUBSCRIPTION,
)
"""The ten types that SES publishes; a type it adds later is kept under the name SES gave it."""

PROBLEM_TYPES: Final = frozenset({BOUNCE, COMPLAINT, REJECT, RENDERING_FAILURE, DELIVERY_DELAY})
"""Types that an on-call engineer looks for; the `prob` index holds exactly these."""

ENGAGEMENT_TYPES: Final = frozenset({OPEN, CLICK})
"""Types that happen any number of times after a delivery; kept out of the `rcpt` index."""

COUNTED_PER_NOTIFICATION: Final = frozenset({COMPLAINT, OPEN, CLICK})
"""A complaint lists suspects and an open names nobody, so these count once, not per recipient."""


class Event(NamedTuple):
    """One SES event for one affected recipient.

    Times are milliseconds since the epoch, UTC. `None` means that SES gave nothing. A named tuple
    and not a dataclass: a feed page of thousands of events becomes objects in one `map` over
    `zip(*columns)`, several times as fast as calling an initialiser for each.
    """

    event_id: str
    event_type: str
    message_id: str | None
    event_time: int | None
    recorded_at: int
    historic: bool = False
    sent_time: int | None = None
    recipient: str | None = None
    """The bare address, lower-cased, in Punycode if it came so; what searches compare with."""
    recipient_raw: str | None = None
    """The recipient exactly as SES wrote it, display name and case included."""
    sender: str | None = None
    subject: str | None = None
    configuration_set: str | None = None
    identity: str | None = None
    account_id: str | None = None
    region: str | None = None
    bounce_type: str | None = None
    bounce_subtype: str | None = None
    complaint_type: str | None = None
    complaint_subtype: str | None = None
    delay_type: str | None = None
    smtp_status: str | None = None
    """Enhanced status code (RFC 3463), as SES gave it."""
    diagnostic: str | None = None
    """The other server's words: a bounce's or delay's diagnostic code, a delivery's response."""
    reporting_mta: str | None = None
    remote_mta_ip: str | None = None
    processing_ms: int | None = None
    feedback_id: str | None = None
    link: str | None = None
    user_agent: str | None = None
    ip_address: str | None = None
    reject_reason: str | None = None
    failure_reason: str | None = None
    tags: Mapping[str, Sequence[str]] | None = None
    counted: bool = True
    """Whether counters count this item; false on all but one recipient of what counts once."""


TIME_FIELDS: Final = frozenset({"event_time", "recorded_at", "sent_time"})
FIELDS_WITHOUT_TEXT: Final = TIME_FIELDS | {"processing_ms", "historic", "counted"}
"""Numbers and truth values."""
JSON_FIELDS: Final = tuple(name for name in Event._fields if name != "counted")
"""The keys of an event's public JSON, in their published order."""


def event_to_json(event: Event) -> dict[str, Any]:
    """The public JSON form: every key present, times RFC 3339 in UTC with milliseconds."""
    document: dict[str, Any] = event._asdict()
    del document["counted"]
    for name in TIME_FIELDS:
        if document[name] is not None:
            document[name] = format_timestamp(document[name])
    return document
