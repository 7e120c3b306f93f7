"""A run of events as one block of bytes, a third of their size as objects, quickly read again.

The block is `marshal` of columns: it never leaves this process, and reads about three times as
fast as a feed page, since it is neither compressed nor JSON. Text stands in it as it is, in UTF-8,
so a block can be searched without unpacking it.
"""

import marshal
from collections.abc import Sequence
from typing import Any, Final

from recorder.model.event import FIELDS_WITHOUT_TEXT, Event

_LOWERED: Final = ((b"\xc4", b"\xc4\xb0", b"i\xcc\x87"), (b"\xaa", b"\xe2\x84\xaa", b"k"))
"""The two letters outside ASCII with an ASCII letter in their lower case, İ and the Kelvin sign.

Before each stands a byte of it that few texts hold: one byte is looked for far faster than two."""


def pack(events: Sequence[Event]) -> bytes | None:
    """At least one event as a block; `None` for events with values of types that none has."""
    shared: dict[Any, Any] = {}
    try:
        columns = [
            _column(name, values, shared)
            for name, values in zip(Event._fields, zip(*events, strict=True), strict=True)
        ]
        return marshal.dumps(columns)
    except (TypeError, ValueError):
        return None


def unpack(block: bytes, count: int) -> tuple[Event, ...]:
    """The `count` events of a block."""
    columns = marshal.loads(block)
    rows = zip(*(c if len(c) == count else c * count for c in columns), strict=True)
    return tuple(map(Event._make, rows))


def searchable(block: bytes) -> bytes:
    """The text of a block with every ASCII letter in lower case, as `str.lower` would have it.

    What is found in a field of an event, both in lower case and ASCII, is found here, too.
    """
    lowered = block.lower()
    if not lowered.isascii():
        for rare, letter, lower in _LOWERED:
            if rare in lowered:
                lowered = lowered.replace(letter, lower)
    return lowered


def _column(name: str, values: tuple[Any, ...], shared: dict[Any, Any]) -> Sequence[Any]:
    """One value where all rows agree; equal texts and tags as one object, which is stored once."""
    first = values[0]
    if name == "tags":
        objects = {id(tags): tags for tags in values}
        kept = {key: shared.setdefault(marshal.dumps(tags), tags) for key, tags in objects.items()}
        return [kept[id(tags)] for tags in values]
    if values.count(first) == len(values):
        return (first,)
    if name in FIELDS_WITHOUT_TEXT:
        # Numbers must not be shared with truth values, which are equal to some.
        return values
    return list(map(shared.setdefault, values, values))
