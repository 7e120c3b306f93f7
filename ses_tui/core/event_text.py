"""Events in words: what lists, lines and stories print of one."""

from typing import Final

from recorder.model import event as types
from recorder.model.event import Event
from ses_tui.core.masking import MASKING, masked_address, masked_words
from ses_tui.core.sanitise import sanitise, visible
from ses_tui.core.zone import Zone

TYPE_MARKS: Final = {
    types.SEND: "›",
    types.DELIVERY: "✓",
    types.DELIVERY_DELAY: "~",
    types.BOUNCE: "✗",
    types.COMPLAINT: "!",
    types.REJECT: "#",
    types.RENDERING_FAILURE: "%",
    types.OPEN: "o",
    types.CLICK: "c",
    types.SUBSCRIPTION: "s",
}
"""One cell a type, so that a type is told without colour."""

TYPE_LABELS: Final = {
    types.SEND: "Send",
    types.DELIVERY: "Delivery",
    types.DELIVERY_DELAY: "Delay",
    types.BOUNCE: "Bounce",
    types.COMPLAINT: "Complaint",
    types.REJECT: "Reject",
    types.RENDERING_FAILURE: "Rendering",
    types.OPEN: "Open",
    types.CLICK: "Click",
    types.SUBSCRIPTION: "Subscribe",
}
"""At most nine cells, for a column of a list."""

UNKNOWN_MARK: Final = "·"


def type_mark(event: Event) -> str:
    """The mark of the event's type; a type that SES added later has one too."""
    return TYPE_MARKS.get(event.event_type, UNKNOWN_MARK)


def type_label(event: Event) -> str:
    """The event's type in a few letters, sanitised."""
    return TYPE_LABELS.get(event.event_type) or sanitise(event.event_type)


def display(text: str | None) -> str:
    """`text` ready for a terminal, empty where SES gave nothing."""
    return "" if text is None else sanitise(text)


def display_address(text: str | None) -> str:
    """As `display`, for what holds addresses and nothing else: a name beside one is masked, too."""
    if text is not None and MASKING.on:
        text = masked_address(text)
    return display(text)


def display_words(event: Event, text: str | None) -> str:
    """As `display`, for what somebody wrote about the event: where addresses are masked, the
    recipient's name is hidden without its domain, too."""
    if text is not None and MASKING.on:
        return masked_words(visible(text), event.recipient)
    return display(text)


def classification_of(event: Event) -> str:
    """What SES says of the problem in its own terms, as in `Permanent/General 5.1.1`."""
    if event.event_type == types.BOUNCE:
        parts = _joined("/", event.bounce_type, event.bounce_subtype)
    elif event.event_type == types.COMPLAINT:
        parts = _joined("/", event.complaint_type, event.complaint_subtype)
    elif event.event_type == types.DELIVERY_DELAY:
        parts = event.delay_type or ""
    else:
        parts = ""
    return display(_joined(" ", parts, event.smtp_status))


def reason_of(event: Event) -> str:
    """The text that matters most about the event: why it failed, else what was sent; sanitised."""
    classification = classification_of(event)
    if event.event_type in types.PROBLEM_TYPES:
        words = event.diagnostic or event.reject_reason or event.failure_reason or event.subject
        return _joined(" ", classification, display_words(event, words))
    detail = {types.CLICK: event.link, types.OPEN: event.user_agent}.get(event.event_type)
    return display_words(event, detail or event.subject or event.diagnostic)


def event_line(event: Event, zone: Zone) -> str:
    """One line for a stream of lines: time, mark, type, recipient, reason; sanitised."""
    recipient = display_address(event.recipient) or "(no recipient)"
    head = f"{zone.format_time(event.recorded_at)} {type_mark(event)} {type_label(event):<9}"
    return f"{head} {recipient}  {reason_of(event)}".rstrip()


def _joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)
