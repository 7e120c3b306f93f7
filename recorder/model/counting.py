"""What counters count an event as: one code an event, the same in memory and in rollup rows.

Rules: SES developer guide, "Reputation metrics" (only permanent bounces make the bounce rate),
"Using the account-level suppression list" (mail to suppressed recipients is outside it), "Using the
mailbox simulator" (its mail is outside every rate), and the IANA MARF registry (`not-spam`).
"""

from typing import Final

from recorder.model import event as types
from recorder.model.event import Event

SIMULATOR_DOMAIN: Final = "simulator.amazonses.com"
_AT_SIMULATOR: Final = f"@{SIMULATOR_DOMAIN}"
SUPPRESSION_LIST_SUBTYPES: Final = frozenset(
    {"OnAccountSuppressionList", "OnTenantSuppressionList"}
)
NOT_SPAM: Final = "not-spam"
"""A feedback type that says the opposite of a complaint."""

PERMANENT_BOUNCE: Final = "P"
TRANSIENT_BOUNCE: Final = "T"
UNDETERMINED_BOUNCE: Final = "U"
SUPPRESSED_BOUNCE: Final = "X"
"""SES did not try, since the recipient is on a suppression list of the sender's."""
COMPLAINT: Final = "K"
EXCUSED_COMPLAINT: Final = "N"
"""`not-spam`, or a complaint that only repeats that the recipient is on a suppression list."""
SEND: Final = "S"
DELIVERY: Final = "D"
DELAY: Final = "L"
OTHER_TYPE: Final = "?"
SIMULATOR: Final = "~"
"""Put before the code of mail to the mailbox simulator."""

_CODES: Final = {
    types.SEND: SEND,
    types.DELIVERY: DELIVERY,
    types.DELIVERY_DELAY: DELAY,
    types.REJECT: "R",
    types.RENDERING_FAILURE: "F",
    types.OPEN: "O",
    types.CLICK: "C",
    types.SUBSCRIPTION: "B",
}
_BOUNCES: Final = {"Permanent": PERMANENT_BOUNCE, "Transient": TRANSIENT_BOUNCE}

TYPE_OF_CODE: Final = {code: event_type for event_type, code in _CODES.items()} | {
    PERMANENT_BOUNCE: types.BOUNCE,
    TRANSIENT_BOUNCE: types.BOUNCE,
    UNDETERMINED_BOUNCE: types.BOUNCE,
    SUPPRESSED_BOUNCE: types.BOUNCE,
    COMPLAINT: types.COMPLAINT,
    EXCUSED_COMPLAINT: types.COMPLAINT,
}
"""The event type behind a code, the simulator's mark taken off."""

PROBLEM_CODES: Final = frozenset("PTUXKLRF")
RATE_CODES: Final = (SEND, DELIVERY, PERMANENT_BOUNCE, SUPPRESSED_BOUNCE, COMPLAINT)
"""What rates are made of."""


def is_simulator_mail(event: Event) -> bool:
    """Whether the recipient is one of SES's mailbox simulator."""
    return event.recipient is not None and event.recipient.endswith(_AT_SIMULATOR)


def counter_code(event: Event) -> str:
    """What `event` counts as, `~` in front for simulator mail."""
    code = _plain_code(event)
    return SIMULATOR + code if is_simulator_mail(event) else code


def _plain_code(event: Event) -> str:
    if event.event_type == types.BOUNCE:
        if event.bounce_subtype in SUPPRESSION_LIST_SUBTYPES:
            return SUPPRESSED_BOUNCE
        return _BOUNCES.get(event.bounce_type or "", UNDETERMINED_BOUNCE)
    if event.event_type == types.COMPLAINT:
        excused = (
            event.complaint_type == NOT_SPAM or event.complaint_subtype in SUPPRESSION_LIST_SUBTYPES
        )
        return EXCUSED_COMPLAINT if excused else COMPLAINT
    return _CODES.get(event.event_type, OTHER_TYPE)
