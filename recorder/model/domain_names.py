"""Internationalised domain names: as they are recorded, in Punycode, and as people read them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from recorder.model.fields import storable

ENCODED_START: Final = "xn--"
"""Begins each label that holds other letters than ASCII's (RFC 5890, section 2.3.2.1)."""
_ENCODED_LABEL: Final = re.compile(r"(?<![a-z0-9-])xn--([a-z0-9-]+)", re.IGNORECASE)
_LONGEST_LABEL: Final = 63
"""Characters (RFC 1035, section 2.3.4); what is longer is no label, and costs more to look at."""


def encoded_domain(domain: str) -> str:
    """`domain` in Punycode, in lower case where that changes it.

    Letters stay apart as in IDNA 2008: the codec of the standard library takes `ß` for `ss`, which
    is another domain.
    """
    if domain.isascii():
        return domain
    labels = unicodedata.normalize("NFKC", domain.lower()).replace("\u3002", ".").split(".")
    return ".".join(map(_encoded_label, labels))


@lru_cache(maxsize=1_000)
def readable_domains(text: str) -> str:
    """`text` with the domain names in it as their readers write them.

    What is no Punycode, though it begins like it, stays as it is.
    """
    return _ENCODED_LABEL.sub(_decoded_label, text) if ENCODED_START in text.lower() else text


def _encoded_label(label: str) -> str:
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return label
    return ENCODED_START + label.encode("punycode").decode("ascii")


def _decoded_label(label: re.Match[str]) -> str:
    if len(label[0]) > _LONGEST_LABEL:
        return label[0]
    try:
        return storable(label[1].encode("ascii").decode("punycode"))
    except (UnicodeError, OverflowError):
        return label[0]
