"""What became of one message: a status for each recipient, derived from its events when read."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from typing import Final, NamedTuple

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


class Kind(IntEnum):
    """What the outcome of a message tells events apart by."""

    OTHER = 0
    SEND = 1
    DELIVERY = 2
    DELAY = 3
    PERMANENT_BOUNCE = 4
    TRANSIENT_BOUNCE = 5
    OTHER_BOUNCE = 6
    COMPLAINT = 7
    NOT_SPAM = 8
    REJECT = 9
    RENDERING_FAILURE = 10
    OPEN_OR_CLICK = 11


class Fact(NamedTuple):
    """All that one event contributes to the outcome of its message.

    Recipients and feedback ids are only compared with each other, so anything that tells them
    apart may stand for them.
    """

    kind: Kind
    happened_at: int
    recipient: Hashable
    feedback_id: Hashable


OutcomeOf = Callable[[Event], Outcome]
"""What became of an event's message for its recipient."""

_KINDS: Final = {
    types.SEND: Kind.SEND,
    types.DELIVERY: Kind.DELIVERY,
    types.DELIVERY_DELAY: Kind.DELAY,
    types.BOUNCE: Kind.OTHER_BOUNCE,
    types.COMPLAINT: Kind.COMPLAINT,
    types.REJECT: Kind.REJECT,
    types.RENDERING_FAILURE: Kind.RENDERING_FAILURE,
    types.OPEN: Kind.OPEN_OR_CLICK,
    types.CLICK: Kind.OPEN_OR_CLICK,
}
_BOUNCES: Final = {"Permanent": Kind.PERMANENT_BOUNCE, "Transient": Kind.TRANSIENT_BOUNCE}
_BOUNCED: Final = {Kind.PERMANENT_BOUNCE, Kind.TRANSIENT_BOUNCE, Kind.OTHER_BOUNCE}
_ARRIVED: Final = {Kind.DELIVERY, Kind.OPEN_OR_CLICK}


@dataclass(frozen=True, slots=True)
class RecipientStory:
    """One recipient's part; `recipient` is `None` where SES named nobody."""

    recipient: str | None
    status: Outcome
    events: tuple[Event, ...]
    is_only_one: bool
    """Whether nobody else is known to have got the message: then opens and clicks are theirs."""


@dataclass(frozen=True, slots=True)
class MessageStory:
    """A message with everything known about it, events by their own time."""

    message_id: str
    recipients: tuple[RecipientStory, ...]
    events: tuple[Event, ...]


def happened_at(event: Event) -> int:
    """When the event happened (ms), else when it was recorded."""
    return event.recorded_at if event.event_time is None else event.event_time


def kind_of(event: Event) -> Kind:
    """What the outcome tells `event` apart by."""
    return kind_named(event.event_type, event.bounce_type, event.complaint_type)


def kind_named(event_type: str, bounce_type: str | None, complaint_type: str | None) -> Kind:
    """As `kind_of`, of an event with these."""
    kind = _KINDS.get(event_type, Kind.OTHER)
    if kind is Kind.OTHER_BOUNCE:
        return _BOUNCES.get(bounce_type or "", kind)
    if kind is Kind.COMPLAINT and complaint_type == NOT_SPAM:
        return Kind.NOT_SPAM
    return kind


def fact_of(event: Event) -> Fact:
    """What `event` contributes to the outcome."""
    return Fact(kind_of(event), happened_at(event), event.recipient, event.feedback_id)


def tell_story(message_id: str, events: Sequence[Event]) -> MessageStory:
    """The story of a message from its events in any order."""
    ordered = tuple(sorted(events, key=_order))
    by_recipient: dict[str | None, list[Event]] = {}
    for event in ordered:
        by_recipient.setdefault(event.recipient, []).append(event)
    outcomes = outcomes_of(map(fact_of, ordered))
    return MessageStory(
        message_id=message_id,
        recipients=tuple(
            RecipientStory(recipient, outcomes[recipient], tuple(own), len(by_recipient) == 1)
            for recipient, own in by_recipient.items()
        ),
        events=ordered,
    )


