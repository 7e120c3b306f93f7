"""The account's suppression list: addresses that SES does not send to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SuppressedAddress:
    """An entry of the list."""

    address: str
    """As it stands in the list, which keeps the case."""
    reason: str
    """`BOUNCE` or `COMPLAINT`."""
    since: int | None
    """When it was put there, or put there again (ms)."""
    message_id: str | None = None
    """The message that led to it, where SES tells."""


@dataclass(frozen=True, slots=True)
class SuppressionAnswer:
    """What the list says of an address."""

    asked: tuple[str, ...] = ()
    """The forms of the address that were asked for, in order; the last one is the entry's."""
    entry: SuppressedAddress | None = None
    hindrance: str = ""
    """Why the list cannot be asked at all, in words; then nothing is known."""


def forms_to_ask(address: str) -> tuple[str, ...]:
    """The address as it is written, then in lower case.

    SES ignores case when it sends, but finds an entry only by its exact case (SES developer guide,
    managing the account-level suppression list).
    """
    return tuple(dict.fromkeys((address, address.lower())))
