"""What became of one message: a status for each recipient, derived from its events when read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from recorder.model import event as types
from recorder.model.counting import NOT_SPAM
from recorder.model.event import Event


class Outcome(StrEnum):
    """What became of a message for one recipient, the gravest first."""

    COMPLAINT = "complaint"
    POSSIBLE_COMPLAINT = "possible complaint"
    BOUNCED_AFTER_DELIVERY = "bounced after delivery"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    RENDERING_FAILURE = "rendering failure"
    DELIVERED_SOFT_BOUNCE = "delivered, auto-reply or soft bounce"
    DELIVERED = "delivered"
    UNDETERMINED_BOUNCE = "undetermined bounce"
    SOFT_BOUNCE = "soft bounce"
    DELAYED = "delayed"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RecipientStory:
    """One recipient's part; `recipient` is `None` where SES named nobody."""

    recipient: str | None
    status: Outcome
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class MessageStory:
    """A message with everything known about it, events by their own time."""

    message_id: str
    recipients: tuple[RecipientStory, ...]
    events: tuple[Event, ...]


def happened_at(event: Event) -> int:
    """When the event happened (ms), else when it was recorded."""
    return event.recorded_at if event.event_time is None else event.event_time


def tell_story(message_id: str, events: Sequence[Event]) -> MessageStory:
    """The story of a message from its events in any order."""
    ordered = tuple(sorted(events, key=lambda event: (happened_at(event), event.event_id)))
    by_recipient: dict[str | None, list[Event]] = {}
    for event in ordered:
        by_recipient.setdefault(event.recipient, []).append(event)
    single = len(by_recipient) == 1
    suspects = _suspects(ordered)
    return MessageStory(
        message_id=message_id,
        recipients=tuple(
            RecipientStory(recipient, _status(own, single, suspects), tuple(own))
            for recipient, own in by_recipient.items()
        ),
        events=ordered,
    )


def _suspects(events: Sequence[Event]) -> dict[str | None, int]:
    """How many recipients each complaint names, by feedback id."""
    names: dict[str | None, set[str | None]] = {}
    for event in events:
        if event.event_type == types.COMPLAINT:
            names.setdefault(event.feedback_id, set()).add(event.recipient)
    return {feedback_id: len(recipients) for feedback_id, recipients in names.items()}


def _status(
    events: Sequence[Event], single_recipient: bool, suspects: dict[str | None, int]
) -> Outcome:
    by_type: dict[str, list[Event]] = {}
    for event in events:
        by_type.setdefault(event.event_type, []).append(event)
    complaints = [e for e in by_type.get(types.COMPLAINT, ()) if e.complaint_type != NOT_SPAM]
    if complaints:
        certain = any(suspects[complaint.feedback_id] == 1 for complaint in complaints)
        return Outcome.COMPLAINT if certain else Outcome.POSSIBLE_COMPLAINT
    delivered_at = _delivered_at(by_type, single_recipient)
    bounces = by_type.get(types.BOUNCE, [])
    permanent = [bounce for bounce in bounces if bounce.bounce_type == "Permanent"]
    if permanent:
        late = delivered_at is not None and max(map(happened_at, permanent)) >= delivered_at
        return Outcome.BOUNCED_AFTER_DELIVERY if late else Outcome.BOUNCED
    if types.REJECT in by_type:
        return Outcome.REJECTED
    if types.RENDERING_FAILURE in by_type:
        return Outcome.RENDERING_FAILURE
    if delivered_at is not None:
        late = any(happened_at(bounce) >= delivered_at for bounce in bounces)
        return Outcome.DELIVERED_SOFT_BOUNCE if late else Outcome.DELIVERED
    if bounces:
        soft = any(bounce.bounce_type == "Transient" for bounce in bounces)
        return Outcome.SOFT_BOUNCE if soft else Outcome.UNDETERMINED_BOUNCE
    if types.DELIVERY_DELAY in by_type:
        return Outcome.DELAYED
    return Outcome.SENT if types.SEND in by_type else Outcome.UNKNOWN


def _delivered_at(by_type: dict[str, list[Event]], single_recipient: bool) -> int | None:
    """When it arrived; an open or click proves it only where it can be nobody else's."""
    proofs = list(by_type.get(types.DELIVERY, ()))
    if not proofs and single_recipient:
        proofs = [*by_type.get(types.OPEN, ()), *by_type.get(types.CLICK, ())]
    return min(map(happened_at, proofs), default=None)