def _order(event: Event) -> tuple[int, int, str]:
    """By time; of one moment, whatever has to come first before what follows from it."""
    kind = fact_of(event).kind
    return happened_at(event), kind if kind is not Kind.OTHER else len(Kind), event.event_id


def outcomes_of(facts: Iterable[Fact]) -> dict[Hashable, Outcome]:
    """What became of one message for each recipient, from all that is known of the message."""
    by_recipient: dict[Hashable, list[Fact]] = {}
    suspects: dict[Hashable, set[Hashable]] = {}
    for fact in facts:
        by_recipient.setdefault(fact.recipient, []).append(fact)
        if fact.kind in (Kind.COMPLAINT, Kind.NOT_SPAM):
            suspects.setdefault(fact.feedback_id, set()).add(fact.recipient)
    single = len(by_recipient) == 1
    return {recipient: _outcome(own, single, suspects) for recipient, own in by_recipient.items()}


@cache
def outcome_of_kinds(kinds: int, single_recipient: bool) -> Outcome | None:
    """What became of a message for a recipient of whom these kinds are known, a bit for each.

    `None` where that hangs on when they happened, or on who else is suspected.
    """
    present = {kind for kind in Kind if kinds >> kind & 1}
    if Kind.COMPLAINT in present or (present & _BOUNCED and present & _ARRIVED):
        return None
    return _outcome([Fact(kind, 0, None, None) for kind in present], single_recipient, {})


def outcome_alone(event: Event) -> Outcome:
    """What one event tells of the outcome where nothing else is known of its message."""
    fact = fact_of(event)
    return outcomes_of((fact,))[fact.recipient]


def _outcome(
    facts: Sequence[Fact], single_recipient: bool, suspects: Mapping[Hashable, set[Hashable]]
) -> Outcome:
    by_kind: dict[Kind, list[Fact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    if complaints := by_kind.get(Kind.COMPLAINT):
        certain = any(len(suspects[complaint.feedback_id]) == 1 for complaint in complaints)
        return Outcome.COMPLAINT if certain else Outcome.POSSIBLE_COMPLAINT
    delivered_at = _delivered_at(by_kind, single_recipient)
    if permanent := by_kind.get(Kind.PERMANENT_BOUNCE):
        last = max(bounce.happened_at for bounce in permanent)
        late = delivered_at is not None and last >= delivered_at
        return Outcome.BOUNCED_AFTER_DELIVERY if late else Outcome.BOUNCED
    if Kind.REJECT in by_kind:
        return Outcome.REJECTED
    if Kind.RENDERING_FAILURE in by_kind:
        return Outcome.RENDERING_FAILURE
    transient = by_kind.get(Kind.TRANSIENT_BOUNCE, [])
    bounces = [*transient, *by_kind.get(Kind.OTHER_BOUNCE, ())]
    if delivered_at is not None:
        late = any(bounce.happened_at >= delivered_at for bounce in bounces)
        return Outcome.DELIVERED_SOFT_BOUNCE if late else Outcome.DELIVERED
    if bounces:
        return Outcome.SOFT_BOUNCE if transient else Outcome.UNDETERMINED_BOUNCE
    if Kind.DELAY in by_kind:
        return Outcome.DELAYED
    return Outcome.SENT if Kind.SEND in by_kind else Outcome.UNKNOWN


def _delivered_at(by_kind: Mapping[Kind, list[Fact]], single_recipient: bool) -> int | None:
    """When it arrived; an open or click proves it only where it can be nobody else's."""
    proofs = by_kind.get(Kind.DELIVERY, [])
    if not proofs and single_recipient:
        proofs = by_kind.get(Kind.OPEN_OR_CLICK, [])
    return min((proof.happened_at for proof in proofs), default=None)
