"""Addresses as `a***@example.com`, where readers are to see what happened but not to whom.

Events stay whole in memory, so that filters, searches and stories work as ever; they are masked
where they become text. There are two such places, and each looks here by itself: `sanitise`, which
everything passes that reaches a terminal, and `json_line`. So nothing that is added later can
forget it. What the reader types is text of their own and stays (`visible`).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from recorder.model.addresses import bare_address, split_addresses

_HIDDEN: Final = "***"
_AT: Final = re.compile("(@|＠|%(?:25)*40)")
"""In links an address is percent-encoded, and once more in a link within a link."""
_ENDS: Final = frozenset(' \t\r\n\v\f\u00a0<>()[],;:"\\⏎')
"""What cannot stand in a local part without quotes (RFC 5322, "atom"), but for what people do write
there, such as dots. Fields that hold addresses and nothing else go by `masked_address`."""
_LINK: Final = re.compile(r"[/?&].*(?:[?&](?:\w+=)?|/)|[?&](?:\w+=)?")
"""What stands before an address in a link."""
_ADDRESS_KEYS: Final = frozenset(
    {
        "address", "bcc", "cc", "destination", "emailaddress", "from", "recipient",
        "recipient_raw", "recipients", "replyto", "returnpath", "sender", "source", "to",
    }
)  # fmt: skip
"""Keys, in lower case, whose texts are addresses, with or without a display name."""
_ADDRESS_HEADERS: Final = frozenset(
    {"bcc", "cc", "delivered-to", "from", "reply-to", "return-path", "sender", "to"}
)
_KEPT_KEYS: Final = frozenset({"message_id", "event_id", "event_ids", "feedback_id"})
"""Names of what is stored, by which it is found again."""


class Masking:
    """Whether addresses are masked in this process: one terminal, one answer."""

    def __init__(self) -> None:
        self._asked = False
        self._forced = False

    @property
    def on(self) -> bool:
        """Whether addresses are masked."""
        return self._asked or self._forced

    @property
    def forced(self) -> bool:
        """Whether the owner of a table wants it, whatever the reader says."""
        return self._forced

    def ask(self, on: bool) -> None:
        """What the reader wants."""
        self._asked = on

    def force(self) -> None:
        """What the owner of a table wants; holds until the end of the process."""
        self._forced = True

    def reset(self) -> None:
        """As at the start of a process."""
        self._asked = self._forced = False


MASKING: Final = Masking()


def masked_text(text: str) -> str:
    """`text` with every address in it masked. Masking it again changes nothing."""
    if "@" not in text and "＠" not in text and "%" not in text:
        return text
    parts = _AT.split(text)
    parts[:-1:2] = map(_masked_end, parts[:-1:2])
    return "".join(parts)


def masked_address(text: str) -> str:
    """A field that holds addresses and nothing else: all of each but its domain is hidden, and the
    names beside them are left out."""
    return ", ".join(map(_masked_one, split_addresses(text)))


def untyped_value(name: str) -> str:
    """A name that goes into a query without being typed: a masked one means all that look like it,
    since the stars in it stand for anything."""
    return masked_text(name) if MASKING.on else name


def masked_document(document: Any, key: str = "") -> Any:
    """A JSON document with every address in it masked, in values and in keys."""
    if isinstance(document, str):
        if key in _KEPT_KEYS:
            return document
        mask = masked_address if key.lower() in _ADDRESS_KEYS else masked_text
        return mask(document)
    if isinstance(document, Mapping):
        # A header of a mail is an object of its name and its value.
        addressed = str(document.get("name")).lower() in _ADDRESS_HEADERS
        return {
            masked_text(str(name)): masked_document(
                value, "to" if addressed and name == "value" else str(name)
            )
            for name, value in document.items()
        }
    if isinstance(document, list | tuple):
        return [masked_document(value, key) for value in document]
    return document


def _masked_one(text: str) -> str:
    local, at, domain = bare_address(text).rpartition("@")
    if not at:
        return _hidden(text)
    return f"{_hidden(local)}@{masked_text(domain)}"


def _masked_end(text: str) -> str:
    """`text` with the local part hidden that it ends with, if it does."""
    start = _start_of_local_part(text)
    # In a link, quotes are percent-encoded: what stands in quotes is local part and no way to it.
    if '"' not in text[start:] and (link := _LINK.match(text, start)):
        start = link.end()
    return text[:start] + _hidden(text[start:]) if start < len(text) else text


def _start_of_local_part(text: str) -> int:
    position = len(text)
    if text.endswith('""'):
        # As in a query, where two quotes stand for one between quotes: better too much is hidden.
        position = text.find('"')
    elif text.endswith('"'):
        position = text.rfind('"', 0, position - 1)
        while position > 0 and text[position - 1] == "\\":
            position = text.rfind('"', 0, position)
        if position < 0:
            # A quote that nothing opens is a letter among others.
            position = len(text) - 1
    while position and text[position - 1] not in _ENDS:
        position -= 1
    return position


def _hidden(local: str) -> str:
    """The first letter, where it is not all there is."""
    letters = local.strip('"')
    if letters.endswith(_HIDDEN):
        return letters if len(letters) <= len(_HIDDEN) + 1 else letters[:1] + _HIDDEN
    return (letters[:1] if len(letters) > 1 else "") + _HIDDEN
