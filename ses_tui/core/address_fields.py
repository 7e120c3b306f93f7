"""Which fields of SES's documents and of events hold addresses, and which somebody's words."""

from collections.abc import Mapping
from typing import Any, Final

ADDRESS_KEYS: Final = frozenset(
    {
        "address", "bcc", "cc", "destination", "emailaddress", "from", "recipient",
        "recipient_raw", "recipients", "replyto", "returnpath", "sender", "source", "to",
    }
)  # fmt: skip
"""Keys, in lower case, whose texts are addresses, with or without a display name."""
PEOPLE_KEYS: Final = ADDRESS_KEYS - {"from", "replyto", "returnpath", "sender", "source"}
"""Of these, the ones of whom servers write, and they may leave the domain out."""
WORD_KEYS: Final = frozenset(
    {
        "diagnostic", "diagnosticcode", "errormessage", "failure_reason", "link", "reason",
        "reject_reason", "smtpresponse", "subject", "user_agent", "useragent",
    }
)  # fmt: skip
"""Keys, in lower case, whose texts are somebody's words."""
_LAST_WORDS_OF_HEADERS: Final = {
    **dict.fromkeys(("to", "cc", "bcc"), "to"),
    **dict.fromkeys(("from", "sender", "path"), "from"),
    "subject": "subject",
}
"""As in `Delivered-To`, `Resent-From`, `Return-Path`."""


def key_within(document: Mapping[Any, Any], name: str) -> str:
    """What stands under `name` in `document`, as a key of the sets above.

    A header of a mail is an object of its name and its value.
    """
    key = name.lower()
    if key != "value" or "name" not in document:
        return key
    header = str(document["name"]).lower()
    if header == "reply-to":
        return "from"
    return _LAST_WORDS_OF_HEADERS.get(header.rpartition("-")[2], key)
