"""Single values of a payload, read so that a missing, null or wrongly typed one does no harm."""

from collections.abc import Mapping
from typing import Any, Final

SHORT_TEXT: Final = 1_024
"""Characters kept of names, codes and ids."""
LONG_TEXT: Final = 8_192
"""Characters kept of addresses and of what people, servers and programs wrote.

With both limits the longest item stays within DynamoDB's 400 KB, whatever a payload holds.
"""

_LARGEST_NUMBER: Final = 10**15


def text_of(value: object, limit: int | None = SHORT_TEXT) -> str | None:
    """Text as it came, a number or truth value as JSON writes it, `None` for all else and blanks.

    What is longer than `limit` characters ends in an ellipsis; `None` keeps it whole. Half of a
    surrogate pair, which is legal in JSON and in no UTF-8, becomes U+FFFD.
    """
    if not isinstance(value, str):
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, int | float):
            return None
        value = str(value)
    if not value or value.isspace():
        return None
    if not value.isascii():
        value = storable(value)
    if limit is None or len(value) <= limit:
        return value
    return value[: limit - 1] + "…"


def storable(text: str) -> str:
    """`text` with U+FFFD for everything that UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def whole_number_of(value: object) -> int | None:
    """A whole number, also one written as text or with a fraction; `None` for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(float(value)) if not isinstance(value, int) else value
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < _LARGEST_NUMBER else None


def object_of(value: object) -> Mapping[str, Any]:
    """A JSON object as it is; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def elements_of(value: object) -> list[Any]:
    """A JSON array as it is; nothing for null; anything else is taken as the only element."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
