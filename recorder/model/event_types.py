"""Which type of event a payload is, by every name that SES uses for it."""

from collections.abc import Mapping
from typing import Any, Final

from recorder.model.event import (
    BOUNCE,
    CLICK,
    COMPLAINT,
    DELIVERY,
    DELIVERY_DELAY,
    EVENT_TYPES,
    OPEN,
    REJECT,
    RENDERING_FAILURE,
    SEND,
    SUBSCRIPTION,
)
from recorder.model.fields import text_of

TYPE_OBJECTS: Final = {
    SEND: "send",
    DELIVERY: "delivery",
    DELIVERY_DELAY: "deliveryDelay",
    BOUNCE: "bounce",
    COMPLAINT: "complaint",
    REJECT: "reject",
    RENDERING_FAILURE: "failure",
    OPEN: "open",
    CLICK: "click",
    SUBSCRIPTION: "subscription",
}
"""The key of the object that holds what is particular to a type."""

NOT_SENDING_TYPES: Final = frozenset({"AmazonSnsSubscriptionSucceeded", "Received"})
"""Types of what SES publishes that is no event of a sent mail: a test message, inbound mail."""

RECIPIENT_LISTS: Final = {
    BOUNCE: "bouncedRecipients",
    COMPLAINT: "complainedRecipients",
    DELIVERY: "recipients",
    DELIVERY_DELAY: "delayedRecipients",
}
"""The key, in the object of a type, of the list that names whom it happened to."""

_TELLING_LISTS: Final = {name: key for name, key in RECIPIENT_LISTS.items() if name != DELIVERY}
"""Those that nobody but SES calls so."""

_TYPE_NAME_LENGTH: Final = 100
_SEPARATORS: Final = str.maketrans("", "", " _-")


def folded(name: str) -> str:
    """What two spellings of one of SES's names have in common: no case, blanks, `_` and `-`."""
    return name.translate(_SEPARATORS).lower()


_KNOWN: Final = {form: name for name in EVENT_TYPES for form in (name, folded(name))}
_DETAIL_TYPES: Final = {
    "emailsent": SEND,
    "emaildelivered": DELIVERY,
    "emaildeliverydelayed": DELIVERY_DELAY,
    "emailbounced": BOUNCE,
    "emailcomplaintreceived": COMPLAINT,
    "emailrejected": REJECT,
    "emailrenderingfailed": RENDERING_FAILURE,
    "emailopened": OPEN,
    "emailclicked": CLICK,
    "emailsubscribed": SUBSCRIPTION,
}


def known_type(name: str) -> str | None:
    """The type that `name` means, compared without case, blanks, `_` and `-`."""
    return _KNOWN.get(name) or _KNOWN.get(folded(name))


def type_of_detail(detail_type: str) -> str | None:
    """The type that a `detail-type` of EventBridge means, as in `Email Rendering Failed`."""
    return _DETAIL_TYPES.get(folded(detail_type))


def stated_type(payload: Mapping[str, Any]) -> str | None:
    """The type a payload names: a known one by its stored name, another as it is written."""
    for key in ("eventType", "notificationType"):
        name = text_of(payload.get(key), _TYPE_NAME_LENGTH)
        if name is not None:
            return known_type(name) or name.strip()
    return None


def inferred_type(payload: Mapping[str, Any]) -> str | None:
    """The type whose object a payload holds, if it is the only one.

    Without `mail` beside it, an object counts only if it names recipients the way SES alone does:
    any application may call something `open` or `delivery`.
    """
    found = [name for name, key in TYPE_OBJECTS.items() if isinstance(payload.get(key), dict)]
    if not isinstance(payload.get("mail"), dict):
        found = [name for name in found if _TELLING_LISTS.get(name) in payload[TYPE_OBJECTS[name]]]
    return found[0] if len(found) == 1 else None


def type_object(payload: Mapping[str, Any], event_type: str) -> Mapping[str, Any] | None:
    """The object particular to `event_type`, if there is one.

    That of a type not known here is expected under the type's name in lower camel case, the way
    SES names the others; and so it is looked for where a known one is not under its usual name.
    """
    value = payload.get(TYPE_OBJECTS.get(event_type, ""))
    if not isinstance(value, dict):
        value = payload.get(_camel_case(event_type))
    return value if isinstance(value, dict) else None


def _camel_case(event_type: str) -> str:
    words = event_type.replace("_", " ").replace("-", " ").split()
    if len(words) > 1:
        words = [word[:1].upper() + word[1:].lower() for word in words]
    joined = "".join(words)
    return joined[:1].lower() + joined[1:]
