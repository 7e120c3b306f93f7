"""The identity of an event: the same event gets the same id however often and by whatever way."""

import base64
from hashlib import blake2b

from recorder.model.event import BOUNCE, COMPLAINT

HAS_FEEDBACK_ID = frozenset({BOUNCE, COMPLAINT})


def make_event_id(
    message_id: str | None, event_type: str, recipient: str | None, discriminator: str
) -> str:
    """16 characters of base32hex over blake2b-10; sorts and compares as plain text.

    The discriminator tells two events of one type for one recipient apart: a feedback id, the
    event's own time, or a hash of the payload. Never a clock and never a value of the envelope,
    since a redelivery has other ones.
    """
    material = "|".join((message_id or "", event_type, (recipient or "").lower(), discriminator))
    digest = blake2b(material.encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return base64.b32hexencode(digest).decode("ascii")
