"""One address, or one message id, in whatever it was copied with.

Brackets and display names of a mail header, quotation marks of a ticket, the full stop of a
sentence, the `mailto:` of a link.
"""

import re
from typing import Final

from recorder.model.addresses import bare_address
from ses_tui.core.query.fields import with_encoded_domain

LONGEST_ADDRESS: Final = 320
"""Characters: 64 before the `@` and 255 behind it (RFC 5321, section 4.5.3.1)."""
_TITLE: Final = re.compile(r"\A(?:mailto:|(?:to|message-id):\s)\s*", re.IGNORECASE)
"""A link's scheme; a header's name, which no key is since a blank follows."""
_ENDS: Final = ".,;:!?"
_PAIRS: Final = frozenset({'""', "''", "()", "[]", "<>", "``", "“”", "„“", "‘’", "«»"})
_ADDRESS: Final = re.compile(
    r'(?:"(?:[^"\\]|\\.)+"|[^\s<>"(),;:\\*@]+)@[^\s<>"(),;:\\*@]*[^\s<>"(),;:\\*@.]'
)
_MESSAGE_ID: Final = re.compile(
    r"([0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9]{6})"
    r"(?:@(?:[a-z0-9-]+\.)?amazonses\.com)?",
    re.IGNORECASE,
)
"""As SES makes them (SES developer guide, examples of event records), or in the header
`Message-ID: <id@region.amazonses.com>` of the mail."""


def pasted_address(text: str) -> str | None:
    """The one whole address that `text` holds, if it says nothing else: as SES would write it,
    so its case is kept and its domain in Punycode."""
    text = _unwrapped(text)
    if text.count("@") > 1 and not text.startswith('"'):
        return None
    if "<" in text and not text.endswith(">"):
        return None
    address = bare_address(text)
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        return None
    return with_encoded_domain(address)


def pasted_message_id(text: str) -> str | None:
    """The one message id that `text` holds, in a form that SES makes, if it says nothing else."""
    match = _MESSAGE_ID.fullmatch(_unwrapped(text))
    return match and match[1]


def _unwrapped(text: str) -> str:
    """`text` without what stands before and around it, and without the end of a sentence."""
    text, before = _TITLE.sub("", text.strip(), count=1), ""
    while text != before:
        before = text
        text = text.strip().rstrip(_ENDS)
        if len(text) > 2 and text[0] + text[-1] in _PAIRS and text[0] not in text[1:-1]:
            text = text[1:-1]
    return text
