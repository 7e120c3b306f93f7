"""Internationalised domain names: as they are recorded, in Punycode, and as people read them."""

import re
from functools import lru_cache
from typing import Final

ENCODED_START: Final = "xn--"
"""Begins each label that holds other letters than ASCII's (RFC 5890, section 2.3.2.1)."""
_ENCODED_LABEL: Final = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)


def encoded_domain(domain: str) -> str:
    """`domain` in Punycode; as it is where that cannot be done."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


@lru_cache(maxsize=1_000)
def readable_domains(text: str) -> str:
    """`text` with the domain names in it as their readers write them.

    What is no Punycode, though it begins like it, stays as it is.
    """
    return _ENCODED_LABEL.sub(_decoded_label, text) if ENCODED_START in text.lower() else text


def _decoded_label(label: re.Match[str]) -> str:
    try:
        return label[0].encode("ascii").decode("idna")
    except UnicodeError:
        return label[0]
