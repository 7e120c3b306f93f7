"""The identity of an event: the same event gets the same id however often and by whatever way."""

from hashlib import blake2b

from recorder.model.event import BOUNCE, COMPLAINT

HAS_FEEDBACK_ID = frozenset({BOUNCE, COMPLAINT})

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


def make_event_id(
    message_id: str | None, event_type: str, recipient: str | None, discriminator: str
) -> str:
    """16 characters; sorts and compares as plain text.

    The discriminator tells two events of one type for one recipient apart: a feedback id, the
    event's own time, or a hash of the payload. Never a clock and never a value of the envelope,
    since a redelivery has other ones.
    """
    material = "|".join((message_id or "", event_type, (recipient or "").lower(), discriminator))
    return short_hash(material.encode("utf-8", "surrogatepass"))


def short_hash(material: bytes) -> str:
    """blake2b of 10 bytes in base32hex (RFC 4648): 16 characters, two for each ten bits.

    The standard library's base32 takes three times as long, and every event needs one.
    """
    number = int.from_bytes(blake2b(material, digest_size=10).digest())
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])
