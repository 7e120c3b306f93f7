"""The name of a mailbox where it stands without its domain, as in `no mailbox "ann" here`."""

import re
from collections.abc import Callable
from functools import lru_cache

from recorder.model.addresses import bare_address
from ses_tui.core.coded_text import decode


@lru_cache(maxsize=1_000)
def names_of(address: str) -> tuple[str, ...]:
    """The local part in lower case, and the one that a tag was added to; none of no address."""
    local = bare_address(address).rpartition("@")[0].strip('"').lower()
    return tuple(name for name in dict.fromkeys((local, local.partition("+")[0])) if name)


def replace_names(text: str, names: tuple[str, ...], by: Callable[[str], str]) -> str:
    """`text` with `by` of it in place of each of `names` that stands there as a word, in codes too.

    A name before an `@` belongs to an address.
    """
    if not names:
        return text
    decoded = decode(text)
    lowered = decoded.text.lower()
    if not any(name in lowered for name in names):
        return text
    found = _pattern_of(names).finditer(decoded.text)
    return decoded.replaced((each.start(), each.end(), by(each[0])) for each in found)


@lru_cache(maxsize=1_000)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.+-])(?:{either})(?![\w+*@-]|\.\w)", re.IGNORECASE | re.UNICODE)
